"""When files were changed last: by this a server and a run of cases notice a save, and a kept store is known to be current."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

WATCHED = (".py", ".toml", ".csv")
SECOND = 1_000_000_000
Times: TypeAlias = Mapping[Path, tuple[int, int]]


def times(places: Iterable[Path]) -> Times:
    """Return when each file below these folders (or named itself) was changed last, in nanoseconds, and its size."""
    found = {}
    for path in (path for place in places for path in _watched(place)):
        try:
            state = path.stat()
        except FileNotFoundError:  # gone since the folder was listed
            continue
        found[path] = (state.st_mtime_ns, state.st_size)
    return found


def _watched(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, _, names in os.walk(place):
        yield from (Path(folder, name) for name in names if name.endswith(WATCHED))


@cache
def of_program() -> str:
    """Return a digest of the program as it lies on the disk (``as_they_lie``)."""
    return as_they_lie([Path(str(files("steerco")))])


def as_they_lie(places: Iterable[Path]) -> str:
    """Return one word for what lies below these folders: it is another one after a file was saved or replaced.

    Times and sizes tell it where files have the time at which they were written. Where a build gave them one
    (``SOURCE_DATE_EPOCH``, an image, a store such as that of Nix), which is a whole second or the same for all, they tell
    nothing, and what stands in the files counts too.
    """
    found = times(places)
    alike = len({when for when, _ in found.values()}) == 1
    given = sorted(path for path, (when, _) in found.items() if alike or not when % SECOND)
    return sha256("\n".join([digest(found), *(sha256(path.read_bytes()).hexdigest() for path in given)]).encode()).hexdigest()


def digest(found: Times) -> str:
    """Return one word for the times and sizes of files."""
    return sha256("\n".join(f"{path} {when} {size}" for path, (when, size) in sorted(found.items())).encode()).hexdigest()


def changed(before: Times, now: Times) -> list[Path]:
    """Return the files that came, went or were saved between two looks."""
    return sorted({path for path, _ in {*before.items()} ^ {*now.items()}})
