"""A tenant's files by what they are for, in words: pages never show where a file lies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from steerco.i18n import Words

_PLACE = re.compile(r"\b(?:tenants|policies|law)/[\w.%/-]+\.(?:toml|csv)\b")


class FileRole(NamedTuple):
    """A file: the word for it in addresses, what it is called, and its path (which no page shows)."""

    key: str
    label: str
    path: str


def roles(content: Mapping[str, str], slug: str, say: Words) -> list[FileRole]:
    """Return the files of a tenant by their roles, those that all else hangs on first."""
    found: list[FileRole] = []
    for role, path in _ordered(content, slug):
        if path in content and all(path != each.path for each in found):
            number = 1 + sum(each.key.rstrip("0123456789").rstrip("-") == role for each in found)
            label = say("admin.file", role)
            title = _title(content[path], say) if role in ("charter", "house", "former", "law") else ""
            key = role if number == 1 else f"{role}-{number}"
            named = f"{label}: {title}" if title else label
            found.append(FileRole(key, named if title or number == 1 else f"{named} {number}", path))
    return found


def _ordered(content: Mapping[str, str], slug: str) -> Iterator[tuple[str, str]]:
    own = f"tenants/{slug}/"
    settings = document(content.get(f"{own}tenant.toml", ""))
    yield "settings", f"{own}tenant.toml"
    yield from (("charter", own + str(name)) for name in _names(settings, "charters") or ["charter.toml"])
    yield "house", own + str(settings.get("house", "house.toml"))
    yield from (("former", own + str(name)) for name in _names(settings, "former_house"))
    yield from (("powers", path) for path in sorted(content) if path.startswith("policies/"))
    yield from (("law", path) for path in sorted(content) if path.startswith("law/"))
    yield "registers", f"{own}registers.toml"
    yield "people", own + str(settings.get("people", "people.toml"))
    yield from (("other", path) for path in sorted(content))


def _names(settings: Mapping[str, Any], key: str) -> list[Any]:
    value = settings.get(key)
    return value if isinstance(value, list) else []


def document(text: str) -> dict[str, Any]:
    """Return the document of a TOML text, an empty one where it cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _title(text: str, say: Words) -> str:
    instrument = document(text).get("instrument")
    title = instrument.get("title") if isinstance(instrument, dict) else None
    return say.of(title) if isinstance(title, dict | str) else ""


def role_of(all: list[FileRole], path: str) -> FileRole | None:
    """Return the role of the file at a path."""
    return next((role for role in all if role.path == path), None)


def by_key(all: list[FileRole], key: str) -> FileRole | None:
    """Return the role that a word in an address means."""
    return next((role for role in all if role.key == key), None)


def without_paths(text: str, all: list[FileRole], say: Words) -> str:
    """Return a text of the program in which each file is called by its role."""

    def called(found: re.Match[str]) -> str:
        role = role_of(all, found[0])
        return f"“{role.label}”" if role else f"“{found[0].rpartition('/')[2].rpartition('.')[0]}”"

    return _PLACE.sub(called, text)


def path_for(name: str, content: Mapping[str, str], slug: str) -> str:
    """Return where a file of this name belongs: in the place of the one that has it, else a new one of its kind.

    Empty for a name that no file of a tenant can have.
    """
    known = next((path for path in content if path.rpartition("/")[2] == name), "")
    if known:
        return known
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.toml", name):
        return f"tenants/{slug}/{name}"
    return f"policies/{name}" if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.csv", name) else ""
