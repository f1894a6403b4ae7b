"""How much a change of a tenant's files weighs: harmless where it only says things otherwise, else risky.

What counts as harmless is listed here, and whatever is not listed is risky: who may apply, how people sign in, the policy, the
charter, and every setting that is yet to be invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from steerco.config.bounded import parsed
from steerco.policy import reader

Weight = Literal["harmless", "risky"]

HARMLESS = frozenset({"name", "languages", "appearance", "notifications"})
"""The keys of ``tenant.toml`` that only say how the committee is shown. Of ``languages`` only the order is harmless."""

_LABELS = frozenset({"label", "plural", "state_labels", "choice_labels"})
"""The keys of a charter's, a house's, a law's or a register's tables that name a thing for people and decide nothing."""


class Weighed(Struct, frozen=True):
    """One change: the file, the key in it (empty: the file as a whole), and its weight."""

    file: str
    key: str
    weight: Weight

    def __str__(self) -> str:
        return f"{self.key} in {self.file}" if self.key else self.file


def weigh(slug: str, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Weighed, ...]:
    """Return every change from one content of the tenant's files to another, with its weight. Both can be read (they were
    checked).
    """
    changes: list[Weighed] = []
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            changes += _file(slug, path, before.get(path), after.get(path))
    return tuple(changes)


def heaviest(changes: tuple[Weighed, ...]) -> Weight:
    """Risky where one of the changes is."""
    return "risky" if any(change.weight == "risky" for change in changes) else "harmless"


def _file(slug: str, path: str, before: str | None, after: str | None) -> Iterator[Weighed]:
    if before is None or after is None:
        yield Weighed(path, "", "risky")
    elif path == f"tenants/{slug}/tenant.toml":
        yield from _settings(path, parsed(before), parsed(after))
    else:
        yield Weighed(path, "", "harmless" if _said(path, before) == _said(path, after) else "risky")


def _settings(path: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Weighed]:
    differ = [key for key in dict.fromkeys([*before, *after]) if _typed(before.get(key)) != _typed(after.get(key))]
    for key in differ:
        light = key in HARMLESS
        if key == "languages":
            light = sorted(before.get(key) or ()) == sorted(after.get(key) or ())
        yield Weighed(path, key, "harmless" if light else "risky")
    if not differ:
        yield Weighed(path, "", "harmless")  # comments, blanks, the order of keys


def _said(path: str, text: str) -> Any:
    """Return the content of a file that decides anything: less its comments and its labels."""
    if path.endswith(".csv"):
        return sorted(line.fields for line in reader.read(text, path)[0])
    if path.endswith(".toml"):
        return _typed(_unlabelled(parsed(text)))
    return text


def _unlabelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unlabelled(item) for key, item in value.items() if not (key in _LABELS and isinstance(item, dict | str))}
    return [_unlabelled(item) for item in value] if isinstance(value, list) else value


def _typed(value: Any) -> Any:
    """Return the value with its sort, since Python takes ``true`` for 1."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return type(value).__name__, value
