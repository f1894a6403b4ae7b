"""Reminders: a duty whose day comes near is told to whoever owes it, once, so many working days before; one that is late, to
whom a clause or a house rule names.

How many is a setting of the tenant (``[notifications] remind_before``, working days of its calendar), since no regulation says.
A reminder is a service of the program: it changes no record, and no clause is cited for it but the duty's own. That a late duty
goes to anybody else is no service: a rule says so (``late-duty-told``) and is cited, and where none does, nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter import periods
from steerco.charter.calendar import working_days
from steerco.charter.rules import Effective, effective
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.notifications.notices import add, forget_old
from steerco.notifications.suspension_notices import ACT as SUSPENSION
from steerco.notifications.suspension_notices import SuspensionNotice, suspension_notices
from steerco.store.notice_tables import NoticeRow
from steerco.store.sessions import tenant_of

NAME = "reminders"
"""The cursor that keeps the last day on which reminders were made, by its number."""
OWED = ("upcoming", "due")
AHEAD = timedelta(days=60)
"""Further ahead no reminder looks, however many days off there are."""
ACT, LATE = "duty-due", "duty-late"
"""What a notice of a duty has in the place of an act: its day comes near, it is past."""
LATE_STATES = ("overdue", "missed")
BEHIND = timedelta(days=30)
"""What is late for longer was told, or was late before the rule came: it is not told any more."""


def remind(tenant: Tenant, now: datetime) -> int:
    """Make the reminders of the day; how many. The first step of a day does it, later ones of the same day nothing."""
    today = tenant.snapshot.local(now)
    before = tenant.snapshot.settings.notifications.remind_before
    with tenant.store.read(tenant.id) as session:
        if (cursors.last(session, NAME) or 0) >= today.toordinal():
            return 0
        owed = entries(tenant, session, today)
        near = [entry for entry in owed if _is_near(tenant, entry, today, before)]
        late = [(entry, whom) for entry in owed if _is_late(entry, today) and (whom := _told_of(tenant, session, entry, now))]
        lost = list(suspension_notices(tenant, session, now))
    with tenant.store.write(tenant.id) as session:
        if (cursors.last(session, NAME) or 0) >= today.toordinal():  # another process did
            return 0
        made = sum(_of_duty(tenant, session, entry, now, ACT, entry.holders) for entry in near)
        made += sum(_of_duty(tenant, session, entry, now, LATE, whom) for entry, whom in late)
        made += sum(_of_suspension(tenant, session, each, now) for each in lost)
        forget_old(session, now)
        cursors.handled(session, NAME, today.toordinal())
    return made


def _is_near(tenant: Tenant, entry: DutyEntry, today: date, before: int) -> bool:
    if entry.state not in OWED or entry.due_on is None or not today <= entry.due_on <= today + AHEAD or before == 0:
        return False
    return working_days(tenant.snapshot.calendar, today, entry.due_on) <= before


def _is_late(entry: DutyEntry, today: date) -> bool:
    due = _day(entry)
    return entry.state in LATE_STATES and due is not None and today - BEHIND <= due < today


def _day(entry: DutyEntry) -> date | None:
    """Return the last day on which a duty is in time: its own, else that of its period."""
    if entry.due_on is None and entry.period:
        try:
            return periods.parse(entry.period).last
        except ValueError:  # owed once under a version: no period of the calendar
            return None
    return entry.due_on


def late_rule(regime: Regime, duty: str) -> Effective:
    """Return the rule that says to whom this duty is told once it is late."""
    return effective("late-duty-told", (regime.charter, *regime.layers), {"duty": duty})


def _told_of(tenant: Tenant, session: Session, entry: DutyEntry, now: datetime) -> tuple[str, ...]:
    """Return whom the rule names, less those who owe it: they know."""
    authority = Authority(tenant, session, PLATFORM, now)
    rule = late_rule(authority.regime, entry.duty)
    if not rule.stated:
        return ()
    party = str(rule.value)
    people = authority.who(party).people or authority.day.holders(party)
    return tuple(person for person in people if person not in entry.holders)


def _of_duty(tenant: Tenant, session: Session, entry: DutyEntry, now: datetime, act: str, whom: Iterable[str]) -> int:
    """Tell these people of a duty, each once; how many were told."""
    key = f"{act.removeprefix('duty-')}:{entry.duty}:{entry.period}:{entry.record}:{entry.due_on}"
    new = _not_told(tenant, session, key, whom)
    for person in new:
        type = _type_of(tenant, session, entry.record)
        about = {"type": type, "record": entry.record if type else None, "duty": entry.duty, "due_on": _day(entry)}
        add(session, now, person=person, key=key, event=0, act=act, **about)
    return len(new)


def _of_suspension(tenant: Tenant, session: Session, each: SuspensionNotice, now: datetime) -> int:
    """Tell of a suspension those whom its rule names, each once; how many were told."""
    new = _not_told(tenant, session, each.key, each.whom)
    for person in new:
        add(session, now, person=person, key=each.key, event=0, act=SUSPENSION, about=each.about.kept(), due_on=each.since)
    return len(new)


def _not_told(tenant: Tenant, session: Session, key: str, whom: Iterable[str]) -> list[str]:
    """Return those of these people who are known and were not told by that key."""
    known, rows = tenant.directory(session).persons, (NoticeRow.tenant_id == tenant_of(session), NoticeRow.key == key)
    told = set(session.scalars(select(NoticeRow.person).where(*rows)))
    return [person for person in dict.fromkeys(whom) if person in known and person not in told]


def _type_of(tenant: Tenant, session: Session, record: str) -> str | None:
    """Return the type of the record that a duty is about."""
    for name, kind in tenant.snapshot.types.items() if record else ():
        if kind.get(session, tenant.id, record) is not None:
            return name
    return None
