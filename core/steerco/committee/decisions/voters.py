"""Who may vote on a matter, with what weight, and for whom: the electorate of a ballot as the charter makes it.

A person counts once, in one way: present, else by an alternate, else by a proxy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import structs

from steerco.charter.model import DecisionRule, Weight
from steerco.charter.places import places_in
from steerco.charter.tables.voters import AGENCY, ATTR, PERSON, SEAT, joined
from steerco.charter.tables.voting import RELATION, MoreVoters
from steerco.committee.decisions import proxy
from steerco.committee.decisions.electorate import Electorate, Represented, Weighing
from steerco.committee.meetings.attendance import ATTENDED, Attendance
from steerco.committee.meetings.meeting import Meeting, Movement
from steerco.committee.members.people import Person
from steerco.records import Do, Held

LEADS = "head-of-delegation"
"""The attribute of a person who speaks for the delegation, with the value ``yes``; and the way to settle a difference in it."""


def of(do: Do, m: Any, rule: DecisionRule, excluded: frozenset[str]) -> Electorate:
    """Return the electorate of a vote that opens now. ``excluded``: who neither votes nor counts."""
    everybody = voting(do, m, rule)
    _kept = do.find(Person) if _asks_attributes(do, m.body) else []  # at hand, so that none is looked up by itself
    who = electorate(do, m.body, everybody, excluded, (rule.voting_role,) if rule.voting_role else ())
    names = {test.weight for tests in rule.tests() for test in tests if test.weight}
    measures = {w.name: _measured(do, m, w, who, everybody) for w in weights(do) if w.name in names}
    single = {reason for tests in rule.tests() for test in tests for reason in test.excluding}
    return structs.replace(who, measures=measures, out=left_out(do, m, single))


def _membership(do: Do, body: str, roles: Collection[str], seated: int) -> int | None:
    """Return the fixed membership: as stated, else as many seats as are listed, and never fewer than those ``seated``."""
    found = do.charter.body(body)
    if found is not None and isinstance(found.seats, int):
        return found.seats
    listed = places_in(do.charter, body, roles) if seated else None
    return None if listed is None else max(listed, seated)


def weights(do: Do) -> tuple[Weight, ...]:
    """Return the weights in force, each once: that of a law, which sets its numbers anew when it will, before the charter's."""
    laws = (text for text in do.layers if text.instrument.apart)
    return tuple({row.name: row for text in (do.charter, *laws) for row in text.weights}.values())


def electorate(
    do: Do, body: str, everybody: Iterable[str], excluded: frozenset[str] = frozenset(), roles: Collection[str] = ()
) -> Electorate:
    """Return those whom a vote of the body concerns: ``everybody`` less the ``excluded``, by the units that have a vote.

    ``roles`` are those of which the list of seats counts, where the body states no number; none: all.
    """
    found = do.charter.body(body)
    persons = tuple(dict.fromkeys(everybody))
    units = {} if found is None or found.unit == PERSON else {person: unit(do, body, person) for person in persons}
    seated = tuple(sorted(set(persons) - excluded))
    who = Electorate(seated, units=units)
    every, counted = who.each(persons), who.each(seated)
    stated = _membership(do, body, roles, 0 if units else len(every))
    split = found.split if found is not None and units else ""
    return structs.replace(
        who,
        fixed=None if stated is None else max(0, stated - len(every - counted)),
        seated=len(counted),
        split=split,
        leads=tuple(person for person in seated if _attr(do, person, LEADS) == "yes") if split == LEADS else (),
    )


def members(do: Do, body: str) -> tuple[str, ...]:
    """Return the persons of a body with a vote in it: all its members, unless each of its decisions names who votes."""
    regular, roles = do.parties.regular(body), voting_roles(do, body)
    if not roles:
        return regular
    return tuple(person for person in regular if not do.parties.called(person).isdisjoint(roles))


def voting_roles(do: Do, body: str) -> tuple[str, ...]:
    """Return the roles and groups whose members vote in a body, where each of its decisions names them; else none."""
    roles = [rule.voting_role for rule in do.charter.decisions if rule.body == body and rule.rule != "one-decides"]
    return tuple(roles) if all(roles) else ()


def voting(do: Do, m: Any, rule: DecisionRule | None) -> tuple[str, ...]:
    """Return the persons who hold a vote in the body on the day, less alternates; and whom the rule adds."""
    regular = do.parties.regular(m.body)
    if rule is None or not rule.voters:
        return regular
    if isinstance(rule.voters, MoreVoters):
        return tuple(dict.fromkeys((*regular, *(p for name in rule.voters.add for p in named(do, m, name)))))
    if rule.voters.startswith(RELATION):
        return named(do, m, rule.voters)
    return tuple(p for p in regular if rule.voters in do.parties.called(p))


def named(do: Do, m: Any, name: str) -> tuple[str, ...]:
    """Return the persons whom a role, a group, a body, or a relation to the matter (``relation:author``) means."""
    if name.startswith(RELATION):
        relation = m.relations.get(name.removeprefix(RELATION))
        field = relation.expression.field if relation is not None and isinstance(relation.expression, Held) else ""
        party = getattr(m, field) if field else None
        return do.parties.holders(party) if party else ()
    roles = (role.id for role in do.charter.roles if name in (*do.charter.closure(role.id), role.body))
    return tuple(dict.fromkeys(person for role in roles for person in do.parties.holders(role)))


def among(do: Do, names: Iterable[str]) -> bool:
    """Return whether the actor is one of those who are named: a role, group, seat or body."""
    me = do.acting_for or do.actor
    return not {me, *do.parties.called(me)}.isdisjoint(names)


