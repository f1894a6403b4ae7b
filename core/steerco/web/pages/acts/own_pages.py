"""Record types whose page has a body of its own, where work on them is daily. Every other body follows from the declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from litestar import Response

from steerco.records import Record
from steerco.web.pages.frame.visit import Visit


class OwnPage(NamedTuple):
    """The template, which extends that of every record's page and replaces its body, and what it shows beside. Fields that are
    ``told`` there stand no more among the record's values."""

    template: str
    content: Callable[[Visit, Any], dict[str, Any]]


OWN_PAGES: dict[str, OwnPage] = {}
"""By record type. It is filled where the pages are put together (``pages.routes``), as is the next."""
OWN_LISTS: dict[str, Callable[[Visit], Response[bytes]]] = {}
"""The lists of types that are looked at in a way of their own."""


def own_page(visit: Visit, record: Record) -> tuple[str, dict[str, Any]]:
    """Return the template of a record's page, and what it shows beside what every record's page does."""
    own = OWN_PAGES.get(record.record_type)
    return (own.template, own.content(visit, record)) if own else ("acts/record.html", {})
