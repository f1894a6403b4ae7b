"""Judges an appointment by what the charter says of membership: its term, caps, eligibility, the size of the body."""

from __future__ import annotations

from typing import Any

from steerco.charter.model import Body
from steerco.charter.tables.membership import Cap, Eligibility, Endorsements, Need
from steerco.committee.members.caps import CapCount, shared_value, waived
from steerco.committee.members.membership_state import counted_members
from steerco.committee.members.terms_of_office import MemberPlace, fix_end, place_of, rules_on, within_limit
from steerco.committee.members.vacancies import fill
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


def _eligible(do: Do, a: Any, rule: Eligibility, then: Parties) -> None:
    for need in rule.needs:
        if not _met(a.person, need, then):
            do.out_of_order("not-eligible", *rule.cite, needs=_said(need))
    if rule.endorsements is not None:
        _endorsed(do, a, rule, rule.endorsements, then)


def _endorsed(do: Do, a: Any, rule: Eligibility, wanted: Endorsements, then: Parties) -> None:
    """Stop the appointment of somebody whom too few endorse who may: each counts once, of one value of an attribute one."""
    endorsing = {person for party in a.endorsed_by for person in then.holders(party)} - {a.person}
    mine = {person for person in endorsing if wanted.by in then.called(person)}
    name = wanted.distinct.removeprefix("attr:")
    have = len({then.attr(person, name) for person in mine} - {""} if name else mine)
    if have < wanted.at_least:
        do.out_of_order("endorsements-missing", *rule.cite, have=have, needed=wanted.at_least, who=wanted.by)


def _met(person: str, need: Need, then: Parties) -> bool:
    if need.any:
        return any(_met(person, each, then) for each in need.any)
    if need.role:
        return need.role in then.called(person)
    value = then.attr(person, need.attr)
    if need.at_least is not None:
        return value.isdecimal() and int(value) >= need.at_least
    return value == need.value if need.value else bool(value)


def _said(need: Need) -> str:
    if need.any:
        return " / ".join(map(_said, need.any))
    if need.role or (need.at_least is None and not need.value):
        return need.role or need.attr
    return f"{need.attr} ≥ {need.at_least}" if need.at_least is not None else f"{need.attr} = {need.value}"


def _capped(do: Do, a: Any, cap: Cap, then: Parties, members: set[str]) -> None:
    mine = shared_value(do.charter, cap, a.person, a.agency, then)
    if not mine:
        return
    count = CapCount.of(do.charter, cap, then, members | {a.person}, newcomer=(a.person, mine))
    sharing = count.sharing[mine]
    if cap.allows(len(sharing), count.base, count.seated) or a.person in waived(do, cap):
        return
    if cap.on_breach == "refuse":
        do.out_of_order("cap-exceeded", *cap.cite, by=cap.by, value=mine, count=len(sharing), base=count.base)
    do.note("cap-exceeded", by=cap.by, value=mine, count=str(len(sharing)), base=str(count.base))
