"""Settles what each structured type holds before threads share it.

msgspec works a type out at its first use and publishes it before its fields are filled. A thread that converts into the same
type meanwhile reads a field that is not there, and the process dies of it (seen as signal 11, always in ``convert``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from weakref import WeakSet

import msgspec

_lock = Lock()
_settled: WeakSet[type] = WeakSet()


def settled(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """Work out a type that is made while threads are at work, and return it: none of them sees it half known."""
    with _lock:
        _work_out(kind)
    return kind


def settle_types() -> int:
    """Work out every structured type that has been imported, and return how many there were. Call it before threads start, and
    after plugins were loaded.

    A type that no decoder can be made for is none that a thread could convert into.
    """
    with _lock:
        fresh = [each for each in _subclasses(msgspec.Struct) if each not in _settled]
        for each in fresh:
            _work_out(each)
        _settled.update(fresh)
        return len(fresh)


def _work_out(kind: type) -> None:
    with suppress(TypeError, NameError):  # holds what JSON cannot, or is a base that is never read
        msgspec.json.Decoder(kind)


def _subclasses(of: type) -> Iterator[type]:
    each: type
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)
