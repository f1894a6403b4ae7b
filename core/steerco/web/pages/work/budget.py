"""The page of a year's budget: what there is, what was spent on what, and every entry with what was left after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from steerco.web.pages.acts.standing import address
from steerco.web.pages.frame.values import money
from steerco.web.pages.frame.visit import Visit


class EntryLine(NamedTuple):
    """An entry, and what was left once it was made; ``reverse`` is the form that reverses it."""

    number: int
    kind: str
    text: str
    more: str
    amount: str
    left: str
    paper: str
    by: str
    at: str
    counters: int | None
    reversed_by: int | None
    reverse: str


class SumLine(NamedTuple):
    """The sum of one source or purpose."""

    name: str
    amount: str


def budget_content(visit: Visit, budget: Any) -> dict[str, Any]:
    """Return what the page of a budget shows beside what every record's page does."""
    rows = visit.content(budget)["bookings"]
    may = visit.reader is not None and budget.state == "open" and visit.authority.decide("counter", budget).allowed

    def told(amount: int) -> str:
        return money(visit, amount, budget.currency)

    return {
        "year": budget.year,
        "amount": _in(visit, budget, "amount", "amount_plain"),
        "left_after": _in(visit, budget, "left_after", "left_plain"),
        "allocated": told(budget.allocated),
        "spent": told(budget.spent),
        "left": told(budget.left),
        "share": round(100 * budget.spent / budget.allocated) if budget.allocated else 0,
        "manager": visit.names(budget.manager) if budget.manager else "",
        "provider": visit.names(budget.provider) if budget.provider else "",
        "by_source": [SumLine(name, told(amount)) for name, amount in _sums(rows, "source")],
        "by_purpose": [SumLine(visit.say("value", name), told(amount)) for name, amount in _sums(rows, "purpose")],
        "entries": list(_lines(visit, budget, rows, may=may)),
    }


def _in(visit: Visit, budget: Any, stated: str, plain: str) -> str:
    """Return the heading of a column of amounts, with the currency where one is stated."""
    return visit.say("work.budget", stated, currency=budget.currency) if budget.currency else visit.say("work.budget", plain)


def _sums(rows: Iterable[dict[str, Any]], field: str) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for row in rows:
        if row[field]:
            found[row[field]] = found.get(row[field], 0) + row["amount"]
    return [*found.items()]


def _headed(word: str) -> str:
    return word[:1].upper() + word[1:]


def _lines(visit: Visit, budget: Any, rows: list[dict[str, Any]], *, may: bool) -> Iterable[EntryLine]:
    reversed_by = {row["counters"]: row["number"] for row in rows if row["counters"]}
    action, left = visit.tenant.snapshot.action("budget.counter"), 0
    for row in rows:
        left += row["amount"] if row["kind"] == "allocation" else -row["amount"]
        stands = row["counters"] is None and row["number"] not in reversed_by
        form = address(visit, action, budget, {"entry": str(row["number"])}) if may and stands and action is not None else ""
        yield EntryLine(
            number=row["number"],
            kind=_headed(visit.say("value", row["kind"])),
            text=row["text"],
            more=row["source"] or (visit.say("value", row["purpose"]) if row["purpose"] else ""),
            amount=money(visit, row["amount"], None),
            left=money(visit, left, None),
            paper=" · ".join(each for each in (row["document"], row["basis"]) if each),
            by=visit.names(row["by"]),
            at=visit.time(row["at"]),
            counters=row["counters"],
            reversed_by=reversed_by.get(row["number"]),
            reverse=form,
        )
