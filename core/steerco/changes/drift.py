"""How a tenant's files in the home stand to the revision in the database, file by file, and how one is brought to the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from steerco.changes.merge import BothChanged, merged, same_values

What = Literal["edited here", "changed there", "changed on both sides", "differs", "comments only", "missing here", "only here"]


class Drift(Struct, frozen=True):
    """One file that is not what the database holds, and on which side it changed (``differs``: that cannot be told)."""

    file: str
    what: What


class Pulled(Struct, frozen=True):
    """The work of a pull: ``written`` are the texts to write, ``gone`` the unedited files to delete that the revision no longer
    has, ``kept`` the files edited here alone, ``conflicts`` the files edited on both sides, with the places.
    """

    written: dict[str, str] = {}
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    conflicts: dict[str, str] = {}


def drift(here: Mapping[str, str], there: Mapping[str, str], was: Mapping[str, str] | None) -> list[Drift]:
    """``here``: the files; ``there``: the revision in use; ``was``: the one that the files come from, where that is known."""
    return [
        Drift(path, _what(path, here.get(path), there.get(path), was))
        for path in sorted({*here, *there})
        if here.get(path) != there.get(path)
    ]


def _what(path: str, here: str | None, there: str | None, was: Mapping[str, str] | None) -> What:
    if here is None:
        return "missing here"
    if there is None:
        return "only here"
    if same_values(path, here, there):
        return "comments only"
    if was is None:
        return "differs"
    before = was.get(path)
    if here == before:
        return "changed there"
    return "edited here" if there == before else "changed on both sides"


def pull(here: Mapping[str, str], there: Mapping[str, str], was: Mapping[str, str] | None) -> Pulled:
    """Return how to bring the files to the revision in use. Files of unknown origin that differ are left alone."""
    written: dict[str, str] = {}
    conflicts: dict[str, str] = {}
    gone: list[str] = []
    kept_paths: list[str] = []
    for path in sorted({*here, *there}):
        ours, theirs, base = here.get(path), there.get(path), was.get(path) if was is not None else None
        if ours == theirs:
            continue
        if ours is None and theirs is not None:
            written[path] = theirs
        elif theirs is None:
            (gone if ours == base and path.startswith("tenants/") else kept_paths).append(path)
        elif was is None or base is None:
            conflicts[path] = f"{path}: it is not known which revision it comes from"
        elif ours is not None:
            try:
                text = merged(path, base, theirs, ours)
            except BothChanged as error:
                conflicts[path] = str(error)
                continue
            if text == ours:
                kept_paths.append(path)
            else:
                written[path] = text
    return Pulled(written, tuple(gone), tuple(kept_paths), conflicts)
