"""A place that fell vacant asks to be filled, in the way that the charter states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from steerco.charter.model import NOT_STATED, Vacancy
from steerco.charter.tables.vacancies import APPOINTED_BY, LEAVE_OPEN
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of
from steerco.committee.members.terms_of_office import place_of
from steerco.committee.members.vacancies import Left, left_and_open


def vacant(history: History) -> Iterator[MembershipDuty]:
    """Yield each vacancy of a place for which the charter states who fills it."""
    for rule in history.charter.vacancies:
        for seat in _seats(history, rule):
            rows = [holding for holding in history.directory.holdings if holding.seat == seat]
            single = any(each.id == seat for each in history.charter.seats)
            yield from _of(history, rule, seat, rows, single=single)


def _seats(history: History, rule: Vacancy) -> list[str]:
    """Return the seats of the roles that a rule means, and the roles without named seats. Those that follow an office fill
    themselves."""
    charter = history.charter
    named = {seat.role for seat in charter.seats}
    every = [
        *(seat.id for seat in charter.seats if seat.office == NOT_STATED),
        *(r.id for r in charter.roles if r.id not in named),
    ]
    return [seat for seat in every if (place := place_of(charter, seat)) is not None and place.is_in(rule.role)]


def _of(history: History, rule: Vacancy, seat: str, rows: list[Holding], *, single: bool) -> Iterator[MembershipDuty]:
    told: dict[str, tuple[Left, date | None]] = {}
    days = sorted({row.first for row in rows} | {row.last + timedelta(days=1) for row in rows if row.last} | {history.on})
    for day in (day for day in days if day <= history.on):
        still = {left.id: left for left in left_and_open(rows, day, single=single)}
        for id, (left, done) in told.items():
            if id not in still and done is None:
                told[id] = (left, day)
        told |= {id: (left, None) for id, left in still.items() if id not in told}
    for left, filled in told.values():
        order = rule.order_for(left.vacant_from, left.term_to)
        if order[0] == LEAVE_OPEN or (filled is not None and filled <= history.since):
            continue
        yield MembershipDuty(
            "vacancy",
            seat,
            rule.cite,
            max(left.vacant_from, history.since),
            holder=order[0].removeprefix(APPOINTED_BY) if order[0].startswith(APPOINTED_BY) else "",
            done_on=filled,
            record=left.id,
            ended_by=next((row.id for row in rows if row.first == filled), ""),
            params={"who": label_of(history.charter, seat), "ways": order},
            source=rule.source,
        )
