"""The people, seats, offices, bodies and agencies of a tenant, read once and asked for any day.

Built from the charter in force and the records of persons, agencies, offices, appointments, absences and delegations. From it
come an actor's capacities, the meaning of a party's name, and who is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.model import NOT_STATED, Charter, Seat, Succession
from steerco.committee.appointment import OUTSIDERS, Appointment
from steerco.committee.authority_delegation import AuthorityDelegation
from steerco.committee.officer_absence import OfficerAbsence
from steerco.committee.people import Agency, Office, Person
from steerco.policy.capacity import Capacity


@dataclass(frozen=True, slots=True)
class Holding:
    """One appointment: who, to which seat or office, tied to which agency, from its first to its last day."""

    person: str
    seat: str
    office: str
    agency: str
    first: date
    last: date | None

    def runs(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Away:
    """An officer's recorded absence."""

    who: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Granted:
    """A delegation of powers."""

    by: str
    to: str
    scope: frozenset[str]
    cites: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Directory:
    """Everything about people that the tenant has on record, for all days."""

    persons: dict[str, dict[str, str]]
    emails: dict[str, str | None]
    agencies: dict[str, dict[str, str]]
    parents: dict[str, str]
    offices: dict[str, str]
    titles: dict[str, dict[str, str]]
    holdings: tuple[Holding, ...]
    absences: tuple[Away, ...]
    grants: tuple[Granted, ...]
    days: dict[tuple[str, date], Day] = field(default_factory=dict, compare=False)

    def on(self, day: date, charter: Charter) -> Day:
        """The directory as of a day under a charter; kept, since most questions are about the same few days."""
        key = (charter.digest, day)
        if key not in self.days:
            if len(self.days) > 64:
                self.days.clear()
            self.days[key] = Day(self, charter, day)
        return self.days[key]


def load(session: Session, tenant_id: int) -> Directory:
    """Read the tenant's directory."""

    def every(type: Any) -> list[Any]:
        return list(session.scalars(select(type).where(type.tenant_id == tenant_id)))

    agencies, offices, persons = every(Agency), every(Office), every(Person)
    return Directory(
        persons={p.id: p.name for p in persons},
        emails={p.id: p.email for p in persons},
        agencies={a.id: a.name for a in agencies},
        parents={a.id: a.parent for a in agencies if a.parent},
        offices={o.id: o.agency for o in offices},
        titles={o.id: o.title for o in offices},
        holdings=tuple(
            Holding(a.person, a.seat or "", a.office or "", a.agency or "", a.from_, a.to) for a in every(Appointment)
        ),
        absences=tuple(Away(a.who, a.from_, a.to) for a in every(OfficerAbsence) if a.state != "canceled"),
        grants=tuple(
            Granted(d.by, d.to, frozenset(d.scope), tuple(d.cites), d.from_, d.to_day)
            for d in every(AuthorityDelegation)
            if d.state == "granted"
        ),
    )


