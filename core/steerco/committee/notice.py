"""The notice that a charter states for its meetings. Whether a late call is out of order is the charter's too: it asks for the
check by a ``[[procedure]]`` on ``meeting.convene`` or ``meeting.postpone``.
"""

from __future__ import annotations

from datetime import date

from steerco.charter.calendar import Calendar, shift
from steerco.charter.rules import Effective, effective
from steerco.committee.meeting import Meeting
from steerco.records import Do

RULE = "notice"
"""The named value: a number of days (or weeks), counted back from the day of the meeting."""
CHECK = "notice-given"
"""What asks for it."""


def latest(notice: Effective, day: date, calendar: Calendar) -> date | None:
    """The last day on which a meeting of ``day`` may be called; None where no number of days is stated.

    ``unit`` of the value: ``working`` (days), ``weeks``, else calendar days.
    """
    if isinstance(notice.value, bool) or not isinstance(notice.value, int):
        return None
    if notice.unit.startswith("working"):
        return shift(day, -notice.value, "working", calendar)
    return shift(day, -notice.value * (7 if notice.unit.startswith("week") else 1), "calendar", calendar)


@Meeting.check(CHECK)
def notice_given(do: Do, m: Meeting) -> bool:
    """The meeting is called as long before as is stated. One that was held before it was entered here, and one put off to a later
    day, need no further notice."""
    starts = do.given.get("starts_at") or m.starts_at
    if starts is None:
        return True
    starts = do.localise(starts)
    if starts <= do.at or (m.state == "convened" and m.starts_at is not None and starts >= do.localise(m.starts_at)):
        return True
    where = {"body": m.body, "kind": do.given.get("kind") or m.kind or ""}
    last = latest(effective(RULE, (do.charter, *do.layers), where), do.local(starts), do.calendar)
    return last is None or do.today <= last
