"""Who holds a seat on a day and has held it since an earlier one: what belongs to a person in a seat ends with the seat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from steerco.charter.model import NOT_STATED
from steerco.committee.directory_data import Holding
from steerco.committee.naming import Naming


class Tenure(Naming):
    """The holders of a day, with how long they have held what they hold."""

    def held_as(self, person: str, party: str) -> Iterator[tuple[str, str]]:
        """(place, role) of each seat, role or office that the person holds on the day, as far as the party's name means it: of a
        person every seat in a body."""
        if person in self._office_holders.get(party, ()):
            yield party, ""
        for seat, role, agency in self._held.get(person, ()):
            heads = {body.id for body in self._bodies.values() if body.head == role}
            named = party in heads | {seat, role, agency, self._office(seat)}
            if named or (party == person and role in self._roles):
                yield seat or role, role

    def kept_as(self, person: str, party: str, since: date) -> Iterator[tuple[str, str]]:
        """Those of them that the person has held without a break since ``since``."""
        return (tenure for tenure in self.held_as(person, party) if self._unbroken(person, tenure[0], since))

    def stands(self, person: str, party: str, then: Tenure) -> bool:
        """Whether the person has left nothing since of what the person was, as that party, on an earlier day."""
        before = {place for place, _ in then.held_as(person, party)}
        return bool(before or party == person) and before <= {place for place, _ in self.kept_as(person, party, then.day)}

    def _office(self, seat: str) -> str:
        return self._seats[seat].office if seat in self._seats else NOT_STATED

    def _is_of(self, holding: Holding, place: str) -> bool:
        """Whether an appointment is to a place: a seat, an office, or a role for an agency."""
        if place in self.places:
            return (holding.seat, holding.agency) == (self.places[place].role, self.places[place].agency)
        return not {place, self._office(place)}.isdisjoint((holding.seat, holding.office))

    def _unbroken(self, person: str, place: str, since: date) -> bool:
        """Whether the person has held a place on every day from ``since`` to this one, by one appointment after another."""
        holdings = (holding for holding in self.all.holdings if holding.person == person and self._is_of(holding, place))
        reached = since
        for holding in sorted(holdings, key=lambda holding: holding.first):
            if holding.first <= reached and (holding.last is None or holding.last >= reached):
                if holding.last is None or holding.last >= self.day:
                    return True
                reached = holding.last + timedelta(days=1)
        return False
