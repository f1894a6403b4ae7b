"""Settles what each structured type holds before threads share it.

msgspec works a type out at its first use and publishes it before its fields are filled. A thread that converts into the same
type meanwhile reads a field that is not there, and the process dies of it (seen as signal 11, always in ``convert``).
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import msgspec

_lock = Lock()
_settled: set[type] = set()


def settle_types() -> int:
    """Work out every structured type that has been imported, and return how many there were. Call it before threads start.

    A type that no decoder can be made for is none that a thread could convert into.
    """
    with _lock:
        fresh = [each for each in _subclasses(msgspec.Struct) if each not in _settled]
        for each in fresh:
            try:
                msgspec.json.Decoder(each)
            except (TypeError, NameError):  # holds what JSON cannot, or is a base that is never read
                continue
        _settled.update(fresh)
        return len(fresh)


def _subclasses(of: type) -> Iterator[type]:
    each: type
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)
