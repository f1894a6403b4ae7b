"""The reach of a role: seats, the powers of absent officers, delegated powers, entering for others; alone, or two together.

Example: ``reach(lab, "keeper", steps=4)`` finds that the keeper of the register puts a newcomer into the first seat, who then
puts the keeper into another. Each chain is performed in a copy of the lab, and only those that the kernel did are told. What is
open at once, without an act, is read off the directory and the rules; so is entering for others, which is not itself performed.

Rules:

- A chain begins with an act of the one who is asked about: what others may give him by their own power is theirs to give.
- Two together are the holder of the role and one other: a newcomer, or somebody whose own powers change who may do what.
- Persons who hold the same stand for each other, so that the number of members does not count.
- Acts on records (deciding, paying) are no moves: they change nobody's powers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from steerco.answers.findings import Looked, TriedAct, unlooked
from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.moves import APPOINT, END, GRANT, RECORD, Chain, Position, absences, fillings, grants, places, shorter
from steerco.charter.model import Label
from steerco.charter.rules import effective
from steerco.committee.members.directory import Day
from steerco.kernel.on_behalf import RULE

STEPS = 4
"""How many acts in a row are looked at, where nothing else is asked."""
PARTNERS = 24
"""So many other persons are tried as partners; the answer says so where there are more."""
Kind = Literal["holds", "acts-for", "receives", "enters-for"]


class Gain(Struct, frozen=True):
    """One thing that somebody comes to: a place that they hold, an officer for whom they act, a power that they are given, or the
    parties for whom they may enter acts.

    ``acts`` are those that the kernel did, in order; ``others`` the persons who did some of them, ``displaced`` who held the
    place before.
    """

    kind: Kind
    what: str
    label: Label
    acts: tuple[TriedAct, ...]
    others: tuple[str, ...] = ()
    power: str = ""
    displaced: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """By what a gain is known again in another answer."""
        return self.kind, self.what, self.power, bool(self.others)


class Reach(Struct, frozen=True):
    """What the holders of a role can come to. ``persons`` are those who were tried, one for all who hold the same."""

    role: str
    label: Label
    persons: tuple[str, ...]
    gains: tuple[Gain, ...]
    looked: Looked
    unconfirmed: int = 0


def reach(lab: Lab, role: str, steps: int = STEPS) -> Reach:
    """Return everything that the holders of a role (a seat, group, body or person too) can come to within so many acts."""
    before, looked, gains, dropped = lab.tried, 0, dict[tuple[str, str, str, bool], Gain](), 0
    holders = representatives(lab.day, role)
    partners, left = _partners(lab)
    apart = lab.regime.separations.get(".".join(APPOINT), ())
    for person in holders:
        for party in [(person,), *((person, other) for other in partners if other != person)]:
            position = Position(lab.day, lab.regime.table, party, steps, apart)
            for kind, what, power, chain in _claims(position, lab):
                if (kind, what, power, False) in gains or (kind, what, power, len(party) > 1) in gains:
                    continue
                gain = _confirmed(lab, person, kind, what, power, chain)
                dropped += gain is None
                if gain is not None:
                    gains[gain.key] = gain
            looked += position.asked
    left_out = (*_not_looked_at(left), *(() if holders else (unlooked("nobody-holds", role=role),)))
    bounds = Looked.at(lab.day.day, left_out, steps=steps, asked=looked, tried=lab.tried - before, proof="performed")
    return Reach(role, label_of(lab.day, role), holders, tuple(gains.values()), bounds, dropped)


def everyone(lab: Lab, steps: int = STEPS) -> dict[str, Reach]:
    """Return the reach of each role of the charter that somebody holds."""
    return {role.id: reach(lab, role.id, steps) for role in lab.day.charter.roles if lab.day.holders(role.id)}


def _not_looked_at(left: int) -> Iterator[Label]:
    yield from map(unlooked, ("three-together", "changes-of-files", "acts-elsewhere"))
    if left:
        yield unlooked("more-partners", number=left)


def representatives(day: Day, role: str) -> tuple[str, ...]:
    """Return the persons that a name means, one for all who hold the very same."""
    group = next((group.roles for group in day.charter.groups if group.id == role), (role,))
    persons = [person for name in group for person in (day.members(name) or day.holders(name))]
    by_held = {(day.subjects(person), _succeeds(day, person)): person for person in reversed(persons)}
    return tuple(sorted(by_held.values(), key=persons.index))


def _succeeds(day: Day, person: str) -> frozenset[str]:
    return frozenset(capacity.acting_for for capacity in day.capacities(person))


def _partners(lab: Lab) -> tuple[list[str], int]:
    """Return a newcomer, and whoever's own powers change who may do what; those beyond ``PARTNERS`` are counted."""
    table, day = lab.regime.table, lab.day
    named = {line.subject for act in (APPOINT, END, RECORD, GRANT) for line in table.lines_for(*act) if line.allow}
    able: dict[frozenset[str], str] = {}
    for person in sorted(day.all.persons):
        held = table.closed(day.subjects(person))
        if held & named:
            able.setdefault(held, person)
    some = list(able.values())
    return [NEWCOMER, *some[:PARTNERS]], max(len(some) - PARTNERS, 0)


