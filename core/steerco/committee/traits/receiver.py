"""Whom a task binds: what a power to assign, to direct or to conclude is measured by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from steerco.records import Facet, Parties


def bound(to: str | None, lead: str | None, parties: Parties) -> tuple[str, ...]:
    """Return the parties that a task binds: whom it is given to and, where that is somebody else, who is to lead it.

    A member who leads by the own agency, or by one of its units, is one receiver with it, and so is the member of a body to whom
    the body's work is given: the member is bound, and the agency or body through the member only.
    """
    if to is None or lead is None or to == lead:
        return tuple(name for name in dict.fromkeys((to, lead)) if name)
    if parties.sort(to) in ("agency", "body"):
        return to, lead
    holders, sort = set(parties.holders(to)), parties.sort(lead)
    if sort == "agency" and any(holders & set(parties.holders(own)) for own in (lead, parties.agency(lead))):
        return (to,)
    return (to,) if sort == "body" and holders & set(parties.members(lead)) else (to, lead)


def bound_by(tasks: Iterable[Any], parties: Parties) -> list[str]:
    """Return the parties that several tasks bind, each once."""
    return list(dict.fromkeys(name for task in tasks for name in bound(task.to, task.lead, parties)))


class BoundBy(Facet):
    """The parties bound by the tasks that an act makes on its way, and ``default`` where it makes none.

    Of an act that takes no tasks the facet says nothing.
    """

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if self.field not in given:
            return [frozenset()]
        return super().of_request({self.field: bound_by(given[self.field] or (), parties)}, None, parties)
