"""Whoever a charter wants told first of a suspension (``notice_to`` of ``[[suspension]]``) is told once; where the rule
gives days for it, before it takes effect.

A suspension follows from the records and nobody enters it, so the word of it is made where days are watched: by the first step of
a day that finds the missing complete. It cites the rule of the suspension, as that was then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct, convert, to_builtins
from sqlalchemy.orm import Session

from steerco.charter.tables.suspensions import Lost
from steerco.committee.decisions.suspension import Look, Suspended, foreseen
from steerco.committee.members.directory import Day
from steerco.configuration.tenant import Tenant

ACT = "suspension"
"""What such a notice has in the place of an act."""
AGENCY = "agency"
BEHIND = timedelta(days=30)
"""What took effect longer ago was told, or was so before the rule came: it is not told any more."""


class AboutSuspension(Struct, frozen=True):
    """What a notice of a suspension keeps to be told by: the member of ``body``, what the rule takes (nothing: it only tells),
    and the clauses that the rule cites. No text."""

    body: str
    person: str
    lost: tuple[Lost, ...]
    cite: tuple[str, ...]

    @classmethod
    def read(cls, kept: dict[str, Any]) -> AboutSuspension:
        """Return it as a notice keeps it."""
        return convert(kept, cls)

    def kept(self) -> dict[str, Any]:
        """Return it as a notice keeps it."""
        return dict(to_builtins(self))


class SuspensionNotice(Struct, frozen=True):
    """Word of a suspension by one rule, from a day on; ``whom`` are told."""

    about: AboutSuspension
    since: date
    whom: tuple[str, ...]

    @property
    def key(self) -> str:
        """By what it is told once: two rules that meet somebody on one day tell of two things."""
        about = self.about
        return ":".join((ACT, about.body, about.person, ",".join(about.lost), ",".join(about.cite), str(self.since)))


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
                about = AboutSuspension(body.id, each.person, each.rule.effect, each.rule.cite)
                yield SuspensionNotice(about, each.since, _whom(day, each))


def _whom(day: Day, each: Suspended) -> tuple[str, ...]:
    to = each.rule.notice.to
    party = day.agency(each.person) if to == AGENCY else to
    return day.holders(party) if party else ()
