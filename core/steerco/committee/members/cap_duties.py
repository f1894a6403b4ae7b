"""Too many members who share something ask to be fewer again; what a new member is to confirm asks for a word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from steerco.charter.tables.membership import Cap
from steerco.committee.members.caps import CapCount
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of, spells
from steerco.committee.members.terms_of_office import place_of


def exceeded(history: History) -> Iterator[MembershipDuty]:
    """Yield each time in which more shared something than may, where the charter makes it a duty to mend that."""
    for cap in history.charter.caps:
        if cap.on_breach != "duty":
            continue
        for first, after in spells(history.changes, partial(_breached, history, cap)):
            yield MembershipDuty(
                "cap",
                cap.id,
                cap.cite,
                first,
                due_on=cap.repair.within.after(first) if cap.repair.within is not None else None,
                done_on=after,
                ended_by=history.leaver(after),
                ended_act="end",
                params={"body": label_of(history.charter, cap.body), "order": cap.repair.order},
                source=cap.source,
            )


def _breached(history: History, cap: Cap, day: date) -> bool:
    then = history.at(day)
    count = CapCount.of(history.charter, cap, then, then.members(cap.body))
    return any(not cap.allows(len(persons), count.base, count.seated) for persons in count.sharing.values())


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
                due_on=rule.acknowledges.within.after(holding.first),
                done_on=holding.acknowledged,
                record=holding.id,
                ended_by=holding.id if holding.acknowledged else "",
                ended_act="acknowledge",
                params={"what": rule.acknowledges.what},
                source=rule.source,
            )
