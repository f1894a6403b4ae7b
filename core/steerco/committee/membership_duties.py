"""What the state of the membership asks of somebody, all of it: too few members, terms that are over, what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from steerco.charter.model import Body, Charter
from steerco.committee.directory import Day, Directory
from steerco.committee.membership_duty import MembershipDuty, changes, comer, spells
from steerco.committee.membership_state import counted_members
from steerco.committee.term_duties import confirmations, terms_over


def membership_duties(directory: Directory, charter: Charter, on: date, kept_from: date) -> list[MembershipDuty]:
    """Return what the membership asks for as of ``on``, from ``kept_from`` or the first day of the charter."""
    since = max(kept_from, charter.instrument.effective.first)
    rules = (_too_few, terms_over, confirmations)
    return [duty for rule in rules for duty in rule(directory, charter, on, since)] if on >= since else []


def _too_few(directory: Directory, charter: Charter, on: date, since: date) -> Iterator[MembershipDuty]:
    """A body has fewer members than the charter asks for."""
    bodies = [body for body in charter.bodies if isinstance(body.min, int)]
    days = changes(directory, since, on) if bodies else []
    for body in bodies:
        for first, after in spells(days, lambda day, body=body: _lacks(Day(directory, charter, day), body)):  # type: ignore[misc]
            yield MembershipDuty(
                "below-min",
                body.id,
                body.cite,
                first,
                done_on=after,
                ended_by=comer(directory, after) if after else "",
                params={"body": body.label, "least": str(body.min)},
                source=body.source,
            )


def _lacks(day: Day, body: Body) -> bool:
    return isinstance(body.min, int) and len(counted_members(day, body)) < body.min