class Day:
    """The directory on one day: what each name means, who holds what, and in which capacities a person acts."""

    def __init__(self, directory: Directory, charter: Charter, day: date) -> None:
        self.all, self.charter, self.day = directory, charter, day
        self._roles = {role.id: role for role in charter.roles}
        self._bodies = {body.id: body for body in charter.bodies}
        self._seats = {seat.id: seat for seat in charter.seats} | self._unnamed()
        running = [holding for holding in directory.holdings if holding.runs(day)]
        self._office_holders: dict[str, list[str]] = defaultdict(list)
        for holding in running:
            if holding.office:
                self._office_holders[holding.office].append(holding.person)
        self._held: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._role_holders: dict[str, list[str]] = defaultdict(list)
        self._agency_holders: dict[str, list[str]] = defaultdict(list)
        for person, seat, role, agency in self._taken(running):
            self._take(person, seat, role, agency)

    def _unnamed(self) -> dict[str, Seat]:
        """The seats of roles that head a body and for which the charter names none: each is one seat under the role's id, so
        that its work follows whoever holds it."""
        named = {seat.role for seat in self.charter.seats}
        heads = [self._roles[body.head] for body in self.charter.bodies if body.head in self._roles and body.head not in named]
        return {role.id: Seat(role.id, role.id, role.label, role.cite) for role in heads}

    def _taken(self, running: list[Holding]) -> Iterator[tuple[str, str, str, str]]:
        """(person, seat or "", role or kind of outsider, agency) of every seat that is taken on the day."""
        for seat in self.charter.seats:
            if seat.office != NOT_STATED:
                agency = seat.agency if seat.agency != NOT_STATED else self.all.offices.get(seat.office, "")
                for person in self._office_holders.get(seat.office, ()):
                    yield person, seat.id, seat.role, agency
        for holding in running:
            if holding.seat in self._seats:
                seat = self._seats[holding.seat]
                agency = holding.agency or (seat.agency if seat.agency != NOT_STATED else "")
                yield holding.person, seat.id, seat.role, agency
            elif holding.seat:
                yield holding.person, "", holding.seat, holding.agency

    def _take(self, person: str, seat: str, role: str, agency: str) -> None:
        agency = agency if agency in self.all.agencies else ""  # nobody comes to speak for a body or person in this way
        self._held[person].append((seat, role, agency))
        if person not in self._role_holders[role]:
            self._role_holders[role].append(person)
        speaks = role == "agency-head" or (role in self._roles and self._roles[role].represents)
        if agency and speaks and person not in self._agency_holders[agency]:
            self._agency_holders[agency].append(person)

    # What a name means

    def resolve(self, named: str) -> str | None:
        """The party that a name means: a person is taken as the office-bound seat, a role as its one seat or holder."""
        if named in self.all.persons:
            bound = [seat for seat, _, _ in self._held.get(named, ()) if seat and self._seats[seat].office != NOT_STATED]
            return bound[0] if len(bound) == 1 else named
        if named in self.all.agencies or named in self._bodies or named in self._seats or named in self.all.offices:
            return named
        if named in self._roles or named in OUTSIDERS:
            seats = [seat.id for seat in self._seats.values() if seat.role == named]
            holders = self._role_holders.get(named, ())
            if len(seats) == 1 and len(holders) <= 1:
                return seats[0]
            return self.resolve(holders[0]) if len(holders) == 1 else None
        return None

    def sort(self, party: str) -> str:
        for sort, known in (
            ("person", self.all.persons),
            ("agency", self.all.agencies),
            ("body", self._bodies),
            ("seat", self._seats),
        ):
            if party in known:
                return sort
        return "office"

    def aims(self, party: str) -> frozenset[str]:
        """Facet values of a party: of an agency its sort, of a body itself, of a seat its role, of a role or kind of outsider
        itself whoever holds it, of a person every role on the day."""
        if party in self.all.agencies:
            return frozenset({"agency"})
        if party in self._bodies:
            return frozenset({party})
        if party in self._seats:
            return frozenset({self._seats[party].role})
        if party in self._roles or party in OUTSIDERS:
            return frozenset({party})
        roles = frozenset(role for person in self.holders(party) for _, role, _ in self._held.get(person, ()))
        return roles or frozenset({"person"})

    def holders(self, party: str) -> tuple[str, ...]:
        if party in self.all.persons:
            return (party,)
        if party in self.all.agencies:
            return tuple(self._agency_holders.get(party, ()))
        if party in self._bodies:
            return tuple(self._role_holders.get(self._bodies[party].head, ()))
        if party in self._seats:
            return tuple(person for person, held in self._held.items() if any(seat == party for seat, _, _ in held))
        return tuple(self._role_holders.get(party, ()) or self._office_holders.get(party, ()))

    def members(self, body: str) -> tuple[str, ...]:
        roles = [role.id for role in self.charter.roles if role.body == body]
        return tuple(dict.fromkeys(person for role in roles for person in self._role_holders.get(role, ())))

    def roles(self, person: str) -> frozenset[str]:
        return frozenset(role for _, role, _ in self._held.get(person, ()))

    def bodies(self, person: str) -> frozenset[str]:
        """The bodies in which the person has a seat."""
        return frozenset(self._roles[role].body for role in self.roles(person) if role in self._roles)

    def agency(self, party: str) -> str:
        """The top agency of a unit, or the one for which a person (or seat) stands, by whatever appointment."""
        if party in self.all.agencies:
            above = [party]
            while (parent := self.all.parents.get(above[-1])) and parent not in above:
                above.append(parent)
            return above[-1]
        for person in self.holders(party):
            for _, _, agency in self._held.get(person, ()):
                if agency:
                    return self.agency(agency)
        return ""

    def seat(self, who: str, body: str) -> str:
        """The named seat of a person or role in a body, else the person."""
        if who in self._seats:
            return who
        person = who if who in self.all.persons else next(iter(self.holders(who)), who)
        seats = [seat for seat, role, _ in self._held.get(person, ()) if seat and self._roles[role].body == body]
        if who in self._roles:
            seats = [seat.id for seat in self._seats.values() if seat.role == who] or seats
        return seats[0] if seats else person

    def names(self, id: str) -> bool:
        groups = {group.id for group in self.charter.groups}
        known = (self.all.persons, self.all.agencies, self.all.offices, self._bodies, self._seats, self._roles, groups, OUTSIDERS)
        return id == "steerco" or any(id in each for each in known)

    def fills(self, seat: str) -> bool:
        return seat in self._seats or seat in self._roles or seat in OUTSIDERS

    def single(self, seat: str) -> bool:
        return (seat in self._seats and seat not in self._several) or any(body.head == seat for body in self.charter.bodies)

    @property
    def _several(self) -> frozenset[str]:
        """The roles of which the charter says who acts where they have several holders."""
        return frozenset(rule.acts for rule in self.charter.successions if rule.when_several != "all")

    def answerable(self, party: str) -> str:
        """Of an agency the member who stands for it (else its head), of a body its head, else the party itself."""
        if party in self._bodies:
            head = self._bodies[party].head
            return self.resolve(head) or head
        if party in self.all.agencies:
            holders = self.holders(party)
            seated = [person for person in holders if self.bodies(person)]
            chosen = next(iter(seated or holders), "")
            return (self._agency_seat(chosen, party) or chosen) if chosen else party
        return party

    def _agency_seat(self, person: str, agency: str) -> str:
        return next((seat for seat, _, tied in self._held.get(person, ()) if seat and tied == agency), "")

    # In which capacities a person acts

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """The roles whose holder is recorded as absent on the day."""
        away = [a.who for a in self.all.absences if a.first <= self.day <= a.last]
        found: list[str] = []
        for who in away:
            if who in self._seats:
                found.append(self._seats[who].role)
            elif who in self._roles:
                found.append(who)
            else:
                found += [role for person in self.holders(who) for role in sorted(self.roles(person))]
        return tuple(dict.fromkeys(found))

    def successors(self, party: str) -> tuple[str, ...]:
        roles = {self._seats[party].role} if party in self._seats else {party, *self.roles(party)}
        acting = [s for s in self.charter.successions if s.absent in roles]
        return tuple(p for s in acting for p in self._role_holders.get(s.acts, ()) if self._may_act(p, s))

    def _may_act(self, person: str, rule: Succession) -> bool:
        """With several holders of the acting role: all, nobody, or who has the absent officer's authorisation."""
        if person not in self._role_holders.get(rule.acts, ()):
            return False
        if len(self._role_holders[rule.acts]) == 1 or rule.when_several == "all":
            return True
        return rule.when_several == "authorised" and any(
            "acting" in g.scope
            and g.first <= self.day <= g.last
            and person in self.holders(g.to)
            and self._is_role(g.by, rule.absent)
            for g in self.all.grants
        )

    def _is_role(self, party: str, role: str) -> bool:
        return party == role or role in self.aims(party)

    def keys(self, person: str) -> frozenset[str]:
        """Everything that the person is on the day, as a relation's field may name it."""
        found = {person}
        for seat, role, agency in self._held.get(person, ()):
            if seat:
                found.add(seat)
            if role in self._roles:
                found |= {body.id for body in self.charter.bodies if body.head == role}
            if len(self._role_holders[role]) == 1 and role in self._roles:
                found.add(role)
            if role == "focal-unit" and agency:
                found.add(f"unit:{agency}")
        found |= {agency for agency, persons in self._agency_holders.items() if person in persons}
        return frozenset(found | {office for office, persons in self._office_holders.items() if person in persons})

    def capacities(self, person: str) -> list[Capacity]:
        """The ways in which the person can act on the day: the own one first, then each officer acted for."""
        if person not in self.all.persons:
            return []
        roles = self.roles(person)
        own = Capacity(person, roles | self.bodies(person), self.keys(person))
        acting = [
            self._as(rule.absent, rule.cite, frozenset(rule.powers))
            for rule in self.charter.successions
            if rule.absent in self.absent and rule.acts in roles and self._may_act(person, rule)
        ]
        given = [
            self._as(grant.by, grant.cites, grant.scope - {"acting"})
            for grant in self.all.grants
            if grant.first <= self.day <= grant.last and person in self.holders(grant.to)
            if grant.scope - {"acting"} and self.sort(grant.by) not in ("agency", "body")
        ]
        return [own, *acting, *given]

    def acts_as(self, person: str, acting_for: str) -> frozenset[str]:
        """The parties whose act it is: those that the person is, or the one acted for and its seat."""
        if not acting_for:
            return self.keys(person) | self.roles(person)
        return frozenset({acting_for, self.resolve(acting_for) or acting_for})

    def would_act(self, person: str) -> list[tuple[str, Capacity]]:
        """(role, capacity) of each officer who is here today and for whom the person would act if absent."""
        roles = self.roles(person)
        return [
            (rule.absent, self._as(rule.absent, rule.cite, frozenset(rule.powers)))
            for rule in self.charter.successions
            if rule.absent not in self.absent and rule.acts in roles and self._may_act(person, rule)
        ]

    def _as(self, principal: str, cites: tuple[str, ...], powers: frozenset[str]) -> Capacity:
        """The capacity of acting for an officer: the role, and the records of the seat, that were named; no other of theirs.

        The officer's person is not among its keys: what is theirs in person stays theirs.
        """
        seats = self._seats_of(principal)
        roles = {principal} if principal in self._roles else {self._seats[seat].role for seat in seats}
        if principal in self.all.persons:
            roles |= self.roles(principal) & self._roles.keys()
        headed = {body.id for body in self.charter.bodies if body.head in roles}
        bodies = {self._roles[each].body for each in roles}
        keys = frozenset(seats | headed | roles | ({principal} if principal in self.all.offices else set()))
        person = next(iter(self.holders(principal)), principal)
        return Capacity(person, frozenset(roles | bodies), keys, acting_for=principal, cites=cites, powers=powers)

    def _seats_of(self, principal: str) -> set[str]:
        """The seats that an officer's name stands for: the seat itself, those of the role or office, or the person's."""
        if principal in self._seats:
            return {principal}
        if principal in self.all.persons:
            return {seat for seat, _, _ in self._held.get(principal, ()) if seat}
        return {seat.id for seat in self._seats.values() if principal in (seat.role, seat.office)}

    def seat_of(self, id: str) -> Seat | None:
        return self._seats.get(id)
