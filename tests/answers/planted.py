"""Committees with a fault planted in their files, as labs in which acts are tried."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from steerco.answers.lab import Lab
from steerco.configuration.home import Home
from steerco.operations.scratch import Scratch

ROOT = Path(__file__).parents[2]
HOME, EXAMPLES = Home(ROOT), Home(ROOT / "tenants" / "_examples")
AT = datetime(2021, 3, 2, 2, tzinfo=UTC)
"""A working day under both charters that come with the program, nine in the morning there."""

Edit = tuple[str, str, str]
"""The end of a file's path, a passage of it, and what stands there instead (an empty passage: at the end)."""


def content(slug: str, *edits: Edit) -> dict[str, str]:
    """Return the files of a committee with passages changed, each of which must be there once at least."""
    home = HOME if slug in HOME.slugs() else EXAMPLES
    texts = dict(home.content(slug))
    for name, old, new in edits:
        path = next(path for path in texts if path.endswith(name))
        assert old in texts[path], f"{old!r} is not in {path}"
        texts[path] = texts[path].replace(old, new, 1) if old else f"{texts[path]}\n{new}\n"
    return texts


def lab(slug: str, *edits: Edit, at: datetime = AT) -> Lab:
    """Return the committee with the planted fault, in which acts are tried."""
    return Lab.of_files(Scratch(), slug, content(slug, *edits), at)
