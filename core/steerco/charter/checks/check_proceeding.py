"""Check what a charter says of the way a vote goes: ballots that nothing closes or that tell too much, routes to nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from steerco.charter.model import Ballot, BarRule, Charter, DecisionRoute, DecisionRule, Source, Veto, WrittenRule
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.places import stated_seats
from steerco.charter.tables.proceeding import AGAINST
from steerco.charter.tables.voting import NONE
from steerco.config.explain import nearest

ORDINARY = "ordinary"
"""The class of a matter that is raised without one."""


def check_proceeding(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on ballots, routes, and the decisions that lead to another."""
    decisions = {rule.id for rule in charter.decisions}
    for ballot in charter.ballots:
        yield from _ballot(ballot, charter, names)
        yield from _demands(ballot, charter)
    for route in charter.routes:
        yield from _route(route, charter, names)
    for row in charter.writings:
        yield from _written(row, charter, decisions, names)
    for veto in charter.vetoes:
        yield from _veto(veto, decisions, names)
    for bar in charter.bars:
        yield from _bar(bar, names)
    yield from _turning(charter)
    for rule in charter.decisions:
        held = next((row for row in charter.ballots if row.id == rule.ballot), None)
        yield from _decision(rule, held, decisions)


def _named(source: Source, subject: str, who: str, names: KnownNames) -> Iterator[NameProblem]:
    known = names.holders()
    if who not in known:
        message = f"{subject}: there is no role, group or body '{who}'{nearest(who, known)}"
        yield NameProblem(source, "unknown-role", message)


