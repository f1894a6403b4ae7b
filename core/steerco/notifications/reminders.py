"""Reminders: a duty whose day comes near is told to whoever owes it, once, so many working days before.

How many is a setting of the tenant (``[notifications] remind_before``, working days of its calendar), since no regulation says.
A reminder is a service of the program: it changes no record, and no clause is cited for it but the duty's own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.calendar import working_days
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.notifications.notices import add, forget_old
from steerco.store.engine import tenant_of
from steerco.store.notice_tables import NoticeRow

NAME = "reminders"
"""The cursor that keeps the last day on which reminders were made, by its number."""
OWED = ("upcoming", "due")
AHEAD = timedelta(days=60)
"""Further ahead no reminder looks, however many days off there are."""
ACT = "duty-due"
"""What a reminder has in the place of an act."""


def remind(tenant: Tenant, now: datetime) -> int:
    """Make the reminders of the day; how many. The first step of a day does it, later ones of the same day nothing."""
    today = tenant.snapshot.local(now)
    before = tenant.snapshot.settings.notifications.remind_before
    with tenant.store.read(tenant.id) as session:
        if (cursors.last(session, NAME) or 0) >= today.toordinal():
            return 0
        near = [entry for entry in entries(tenant, session, today) if _is_near(tenant, entry, today, before)]
    with tenant.store.write(tenant.id) as session:
        if (cursors.last(session, NAME) or 0) >= today.toordinal():  # another process did
            return 0
        made = sum(_of_duty(tenant, session, entry, now) for entry in near)
        forget_old(session, now)
        cursors.handled(session, NAME, today.toordinal())
    return made


def _is_near(tenant: Tenant, entry: DutyEntry, today: date, before: int) -> bool:
    if entry.state not in OWED or entry.due_on is None or not today <= entry.due_on <= today + AHEAD or before == 0:
        return False
    return working_days(tenant.snapshot.calendar, today, entry.due_on) <= before


def _of_duty(tenant: Tenant, session: Session, entry: DutyEntry, now: datetime) -> int:
    made = 0
    key = f"due:{entry.duty}:{entry.period}:{entry.record}:{entry.due_on}"
    known = tenant.directory(session).persons
    for person in dict.fromkeys(entry.holders):
        told = select(NoticeRow.id).where(
            NoticeRow.tenant_id == tenant_of(session), NoticeRow.person == person, NoticeRow.key == key
        )
        if person not in known or session.scalar(told) is not None:
            continue
        type = _type_of(tenant, session, entry.record)
        about = {"type": type, "record": entry.record if type else None, "duty": entry.duty, "due_on": entry.due_on}
        add(session, now, person=person, key=key, event=0, act=ACT, **about)
        made += 1
    return made


def _type_of(tenant: Tenant, session: Session, record: str) -> str | None:
    """Return the type of the record that a duty is about."""
    for name, kind in tenant.snapshot.types.items() if record else ():
        if kind.get(session, tenant.id, record) is not None:
            return name
    return None
