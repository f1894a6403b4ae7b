"""The duties of a period as they were owed, and as they would have been under a draft."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from steerco.answers.past_found import PastDuty
from steerco.charter.model import Label
from steerco.configuration.tenant import Tenant
from steerco.kernel import duty_ledger
from steerco.kernel.duty_ledger import DutyEntry

Key = tuple[str, str, str, int]


def moved(was: Tenant, is_: Tenant, session: Session, first: date, last: date) -> tuple[PastDuty, ...]:
    """Return the duties of a period (both days included, by the day on which they arose or were due) that come out otherwise."""
    after = _owed(duty_ledger.once(is_, session, last), first, last)  # first, so that one ledger is in memory at a time
    before = _owed(duty_ledger.entries(was, session, last), first, last)
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if (kind := _kind(old, new)) is not None:
            found.append(_told(kind, old, new))
    return tuple(sorted(found, key=lambda each: (each.due_was or each.due_is or last, each.duty, each.holder, each.period)))


def _owed(lines: list[DutyEntry], first: date, last: date) -> dict[Key, DutyEntry]:
    inside = (line for line in lines if first <= (line.due_on or line.since or first) <= last)
    return {(line.duty, line.holder, line.period, line.event): line for line in inside}


def _kind(old: DutyEntry | None, new: DutyEntry | None) -> str | None:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old.due_on != new.due_on and old.due_on and new.due_on:
        return "earlier" if new.due_on < old.due_on else "later"
    return "state" if (old.state, old.due_on) != (new.state, new.due_on) else None


def _told(kind: str, old: DutyEntry | None, new: DutyEntry | None) -> PastDuty:
    either = new or old
    assert either is not None
    return PastDuty(
        duty=either.duty,
        label=either.label or Label(),
        holder=either.holder,
        period=either.period,
        kind=kind,
        due_was=old.due_on if old else None,
        due_is=new.due_on if new else None,
        state_was=old.state if old else "",
        state_is=new.state if new else "",
        cites_was=old.cites if old else (),
        cites_is=new.cites if new else (),
        holders=tuple(dict.fromkeys((*(old.holders if old else ()), *(new.holders if new else ())))),
        record=either.record,
    )
