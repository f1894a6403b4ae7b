"""The meaning of a name on one day: a person, seat, role, office, body or agency, and its holders.

Pattern: name resolution over indices built once per day. A seat is one that the charter names, or one made for a role that
heads a body (id: the role's) or that acts for an agency (``role@agency``)::

    day.resolve("an")            # "deputy-seat": An's one seat, so that work stays with the seat
    day.holders("member@moit")   # ("binh",)
    day.aims("deputy-seat")      # {"deputy"}: the values by which policy lines select the party

Rule: a name with several possible meanings resolves to None, never to a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cached_property

from steerco.charter.model import NOT_STATED, Charter, Rotation, Seat
from steerco.charter.tables.own_kinds import kinds_of_agencies
from steerco.committee.members.appointment import OUTSIDERS
from steerco.committee.members.directory_data import DirectoryData, Holding


def _place(role: str, agency: str) -> str:
    """Return the id of the seat of a role that acts for an agency."""
    return f"{role}@{agency}"


class NameResolver:
    """The names of one day, resolved, with the holders of each seat, office, role and agency."""

    def __init__(self, directory: DirectoryData, charter: Charter, day: date) -> None:
        self.all, self.charter, self.day = directory, charter, day
        self._roles = {role.id: role for role in charter.roles}
        self._bodies = {body.id: body for body in charter.bodies}
        self.places = self._represented()
        self._seats = {seat.id: seat for seat in charter.seats} | self._unnamed() | self.places
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
        for rotation in charter.rotations:
            self._take_turn(rotation)

    def _unnamed(self) -> dict[str, Seat]:
        """Return a seat for each role that heads a body and has no seat in the charter, so that work follows its holder."""
        named = {seat.role for seat in self.charter.seats}
        heads = [self._roles[body.head] for body in self.charter.bodies if body.head in self._roles and body.head not in named]
        return {role.id: Seat(role.id, role.cite, role.id, role.label) for role in heads if not role.several}

    def _represented(self) -> dict[str, Seat]:
        """Return a seat for each role that acts for agencies and each agency that ever had a member in it."""
        return {
            _place(role.id, agency): Seat(_place(role.id, agency), role.cite, role.id, role.label, agency=agency)
            for role in self.charter.roles
            if role.represents
            for agency in dict.fromkeys(holding.agency for holding in self.all.holdings if holding.seat == role.id)
            if agency in self.all.agencies
        }

    def _taken(self, running: list[Holding]) -> Iterator[tuple[str, str, str, str]]:
        """Yield (person, seat or "", role or kind of outsider, agency) of each seat taken on the day."""
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
                place = _place(holding.seat, holding.agency)
                yield holding.person, place if place in self.places else "", holding.seat, holding.agency

    def _take(self, person: str, seat: str, role: str, agency: str) -> None:
        agency = agency if agency in self.all.agencies else ""  # nobody comes to speak for a body or person in this way
        self._held[person].append((seat, role, agency))
        if person not in self._role_holders[role]:
            self._role_holders[role].append(person)
        if agency and self.speaks(role) and person not in self._agency_holders[agency]:
            self._agency_holders[agency].append(person)

    def _take_turn(self, rotation: Rotation) -> None:
        """Give the role to whoever's turn it is, and the role of the group to all who work with them.

        These are the members who act for that agency, or who hold that seat or role.
        """
        given = [(party, rotation.group_role) for party in rotation.group(self.day) if rotation.group_role]
        for party, role in ((rotation.turn(self.day), rotation.role), *given):
            self._take_as(party, role, rotation.role)

    def _take_as(self, party: str, role: str, turning: str) -> None:
        seat = next((seat.id for seat in self._seats.values() if seat.role == role), "")
        body = self._roles[turning].body if turning in self._roles else ""
        if party in self.all.agencies:
            found = [
                (person, agency)
                for person, places in self._held.items()
                for _, other, agency in places
                if agency and self.agency(agency) == party and other in self._roles and self._roles[other].body == body
            ]
        else:
            found = [(person, self.agency(person)) for person in (self.holders(party) if party else ())]
        for person, agency in dict(found).items():
            self._take(person, seat, role, agency)

    def speaks(self, role: str) -> bool:
        """Return whether a holder of the role acts for the agency tied to it."""
        return role == "agency-head" or (role in self._roles and self._roles[role].represents)

    # What a name means

    def resolve(self, named: str) -> str | None:
        """Return the party that a name means; None where it has no meaning or several.

        A person becomes the one seat held, or the office with all its seats, so that work follows it; a role its one seat or
        holder.
        """
        if named in self.all.persons:
            return self._standing(named)
        if named in self.all.agencies or named in self._bodies or named in self._seats or named in self.all.offices:
            return named
        if named in self._roles or named in OUTSIDERS:
            seats = [seat.id for seat in self._seats.values() if seat.role == named and seat.id not in self.places]
            holders = self._role_holders.get(named, ())
            if len(seats) == 1 and len(holders) <= 1:
                return seats[0]
            return self.resolve(holders[0]) if len(holders) == 1 else None
        return None

    def _standing(self, person: str) -> str:
        """Return the seat or office by which a person's work goes; the person where there is none or more than one."""
        seats = [seat for seat, role, _ in self._held.get(person, ()) if role in self._roles]
        offices = [self._seats[seat].office for seat in seats if seat and self._seats[seat].office != NOT_STATED]
        if len(offices) == 1:
            return next(seat for seat in seats if seat and self._seats[seat].office == offices[0])
        if len(seats) == 1 and seats[0] and len(self.holders(seats[0])) == 1:
            return seats[0]
        return offices[0] if offices and len(set(offices)) == 1 and len(offices) == len(seats) else person

    def sort(self, party: str) -> str:
        for sort, ids in (
            ("person", self.all.persons),
            ("agency", self.all.agencies),
            ("body", self._bodies),
            ("seat", self._seats),
        ):
            if party in ids:
                return sort
        return "office"

    def is_unit(self, party: str) -> bool:
        return party in self.all.units or party in self.all.parents

    def aims(self, party: str) -> frozenset[str]:
        """Return the facet values of a party: of an agency with its kind, a body's id, a seat's role, a person's roles."""
        if party in self.all.agencies:
            declared = kinds_of_agencies([self.charter.own_kinds])
            return frozenset({"agency"}) | (declared & {self.all.sorts.get(party, "")})
        if party in self._bodies:
            return frozenset({party})
        if party in self._seats:
            return frozenset({self._seats[party].role or "person"})
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
            head = self._bodies[party].head
            return tuple(self._role_holders.get(head, ())) if head else self.members(party)
        if party in self._seats:
            return tuple(person for person, places in self._held.items() if any(seat == party for seat, _, _ in places))
        return tuple(self._role_holders.get(party, ()) or self._office_holders.get(party, ()))

    def regular(self, body: str) -> tuple[str, ...]:
        return tuple(p for p in self.members(body) if any(not self._stands_in(seat) for seat in self._places_in(body, p)))

    def standing_for(self, person: str) -> tuple[Seat, ...]:
        return tuple(self._seats[seat] for seat, _, _ in self._held.get(person, ()) if self._stands_in(seat))

    def alternates(self, person: str, body: str) -> Iterator[tuple[str, Seat]]:
        return ((p, seat) for own in self._places_in(body, person) for p, seat in self._stand_ins.get(own, ()) if p != person)

    @cached_property
    def _stand_ins(self) -> dict[str, list[tuple[str, Seat]]]:
        """Those who stand in for each seat, with the alternate's seat."""
        found: dict[str, list[tuple[str, Seat]]] = defaultdict(list)
        for person in self._held if any(seat.stands_for for seat in self.charter.seats) else ():
            for seat in self.standing_for(person):
                found[seat.stands_for].append((person, seat))
        return found

    def _stands_in(self, seat: str) -> bool:
        return seat in self._seats and bool(self._seats[seat].stands_for)

    def _places_in(self, body: str, person: str) -> list[str]:
        return [seat for seat, role, _ in self._held.get(person, ()) if role in self._roles and self._roles[role].body == body]

    def members(self, body: str) -> tuple[str, ...]:
        roles = [role.id for role in self.charter.roles if role.body == body]
        return tuple(dict.fromkeys(person for role in roles for person in self._role_holders.get(role, ())))

    def held(self, person: str) -> tuple[tuple[str, str, str], ...]:
        """Return what the person holds on the day: seat (empty where it has no name), role or kind of outsider, agency."""
        return tuple(self._held.get(person, ()))

    def roles(self, person: str) -> frozenset[str]:
        return frozenset(role for _, role, _ in self._held.get(person, ()) if role)

    def called(self, person: str) -> frozenset[str]:
        """Return every name by which a charter speaks of a person, seat or role: roles, seats, bodies, groups of these."""
        named = self.subjects(person) if person in self.all.persons else {person, *self.aims(person)}
        return frozenset(name for subject in named for name in self.charter.closure(subject))

    def attr(self, person: str, name: str) -> str:
        return str(self.all.attrs.get(person, {}).get(name, ""))

    def since(self, person: str) -> date:
        return max((row.first for row in self.all.holdings if row.person == person and row.runs(self.day)), default=date.min)

    def bodies(self, person: str) -> frozenset[str]:
        """Return the bodies in which the person has a seat."""
        return frozenset(self._roles[role].body for role in self.roles(person) if role in self._roles)

    def subjects(self, person: str, only: str = "") -> frozenset[str]:
        """Return everything by which a policy line can name the person: roles, bodies, named seats; of the one role ``only``, if
        given."""
        held = [(seat, role) for seat, role, _ in self._held.get(person, ()) if only in ("", role)]
        bodies = {self._roles[role].body for _, role in held if role in self._roles}
        return frozenset(
            {role for _, role in held if role} | bodies | {seat for seat, _ in held if seat and seat not in self.places}
        )

    def agency(self, party: str) -> str:
        """Return the top agency of a unit, or the agency that a person or seat acts for, by any appointment."""
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

    def seat(self, who: str, body: str, capacity: str = "") -> str:
        """Return the seat of a person or role in a body, else the person; a person's seat in ``capacity``, if given."""
        if who in self._seats:
            return who
        person = who if who in self.all.persons else next(iter(self.holders(who)), who)
        seats = [
            seat
            for seat, role, _ in self._held.get(person, ())
            if seat and role in self._roles and self._roles[role].body == body
        ]
        if who in self.all.persons and capacity:
            seats = [seat for seat, role, _ in self._held.get(person, ()) if seat and role == capacity] or seats
        if who in self._roles:
            seats = [seat.id for seat in self._seats.values() if seat.role == who and seat.id not in self.places] or seats
        return seats[0] if seats else person

    def seat_as(self, person: str, role: str) -> str:
        """Return the seat in which the person holds the role; empty where there is none."""
        return next((seat for seat, held_role, _ in self._held.get(person, ()) if seat and held_role == role), "")

    def names(self, id: str) -> bool:
        groups = {group.id for group in self.charter.groups}
        vocabularies = (
            self.all.persons,
            self.all.agencies,
            self.all.offices,
            self._bodies,
            self._seats,
            self._roles,
            groups,
            OUTSIDERS,
        )
        return id == "steerco" or any(id in ids for ids in vocabularies)

    def fills(self, seat: str) -> bool:
        return (seat in self._seats and seat not in self.places) or seat in self._roles or seat in OUTSIDERS

    def single(self, seat: str) -> bool:
        if seat in self._roles and self._roles[seat].several and seat not in self._seats:
            return False
        return (seat in self._seats and seat not in self._several) or any(body.head == seat for body in self.charter.bodies)

    @property
    def _several(self) -> frozenset[str]:
        """The roles for which the charter rules who acts where they have several holders."""
        return frozenset(rule.acts for rule in self.charter.successions if rule.when_several != "all")

    def reach(self, party: str) -> str:
        """Return how far something sent to the party goes: ``government``, ``prime-minister``, ``other-body`` or ``inside``,
        which is a seat, a body or one of its people, and a unit of the agency that the body belongs to."""
        if party in self._seats or party in self._bodies or self.bodies(party):
            return "inside"
        agency = self.all.offices.get(party, party)
        if party in self.all.persons:
            agency = next((tied for _, _, tied in self._held.get(party, ()) if tied), "")
        sort = self.all.sorts.get(agency, "")
        if sort in ("government", "prime-minister"):
            return sort
        return "inside" if sort == "unit" or agency in self.all.parents else "other-body"

    def answerable(self, party: str) -> str:
        """Return an agency's member (else its head), a body's head, or the party itself."""
        if party in self._bodies:
            head = self._bodies[party].head
            return (self.resolve(head) or head) if head else party
        if party in self.all.agencies:
            holders = self.holders(party)
            seated = [person for person in holders if self.bodies(person)]
            chosen = next(iter(seated or holders), "")
            return (self._agency_seat(chosen, party) or chosen) if chosen else party
        return party

    def _agency_seat(self, person: str, agency: str) -> str:
        return next((seat for seat, _, tied in self._held.get(person, ()) if seat and tied == agency), "")
