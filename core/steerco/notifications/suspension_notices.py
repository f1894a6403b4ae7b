"""Whoever a charter wants told first of a suspension (``notice_to`` of ``[[suspension]]``) is told once, before it takes effect.

A suspension follows from the records and nobody enters it, so the word of it is made where days are watched: by the first step of
a day after the missing is complete. It cites the rule of the suspension.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.charter.tables.suspensions import Suspension
from steerco.committee.decisions.suspension import Look, Suspended, foreseen
from steerco.committee.members.directory import Day
from steerco.configuration.tenant import Tenant

ACT = "suspension"
"""What such a notice has in the place of an act."""
AGENCY = "agency"
BEHIND = timedelta(days=30)
"""What took effect longer ago was told, or was so before the rule came: it is not told any more."""


class SuspensionNotice(Struct, frozen=True):
    """Word of a suspension of a member of ``body`` by a rule on ``role``, from a day on; ``whom`` are told."""

    body: str
    role: str
    person: str
    since: date
    whom: tuple[str, ...]

    @property
    def about(self) -> str:
        """What the notice keeps to be told by: no text, only whom it is about and by which rule."""
        return "/".join((self.body, self.role, self.person))

    @property
    def key(self) -> str:
        """By what it is told once."""
        return f"{ACT}:{self.about}:{self.since}"


def suspension_notices(tenant: Tenant, session: Session, today: date) -> Iterator[SuspensionNotice]:
    """Yield what is to be told as of a day, of each body by its charter in force."""
    charter = tenant.snapshot.regime_on(today).charter
    if not any(rule.notice.to for rule in charter.suspensions):
        return
    day = tenant.directory(session).on(today, charter)
    look = Look(session, tenant.id, charter, day, tenant.snapshot.local, tenant.snapshot.types["matter"])
    for body in charter.bodies:
        for each in foreseen(look, body.id, day.members(body.id)):
            if each.rule.notice.to and each.since >= today - BEHIND:
                yield SuspensionNotice(body.id, each.rule.role, each.person, each.since, _whom(day, each))


def _whom(day: Day, each: Suspended) -> tuple[str, ...]:
    to = each.rule.notice.to
    party = day.agency(each.person) if to == AGENCY else to
    return day.holders(party) if party else ()


def rule_of(rules: tuple[Suspension, ...], role: str) -> Suspension | None:
    """Return the rule of a notice, as the charter has it now."""
    return next((rule for rule in rules if rule.role == role), None)
