"""Pages of a list that is computed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from steerco.web.pages.frame.visit import Visit

T = TypeVar("T")


class Slice(NamedTuple, Generic[T]):
    """One page of a list; ``number`` counts from 1, ``of`` at least 1."""

    items: Sequence[T]
    number: int
    of: int
    total: int
    first: int
    previous: str
    next: str
    start: str


def cut(visit: Visit, items: Sequence[T], size: int, path: Sequence[str], params: dict[str, Any]) -> Slice[T]:
    """Return the page of ``items`` that the address asks for (``page=``)."""
    of = max(1, -(-len(items) // size))
    number = visit.query.number("page")
    if number > of:
        visit.query.errors["page"] = ("bad_page", {})
        number = 1

    def at(page: int) -> str:
        return visit.links.to(*path, **params, page=page if page > 1 else "")

    start = (number - 1) * size
    return Slice(
        items[start : start + size],
        number,
        of,
        len(items),
        start + 1 if items else 0,
        at(number - 1) if number > 1 else "",
        at(number + 1) if number < of else "",
        at(1),
    )
