"""The acts that change who may do what, as moves over a directory: filling and ending seats, absences, delegations.

Pattern: relaxed search, as over attack graphs. What a person has come to is never taken away again, so that the cheapest way to
each thing is found by one pass a step. Such a pass may claim too much; the kernel says so when the way is performed. ``Position``
is what one party of one or two persons has come to, each thing with the shortest chain of acts to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from steerco.answers.lab import LATER, TODAY, YESTERDAY, LabAct
from steerco.charter.model import NOT_STATED, Separation, Succession
from steerco.charter.tables.separations import binding
from steerco.committee.members.directory import Day
from steerco.configuration.register_keepers import apart_from_holder
from steerco.policy.line import ANY, Line
from steerco.policy.table import Table

Chain = tuple[LabAct, ...]
APPOINT, END = ("appointment", "appoint"), ("appointment", "end")
RECORD, GRANT = ("officer-absence", "record"), ("authority-delegation", "grant")
HOLDER, SELF = "relation:holder", "relation:self"


def joined(*chains: Chain) -> Chain:
    """Return chains one after the other, each act once."""
    acts = {act.key: act for chain in chains for act in chain}
    return tuple(acts.values())


def shorter(chain: Chain, than: Chain | None) -> bool:
    return than is None or len(chain) < len(than)


@dataclass
class FillablePlace:
    """A seat, a role without named seats, or an office whose holder has a seat: what a person can be appointed to."""

    name: str
    role: str
    input: dict[str, str]
    brings: frozenset[str]


def places(day: Day) -> list[FillablePlace]:
    """Return every place that is filled by an appointment; outsiders' kinds bring nothing that a charter's seat would."""
    roles = {role.id: role for role in day.charter.roles}
    named = {seat.role for seat in day.charter.seats}
    found: dict[str, FillablePlace] = {}
    for seat in day.charter.seats:
        role = roles.get(seat.role)
        office = seat.office != NOT_STATED
        name = seat.office if office else seat.id
        brings = {seat.id, seat.role, role.body if role else ""} | (found[name].brings if name in found else set())
        found[name] = FillablePlace(name, seat.role, {"office" if office else "seat": name}, frozenset(brings - {""}))
    for role in day.charter.roles:
        if role.id not in named:
            found[role.id] = FillablePlace(role.id, role.id, {"seat": role.id}, frozenset({role.id, role.body}))
    return list(found.values())


@dataclass
class Position:
    """What a party of persons has come to: per person each subject of policy lines with the shortest chain to it; ``borrowed``
    are the powers of officers for whom somebody acts; ``separations`` those on appointments, with the kind
    of text of each."""

    day: Day
    table: Table
    people: tuple[str, ...]
    most: int
    separations: tuple[tuple[str, Separation], ...] = ()
    subjects: dict[str, dict[str, Chain]] = field(default_factory=dict)
    borrowed: dict[str, dict[str, Chain]] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        for person in self.people:
            held = self.table.closed(self.day.subjects(person)) if person in self.day.all.persons else frozenset()
            self.subjects[person] = dict.fromkeys(held, ())
            self.borrowed[person] = {}

    def may(self, person: str, act: tuple[str, str], aims: Mapping[str, frozenset[str]]) -> Chain | None:
        """Return the shortest chain after which a line lets the person do an act with these aims, or None."""
        best: Chain | None = None
        self.asked += 1
        for line in self.table.lines_for(*act):
            if line.allow and _aimed(line, aims):
                for held in (self.subjects[person], self._lent(person, act)):
                    chain = held.get(line.subject)
                    if chain is not None and len(chain) < self.most and shorter(chain, best):
                        best = chain
        return best

    def _lent(self, person: str, act: tuple[str, str]) -> dict[str, Chain]:
        """Return the roles in which the person acts for somebody absent, where the power for the act passes."""
        name, every = f"{act[0]}.{act[1]}", f"{act[0]}.{ANY}"
        lent: dict[str, Chain] = {}
        for rule in self.day.charter.successions:
            chain = self.borrowed[person].get(rule.absent)
            if chain is not None and {name, every, ANY} & {power.partition(";")[0] for power in rule.powers}:
                lent |= dict.fromkeys(self.table.closed({rule.absent}), chain)
        return lent

    def take(self, person: str, brings: Iterable[str], chain: Chain) -> bool:
        """Let the person have come to these subjects by a chain. Return whether that is new or shorter."""
        if len(chain) > self.most:
            return False
        mine, moved = self.subjects[person], False
        for subject in self.table.closed(brings):
            if shorter(chain, mine.get(subject)):
                mine[subject], moved = chain, True
        return moved


def _aimed(line: Line, aims: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a line with its facets speaks of an act with these aims."""
    return all(value in aims.get(name, frozenset()) for name, _, value in (facet.partition("=") for facet in line.facets))


