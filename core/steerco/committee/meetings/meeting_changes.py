"""A meeting that is moved or called off."""

from __future__ import annotations

from datetime import datetime

from steerco.committee.meetings.attendance import EXCUSED, Attendance, asked
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.meetings.meeting_calling import called
from steerco.records import Do, Line


@Meeting.action("planned", "convened", clocked=True)
def postpone(do: Do, m: Meeting, *, starts_at: datetime, reason: Line) -> None:
    """Move the meeting to another time, which is still to come. Answers to the invitation were for the time before and count no
    more; consent to an absence was for the meeting and stands.
    """
    starts = do.time("starts_at", starts_at)
    if starts == do.localise(m.starts_at):
        do.invalid("starts_at", "same-time")
    if starts <= do.at:
        do.invalid("starts_at", "time-past")
    if m.ends_at is not None:
        m.ends_at = do.localise(m.ends_at) + (starts - do.localise(m.starts_at))  # it lasts as long
    m.starts_at, m.reason, m.reply_by = starts, reason, None
    called(do, m)
    do.for_ledger(meets_on=do.local(m.starts_at))
    for row in do.parts(m, Attendance):
        if row.reply != EXCUSED:
            row.reply, row.note = None, None
    do.tell(*asked(do, m))


@Meeting.action("planned", "convened", to="canceled")
def cancel(do: Do, m: Meeting, *, reason: Line) -> None:
    """Call the meeting off."""
    m.reason = reason
    do.tell(*asked(do, m))
