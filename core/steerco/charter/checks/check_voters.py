"""Check what a charter says of who votes: alternates, units of a body, weights."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import NOT_STATED, Body, Charter, Seat
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.elections import OWN_SYSTEMS, ElectionRule
from steerco.charter.tables.voters import (
    AFFILIATION,
    AGENCY,
    ANYONE_PRESENT,
    PERSON,
    SAME_AGENCY,
    SEAT,
    ProxyRule,
    RecusalRule,
    Weight,
)
from steerco.charter.tables.voting import RELATION, MoreVoters, VoteTest
from steerco.config.explain import nearest


def check_voters(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on alternates, units, weights, and those whom decisions let vote."""
    for seat in charter.seats:
        yield from _seat(seat, charter, names)
    for body in charter.bodies:
        yield from _unit(body, charter)
    for weight in charter.weights:
        yield from _weight(weight, charter, names)
    for proxy in charter.proxies:
        yield from _proxy(proxy, charter, names)
    for election in charter.elections:
        yield from _election(election, charter, names)
    for recusal in charter.recusals:
        yield from _recusal(recusal, charter, names)
    for rule in charter.decisions:
        subject = f"decision '{rule.id}', voters"
        named = rule.voters.add if isinstance(rule.voters, MoreVoters) else (rule.voters,) if rule.voters else ()
        for name in named:
            known = {f"{RELATION}{each}" for each in RELATIONS} if name.startswith(RELATION) else names.holders()
            if name not in known:
                message = f"{subject}: there is no role, group, body or relation '{name}'{nearest(name, known)}"
                yield NameProblem(rule.source, "unknown-role", message)


RELATIONS = ("author", "addressee")
"""The ties to a matter by which somebody can have a vote in it."""