def fillings(position: Position, wanted: Sequence[FillablePlace]) -> Iterator[tuple[str, FillablePlace, Chain]]:
    """Yield who of the party could be put into which place, with the chain that does it."""
    self_barred = _own_appointment_barred(position)
    for place in wanted:
        aims = {"seat": frozenset({place.role, place.name})} if "seat" in place.input else {}
        for actor in position.people:
            chain = position.may(actor, APPOINT, aims)
            if chain is None:
                continue
            for person in position.people:
                if (person == actor and self_barred) or _has(position, person, place):
                    continue
                act = LabAct(actor, "appointment.appoint", {"person": person, **place.input})
                yield person, place, joined(chain, (act,))


def _own_appointment_barred(position: Position) -> bool:
    """Return whether nobody records an appointment of their own: by a line, or by a separation of duties."""
    lines = position.table.lines_for(*APPOINT)
    filled = any(position.table.house.grants(line) for line in lines)
    by_line = any(not line.allow and line.subject == HOLDER for line in lines)
    return by_line or any(map(apart_from_holder, binding(position.separations, filled=filled)))


def _has(position: Position, person: str, place: FillablePlace) -> bool:
    return position.subjects[person].get(place.role) == () and place.name in (
        place.role,
        *position.day.subjects(person),
    )


def absences(position: Position) -> Iterator[tuple[Succession, str, Chain]]:
    """Yield who of the party could act for which officer, with the chain that makes it so."""
    for rule in position.day.charter.successions:
        for person in position.people:
            seat = position.subjects[person].get(rule.acts)
            if seat is None or rule.absent in position.borrowed[person]:
                continue
            rivals = [each for each in position.day.holders(rule.acts) if each not in position.people]
            alone: Chain | None = ()
            if rule.when_several != "all" and rivals:
                alone = _ended(position, rule.acts, rivals)
            if alone is None:
                continue
            recorded = () if rule.absent in position.day.absent else _away(position, rule, person)
            ways = [] if recorded is None else [joined(seat, alone, recorded)]
            if (seat or alone) and (own := _away(position, rule)) is not None:
                ways.append(joined(own, alone, seat))  # nobody is a successor yet who records an absence first of all
            if ways and len(chain := min(ways, key=len)) <= position.most:
                yield rule, person, chain


def _away(position: Position, rule: Succession, besides: str = "") -> Chain | None:
    """Return the shortest way to put the officer's absence on record: by the officer, or by whoever may besides one person."""
    best: Chain | None = None
    who = position.day.resolve(rule.absent) or rule.absent
    given = {"who": who, "from": TODAY, "to": LATER}
    lines = position.table.lines_for(*RECORD)
    for actor in position.people:
        own = position.subjects[actor].get(rule.absent)
        ways = [position.may(actor, RECORD, {"of": frozenset({rule.absent})})] if actor != besides else []
        if own is not None and any(line.allow and line.subject == SELF for line in lines):
            ways.append(own)
        for chain in ways:
            if chain is not None and shorter(chain, best):
                best = joined(chain, (LabAct(actor, "officer-absence.record", given),))
    return best


def _ended(position: Position, role: str, rivals: list[str]) -> Chain | None:
    """Return the acts that leave nobody but the party in a role, by whoever of it may end appointments."""
    for actor in position.people:
        chain = position.may(actor, END, {"seat": frozenset({role})})
        if chain is None:
            continue
        seats = [seat for seat in position.day.charter.seats if seat.role == role]
        acts = []
        for rival in rivals:
            held = position.day.subjects(rival)
            seat = next((each for each in seats if each.id in held), None)
            place = seat.office if seat and seat.office != NOT_STATED else seat.id if seat else role
            acts.append(LabAct(actor, "appointment.end", {"to": YESTERDAY}, (rival, place)))
        return joined(chain, tuple(acts))
    return None


def grants(position: Position) -> Iterator[tuple[str, str, str, Chain]]:
    """Yield who of the party could be given which powers of whom, with the chain: (giver's role, receiver, power, chain)."""
    for line in position.table.lines_for(*GRANT):
        aims = dict(facet.split("=", 1) for facet in line.facets)
        if not line.allow or "by" not in aims or "scope" not in aims:
            continue
        for giver in position.people:
            power = position.may(giver, GRANT, {name: frozenset({value}) for name, value in aims.items()})
            own = position.subjects[giver].get(aims["by"])
            if power is None or own is None or aims["scope"] == "acting":
                continue
            for receiver in position.people:
                seat = position.subjects[receiver].get(aims["to"]) if "to" in aims else ()
                if receiver == giver or seat is None:
                    continue
                by, to = (position.day.resolve(name) or name for name in (aims["by"], receiver))
                given = {"by": by, "to": to, "scope": [aims["scope"]], "from": TODAY, "to_day": LATER}
                act = LabAct(giver, "authority-delegation.grant", given)
                yield aims["by"], receiver, aims["scope"], joined(power, own, seat, (act,))
