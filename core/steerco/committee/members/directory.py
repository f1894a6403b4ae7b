"""The directory of a tenant: its people, seats, offices, bodies and agencies, read once and interpreted for any day.

Pattern: an immutable value and a view of it. ``load`` reads the records of persons, agencies, offices, appointments, absences
and delegations into a ``Directory``; ``Directory.on`` joins that with the charter in force and keeps the ``Day``::

    day = load(session, tenant_id).on(date(2026, 12, 1), charter)
    day.resolve("an")      # "deputy-seat": the seat that the person An holds, since work follows the seat
    day.capacities("an")   # An's own capacity, then one for each absent officer for whom An acts

Rule: nothing here asks the database or a clock after ``load``; the same directory, charter and day give the same answer.
A ``Day`` inherits in three steps: names (``naming``), tenure (``tenure``), capacities (here).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from steerco.charter.model import Charter, Succession
from steerco.charter.tables.papers import SIGN
from steerco.committee.members.appointment import Appointment
from steerco.committee.members.authority_delegation import AuthorityDelegation
from steerco.committee.members.directory_data import AbsencePeriod, DirectoryData, Grant, Holding
from steerco.committee.members.officer_absence import OfficerAbsence
from steerco.committee.members.people import UNIT, Agency, Office, Person
from steerco.committee.members.tenure import Tenure
from steerco.policy.capacity import Capacity
from steerco.records.relation import type_registry
from steerco.store.prepared_select import Prepared
from steerco.store.tenant_status import standing

ALTERNATE_POWERS: dict[str, tuple[str, ...]] = {
    "attend": ("meeting.reply", "matter.give-opinion"),
    "vote": ("matter.vote", "matter.second"),
    "quorum": (),
}
"""What an alternate does in the place of who is away, by the right that the charter gives."""


@dataclass(frozen=True)
class Directory(DirectoryData):
    """The data of the directory, and its meaning on a day (:meth:`on`)."""

    days: dict[tuple[str, date], Day] = field(default_factory=dict, compare=False)

    def on(self, day: date, charter: Charter) -> Day:
        """Return the directory as of a day under a charter; the last 64 days are kept, since most questions are about a few."""
        key = (charter.digest, day)
        if key not in self.days:
            if len(self.days) > 64:
                self.days.clear()
            self.days[key] = Day(self, charter, day)
        return self.days[key]


@cache
def _every(type: Any, fields: tuple[str, ...]) -> Prepared:
    """Return the statement that reads plain rows of the table, compiled once: mapped objects took half of a tenant's first
    request.
    """
    columns = {name: getattr(type, name).property.columns[0].label(name) for name in ("id", "tenant_id", *fields)}
    of_tenant = columns["tenant_id"].element == bindparam("own", type_=Integer)
    return Prepared(select(*(columns[name] for name in fields)).where(of_tenant).order_by(columns["id"].element))


def load(session: Session, tenant_id: int) -> Directory:
    """Read the tenant's directory, including what the session's transaction has changed."""
    session.flush()  # what this transaction has changed counts
    connection = session.connection()

    def every(type: Any, *fields: str) -> list[Any]:
        return list(_every(type, fields).all(connection, {"own": tenant_id}))

    agencies, offices = every(Agency, "id", "name", "parent", "sort"), every(Office, "id", "agency", "title")
    persons = every(Person, "id", "name", "attrs")
    return Directory(
        persons={p.id: p.name for p in persons},
        attrs={p.id: p.attrs for p in persons if p.attrs},
        agencies={a.id: a.name for a in agencies},
        parents={a.id: a.parent for a in agencies if a.parent},
        units=frozenset(a.id for a in agencies if a.sort == UNIT),
        offices={o.id: o.agency for o in offices},
        titles={o.id: o.title for o in offices},
        holdings=tuple(
            Holding(
                *(a.person, a.seat or "", a.office or "", a.agency or "", a.from_, a.to),
                id=a.id,
                term_to=a.term_to,
                confirmed=tuple(a.confirmed_on or ()),
                acknowledged=a.acknowledged_on,
                disclosed=tuple(a.disclosed_on or ()),
                interests=tuple(a.interests or ()),
            )
            for a in every(
                Appointment,
                *("person", "seat", "office", "agency", "from_", "to", "id", "term_to", "confirmed_on", "acknowledged_on"),
                *("disclosed_on", "interests"),
            )
        ),
        absences=tuple(
            AbsencePeriod(a.who, a.person, a.from_, a.to)
            for a in every(OfficerAbsence, "who", "person", "from_", "to", "state")
            if a.state != "canceled"
        ),
        grants=tuple(
            Grant(d.by, d.to, frozenset(d.scope), tuple(d.cites), d.from_, d.to_day, d.giver, frozenset(d.receivers), d.given_on)
            for d in every(
                AuthorityDelegation,
                *("by", "to", "scope", "cites", "from_", "to_day", "giver", "receivers", "given_on", "state"),
            )
            if d.state == "granted"
        ),
        standing=standing(session),
        sorts={a.id: a.sort for a in agencies if a.sort},
    )


class Day(Tenure):
    """The directory on one day: the meaning of each name, the holders of each seat, and the capacities of each person."""

    all: Directory

    def on(self, day: date) -> Day:
        """Return the same people on another day, under the same charter."""
        return self.all.on(day, self.charter)

    @cached_property
    def _away(self) -> frozenset[tuple[str, str]]:
        """(person, role) of each person recorded absent on the day: an absence belongs to a seat and ends with it."""
        running = [absence for absence in self.all.absences if absence.first <= self.day <= absence.last]
        return frozenset((a.person, role) for a in running for _, role in self.kept_as(a.person, a.who, a.first))

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """The roles whose holder is recorded absent on the day; with several holders, those where all are absent."""
        roles = sorted({role for _, role in self._away})
        return tuple(role for role in roles if all((person, role) in self._away for person in self._role_holders.get(role, ())))

    def interested(self, words: frozenset[str]) -> frozenset[str]:
        return frozenset(
            holding.person
            for holding in self.all.holdings
            if holding.interests and holding.runs(self.day) and words.intersection(holding.interests)
        )

    def away(self, person: str, body: str) -> bool:
        roles = [role for _, role, _ in self._held.get(person, ()) if role in self._roles and self._roles[role].body == body]
        return bool(roles) and all((person, role) in self._away for role in roles)

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """The delegations in force on the day: a delegation ends when its giver leaves the seat in which it was given."""
        running = [grant for grant in self.all.grants if grant.first <= self.day <= grant.last]
        return tuple(grant for grant in running if self.stands(grant.giver, grant.by, self.on(grant.given)))

    def _receives(self, person: str, grant: Grant) -> bool:
        """Return whether the grant gives the person powers who still holds that seat and is not absent from it."""
        if person not in grant.receivers or not self.stands(person, grant.to, self.on(max(grant.first, grant.given))):
            return False
        return self._away.isdisjoint((person, role) for _, role in self.held_as(person, grant.to))

    def successors(self, party: str) -> tuple[str, ...]:
        roles = {self._seats[party].role} if party in self._seats else {party, *self.roles(party)}
        successions = [succession for succession in self.charter.successions if succession.absent in roles]
        return tuple(
            successor
            for succession in successions
            for successor in self._role_holders.get(succession.acts, ())
            if self._may_act(successor, succession)
        )

    def _may_act(self, person: str, rule: Succession) -> bool:
        """Return whether the person, being present, acts by the rule: with several holders all, nobody, or the one authorised."""
        if person not in self._role_holders.get(rule.acts, ()) or (person, rule.acts) in self._away:
            return False
        if len(self._role_holders[rule.acts]) == 1 or rule.when_several == "all":
            return True
        return rule.when_several == "authorised" and any(
            "acting" in grant.scope and self._receives(person, grant) and self._is_role(grant.by, rule.absent)
            for grant in self.grants
        )

    def _is_role(self, party: str, role: str) -> bool:
        return party == role or role in self.aims(party)

    def keys(self, person: str, only: str = "") -> frozenset[str]:
        """Return every id by which a relation's field may name the person on the day; in the one role ``only``, if given."""
        keys = {person}
        for seat, role, agency in self._held.get(person, ()):
            if only not in ("", role):
                continue
            if agency and self.speaks(role):
                keys.add(agency)
            if seat:
                keys.add(seat)
            if role in self._roles:
                keys |= {body.id for body in self.charter.bodies if body.head == role}
            if len(self._role_holders[role]) == 1 and role in self._roles:
                keys.add(role)
            if role == "focal-unit" and agency:
                keys.add(f"unit:{agency}")
        offices = {office for office, persons in self._office_holders.items() if person in persons}
        if only:
            offices &= {seat.office for seat in self._seats.values() if seat.role == only}
        return frozenset(keys | offices)

    def capacities(self, person: str) -> list[Capacity]:
        """Return the capacities in which the person can act on the day: the own one first, then each officer acted for."""
        if person not in self.all.persons:
            return []
        if person not in self._capacities:
            self._capacities[person] = tuple(self._all_capacities(person))
        return list(self._capacities[person])

    @cached_property
    def _capacities(self) -> dict[str, tuple[Capacity, ...]]:
        """The capacities computed so far, by person: each request asks for them, and a day never changes."""
        return {}

    def _all_capacities(self, person: str) -> list[Capacity]:
        roles = self.roles(person)
        own = Capacity(person, self.subjects(person), self.keys(person))
        succeeding = [
            self._as(rule.absent, rule.cite, frozenset(rule.powers))
            for rule in self.charter.successions
            if rule.absent in self.absent and rule.acts in roles and self._may_act(person, rule)
        ]
        delegated = [
            self._as(grant.by, grant.cites, self.bounded(grant.scope - {"acting"}, roles))
            for grant in self.grants
            if grant.scope - {"acting"} and self.sort(grant.by) not in ("agency", "body") and self._receives(person, grant)
        ]
        return [own, *succeeding, *self._standing_in(person), *delegated]

    def bounded(self, scope: frozenset[str], roles: frozenset[str]) -> frozenset[str]:
        """Return what passes to somebody in these roles: where a charter says what one of them signs with authority, no more."""
        type, _, _ = SIGN.partition(".")
        rows = [row for row in self.charter.signings if row.needs_authority and row.signer in roles]
        if not rows or scope.isdisjoint((SIGN, f"{type}.*")):
            return scope
        acts = {f"{type}.{name}" for name in type_registry[type].acts()} if f"{type}.*" in scope else set()
        return (scope | acts).difference((SIGN, f"{type}.*")).union(*(row.powers for row in rows))

    def _standing_in(self, person: str) -> Iterator[Capacity]:
        """Yield the capacity of an alternate in each seat whose holder is recorded absent: that seat's, for what the charter lets
        an alternate do."""
        for seat in self.standing_for(person):
            holders = self.holders(seat.stands_for)
            role = self._seats[seat.stands_for].role if seat.stands_for in self._seats else ""
            if "away" in seat.when and holders and all((holder, role) in self._away for holder in holders):
                powers = frozenset(power for right in seat.rights for power in ALTERNATE_POWERS[right])
                yield self._as(seat.stands_for, seat.cite, powers)

    def acts_as(self, person: str, acting_for: str) -> frozenset[str]:
        """Return the parties whose act it is: those that the person is, or the officer acted for and that officer's seat."""
        if not acting_for:
            return self.keys(person) | self.roles(person)
        return frozenset({acting_for, self.resolve(acting_for) or acting_for})

    def would_act(self, person: str) -> list[tuple[str, Capacity]]:
        """Return (role, capacity) of each officer who is present today and for whom the person would act if absent."""
        roles = self.roles(person)
        return [
            (rule.absent, self._as(rule.absent, rule.cite, frozenset(rule.powers)))
            for rule in self.charter.successions
            if rule.absent not in self.absent and rule.acts in roles and self._may_act(person, rule)
        ]

    def portfolios(self, subject: str) -> frozenset[str]:
        return frozenset(
            row.id for row in self.charter.portfolios if subject == row.id or any(subject == each.id for each in row.subjects)
        )

    def own_field(self, party: str) -> frozenset[str]:
        agency = self.agency(party)
        return frozenset(row.id for row in self.charter.portfolios if agency and row.lead == agency)

    def _as(self, principal: str, cites: tuple[str, ...], powers: frozenset[str]) -> Capacity:
        """Return the capacity of acting for an officer: the role, and the records of the seat, that were named.

        The officer's person is not among the keys: personal records of the officer stay out of reach.
        """
        seats = self._seats_of(principal)
        roles = {principal} if principal in self._roles else {self._seats[seat].role for seat in seats}
        if principal in self.all.persons:
            roles |= self.roles(principal) & self._roles.keys()
        headed = {body.id for body in self.charter.bodies if body.head in roles}
        bodies = {self._roles[role].body for role in roles}
        keys = frozenset(seats | headed | roles | ({principal} if principal in self.all.offices else set()))
        person = next(iter(self.holders(principal)), principal)
        held = frozenset(roles | bodies | (seats - self.places.keys()))
        return Capacity(person, held, keys, acting_for=principal, cites=cites, powers=powers)

    def _seats_of(self, principal: str) -> set[str]:
        """Return the seats that an officer's name means: the seat itself, those of the role or office, or the person's."""
        if principal in self._seats:
            return {principal}
        if principal in self.all.persons:
            return {seat for seat, _, _ in self._held.get(principal, ()) if seat}
        return {seat.id for seat in self._seats.values() if principal in (seat.role, seat.office)}
