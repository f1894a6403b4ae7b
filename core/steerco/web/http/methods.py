"""Which methods each address takes, for ``Allow``: the framework leaves out HEAD, and of two handlers at one address sometimes
one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litestar import Litestar
from litestar.routes import BaseRoute, HTTPRoute

REST = ""
"""A parameter at the end of a route that takes all that is left of an address, slashes too."""


class Methods:
    """The methods of every route of an application."""

    def __init__(self, app: Litestar) -> None:
        self.routes = [(_parts(route), _methods(route)) for route in app.routes if isinstance(route, HTTPRoute)]

    def of(self, path: str) -> str:
        """Return the methods that an address takes, as ``Allow`` has them; empty for an address that does not exist.

        As in the router, what stands literally in a route goes before a parameter, and there is no second choice.
        """
        address = [part for part in path.split("/") if part]
        matching = [(self._shape(parts), methods) for parts, methods in self.routes if _matches(parts, address)]
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


def _matches(parts: Sequence[str | None], address: Sequence[str]) -> bool:
    if parts and parts[-1] == REST:
        parts, address = parts[:-1], address[: len(parts) - 1] if len(address) >= len(parts) else ()
    return len(parts) == len(address) and all(part in (None, step) for part, step in zip(parts, address, strict=True))