def _ballot(ballot: Ballot, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"ballot '{ballot.id}'"
    demands = [row for row in (ballot.on_request, ballot.roll_call, ballot.ended_by) if row is not None]
    entitled = [row for row in (ballot.shorten, ballot.extend) if row is not None]
    named = (
        *ballot.opened_by,
        *ballot.closed_by,
        *ballot.also_ended_by,
        *(row.of for row in demands),
        *(row.by for row in entitled),
    )
    for who in named:
        yield from _named(ballot.source, subject, who, names)
    if ballot.closes == "at-end" and ballot.period is None:
        message = f"{subject}: it closes at its end and has no period, so nothing closes it unless an end is set when it opens"
        yield NameProblem(ballot.source, "no-closing", message, "warning")
    secret = ballot.secret or any(rule.secret and rule.ballot == ballot.id for rule in charter.decisions)
    if (secret or ballot.hides) and ballot.closes == "when-settled":
        what = "secret" if secret else "hidden until it is closed"
        message = f"{subject}: its votes are {what}, and closing once settled tells the running result; close it otherwise"
        yield NameProblem(ballot.source, "secret-and-live", message)


def _demands(ballot: Ballot, charter: Charter) -> Iterator[NameProblem]:
    """Yield demands for more persons than the body has seats."""
    seats = [stated_seats(charter, rule.body) for rule in charter.decisions if rule.ballot == ballot.id]
    most = max(filter(None, seats), default=0) if all(seats) else 0
    asked = {
        "on_request": ballot.on_request.at_least if ballot.on_request else 0,
        "roll_call": ballot.roll_call.at_least if ballot.roll_call else 0,
        "ended_by": ballot.ended_by.requests if ballot.ended_by else 0,
        "second": ballot.second + 1 if ballot.second else 0,
    }
    for key, number in asked.items():
        if most and number > most:
            who = f"{number} persons" if key != "second" else f"{ballot.second} others"
            message = f"ballot '{ballot.id}', {key}: {who} can never be found: the body has {most} seats"
            yield NameProblem(ballot.source, "impossible-test", message)


def _turning(charter: Charter) -> Iterator[NameProblem]:
    """Yield decisions that turn into one another in a circle."""
    turns = {rule.id: rule.turns_to for rule in charter.decisions if rule.turns_to}
    for rule in charter.decisions:
        way = [rule.id]
        while (after := turns.get(way[-1], "")) and after not in way:
            way.append(after)
        if after == rule.id and rule.id == min(way) and len(way) > 1:
            message = f"decision '{rule.id}', turns_to: {' to '.join([*way, after])} is a circle, so an objection settles nothing"
            yield NameProblem(rule.source, "bad-value", message)


def _classes(source: Source, subject: str, classes: Iterable[str], names: KnownNames) -> Iterator[NameProblem]:
    for name in classes:
        if name.removeprefix("!") not in names.classes | {"*", ORDINARY}:
            message = f"{subject}: no decision or route has the class of matters '{name}'{nearest(name, names.classes)}"
            yield NameProblem(source, "unknown-class", message)


def _route(route: DecisionRoute, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    decisions = {rule.id for rule in charter.decisions}
    subject = f"route '{route.who}'"
    if route.body not in names.bodies:
        yield NameProblem(
            route.source, "unknown-body", f"{subject}: there is no body '{route.body}'{nearest(route.body, names.bodies)}"
        )
    for decision in (route.first, route.then):
        yield from _reached(route.source, subject, decision, decisions)
    if route.first == route.then:
        yield NameProblem(route.source, "bad-value", f"{subject}: it leads back to where it begins")
    twice = [each for each in charter.routes if each.body == route.body and set(each.classes) & set(route.classes)]
    if twice[0] is not route:
        message = f"{subject}: a route for this body and one of these classes is in line {twice[0].source.line} already"
        yield NameProblem(route.source, "ambiguous-decision", message)
    turns = {rule.id: rule.turns_to for rule in charter.decisions if rule.turns_to}
    way = [route.then]
    while (after := turns.get(way[-1], "")) and after not in way:
        way.append(after)
    if route.first in way[1:]:
        circle = " to ".join([route.first, *way[: way.index(route.first) + 1]])
        message = f"{subject}: {circle} is a circle, so it settles nothing"
        yield NameProblem(route.source, "bad-value", message)
    if route.when is not None:
        yield from _named(route.source, f"{subject}, when", route.when.by, names)
        return
    first = next((rule for rule in charter.decisions if rule.id == route.first), None)
    held = next((row for row in charter.ballots if first is not None and row.id == first.ballot), None)
    if (first is not None and first.secret) or (held is not None and held.hides):
        hides = f"the ballot of '{route.first}' hides how it stands"
        message = f"{subject}: {hides}, and that it turns tells of an objection; write when"
        yield NameProblem(route.source, "secret-and-live", message)


def _written(row: WrittenRule, charter: Charter, decisions: set[str], names: KnownNames) -> Iterator[NameProblem]:
    subject = f"written '{row.who}'"
    if row.body not in names.bodies:
        message = f"{subject}: there is no body '{row.body}'{nearest(row.body, names.bodies)}"
        yield NameProblem(row.source, "unknown-body", message)
    yield from _classes(row.source, subject, row.classes, names)
    for who in row.proposed_by:
        yield from _named(row.source, f"{subject}, proposed_by", who, names)
    if row.agreement:
        yield from _reached(row.source, subject, row.agreement, decisions)
    twice = [each for each in charter.writings if each.body == row.body and set(each.classes) & set(row.classes)]
    if twice[0] is not row:
        message = f"{subject}: the charter has another table for this body and one of these classes of matters"
        yield NameProblem(row.source, "duplicate-id", message)


def _veto(veto: Veto, decisions: set[str], names: KnownNames) -> Iterator[NameProblem]:
    subject = f"veto '{veto.who}'"
    yield from _reached(veto.source, f"{subject}, decision", veto.decision, decisions)
    if veto.by != AGAINST:
        yield from _named(veto.source, f"{subject}, by", veto.by, names)
    if veto.override != NONE:
        yield from _reached(veto.source, f"{subject}, override", veto.override, decisions)
    if veto.override == veto.decision:
        yield NameProblem(veto.source, "bad-value", f"{subject}, override: it leads back to where it begins")


def _bar(bar: BarRule, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"bar on '{bar.on}'"
    if problem := names.act(bar.on):
        yield NameProblem(bar.source, "unknown-action", f"{subject}: {problem}")
        return
    record, facets = bar.on.partition(".")[0], names.words(bar.on.partition(".")[0], "facets")
    for name in bar.where:
        if name not in facets and name not in names.words(record, "fields"):
            message = f"{subject}, where: {record} has no facet and no field '{name}'{nearest(name, facets)}"
            yield NameProblem(bar.source, "unknown-facet", message)
    if record == "matter" and isinstance(named := bar.where.get("class", "*"), str):
        yield from _classes(bar.source, f"{subject}, where", [named], names)
    standing = bar.while_
    if standing.type not in names.vocabulary:
        message = f"{subject}, while: there is no record type '{standing.type}'{nearest(standing.type, names.vocabulary)}"
        yield NameProblem(bar.source, "unknown-type", message)
        return
    wanted = (
        ("class_", "class", names.classes if standing.type == "matter" else ()),
        ("kind", "kind", names.words(standing.type, "kinds")),
    )
    for field, key, known in wanted:
        value = getattr(standing, field)
        if value and value not in known:
            message = f"{subject}, while: {standing.type} has no {key} '{value}'{nearest(value, known)}"
            yield NameProblem(bar.source, f"unknown-{key}", message)


def _decision(rule: DecisionRule, ballot: Ballot | None, decisions: set[str]) -> Iterator[NameProblem]:
    subject = f"decision '{rule.id}'"
    if rule.turns_to and rule.turns_to != NONE:
        yield from _reached(rule.source, f"{subject}, turns_to", rule.turns_to, decisions)
        if rule.turns_to == rule.id:
            yield NameProblem(rule.source, "bad-value", f"{subject}, turns_to: it leads back to where it begins")
        if rule.secret or (ballot is not None and ballot.hides):
            message = f"{subject}: its ballot hides how it stands, and that it turns to '{rule.turns_to}' tells of an objection"
            yield NameProblem(rule.source, "secret-and-live", message)
    if rule.at_once and rule.rule != "lazy":
        yield NameProblem(rule.source, "bad-value", f"{subject}, at_once: only a lazy decision is in effect from its opening")
    if rule.rule == "consent" and (ballot is None or ballot.period is None):
        message = f"{subject}: consent closes only after a period, and its ballot states none"
        yield NameProblem(rule.source, "no-closing", message, "warning")


def _reached(source: Source, subject: str, decision: str, decisions: set[str]) -> Iterator[NameProblem]:
    if decision not in decisions:
        message = f"{subject}: there is no decision '{decision}'{nearest(decision, decisions)}"
        yield NameProblem(source, "unknown-decision", message)
