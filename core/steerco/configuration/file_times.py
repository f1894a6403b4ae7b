"""When files were changed last: by this a server and a run of cases notice a save, and a kept store is known to be current."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

WATCHED = frozenset({".py", ".toml", ".csv"})
Times: TypeAlias = Mapping[Path, tuple[int, int]]


def times(places: Iterable[Path]) -> Times:
    """Return when each file below these folders (or named itself) was changed last, in nanoseconds, and its size."""
    found = {}
    for place in places:
        for path in [place] if place.is_file() else place.rglob("*"):
            if path.suffix in WATCHED:
                try:
                    state = path.stat()
                except FileNotFoundError:  # gone since the folder was listed
                    continue
                found[path] = (state.st_mtime_ns, state.st_size)
    return found


def changed(before: Times, now: Times) -> list[Path]:
    """Return the files that came, went or were saved between two looks."""
    return sorted({path for path, _ in {*before.items()} ^ {*now.items()}})
