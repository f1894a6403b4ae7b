"""Who reads a page of work, as of now: these pages show the present day, whatever day the address asks for."""

from __future__ import annotations

from steerco.kernel.authority import Authority
from steerco.web.pages.frame.visit import ReaderLook


def present(visit: ReaderLook) -> Authority:
    """Return the sight of the reader now. Work is done today: from here on the page is of today, and so are its links, whatever
    day the address asks for."""
    visit.links.kept.pop("on", None)
    visit.shown, visit.stale = visit.today, False
    return visit.authority


def own_keys(authority: Authority) -> frozenset[str]:
    """Return every id that names the reader, in all capacities: person, seats, offices, and of the officers acted for."""
    return frozenset().union(*(capacity.keys for capacity in authority.capacities))


def capacity_name(visit: ReaderLook, capacity: str, acting_for: str) -> str:
    """Return in which capacity something is done or owed, as the page says it."""
    if acting_for:
        return visit.say("word", "acting_for", who=visit.names(acting_for))
    return visit.names(capacity) if capacity else ""
