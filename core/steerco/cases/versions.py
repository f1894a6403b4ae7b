"""A file in a step's input that is another version of one in use, told by what changes: for amendments that hold files.

``{ name = "charter-2022.toml", version_of = "charter.toml", changes = [["a month", "a quarter"]] }`` is the file in use with each
first text, which must stand in it once, replaced by the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steerco.changes.prepared import in_use
from steerco.configuration.installation import Installation


def is_version(value: Mapping[str, Any]) -> bool:
    """Return whether a table of an input is a version of a file in use."""
    return "version_of" in value


def version(installation: Installation, slug: str, told: Mapping[str, Any]) -> dict[str, str]:
    """Return the file in full. Raises ``LookupError`` where no such file is in use, ``ValueError`` for a text not in it once."""
    current, of = in_use(installation, slug), str(told["version_of"])
    path = f"policies/{of}" if of.endswith(".csv") else f"tenants/{slug}/{of}"
    if current is None or path not in current.content:
        raise LookupError(f"version_of: {of} is no file in use")
    text = current.content[path]
    changes: Sequence[Sequence[str]] = told.get("changes", ())
    for before, after in changes:
        if text.count(before) != 1:
            raise ValueError(f"changes: {before!r} stands {text.count(before)} times in {of}")
        text = text.replace(before, after)
    return {"name": str(told["name"]), "text": text}
