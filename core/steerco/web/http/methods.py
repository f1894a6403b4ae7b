"""Which methods each address takes, for ``Allow``: the framework leaves out HEAD, and of two handlers at one address sometimes
one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from litestar import Litestar
from litestar.routes import BaseRoute, HTTPRoute

REST = ""
"""A parameter at the end of a route that takes all that is left of an address, slashes too."""


class RouteTree:
    """Routes by the steps of their addresses: one look at each step, since every page asks of every entry of its menu."""

    def __init__(self) -> None:
        self._next: dict[str | None, RouteTree] = {}
        self._ends: list[tuple[Sequence[str | None], frozenset[str]]] = []
        self._rest: list[tuple[Sequence[str | None], frozenset[str]]] = []

    def add(self, parts: Sequence[str | None], methods: frozenset[str]) -> None:
        """Put in a route."""
        node = self
        for part in parts:
            if part == REST:
                node._rest.append((parts, methods))
                return
            node = node._next.setdefault(part, RouteTree())
        node._ends.append((parts, methods))

    def fitting(self, address: Sequence[str]) -> Iterator[tuple[Sequence[str | None], frozenset[str]]]:
        """Yield the routes that an address fits."""
        if not address:
            yield from self._ends
            return
        yield from self._rest
        for step in (address[0], None):
            if (node := self._next.get(step)) is not None:
                yield from node.fitting(address[1:])


class Methods:
    """The methods of every route of an application."""

    def __init__(self, app: Litestar) -> None:
        self._known = RouteTree()
        for route in app.routes:
            if isinstance(route, HTTPRoute):
                self._known.add(_parts(route), _methods(route))

    def of(self, path: str) -> str:
        """Return the methods that an address takes, as ``Allow`` has them; empty for an address that does not exist.

        As in the router, what stands literally in a route goes before a parameter, and there is no second choice.
        """
        address = [part for part in path.split("/") if part]
        matching = [(self._shape(parts), methods) for parts, methods in self._known.fitting(address)]
        chosen = min((shape for shape, _ in matching), default=())
        return ", ".join(sorted(frozenset().union(*(methods for shape, methods in matching if shape == chosen))))

    @staticmethod
    def _shape(parts: Sequence[str | None]) -> tuple[bool, ...]:
        return tuple(part in (None, REST) for part in parts)


def _parts(route: BaseRoute) -> tuple[str | None, ...]:
    """Return the parts of a route's path; None for a parameter, ``REST`` for one that takes all that is left of an address."""
    return tuple(part if isinstance(part, str) else REST if part.type is Path else None for part in route.path_components)


def _methods(route: HTTPRoute) -> frozenset[str]:
    names = frozenset(str(method) for method in route.methods)
    return names | {"HEAD"} if "GET" in names else names