def present(do: Do, m: Any, mode: str = "") -> tuple[str, ...] | None:
    """Return the persons recorded as present in the matter's meeting, by who they were on its day; None outside a meeting.

    With a ``mode``, those who are there in that way.
    """
    return None if m.meeting is None else attended(do, do.get(Meeting, m.meeting), mode)


def attended(do: Do, meeting: Meeting, mode: str = "") -> tuple[str, ...]:
    """Return the persons recorded as present in a meeting, by who they were on its day. With a ``mode``, those in that way."""
    then = do.parties.on(do.local(meeting.starts_at))
    rows = [row for row in do.parts(meeting, Attendance) if row.presence in ATTENDED and mode in ("", row.mode)]
    return tuple(sorted({p for row in rows for p in then.holders(row.who)}))


def gone(do: Do, meeting: Meeting, since: datetime | None = None) -> frozenset[str]:
    """Return the persons who left the meeting, after ``since`` where it is given, and are not back."""
    away: dict[str, bool] = {}
    for row in do.parts(meeting, Movement):
        if row.what in ("came", "left", "returned") and (since is None or do.localise(row.at) >= do.localise(since)):
            away |= dict.fromkeys(do.parties.holders(row.who), row.what == "left")
    return frozenset(person for person, gone in away.items() if gone)


def unit(do: Do, body: str, person: str) -> str:
    """Return the unit that a person votes for: the agency, or the value of the attribute; the person where there is none."""
    found = do.charter.body(body)
    if found is None or found.unit == PERSON:
        return person
    value = do.parties.agency(person) if found.unit == AGENCY else _attr(do, person, found.unit.removeprefix(ATTR))
    return joined(found.related, found.unit, value) if value else person


def represented(do: Do, meeting: Meeting, who: Electorate, matter: str | None = None) -> tuple[Represented, ...]:
    """Return for whom others act in a meeting, as it is booked now: an alternate acts for one, and none who has a
    vote acts so. Proxies count for whoever is not there otherwise, in a ``matter`` of the meeting."""
    there, taken = set(who.present or ()), set(who.entitled)
    found: dict[str, Represented] = {}
    for row in (*_by_alternates(do, meeting, who), *_by_deputies(do, meeting, who)):
        if row.voter not in found and row.by in there and row.by not in taken:
            found[row.voter] = row
            taken.add(row.by)
    for giver, holder, rule in proxy.held_by(do, meeting.body, meeting.id, matter):
        if giver in who.entitled and giver not in (found.keys() | there) and holder in there:
            found[giver] = Represented(giver, holder, "proxy", rule.counts_for)
    return tuple(found.values())


def _by_alternates(do: Do, meeting: Meeting, who: Electorate) -> Iterator[Represented]:
    """Yield the alternates of those of the entitled who are not there, or who preside where that is when they act."""
    there, presides = set(who.present or ()), presiding(do, meeting)
    for voter in who.entitled:
        for by, seat in do.parties.alternates(voter, meeting.body):
            if ("away" in seat.when and voter not in there) or ("presides" in seat.when and voter in presides):
                yield Represented(voter, by, "alternate", tuple(right for right in seat.rights if right != "attend"))


def _by_deputies(do: Do, meeting: Meeting, who: Electorate) -> Iterator[Represented]:
    """Yield who acts for those of the entitled who are recorded absent, by the charter's succession."""
    for voter in sorted(set(who.entitled).difference(who.present or ())):
        if do.parties.away(voter, meeting.body):
            for by in do.parties.successors(voter):
                yield Represented(voter, by, "acting", ("vote", "quorum"))


def presiding(do: Do, meeting: Meeting) -> frozenset[str]:
    """Return the persons who preside over a meeting, or are to."""
    party = meeting.presided_by or meeting.presiding
    return frozenset(do.parties.holders(party)) if party else frozenset()


def left_out(do: Do, m: Any, reasons: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the persons whom each of the reasons leaves out of a vote on the matter."""
    parties = {"author": m.author_as, "head": m.body, "concerned": m.concerns}
    return {reason: do.parties.holders(party) for reason in sorted(reasons) if (party := parties.get(reason))}


def _measured(do: Do, m: Any, weight: Weight, who: Electorate, everybody: Iterable[str]) -> Weighing:
    """Return a weight in the vote: of a unit what its values weigh together, of each person what the own value weighs."""
    body = do.charter.body(m.body)
    values: dict[str, set[str]] = {}
    for person in everybody:
        values.setdefault(who.unit(person), set()).update(_values(do, m.body, weight, person))
    if body is not None and weight.by == body.unit:
        for value in weight.values:
            if (key := joined(body.related, weight.by, value)) in values:
                values[key].add(value)
    of = {key: sum(weight.values.get(value, 0) for value in held) for key, held in values.items()}
    counted = who.each(who.entitled)
    gone = sum(size for key, size in of.items() if key not in counted)
    return Weighing(of, sum(size for key, size in of.items() if key in counted), sum(weight.values.values()) - gone)


def _values(do: Do, body: str, weight: Weight, person: str) -> set[str]:
    """Return what of a weight's names a person stands for."""
    if weight.by == AGENCY:
        return {do.parties.agency(person)}
    if weight.by == SEAT:
        return {do.parties.seat(person, body)}
    return {_attr(do, person, weight.by.removeprefix(ATTR))}


def _asks_attributes(do: Do, body: str) -> bool:
    found = do.charter.body(body)
    weighed = any(weight.by.startswith(ATTR) for weight in weights(do))
    return weighed or (found is not None and (found.unit.startswith(ATTR) or found.split == LEADS))


def _attr(do: Do, person: str, name: str) -> str:
    return str(do.get(Person, person).attrs.get(name, ""))
