"""Judges an appointment by what the charter says of membership: its term, caps, eligibility, the size of the body."""

from __future__ import annotations

from datetime import date
from typing import Any

from steerco.charter.membership import Cap, Eligibility, Need, TermLength, TermRule
from steerco.charter.model import Body
from steerco.committee.membership_state import counted_members
from steerco.committee.people import Person
from steerco.policy.line import PLATFORM
from steerco.records import Do, Parties


def judge(do: Do, a: Any, earlier: list[Any]) -> None:
    """Stop an appointment that the charter does not allow, and give it the last day of its term.

    ``a`` is the appointment with its seat and days; ``earlier`` are the appointments of the same person to the same seat or role.
    """
    role = _role(do, a.seat)
    if not role or f"{do.actor}:" == PLATFORM:  # who holds a seat when the committee is set up here is a fact, not an act
        return
    then = do.parties.on(a.from_)
    called = do.charter.closure(role) | do.charter.closure(a.seat)
    for rule in do.charter.eligibilities:
        if rule.role in called:
            _eligible(do, a, rule, then)
    for term in do.charter.terms:
        if term.seat == a.seat or (not term.seat and term.role in called):
            _in_term(do, a, term, earlier)
    body_of_role = do.charter.role(role)
    if body_of_role is None:
        return
    members = set(then.members(body_of_role.body))
    body = do.charter.body(body_of_role.body)
    if body is not None and isinstance(body.max, int) and _is_full(do, a, body, then):
        do.out_of_order("body-full", *body.cite, most=body.max)
    for cap in do.charter.caps:
        if cap.body == body_of_role.body:
            _capped(do, a, cap, then, members)


def _is_full(do: Do, a: Any, body: Body, then: Parties) -> bool:
    """Return whether the body has as many as it may have, and the appointment would add one to those whom its numbers count."""
    called = do.charter.closure(a.seat) | do.charter.closure(_role(do, a.seat))
    if body.counted and called.isdisjoint(body.counted):
        return False
    members = counted_members(then, body)
    return a.person not in members and isinstance(body.max, int) and len(members) >= body.max


def _role(do: Do, seat: str | None) -> str:
    """Return the role of a seat; a role without named seats is its own."""
    if not seat:
        return ""
    named = next((row.role for row in do.charter.seats if row.id == seat), seat)
    return named if do.charter.role(named) is not None else ""


def _attrs(do: Do, person: str) -> dict[str, str]:
    return dict(do.get(Person, person).attrs)


def _eligible(do: Do, a: Any, rule: Eligibility, then: Parties) -> None:
    for need in rule.needs:
        if not _met(do, a.person, need, then):
            do.out_of_order("not-eligible", *rule.cite, needs=_said(need))


def _met(do: Do, person: str, need: Need, then: Parties) -> bool:
    if need.role:
        return need.role in then.called(person)
    value = _attrs(do, person).get(need.attr, "")
    if need.at_least is not None:
        return value.isdecimal() and int(value) >= need.at_least
    return value == need.value if need.value else bool(value)


def _said(need: Need) -> str:
    if need.role:
        return need.role
    return (
        f"{need.attr} ≥ {need.at_least}"
        if need.at_least is not None
        else f"{need.attr} = {need.value}"
        if need.value
        else need.attr
    )


def _in_term(do: Do, a: Any, term: TermRule, earlier: list[Any]) -> None:
    limit, served = term.limit, [row for row in earlier if row.to is not None and row.to >= row.from_ and row.from_ < a.from_]
    running = _running(served, a.from_)
    if limit.consecutive is not None and running >= limit.consecutive:
        if term.limit_force == "soft":
            do.note("term-limit", most=str(limit.consecutive))
        else:
            do.out_of_order("term-limit", *term.cite, served=running, most=limit.consecutive)
    if limit.lifetime is not None and len(served) >= limit.lifetime:
        if term.limit_force == "soft":
            do.note("term-limit", most=str(limit.lifetime))
        else:
            do.out_of_order("term-limit", *term.cite, served=len(served), most=limit.lifetime)
    if isinstance(term.length, TermLength) and term.ends == "lapses":
        last = term.length.last_day(a.from_)
        if a.to is not None and a.to > last:
            do.out_of_order("term-too-long", *term.cite, until=last.isoformat())
        a.to = a.to or last


def _running(served: list[Any], start: date) -> int:
    """Return how many terms run one into the other up to ``start``: between two of them lies less than a day."""
    count, day = 0, start
    for row in sorted(served, key=lambda each: each.from_, reverse=True):
        if (day - row.to).days > 1:
            break
        count, day = count + 1, row.from_
    return count


def _capped(do: Do, a: Any, cap: Cap, then: Parties, members: set[str]) -> None:
    voting = {rule.voters for rule in do.charter.decisions if rule.body == cap.body and rule.voters}
    counted = {
        person
        for person in members | {a.person}
        if cap.of != "voters" or not voting or person == a.person or voting & then.called(person)
    }
    body = do.charter.body(cap.body)
    base = body.seats if cap.of == "fixed" and body is not None and isinstance(body.seats, int) else len(counted)
    mine = _shares(do, cap, a.person, a.agency, then)
    if not mine:
        return
    sharing = sum(person == a.person or _shares(do, cap, person, None, then) == mine for person in counted)
    if cap.max.allows(sharing, base):
        return
    if cap.on_breach == "finding":
        do.note("cap-exceeded", by=cap.by, value=mine, count=str(sharing), base=str(base))
    else:
        do.out_of_order("cap-exceeded", *cap.cite, by=cap.by, value=mine, count=sharing, base=base)


def _shares(do: Do, cap: Cap, person: str, agency: str | None, then: Parties) -> str:
    """Return the agency, or the value of the attribute, by which a cap counts a person; nothing where there is none."""
    if cap.by == "agency":
        return agency or then.agency(person)
    return _attrs(do, person).get(cap.by.removeprefix("attr:"), "")
