"""What is kept in memory because it is asked for again: a bounded number of things, the one used longest ago let go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Same(Generic[T]):
    """A key that is one object and no other, however alike. It holds the object, whose address is therefore nobody else's."""

    __slots__ = ("thing",)

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


class LRUCache(Generic[K, V]):
    """At most ``most`` things by key, for all threads of a process; where they differ in size, of no more than ``heaviest`` by
    ``weigh`` together, but always the latest one."""

    def __init__(self, most: int, weigh: Callable[[V], int] | None = None, heaviest: int = 0) -> None:
        self.most, self.weigh, self.heaviest = most, weigh, heaviest
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """What is kept under the key, which counts as a use of it."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: K, value: V) -> V:
        """Keep it, and let go of what was used longest ago."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self.most or self._too_heavy():
                self._held.popitem(last=False)
        return value

    def _too_heavy(self) -> bool:
        return self.weigh is not None and len(self._held) > 1 and sum(map(self.weigh, self._held.values())) > self.heaviest

    def pop(self, key: K) -> None:
        """Let go of it."""
        with self._lock:
            self._held.pop(key, None)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
