"""Removing a member: who calls for it and where, the time for feedback, then a vote within its time."""

from __future__ import annotations

from typing import Any

from steerco.charter.model import DecisionRule, Removal
from steerco.committee.decisions import voters
from steerco.committee.meetings.meeting import Meeting
from steerco.records import DayView, Do

SAT = ("open", "concluded", "closed")


def called(do: Do, m: Any) -> None:
    """Stop a matter on a removal that is called for by somebody else than the charter says, or not in a meeting of that kind."""
    removal = _called_for(do, m)
    if removal is None:
        return
    call = removal.call
    if call.by and not voters.among(do, (call.by,)):
        do.out_of_order("removal-called-by", *removal.cite, who=call.by)
    meeting = do.get(Meeting, m.meeting) if m.meeting else None
    if call.in_ and (meeting is None or meeting.kind != call.in_ or meeting.state not in SAT):
        do.out_of_order("removal-called-in", *removal.cite, kind=call.in_)


def in_time(do: Do, m: Any, rule: DecisionRule) -> None:
    """Stop a vote on a removal that opens before the time for feedback is over, or after the time for the vote."""
    removal = _of(do, m, rule)
    if removal is None:
        return
    if len(m.seconded_by or ()) < removal.call.second:
        do.out_of_order("removal-not-seconded", *removal.cite, needed=removal.call.second)
    day = do.local(m.created_at)
    for step in removal.steps:
        if step.what == "feedback" and step.at_least is not None:
            day = step.at_least.after(day)
            if do.today < day:
                do.out_of_order("removal-feedback", *removal.cite, until=day.isoformat())
        if step.what == "vote" and step.within is not None and do.today > (last := step.within.after(day)):
            do.out_of_order("removal-too-late", *removal.cite, until=last.isoformat())


def second(do: Do, m: Any) -> bool:
    """Second the call for a removal before its vote opens; return whether there is one that needs it."""
    removal = _called_for(do, m)
    if removal is None or not removal.call.second:
        return False
    if do.actor in (m.author, *(m.seconded_by or ())):
        do.out_of_order("second-by-another", *removal.cite)
    m.seconded_by = [*(m.seconded_by or ()), do.actor]
    return True


def is_of(do: DayView, m: Any) -> bool:
    """Return whether a matter is decided as the removal of whom it concerns."""
    return _called_for(do, m) is not None


def _called_for(do: DayView, m: Any) -> Removal | None:
    ways = {row.id: row.classes for row in do.charter.decisions}
    return next((row for row in _about(do, m) if {m.class_, "*"}.intersection(ways.get(row.decision, ()))), None)


def _of(do: Do, m: Any, rule: DecisionRule) -> Removal | None:
    return next((row for row in _about(do, m) if row.decision == rule.id), None)


def _about(do: DayView, m: Any) -> list[Removal]:
    """Return what the charter says of removing whom a matter concerns."""
    if not do.charter.removals or not m.concerns:
        return []
    names = {name for person in do.parties.holders(m.concerns) for name in do.parties.called(person)}
    return [row for row in do.charter.removals if row.role in names]
