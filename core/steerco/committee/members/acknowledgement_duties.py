"""Confirmations that a new member owes, as the charter's ``acknowledges`` of an ``[[eligibility]]`` says."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.committee.members.membership_duty import History, MembershipDuty
from steerco.committee.members.terms_of_office import place_of


def acknowledgements(history: History) -> Iterator[MembershipDuty]:
    """Yield what each new member owes to confirm."""
    rules = [rule for rule in history.charter.eligibilities if rule.acknowledges is not None]
    for holding in history.directory.holdings if rules else ():
        place = place_of(history.charter, holding.seat)
        for rule in rules if place is not None and history.since <= holding.first <= history.on else ():
            if place is None or rule.acknowledges is None or not place.is_in(rule.role):
                continue
            yield MembershipDuty(
                "acknowledgement",
                holding.seat,
                rule.cite,
                holding.first,
                holder=holding.person,
                due_on=rule.acknowledges.within.after(holding.first) if rule.acknowledges.within is not None else None,
                done_on=holding.acknowledged,
                record=holding.id,
                ended_by=holding.id if holding.acknowledged else "",
                ended_act="acknowledge",
                params={"what": rule.acknowledges.what},
                source=rule.source,
            )
