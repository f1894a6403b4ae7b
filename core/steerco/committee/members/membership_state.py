"""How the membership of a body stands on a day: whom its numbers count, and whether it has enough."""

from __future__ import annotations

from steerco.charter.model import Body
from steerco.records import Do, Parties


def counted_members(day: Parties, body: Body) -> tuple[str, ...]:
    """Return the persons whom ``seats``, ``min`` and ``max`` of a body count on a day."""
    members = day.members(body.id)
    return tuple(person for person in members if not day.called(person).isdisjoint(body.counted)) if body.counted else members


def enough(do: Do, body_id: str) -> None:
    """Stop a decision of a body that has fewer members than it decides with."""
    body = do.charter.body(body_id)
    if body is None or body.below_min != "no-decision" or not isinstance(body.min, int):
        return
    if len(have := counted_members(do.parties, body)) < body.min:
        do.out_of_order("too-few-members", *body.cite, have=len(have), least=body.min)
