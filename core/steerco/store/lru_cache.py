"""A bounded cache that evicts the least recently used entry."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Same(Generic[T]):
    """A key by identity: equal only for the same object. It keeps the object alive, so its address stays its own."""

    __slots__ = ("thing",)

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


class LRUCache(Generic[K, V]):
    """At most ``most`` entries, for all threads of a process.

    With ``weigh``, the weights of all entries together stay within ``heaviest``; the latest entry always stays.
    """

    def __init__(self, most: int, weigh: Callable[[V], int] | None = None, heaviest: int = 0) -> None:
        self.most, self.weigh, self.heaviest = most, weigh, heaviest
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return the value of the key, or None. This counts as a use."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: K, value: V) -> V:
        """Store the value, evict the least recently used entries, and return the value."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self.most or self._too_heavy():
                self._held.popitem(last=False)
        return value

    def _too_heavy(self) -> bool:
        return self.weigh is not None and len(self._held) > 1 and sum(map(self.weigh, self._held.values())) > self.heaviest

    def pop(self, key: K) -> None:
        """Remove the key."""
        with self._lock:
            self._held.pop(key, None)

    def clear(self) -> None:
        """Remove every entry."""
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
