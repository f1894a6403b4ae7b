"""Changes of ``tenant.toml``, in words: its settings, and the keys of which no other part of a plan tells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from steerco.configuration.settings import Administration, Appearance, OpenidSettings, Settings, SignInSettings
from steerco.configuration.snapshot import Snapshot

ELSEWHERE = {field.name for field in fields(Settings)} | {"settings", "laws", "charters", "house", "former_house", "people"}
"""The keys of ``tenant.toml`` of which other parts of a plan tell."""


def settings_changes(before: Snapshot, after: Snapshot) -> Iterable[str]:
    """Yield the settings that differ, then the other keys; plugins and laws have parts of their own."""
    yield from _settings(before.settings, after.settings)
    yield from _others(own_file(before), own_file(after))


def own_file(snapshot: Snapshot) -> Mapping[str, Any]:
    """Return the tenant's own file as it is written."""
    return tomllib.loads(snapshot.content.get(f"tenants/{snapshot.slug}/tenant.toml", ""))


def _settings(before: Settings, after: Settings) -> Iterable[str]:
    for field in fields(Settings):
        was, is_ = getattr(before, field.name), getattr(after, field.name)
        if was != is_ and field.name != "plugins":
            yield f"{field.name}: {_told(was)} becomes {_told(is_)}"


def _others(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """Yield the changes of other keys of ``tenant.toml``, such as the days off: key by key, tables opened."""
    was, is_ = _opened(before), _opened(after)
    for key in dict.fromkeys([*was, *is_]):
        if was.get(key) != is_.get(key):
            yield f"{key}: {_told(was.get(key))} becomes {_told(is_.get(key))}"


def _opened(document: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for key, value in document.items():
        if key not in ELSEWHERE:
            settings |= {f"{key} {name}": item for name, item in value.items()} if isinstance(value, dict) else {key: value}
    return settings


def _told(value: object) -> str:
    match value:
        case Administration():
            return f"risky by {', '.join(value.risky) or 'nobody'}, harmless by {', '.join(value.harmless) or 'nobody'}"
        case Appearance():
            colour = f"in the colour {value.colour}" if value.colour else "in the program's own colour"
            return f"{colour}, {value.short_name} in short" if str(value.short_name) else colour
        case SignInSettings(openid=OpenidSettings() as provider):
            by = f"{provider.claim} is a person's {provider.attribute}"
            return f"also at {provider.issuer} (OpenID Connect, as {provider.client_id}; {by})"
        case SignInSettings():
            return "by name and password alone"
        case tuple() | list():
            return ", ".join(map(str, value)) or "nothing"
        case None:
            return "nothing"
    return str(value) or "nothing"
