"""The notice of meetings. What follows from a late call is said by whoever asks for a check here, by a ``[[procedure]]`` on
``meeting.convene`` or ``meeting.postpone``: it is out of order, or it is done and shown as late.
"""

from __future__ import annotations

from datetime import date

from steerco.charter.rules import effective
from steerco.charter.values import Days
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, Unmet

RULE = "notice"
"""The named value: a length of time, counted back from the day of the meeting."""
CHECK = "notice-given"
"""What asks that the meeting be called as long before."""
KNOWN = "notice-known"
"""What asks that it be called, or stand in the calendar, as long before."""


@Meeting.check(CHECK)
def notice_given(do: Do, m: Meeting) -> bool | Unmet:
    """The meeting is called as long before as is stated. One that was held before it was entered here, and one put off to a later
    day, need no further notice."""
    return _in_time(do, m, do.today)


@Meeting.check(KNOWN)
def notice_known(do: Do, m: Meeting) -> bool | Unmet:
    """The same, and a meeting that was put into the calendar in time may be called later: who attends knew of it."""
    return _in_time(do, m, do.local(m.created_at) if m.state == "planned" else do.today)


def needs_none(do: Do, m: Meeting) -> bool:
    """Return whether a call needs no notice: of a meeting that was held before, or is put off to a later day."""
    starts = do.given.get("starts_at") or m.starts_at
    if starts is None:
        return False
    starts = do.localise(starts)
    return starts <= do.at or (m.state == "convened" and m.starts_at is not None and starts >= do.localise(m.starts_at))


Meeting.free_of["notice"] = needs_none


def _in_time(do: Do, m: Meeting, day: date) -> bool | Unmet:
    starts = do.given.get("starts_at") or m.starts_at
    if starts is None or needs_none(do, m):
        return True
    starts = do.localise(starts)
    days = Days(do.local(starts), do.calendar)
    where = {"body": m.body, "kind": do.given.get("kind") or m.kind or ""}
    notice = effective(RULE, (do.charter, *do.layers), where, measure=days.span)
    last = notice.end(days)
    if last is None or day <= last:
        return True
    return Unmet(notice.cite, {"last": f"{last}", "value": str(notice.value), "unit": notice.unit})