def _claims(position: Position, lab: Lab) -> Iterator[tuple[Kind, str, str, Chain]]:
    """Walk step by step; yield at the end what the first of the party could come to, shortest chains first."""
    person, day = position.people[0], position.day
    wanted = places(day)
    held: dict[str, Chain] = {}
    for _ in range(position.most):
        moved = False
        for who, place, chain in fillings(position, wanted):
            moved |= position.take(who, place.brings, chain)
            if who == person and shorter(chain, held.get(place.name)):
                held[place.name] = chain
        for rule, who, chain in absences(position):
            if rule.absent not in position.borrowed[who]:
                position.borrowed[who][rule.absent], moved = chain, True
        if not moved:
            break
    claims: list[tuple[Kind, str, str, Chain]] = [("holds", name, "", chain) for name, chain in held.items()]
    claims += [("acts-for", officer, "", chain) for officer, chain in position.borrowed[person].items()]
    claims += [("receives", by, scope, chain) for by, to, scope, chain in grants(position) if to == person]
    claims += _entering(position, lab, person)
    claims.sort(key=lambda claim: len(claim[3]))
    for claim in claims:
        chain = claim[3]
        led = not chain or chain[0].by == person
        needed = len(position.people) == 1 or any(act.by != person for act in chain)
        if len(chain) <= position.most and led and needed:
            yield claim


def _entering(position: Position, lab: Lab, person: str) -> list[tuple[Kind, str, str, Chain]]:
    """For whom the person may enter acts: by a rule that names what the person has come to."""
    layers = (lab.regime.charter, *lab.regime.layers)
    bodies = [body.id for body in lab.regime.charter.bodies]
    found: list[tuple[Kind, str, str, Chain]] = []
    for body in bodies:
        rule = effective(RULE, layers, {"for": body})
        chain = position.subjects[person].get(str(rule.value)) if rule.stated else None
        if chain is not None:
            found.append(("enters-for", body, ", ".join(rule.cite), chain))
    return found


def _confirmed(lab: Lab, person: str, kind: Kind, what: str, power: str, chain: Chain) -> Gain | None:
    """Perform a chain in a copy, and return what it really gave; None where the kernel stopped it or it gave nothing."""
    acts, after = lab.performed(chain) if chain else ((), lab.day)
    if any(act.outcome != "done" for act in acts) or not _has(lab, after, person, kind, what, power):
        return None
    return _gain(lab, kind, what, power, acts, person)


def _has(lab: Lab, after: Day, person: str, kind: Kind, what: str, power: str) -> bool:
    if kind == "holds":
        return person in after.holders(what)
    if kind == "enters-for":
        return _enters(lab, after, person, what)
    lent = [capacity for capacity in after.capacities(person) if capacity.acting_for]
    if kind == "acts-for":
        return any(capacity.acting_for == what for capacity in lent)
    type, _, act = power.partition(".")
    return any(capacity.passes(type, act) for capacity in lent if capacity.powers is not None)


def _enters(lab: Lab, day: Day, person: str, body: str) -> bool:
    """Return whether a rule names the person as one who enters acts for members of the body, and it has another member."""
    rule = effective(RULE, (lab.regime.charter, *lab.regime.layers), {"for": body})
    named = str(rule.value) in lab.regime.table.closed(day.roles(person) | day.bodies(person))
    return named and any(member != person for member in day.members(body))


def _gain(lab: Lab, kind: Kind, what: str, power: str, acts: tuple[TriedAct, ...], person: str) -> Gain:
    others = tuple(dict.fromkeys(act.by for act in acts if act.by != person))
    displaced = tuple(p for p in lab.day.holders(what) if p != person) if kind == "holds" and lab.day.single(what) else ()
    return Gain(kind, what, label_of(lab.day, what), acts, others, power, displaced)


def names(day: Day) -> frozenset[str]:
    """Return every name that can be asked about: of roles, groups, bodies, seats and persons."""
    charter = day.charter
    rows = (*charter.roles, *charter.groups, *charter.bodies, *charter.seats)
    return frozenset({*(row.id for row in rows), *day.all.persons} - {NEWCOMER})  # type: ignore[attr-defined]


def label_of(day: Day, name: str) -> Label:
    """Return what a role, seat, group, body, office or person is called."""
    charter = day.charter
    rows = (*charter.roles, *charter.seats, *charter.groups, *charter.bodies)
    for row in rows:
        if row.id == name:  # type: ignore[attr-defined]
            return row.label  # type: ignore[attr-defined,no-any-return]
    named = day.all.titles.get(name) or day.all.persons.get(name) or {}
    return Label(**named) if named else Label(vi=name, en=name)
