"""Judges an appointment by the terms of its place: when it ends, whether the person may serve once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from steerco.charter.model import Charter
from steerco.charter.tables.terms import Stagger, TermRule, applying, chosen, lengths
from steerco.records import Do


class MemberPlace(Struct, frozen=True):
    """What somebody is appointed to: the seat, its role and body, and every group that holds them."""

    seat: str
    role: str
    body: str
    called: frozenset[str]

    def is_in(self, name: str) -> bool:
        """Return whether a charter's word for a seat, role, group or body means this place."""
        return name in self.called or name == self.body


def role_of(charter: Charter, seat: str) -> str:
    """Return the role of a seat; a role without named seats is its own."""
    return next((row.role for row in charter.seats if row.id == seat), seat)


def place_of(charter: Charter, seat: str | None) -> MemberPlace | None:
    """Return the place that a seat is, or a role without named seats; None for an outsider's kind."""
    if not seat:
        return None
    role_id = role_of(charter, seat)
    role = charter.role(role_id)
    return MemberPlace(seat, role_id, role.body, charter.closure(role_id) | charter.closure(seat)) if role is not None else None


def rules_on(charter: Charter, place: MemberPlace) -> list[TermRule]:
    """Return the rules on the terms of a place, the narrowest first."""
    return applying(charter.terms, place.seat, place.role, place.called, place.body)


def fix_end(do: Do, a: Any, place: MemberPlace, others: Sequence[Any], rest: date | None, *, fact: bool) -> None:
    """Give an appointment the last day of its term. ``others`` are the appointments to the same role, ``rest`` is the last day
    of the predecessor's term where the successor serves the rest of it.

    One that lapses has no later last day. ``fact``: who holds a seat when the committee is set up here; it ends as entered.
    """
    rules = rules_on(do.charter, place)
    found = chosen(rules, a.from_, _group(rules, place, a.from_, others))
    if found is None:
        return
    rule, last = found[0], rest or found[1]
    a.term_to = last
    if fact or rule.ends != "lapses":
        return
    if a.to is not None and a.to > last:
        do.out_of_order("term-too-long", *rule.cite, until=last.isoformat())
    a.to = a.to or last


def within_limit(do: Do, a: Any, place: MemberPlace, earlier: Sequence[Any]) -> None:
    """Stop an appointment beyond the number of terms that one person may serve, or have the answer say so.

    ``earlier`` are the person's appointments to places in the same role.
    """
    rule = next((row for row in rules_on(do.charter, place) if row.limit.consecutive or row.limit.lifetime), None)
    if rule is None:
        return
    served = [
        (row.from_, row.to or a.from_) for row in earlier if row.from_ < a.from_ and (row.to is None or row.to >= row.from_)
    ]
    exempt = rule.limit_exempt.shorter_than if rule.limit_exempt is not None else None
    counted = [span for span in served if exempt is None or span[1] >= exempt.last_day(span[0])]
    running = _running(counted, served, a.from_)
    for have, most in ((running, rule.limit.consecutive), (len(counted), rule.limit.lifetime)):
        if most is None or have < most:
            continue
        if rule.limit_force == "soft":
            do.note("term-limit", most=str(most))
        else:
            do.out_of_order("term-limit", *rule.cite, served=have, most=most)


def _running(counted: list[tuple[date, date]], served: list[tuple[date, date]], start: date) -> int:
    """Return how many terms that count run one into the other up to ``start``: between two of them lies less than a day."""
    count, day = 0, start
    for first, last in sorted(served, reverse=True):
        if (day - last).days > 1:
            break
        count, day = count + ((first, last) in counted), first
    return count


def _group(rules: Sequence[TermRule], place: MemberPlace, first: date, others: Sequence[Any]) -> str:
    """Return the staggered group of a place: the seat's own, else the first in which a term that ends with it is free."""
    rule = next((row for row in lengths(rules) if row.stagger), None)
    if rule is None:
        return ""
    own = next((each.group for each in rule.stagger if each.group in place.called), "")
    return own or next((each.group for each in rule.stagger if _has_room(rule, each, first, others)), "")


def _has_room(rule: TermRule, group: Stagger, first: date, others: Sequence[Any]) -> bool:
    end = rule.group_end(group, first)
    return bool(sum(row.term_to == end and (row.to is None or row.to >= first) for row in others) < group.seats)


def held_over(a: Any, on: date) -> bool:
    """Return whether the term of an appointment is over on a day, though it is held on."""
    return bool(a.term_to is not None and a.term_to < on and (a.to is None or a.to >= on))


def end_words(charter: Charter, place: MemberPlace) -> TermRule | None:
    """Return the rule that says how a term of a place ends."""
    return next(iter(lengths(rules_on(charter, place))), None)
