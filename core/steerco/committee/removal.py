"""The steps before a vote on removing a member: time for feedback first, then a vote within its time."""

from __future__ import annotations

from typing import Any

from steerco.charter.model import DecisionRule, Removal
from steerco.records import Do


def in_time(do: Do, m: Any, rule: DecisionRule) -> None:
    """Stop a ballot on a removal that opens before the time for feedback is over, or after the time for the vote."""
    removal = _of(do, m, rule)
    if removal is None:
        return
    day = do.local(m.created_at)
    for step in removal.steps:
        if step.what == "feedback" and step.at_least is not None:
            day = step.at_least.after(day)
            if do.today < day:
                do.out_of_order("removal-feedback", *removal.cite, until=day.isoformat())
        if step.what == "vote" and step.within is not None and do.today > (last := step.within.after(day)):
            do.out_of_order("removal-too-late", *removal.cite, until=last.isoformat())


def _of(do: Do, m: Any, rule: DecisionRule) -> Removal | None:
    if not do.charter.removals or not m.concerns:
        return None
    called = {name for person in do.parties.holders(m.concerns) for name in do.parties.called(person)}
    return next((row for row in do.charter.removals if row.decision == rule.id and row.role in called), None)
