"""Whoever a charter wants told first of a suspension (``notice_to`` of ``[[suspension]]``) is told once; where the rule
gives days for it, before it takes effect.

A suspension follows from the records and nobody enters it, so the word of it is made where days are watched: by the first step of
a day that finds the missing complete. It cites the rule of the suspension, as that was then.

Rule: an agency is told through its head, and where none is on record through whoever else acts for it in the committee; never
through the person concerned alone, who is not the agency. Where nobody is left, the word goes to those who may end the
appointment, and says that it falls to them: no text says who then tells the agency, so no clause is cited for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, convert, to_builtins
from sqlalchemy.orm import Session

from steerco.charter.tables.suspensions import Lost
from steerco.committee.decisions.suspension import Look, Suspended, foreseen
from steerco.committee.members.appointment import Appointment
from steerco.committee.members.directory import Day
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.authority import Authority
from steerco.kernel.grants import who_may
from steerco.records.several import records_of

ACT = "suspension"
"""What such a notice has in the place of an act."""
AGENCY, AGENCY_HEAD = "agency", "agency-head"
KEEPING = "appointment.end"
"""The act of whoever keeps the register of members."""
BEHIND = timedelta(days=30)
"""What took effect longer ago was told, or was so before the rule came: it is not told any more."""


class AboutSuspension(Struct, frozen=True):
    """What a notice of a suspension keeps to be told by: the member of ``body``, what the rule takes (nothing: it only tells),
    and the clauses that the rule cites. ``missing`` is the party that the rule names and through whom nobody can be told, or
    ``agency`` where none is on record: those who are told in its place pass the word on. No text."""

    body: str
    person: str
    lost: tuple[Lost, ...]
    cite: tuple[str, ...]
    missing: str = ""

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


class Informed(Struct, frozen=True):
    """Who is told of a suspension. ``missing``: nobody can be told for this party (``agency``: none is on record), so those in
    ``whom`` are the ones to whom passing the word falls; nobody, where nobody may end the appointment either."""

    whom: tuple[str, ...]
    missing: str = ""


def suspension_notices(tenant: Tenant, session: Session, now: datetime) -> Iterator[SuspensionNotice]:
    """Yield what is to be told at a time, of each body by its charter in force."""
    authority = Authority(tenant, session, PLATFORM, now)
    charter, day, today = authority.regime.charter, authority.day, authority.today
    if not any(rule.notice.to for rule in charter.suspensions):
        return
    look = Look(session, tenant.id, charter, day, tenant.snapshot.local, tenant.snapshot.types["matter"])
    for body in charter.bodies:
        for each in foreseen(look, body.id, day.members(body.id)):
            if each.rule.notice.to and each.since >= today - BEHIND:
                told = informed(authority, day, each)
                about = AboutSuspension(body.id, each.person, each.rule.effect, each.rule.cite, told.missing)
                yield SuspensionNotice(about, each.since, told.whom)


def informed(authority: Authority, day: Day, each: Suspended) -> Informed:
    """Return who is told of a suspension, by whom its rule names and the people of ``day``."""
    to = each.rule.notice.to
    if to != AGENCY:
        group = next((group for group in day.charter.groups if group.id == to), None)
        found = [person for party in (group.roles if group else (to,)) for person in day.holders(party)]
        return Informed(tuple(dict.fromkeys(found))) if found else Informed(_keepers(authority, day, each), to)
    agency = day.agency(each.person)
    acting = [person for person in (day.holders(agency) if agency else ()) if person != each.person]
    heads = [person for person in acting if any((AGENCY_HEAD, agency) == (role, of) for _, role, of in day.held(person))]
    found = heads or acting
    return Informed(tuple(found)) if found else Informed(_keepers(authority, day, each), agency or AGENCY)


def _keepers(authority: Authority, day: Day, each: Suspended) -> tuple[str, ...]:
    """Return who may end an appointment by which somebody sits there, but for that person."""
    action = authority.tenant.snapshot.action(KEEPING)
    if action is None:
        return ()
    held = records_of(authority.session, authority.tenant.id, Appointment, person=each.person)
    running = [row for row in held if row.state == "held" and row.from_ <= day.day and (row.to is None or row.to >= day.day)]
    found = [person for row in running for who in who_may(authority, action, row) for person in who.people]
    return tuple(dict.fromkeys(person for person in found if person != each.person))
