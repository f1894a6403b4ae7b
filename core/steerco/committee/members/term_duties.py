"""Duties that follow from terms: to name a successor of a member who is held over, to confirm a holder every so often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from steerco.charter.tables.terms import TermRule
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of
from steerco.committee.members.terms_of_office import MemberPlace, end_words, place_of, rules_on

MOST_ROUNDS = 20
"""How many rounds of confirmation of one holder are told, the newest."""


def terms_over(history: History) -> Iterator[MembershipDuty]:
    """Yield each term that is over while its holder goes on: a successor is owed, or the holder's own new term."""
    charter, on, since = history.charter, history.on, history.since
    for holding in history.directory.holdings if charter.terms else ():
        place, last = place_of(charter, holding.seat), holding.term_to
        if place is None or last is None or last >= on or (holding.last is not None and holding.last <= last):
            continue
        rule = end_words(charter, place)
        over = last + timedelta(days=1)
        gone = holding.last + timedelta(days=1) if holding.last is not None and holding.last < on else None
        if rule is None or rule.ends == "shown" or (gone is not None and gone <= since):
            continue
        yield MembershipDuty(
            "term-over",
            holding.seat,
            rule.cite,
            max(over, since),
            done_on=gone,
            record=holding.id,
            ended_by=holding.id if gone else "",
            ended_act="end",
            params={"who": label_of(charter, holding.seat)},
            source=rule.source,
        )


def confirmations(history: History) -> Iterator[MembershipDuty]:
    """Yield each confirmation of each holder that is or was owed."""
    charter = history.charter
    if not any(rule.confirm for rule in charter.terms):
        return
    for holding in history.directory.holdings:
        place = place_of(charter, holding.seat)
        rule = next((row for row in rules_on(charter, place) if row.confirm is not None), None) if place is not None else None
        if place is not None and rule is not None:
            yield from _rounds(history, rule, holding, place)


def _rounds(history: History, rule: TermRule, holding: Holding, place: MemberPlace) -> Iterator[MembershipDuty]:
    assert rule.confirm is not None
    confirmed = sorted(date.fromisoformat(day) for day in holding.confirmed)
    every, until = rule.confirm.every, min(history.on, holding.last or history.on)
    number, begins = 1, holding.first
    rounds: list[MembershipDuty] = []
    while begins <= until:
        due = every.after(holding.first, number)
        done = next((day for day in confirmed if begins <= day < due), None)
        done = done or next((day for day in confirmed if due <= day < every.after(holding.first, number + 1)), None)
        if due >= history.since and (done is not None or holding.last is None or holding.last >= due):
            rounds.append(
                MembershipDuty(
                    "confirmation",
                    holding.seat,
                    rule.cite,
                    max(begins, history.since),
                    holder=rule.confirm.by,
                    due_on=due,
                    done_on=done,
                    record=holding.id,
                    ended_by=holding.id if done else "",
                    ended_act="confirm",
                    params={"who": label_of(history.charter, place.role)},
                    source=rule.source,
                )
            )
        number, begins = number + 1, due
    yield from rounds[-MOST_ROUNDS:]
