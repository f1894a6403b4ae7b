"""What the state of the membership asks of somebody: a body with too few members, a place that is vacant.

Nobody enters such a duty and no worker raises it: it follows from who held what on which day. It begins on the day on which the
state does and is done on the day on which the state ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from steerco.charter.model import Body, Charter, Label
from steerco.charter.stated import Source
from steerco.committee.directory import Day, Directory
from steerco.committee.membership_state import counted_members

MOST_CHANGES = 200
"""How many days of change are looked at, the newest first: what a body lacked long before is history."""


class MembershipDuty(Struct, frozen=True):
    """A duty by the state of the membership, of ``subject`` (a body, a role, a seat, a person).

    ``holder`` owes it; empty: whoever keeps the register of members. ``ended_by`` is the record of the act that ended the state,
    ``params`` fill the words that tell of it.
    """

    kind: str
    subject: str
    cite: tuple[str, ...]
    since: date
    holder: str = ""
    due_on: date | None = None
    done_on: date | None = None
    record: str = ""
    ended_by: str = ""
    params: dict[str, str | Label] = {}
    source: Source = Source()


def membership_duties(directory: Directory, charter: Charter, on: date, kept_from: date) -> list[MembershipDuty]:
    """Return what the membership asks for as of ``on``, from ``kept_from`` or the first day of the charter."""
    since = max(kept_from, charter.instrument.effective.first)
    rules = (_too_few,)
    return [duty for rule in rules for duty in rule(directory, charter, on, since)] if on >= since else []


def changes(directory: Directory, since: date, on: date) -> list[date]:
    """Return the days on which somebody came or left, from ``since`` to ``on``, and ``since`` itself."""
    days = {since}
    for holding in directory.holdings:
        days.add(holding.first)
        if holding.last is not None and holding.last < date.max:
            days.add(holding.last + timedelta(days=1))
    return sorted(day for day in days if since <= day <= on)[-MOST_CHANGES:]


def spells(days: list[date], holds: Callable[[date], bool]) -> Iterator[tuple[date, date | None]]:
    """Yield each time in which something holds, by its first day and the first day after it (None: it still does)."""
    start: date | None = None
    for day in days:
        if holds(day):
            start = start or day
        elif start is not None:
            yield start, day
            start = None
    if start is not None:
        yield start, None


def comer(directory: Directory, day: date) -> str:
    """Return the record of an appointment that begins on the day; empty where none does."""
    return next((holding.id for holding in directory.holdings if holding.first == day), "")


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
