"""Names of people, seats, roles, bodies, agencies and relations, on a day and in a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from steerco.charter.model import BOUND, Charter, Label
from steerco.committee.members.appointment import OUTSIDERS
from steerco.committee.members.directory import Day
from steerco.committee.members.directory_data import Holding
from steerco.configuration.regime import PLATFORM
from steerco.i18n import Words, alphabetical
from steerco.policy.line import RELATION

MANY = 500
"""More persons than this are not listed to choose from: their id is typed."""


class PartyNames:
    """Finds the name of any party's id. An id that nothing has is shown as it is."""

    def __init__(self, words: Words, day: Day) -> None:
        self.words, self.day = words, day
        self._held: dict[date, Counter[str]] = {}
        charter = day.charter
        self._charter: dict[str, Label] = {
            **{subject.id: subject.label for portfolio in charter.portfolios for subject in portfolio.subjects},
            **{portfolio.id: portfolio.label for portfolio in charter.portfolios},
            **{body.id: body.label for body in charter.bodies},
            **{group.id: group.label for group in charter.groups},
            **{role.id: role.label for role in charter.roles},
            **{seat.id: seat.label for seat in charter.seats},
        }

    def __call__(self, id: str) -> str:
        """Return the name of a party, role, group, kind of outsider, relation or field of work."""
        directory, say = self.day.all, self.words
        if place := self.day.places.get(id):
            return f"{self(place.role)} ({self(place.agency)})"
        if id in directory.persons:
            return self.office(id)
        if id == PLATFORM:
            return say("word", "program")
        if id in self._charter:
            return say.of(self._charter[id]) or id
        if id in directory.agencies:
            return say.of(directory.agencies[id]) or id
        if id in directory.titles:
            return say.of(directory.titles[id]) or id
        if id.startswith(RELATION):
            return say("relation", id.removeprefix(RELATION))
        if id in OUTSIDERS:
            return say("outsider", id)
        if id == BOUND:
            return say("word", "bound")
        if id.startswith(("field:", "now:")):
            return say("word", "of_record", field=say("field", id.partition(":")[2]))
        return say("word", "anyone") if id == "*" else id

    def office(self, person: str, on: date | None = None) -> str:
        """Return the office that a person holds on a day (the one shown, if none is given), with the personal name where others
        hold it too; the personal name of whoever holds none."""
        day = on or self.day.day
        office = next((holding.office for holding in self._offices.get(person, ()) if holding.runs(day)), "")
        title = self.words.of(self.day.all.titles.get(office))
        if not title:
            return self.personal(person)
        if day not in self._held:
            running = (holding.office for held in self._offices.values() for holding in held if holding.runs(day))
            self._held[day] = Counter(running)
        return title if self._held[day][office] == 1 else self.in_full(person, title)

    def personal(self, person: str) -> str:
        """Return a person's own name."""
        return self.words.of(self.day.all.persons.get(person)) or person

    def in_full(self, person: str, office: str = "") -> str:
        """Return the office and the own name of a person, as lists of people and of whom one can choose have them."""
        title, name = office or self.office(person), self.personal(person)
        return title if name in title else self.words("word", "of_kind", what=title, kind=name)

    @cached_property
    def _offices(self) -> dict[str, list[Holding]]:
        """Each person's appointments to offices."""
        held: dict[str, list[Holding]] = {}
        for holding in self.day.all.holdings:
            if holding.office:
                held.setdefault(holding.person, []).append(holding)
        return held

    def known(self, id: str) -> bool:
        """Return whether anything has this id."""
        return self(id) != id

    def of(self, ids: Iterable[str]) -> list[str]:
        return [self(id) for id in ids]

    def persons(self) -> list[tuple[str, str]]:
        """Return every person with the name, in order of names; none where there are too many to choose from."""
        if len(self.day.all.persons) > MANY:
            return []
        return sorted(((id, self.in_full(id)) for id in self.day.all.persons), key=lambda pair: alphabetical(pair[1]))

    def parties(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return everyone to whom something can be given, in groups for a list to choose from: (key of the group, [(id,
        name)])."""
        charter: Charter = self.day.charter
        directory = self.day.all
        groups = [
            ("roles", [role.id for role in charter.roles]),
            ("bodies", [body.id for body in charter.bodies]),
            ("seats", [seat.id for seat in charter.seats if charter.role(seat.id) is None]),
            ("agencies", list(directory.agencies)),
            ("offices", list(directory.titles)),
        ]
        with_names = [(key, [(id, self(id)) for id in ids]) for key, ids in groups if ids]
        return [*with_names, ("people", self.persons())] if len(self.day.all.persons) <= MANY else []
