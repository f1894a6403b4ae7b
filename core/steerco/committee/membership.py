"""Judges an appointment by what the charter says of membership: its term, caps, eligibility, the size of the body."""

from __future__ import annotations

from typing import Any

from steerco.charter.membership import Cap, Eligibility, Need
from steerco.charter.model import Body
from steerco.committee.membership_state import counted_members
from steerco.committee.people import Person
from steerco.committee.terms_of_office import MemberPlace, fix_end, place_of, rules_on, within_limit
from steerco.committee.vacancies import fill
from steerco.policy.line import PLATFORM
from steerco.records import Do, Parties


def judge(do: Do, a: Any, kind: type[Any]) -> None:
    """Stop an appointment that the charter does not allow, and give it the last day of its term.

    ``a`` is the appointment with its seat and days, ``kind`` its record type.
    """
    place = place_of(do.charter, a.seat)
    if place is None:
        return
    rules = rules_on(do.charter, place)
    asked = bool(do.charter.vacancies) or any(rule.stagger for rule in rules)
    others = [row for row in _in_role(do, place, kind) if row.id != a.id] if asked else []
    fact = f"{do.actor}:" == PLATFORM  # who holds a seat when the committee is set up here is no act to be judged
    fix_end(do, a, place, others, None if fact else fill(do, a, place, others), fact=fact)
    if fact:
        return
    then = do.parties.on(a.from_)
    for rule in do.charter.eligibilities:
        if place.is_in(rule.role):
            _eligible(do, a, rule, then)
    if any(rule.limit.consecutive or rule.limit.lifetime for rule in rules):
        within_limit(
            do, a, place, [row for row in do.find(kind, person=a.person) if row.id != a.id and _same_role(do, row, place)]
        )
    members = set(then.members(place.body))
    body = do.charter.body(place.body)
    if body is not None and isinstance(body.max, int) and _is_full(place, a, body, then):
        do.out_of_order("body-full", *body.cite, most=body.max)
    for cap in do.charter.caps:
        if cap.body == place.body:
            _capped(do, a, cap, then, members)


def _same_role(do: Do, row: Any, place: MemberPlace) -> bool:
    held = place_of(do.charter, row.seat)
    return held is not None and held.role == place.role


def _in_role(do: Do, place: MemberPlace, kind: type[Any]) -> list[Any]:
    """Return the appointments to a role and to each of its seats."""
    seats = {place.role, *(seat.id for seat in do.charter.seats if seat.role == place.role)}
    return [row for seat in sorted(seats) for row in do.find(kind, seat=seat)]


def _is_full(place: MemberPlace, a: Any, body: Body, then: Parties) -> bool:
    """Return whether the body has as many as it may have, and the appointment would add one to those whom its numbers count."""
    if body.counted and place.called.isdisjoint(body.counted):
        return False
    members = counted_members(then, body)
    return a.person not in members and isinstance(body.max, int) and len(members) >= body.max


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


def _capped(do: Do, a: Any, cap: Cap, then: Parties, members: set[str]) -> None:
    voting = {rule.voting_role for rule in do.charter.decisions if rule.body == cap.body and rule.voting_role}
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
