"""Duties of disclosure, which a recusal's ``disclosure`` lays on each member of a body: to disclose interests promptly, and
every year by a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from steerco.charter.tables.voters import RecusalRule
from steerco.committee.members.directory_data import Holding
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of
from steerco.committee.members.terms_of_office import place_of


def disclosures(history: History) -> Iterator[MembershipDuty]:
    """Yield each disclosure that a member owes or owed: the first with no day, since "promptly" names none."""
    rules = sorted((rule for rule in history.charter.recusals if rule.disclosure), key=lambda rule: not rule.role)
    for holding in history.directory.holdings if rules else ():
        place = place_of(history.charter, holding.seat)
        rule = next((row for row in rules if place is not None and row.body == place.body and place.is_in(row.whom)), None)
        if rule is None or holding.first > history.on or (holding.last is not None and holding.last < history.since):
            continue
        made = sorted(map(date.fromisoformat, holding.disclosed))
        if rule.disclosure.get("promptly"):
            yield _owed(history, rule, holding, "disclosure-first", max(holding.first, history.since), None, made[:1])
        if day := str(rule.disclosure.get("yearly") or ""):
            yield from _yearly(history, rule, holding, day, made)


def _yearly(history: History, rule: RecusalRule, holding: Holding, day: str, made: list[date]) -> Iterator[MembershipDuty]:
    """Yield the disclosure of this year and of the year before: older ones are history. One counts for the year of its making."""
    for year in (history.on.year - 1, history.on.year):
        due, since = _on(year, day), max(date(year, 1, 1), holding.first, history.since)
        if due < max(holding.first, history.since) or (holding.last is not None and holding.last < due):
            continue
        yield _owed(history, rule, holding, "disclosure-yearly", since, due, [each for each in made if each.year == year])


def _on(year: int, day: str) -> date:
    month, of_month = int(day[:2]), int(day[3:])
    return date(year, month, min(of_month, monthrange(year, month)[1]))


def _owed(
    history: History, rule: RecusalRule, holding: Holding, kind: str, since: date, due: date | None, done: list[date]
) -> MembershipDuty:
    return MembershipDuty(
        kind,
        holding.seat,
        rule.cite,
        since,
        holder=holding.person,
        due_on=due,
        done_on=done[0] if done else None,
        record=holding.id,
        ended_by=holding.id if done else "",
        ended_act="disclose",
        params={"who": label_of(history.charter, holding.seat)},
        source=rule.source,
    )