def _seat(seat: Seat, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"seat '{seat.id}'"
    if not seat.stands_for:
        if not seat.role:
            yield NameProblem(seat.source, "unknown-role", f"{subject} needs a role, or the seat that it stands for")
        return
    other = next((each for each in charter.seats if each.id == seat.stands_for), None)
    if other is None and seat.stands_for not in names.seats:
        message = f"{subject}, stands_for: there is no seat '{seat.stands_for}'{nearest(seat.stands_for, names.seats)}"
        yield NameProblem(seat.source, "unknown-seat", message)
    if seat.stands_for == seat.id or (other is not None and other.stands_for):
        message = f"{subject} stands for '{seat.stands_for}', which stands for another: an alternate has no alternate"
        yield NameProblem(seat.source, "circular-alternates", message)
    if seat.office != NOT_STATED and other is not None and other.office == seat.office:
        yield NameProblem(seat.source, "circular-alternates", f"{subject} and '{other.id}' follow one office: one person")


def _unit(body: Body, charter: Charter) -> Iterator[NameProblem]:
    subject = f"body '{body.id}'"
    if body.unit == PERSON:
        for key in ("related", "split"):
            if getattr(body, key) not in ((), "no-vote"):
                message = f'{subject}: nothing reads {key} while each person has a vote; write unit = "agency" or "attr:NAME"'
                yield NameProblem(body.source, "not-enforced", message, "warning")
    for row in body.related:
        if body.unit not in (PERSON, row.by):
            message = f"{subject}, related: it goes by '{row.by}', and the body's unit by '{body.unit}'"
            yield NameProblem(body.source, "not-enforced", message, "warning")
        values = [value for group in row.groups for value in group]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield NameProblem(body.source, "bad-value", f"{subject}, related: '{value}' appears twice")
    represents = {role.id for role in charter.roles if role.body == body.id and role.represents}
    tied = any(seat.agency != NOT_STATED or seat.office != NOT_STATED for seat in charter.seats)
    if body.unit == AGENCY and not represents and not tied:
        message = f"{subject}: one vote an agency, and no role of it represents one: each person is a unit alone"
        yield NameProblem(body.source, "not-enforced", message, "warning")


def _proxy(rule: ProxyRule, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"proxy of '{rule.body}'"
    if rule.body not in names.bodies:
        message = f"{subject}: there is no body '{rule.body}'{nearest(rule.body, names.bodies)}"
        yield NameProblem(rule.source, "unknown-body", message)
    if rule.to not in ("", NOT_STATED, ANYONE_PRESENT, SAME_AGENCY, *names.holders()):
        known = (ANYONE_PRESENT, SAME_AGENCY, *names.holders())
        yield NameProblem(rule.source, "unknown-role", f"{subject}, to: there is no role '{rule.to}'{nearest(rule.to, known)}")
    if next(each for each in charter.proxies if each.body == rule.body) is not rule:
        yield NameProblem(rule.source, "duplicate-id", f"{subject}: the charter has another table for this body")


def _recusal(rule: RecusalRule, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"recusal of '{rule.who}'"
    decisions = {each.id for each in charter.decisions}
    if rule.body not in names.bodies:
        message = f"{subject}: there is no body '{rule.body}'{nearest(rule.body, names.bodies)}"
        yield NameProblem(rule.source, "unknown-body", message)
    holders = names.roles | names.groups | names.seats
    if rule.role and rule.role not in holders:
        message = f"{subject}: there is no role '{rule.role}'{nearest(rule.role, holders)}"
        yield NameProblem(rule.source, "unknown-role", message)
    if next(each for each in charter.recusals if (each.body, each.role) == (rule.body, rule.role)) is not rule:
        yield NameProblem(rule.source, "duplicate-id", f"{subject}: the charter has another table for the same")
    for by in rule.declared_by:
        known = {f"decision:{id}" for id in decisions} | names.holders() | {"self"}
        if by not in known:
            message = f"{subject}, declared_by: there is no role or decision '{by}'{nearest(by, known)}"
            yield NameProblem(rule.source, "unknown-role", message)
    for occasion in rule.on:
        if occasion == AFFILIATION and not any(cap.waiver and cap.body == rule.body for cap in charter.caps):
            message = f"{subject}, on: no [[cap]] of the body names a decision that lifts it (waiver), so none is such a ruling"
            yield NameProblem(rule.source, "not-enforced", message, "warning")
        if occasion not in {*names.classes, *names.words("matter", "aims"), "interest", "own-seat", "own-removal", AFFILIATION}:
            message = f"{subject}, on: '{occasion}' is no class of matters: it recuses nobody by itself"
            yield NameProblem(rule.source, "not-enforced", message, "warning")
    if rule.limit is not None and rule.limit.route and rule.limit.route not in decisions:
        message = f"{subject}, route: there is no decision '{rule.limit.route}'{nearest(rule.limit.route, decisions)}"
        yield NameProblem(rule.source, "unknown-decision", message)
    if rule.limit is not None and not 0 < rule.limit.share[0] <= rule.limit.share[1]:
        part, of = rule.limit.share
        yield NameProblem(rule.source, "impossible-share", f"{subject}: {part} of {of} cannot be reached")


def _election(rule: ElectionRule, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"election '{rule.id}'"
    for key, name in (("fills", rule.fills), ("electors", rule.electors)):
        if name not in names.holders():
            message = f"{subject}, {key}: there is no role, group, seat or body '{name}'{nearest(name, names.holders())}"
            yield NameProblem(rule.source, "unknown-role", message)
    systems = OWN_SYSTEMS | names.systems
    if rule.system not in systems:
        message = f"{subject}, system: core and the plugins of this committee count by none called '{rule.system}'"
        yield NameProblem(rule.source, "unknown-system", f"{message}{nearest(rule.system, systems)}")
    decisions, named = {each.id for each in charter.decisions}, rule.confirmed_by.removeprefix("decision:")
    if named and named not in decisions:
        message = f"{subject}, confirmed_by: there is no decision '{named}'{nearest(named, decisions)}"
        yield NameProblem(rule.source, "unknown-decision", message)


def _weight(weight: Weight, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"weight '{weight.name}'"
    known = {AGENCY: names.agencies, SEAT: names.seats}.get(weight.by, frozenset())
    for name in weight.values:
        if known and name not in known:
            yield NameProblem(
                weight.source, f"unknown-{weight.by}", f"{subject}: there is no {weight.by} '{name}'{nearest(name, known)}"
            )
    users = [rule for rule in charter.decisions if any(_uses(test, weight) for tests in rule.tests() for test in tests)]
    if not users and charter.instrument.kind == "charter":
        message = f'{subject}: no test counts by it; write measure = "weight:{weight.name}" in one'
        yield NameProblem(weight.source, "not-enforced", message, "warning")
    shared = {body.id for body in charter.bodies if body.unit != weight.by}
    if weight.by != SEAT and any(rule.body in shared for rule in users):
        message = f'{subject}: two persons with one value bring it twice; write unit = "{weight.by}" in the body to count it once'
        yield NameProblem(weight.source, "weight-twice", message, "warning")


def _uses(test: VoteTest, weight: Weight) -> bool:
    return test.weight == weight.name
