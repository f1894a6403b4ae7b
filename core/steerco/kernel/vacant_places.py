"""A place that fell vacant, and that leaves powers or duties with nobody: it is to be filled, or what hangs on it settled.

No text asks for this, so it is cited as an order of the program; its words name the acts and duties that are nobody's. Nobody
enters it and no worker raises it: it begins on the day on which the last holder is gone and nobody else may do those acts, and is
done on the day on which that ends. Where the charter itself says how a vacancy is filled, that duty stands instead of this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from msgspec import Struct

from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Duty, Label
from steerco.committee.members.appointment import OUTSIDERS
from steerco.committee.members.binding import group_holders
from steerco.committee.members.directory import Day
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of, spells
from steerco.committee.members.terms_of_office import place_of
from steerco.committee.members.vacancies import rule_on
from steerco.configuration.regime import Regime
from steerco.i18n import languages, words
from steerco.policy.line import ANY, READ, RELATION, Line

ORDER = "steerco:place-vacant"
TOLD = 6
"""So many acts and duties are named one by one."""


class Unheld(Struct, frozen=True):
    """What is nobody's on a day for want of anybody in a place: acts (``type.action``) and duties."""

    acts: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.acts or self.duties)


class VacantPlaces:
    """The places of one regime that somebody held, and that nobody holds on some day."""

    def __init__(self, regime: Regime, history: History) -> None:
        self.regime, self.history, self.charter = regime, history, regime.charter

    def owed(self) -> Iterator[MembershipDuty]:
        """Yield each time in which a place was vacant and left something with nobody."""
        for place, rows in self._held_once():
            found = {day: self._unheld(place, day) for day in self.history.changes if self._vacant(place, rows, day)}
            lacking = {day for day, unheld in found.items() if unheld}
            for first, after in spells(self.history.changes, lacking.__contains__):
                days = [day for day in found if first <= day and (after is None or day < after)]
                yield self._duty(place, rows, first, after, found[days[-1]])

    def _held_once(self) -> Iterator[tuple[str, list[Holding]]]:
        """Seats, and roles without named seats, that somebody held and for whose vacancy the charter has no rule of its own."""
        named = {seat.role for seat in self.charter.seats}
        offices = {seat.id: seat.office for seat in self.charter.seats if not seat.stands_for}
        offices |= {role.id: NOT_STATED for role in self.charter.roles if role.id not in named}
        for id, office in offices.items():
            rows = [row for row in self.history.directory.holdings if id == row.seat or office == row.office]
            at = place_of(self.charter, id)
            if rows and (at is None or rule_on(self.charter, at) is None):
                yield id, rows

    def _vacant(self, place: str, rows: list[Holding], day: date) -> bool:
        left = any(row.first < day for row in rows) and not any(row.runs(day) for row in rows)
        return left and not self.history.at(day).holders(place)

    def _unheld(self, place: str, day: date) -> Unheld:
        people = self.history.at(day)
        seat = next((seat for seat in self.charter.seats if seat.id == place), None)
        names = self.regime.table.closed({place, seat.role if seat else place})
        gone = {name for name in names if self._nobody(people, name)}
        acts = [f"{line.type}.{line.act}" for line in self._grants if line.subject in gone and not self._others(people, line)]
        owed = [duty for duty in self._duties if duty.holder in gone or self._closed(people, duty, gone)]
        return Unheld(tuple(dict.fromkeys(acts)), tuple(owed))

    @cached_property
    def _grants(self) -> list[Line]:
        return [line for line in self.regime.lines if line.allow and line.act != READ]

    @cached_property
    def _duties(self) -> list[Duty]:
        return [duty for layer in (self.charter, *self.regime.layers) for duty in duties(layer)]

    def _nobody(self, people: Day, subject: str) -> bool:
        """Return whether nobody is a subject of a line. A tie to a record and kinds of outsiders come by acts."""
        if subject.startswith(RELATION) or subject in OUTSIDERS:
            return False
        return not (group_holders(people, subject) or people.members(subject))

    def _others(self, people: Day, line: Line) -> bool:
        """Return whether another line gives somebody all of what a line gives."""
        return any(
            f"{line.object}.".startswith(f"{other.object}.")
            and other.body in (ANY, line.body)
            and other.facets <= line.facets
            and not self._nobody(people, other.subject)
            for other in self.regime.table.lines_for(line.type, line.act)
            if other.allow
        )

    def _closed(self, people: Day, duty: Duty, gone: set[str]) -> bool:
        """Return whether every act that discharges a duty is given to nobody now, and to one who is gone at all."""
        lines = [line for act in duty.done_by for line in self.regime.table.lines_for(*act.split(".", 1)) if line.allow]
        return any(line.subject in gone for line in lines) and all(self._nobody(people, line.subject) for line in lines)

    def _duty(self, place: str, rows: list[Holding], first: date, after: date | None, unheld: Unheld) -> MembershipDuty:
        left = next((row.id for row in rows if row.last == first - timedelta(days=1)), "")
        came = next((row.id for row in rows if row.first == after), "")
        return MembershipDuty(
            "place-vacant",
            place,
            (ORDER,),
            first,
            done_on=after,
            record=left,
            ended_by=came or self.history.comer(after),
            params={"who": label_of(self.charter, place), "what": _said(unheld)},
            layer="platform",
        )


def _said(unheld: Unheld) -> Label:
    """Return the acts and duties that nobody has, in words of each language."""
    return Label(**{language: _listed(unheld, language) for language in languages()})


def _listed(unheld: Unheld, language: str) -> str:
    say = words(language)
    parts = []
    acts, owed = [say("action", act) for act in unheld.acts], [say.of(duty.label) or duty.id for duty in unheld.duties]
    for key, names in (("nobody_may", acts), ("nobody_owes", owed)):
        if names:
            more = say("membership.vacant", "more", number=len(names) - TOLD) if len(names) > TOLD else ""
            parts.append(say("membership.vacant", key, what=", ".join(names[:TOLD]) + more))
    return " ".join(parts)
