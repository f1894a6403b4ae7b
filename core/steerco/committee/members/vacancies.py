"""Who left a place before the term was over, and how the place is filled again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from steerco.charter.model import Charter, Vacancy
from steerco.charter.tables.vacancies import APPOINTED_BY, LEAVE_OPEN, RUNNER_UP
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.terms_of_office import MemberPlace
from steerco.records import Do


class Left(Struct, frozen=True):
    """A place that somebody left: since when it is vacant, and until when the term would have run."""

    seat: str
    person: str
    vacant_from: date
    term_to: date | None
    id: str = ""


def rule_on(charter: Charter, place: MemberPlace) -> Vacancy | None:
    """Return what the charter says of a vacancy in a place."""
    return next((rule for rule in charter.vacancies if place.is_in(rule.role)), None)


def left_and_open(rows: Iterable[Holding], day: date, *, single: bool) -> list[Left]:
    """Return the places that were left by a day and that nobody has taken since: the earliest left first.

    ``rows`` are appointments to one seat (``single``), or to a role without named seats: whoever comes after somebody left takes
    the place that was vacant first.
    """
    open_: list[Left] = []
    moves = [(row.first, 1, row) for row in rows if row.first <= day and (row.last is None or row.last >= row.first)]
    moves += [(row.last + timedelta(days=1), 0, row) for row in rows if row.last and row.first <= row.last < day]
    for moved_on, comes, row in sorted(moves, key=lambda move: move[:2]):
        if not comes:
            open_ = [] if single else open_
            open_.append(Left(row.seat, row.person, moved_on, row.term_to, row.id))
        elif open_:
            open_.pop(0)
    return open_


def fill(do: Do, a: Any, place: MemberPlace, others: Sequence[Any]) -> date | None:
    """Judge how a vacant place is filled; return the last day that the successor has from the predecessor, if any.

    ``others`` are the appointments to the same role.
    """
    rule = rule_on(do.charter, place)
    if rule is None:
        if a.filled_by:
            do.out_of_order("no-vacancy-rule")
        return None
    single = do.parties.single(place.seat)
    rows = [_held(row) for row in others if not single or row.seat == place.seat]
    left = next(iter(left_and_open(rows, a.from_, single=single)), None)
    if left is None:
        if a.filled_by:
            do.out_of_order("not-vacant", *rule.cite)
        return None
    order = rule.order_for(left.vacant_from, left.term_to)
    if order[0] == LEAVE_OPEN and left.term_to is not None and a.from_ <= left.term_to:
        do.out_of_order("left-open", *rule.cite, until=left.term_to.isoformat())
    if a.filled_by:
        _way(do, a, rule, order, left, others)
    rest = rule.term_of_successor == "rest" and left.term_to is not None and left.term_to >= a.from_
    return left.term_to if rest else None


def _held(row: Any) -> Holding:
    return Holding(row.person, row.seat or "", "", row.agency or "", row.from_, row.to, id=row.id, term_to=row.term_to)


def _way(do: Do, a: Any, rule: Vacancy, order: tuple[str, ...], left: Left, others: Sequence[Any]) -> None:
    """Stop a way of filling the place that the charter does not give, or that is used up."""
    if a.filled_by not in order:
        do.out_of_order("vacancy-order", *rule.cite, order=", ".join(order))
    if a.filled_by == RUNNER_UP and rule.runner_up_max is not None:
        so_far = sum(row.filled_by == RUNNER_UP and row.term_to == left.term_to for row in others)
        if so_far >= rule.runner_up_max:
            do.out_of_order("runners-up-used", *rule.cite, most=rule.runner_up_max)
    who = a.filled_by.removeprefix(APPOINTED_BY)
    if a.filled_by.startswith(APPOINTED_BY) and who not in do.parties.called(do.acting_for or do.actor):
        do.out_of_order("vacancy-filled-by", *rule.cite, who=who)
