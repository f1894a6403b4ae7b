"""Tenure: since when a person has held a seat without a break.

An absence or a delegation belongs to a person in a seat, so it ends when the person leaves that seat, and does not return with a
later appointment::

    day.stands("an", "deputy", day.on(granted_on))   # does An still hold all that An held as deputy then?

Rule: appointments that follow each other without a free day count as one tenure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from steerco.charter.model import NOT_STATED
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.naming import NameResolver


class Tenure(NameResolver):
    """The holders of a day, with the tenure of each."""

    def held_as(self, person: str, party: str) -> Iterator[tuple[str, str]]:
        """Yield (place, role) of each seat, role or office that the person holds on the day and that the party's name covers.

        A person's own name covers every seat in a body.
        """
        if person in self._office_holders.get(party, ()):
            yield party, ""
        for seat, role, agency in self._held.get(person, ()):
            heads = {body.id for body in self._bodies.values() if body.head == role}
            named = party in heads | {seat, role, agency, self._office(seat)}
            if named or (party == person and role in self._roles):
                yield seat or role, role

    def kept_as(self, person: str, party: str, since: date) -> Iterator[tuple[str, str]]:
        """Yield those of ``held_as`` that the person has held without a break since ``since``."""
        return (tenure for tenure in self.held_as(person, party) if self._unbroken(person, tenure[0], since))

    def stands(self, person: str, party: str, then: Tenure) -> bool:
        """Return whether the person still holds every place held as that party on the earlier day ``then``."""
        before = {place for place, _ in then.held_as(person, party)}
        return bool(before or party == person) and before <= {place for place, _ in self.kept_as(person, party, then.day)}

    def _office(self, seat: str) -> str:
        return self._seats[seat].office if seat in self._seats else NOT_STATED

    def _is_of(self, holding: Holding, place: str) -> bool:
        """Return whether an appointment is to a place: a seat, an office, or a role for an agency."""
        if place in self.places:
            return (holding.seat, holding.agency) == (self.places[place].role, self.places[place].agency)
        return not {place, self._office(place)}.isdisjoint((holding.seat, holding.office))

    def _unbroken(self, person: str, place: str, since: date) -> bool:
        """Return whether the person has held a place each day from ``since`` on, by one appointment after another."""
        holdings = (holding for holding in self.all.holdings if holding.person == person and self._is_of(holding, place))
        reached = since
        for holding in sorted(holdings, key=lambda holding: holding.first):
            if holding.first <= reached and (holding.last is None or holding.last >= reached):
                if holding.last is None or holding.last >= self.day:
                    return True
                reached = holding.last + timedelta(days=1)
        return False
