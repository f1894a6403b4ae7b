"""A year's budget: what was allocated and spent, entry by entry. Nothing is ever changed or taken out.

An entry that was wrong is reversed by a counter-entry, which names it. What is left is checked while the tenant's log is locked:
however many book at once, nobody spends what another has spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.charter.model import NOT_STATED, Charter
from steerco.charter.rules import effective
from steerco.records import Do, Facet, Held, Invalid, Line, Part, Parties, Party, Record, Relation, hidden, party, reason

MANAGED_BY = "funds-managed-by"
"""The named value that says who manages the funds where the charter's row on them does not."""
CURRENCY = "currency"
"""The named value that says in which currency the amounts are."""
LEFT = "enough-left"

Amount = Annotated[int, Meta(ge=1, le=10**15)]
"""A sum of money in the smallest unit that the currency is kept in."""
Purpose = Literal["operation", "benefits"]
Kind = Literal["allocation", "spending"]


class Budget(Record, type="budget", states="open closed", prefix="B"):
    """``funds`` is the charter's row on the money, ``provider`` who provides it, ``manager`` who manages it, ``sources`` where it
    may come from. ``allocated`` and ``spent`` are the sums of its entries, ``booked`` how many these are.
    """

    year: Mapped[int]
    funds: Mapped[str]
    provider: Mapped[str | None] = party()
    manager: Mapped[str | None] = party()
    sources: Mapped[list[str]]
    currency: Mapped[str | None]
    allocated: Mapped[int]
    spent: Mapped[int]
    booked: Mapped[int] = hidden()
    closed_on: Mapped[date | None]

    manages = Relation("manager", Held("manager"))
    provides = Relation("provider", Held("provider"))
    purpose_ = Facet("purpose", "purpose", values=("operation", "benefits"), default="operation")

    def governed(self, texts: Sequence[Charter], parties: Parties) -> None:
        """Take over from the charter whose money it is, who manages it and where it comes from."""
        rows = texts[0].finances
        row = next((row for row in rows if self.funds == row.id or (not self.funds and len(rows) == 1)), None)
        if row is None and rows:
            raise Invalid({"funds": reason("not-one-of", known=[row.id for row in rows])})
        if row is None:  # no clause gives the committee any money: nobody manages it
            return
        self.funds, self.sources = row.id, list(row.sources)
        self.provider = parties.resolve(row.provided_by)
        named = effective(MANAGED_BY, texts, {}).value if row.managed_by == NOT_STATED else row.managed_by
        self.manager = parties.resolve(str(named))
        stated = effective(CURRENCY, texts, {})
        self.currency = str(stated.value) if stated.stated else None

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the sources of money and the rows on it that the charter knows."""
        if (action, field) == ("allocate", "source"):
            return tuple(self.sources or ())
        return tuple(row.id for row in charter.finances) if field == "funds" else ()

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """Return what is left."""
        return {"left": self.left}

    @property
    def left(self) -> int:
        """What is allocated and not spent."""
        return self.allocated - self.spent


class BudgetEntry(Part, of="budget", name="bookings"):
    """One entry, numbered from 1. A counter-entry has the number of the entry that it reverses (``counters``), and the opposite
    amount.
    """

    budget: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[int]
    text: Mapped[str]
    source: Mapped[str | None]
    purpose: Mapped[str | None]
    basis: Mapped[str | None]
    document: Mapped[str | None]
    counters: Mapped[int | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


def _book(do: Do, b: Budget, kind: Kind, amount: int, text: str, **values: Any) -> None:
    """Write an entry and move the sum of its kind. ``values``: what else the entry says."""
    b.booked += 1
    do.add(b, BudgetEntry(number=b.booked, kind=kind, amount=amount, text=text, by=do.me(b.body), at=do.at, **values))
    if kind == "allocation":
        b.allocated += amount
    else:
        b.spent += amount


def _entry(do: Do, b: Budget, number: int) -> BudgetEntry | None:
    return next(iter(do.parts(b, BudgetEntry, number=number)), None)


@Budget.check(LEFT)
def enough_left(do: Do, b: Budget) -> bool:
    """As much is left as is to be spent, or taken back of what was allocated."""
    reversed_ = _entry(do, b, do.given["entry"]) if do.given.get("entry") else None
    if reversed_ is not None:
        return reversed_.kind != "allocation" or reversed_.amount <= b.left
    return int(do.given.get("amount") or 0) <= b.left


def _hold(do: Do, b: Budget) -> None:
    """Stop what would leave less than nothing, also where no text of the committee says so."""
    if not enough_left(do, b):
        do.out_of_order("enough-left")


@Budget.action(to="open", name="open")
def open_(
    do: Do, b: Budget, *, year: Annotated[int, Meta(ge=1900, le=2200)], funds: Line | None = None, body: Party | None = None
) -> None:
    """Open the budget of a year: one a year for each row of the charter on the money."""
    if do.find(Budget, body=b.body, year=year, funds=b.funds):
        do.out_of_order("budget-exists", year=year)
    b.year, b.allocated, b.spent, b.booked = year, 0, 0, 0


@Budget.action("open", awaited="")
def allocate(do: Do, b: Budget, *, amount: Amount, source: Line, document: Line, text: Line, basis: Line | None = None) -> None:
    """Enter funds that were provided, with where they come from and the paper that says so."""
    if b.sources and source not in b.sources:
        do.invalid("source", "not-one-of", known=b.sources)
    _book(do, b, "allocation", amount, text, source=source, document=document, basis=basis)


@Budget.action("open", awaited="")
def spend(do: Do, b: Budget, *, amount: Amount, text: Line, document: Line, basis: Line, purpose: Purpose = "operation") -> None:
    """Enter what is spent, with the rule on which that rests and the paper. Never more than is left."""
    _hold(do, b)
    _book(do, b, "spending", amount, text, document=document, basis=basis, purpose=purpose)


@Budget.action("open", awaited="")
def counter(do: Do, b: Budget, *, entry: Annotated[int, Meta(ge=1)], reason: Line, document: Line | None = None) -> None:
    """Reverse an entry, once, by one of the opposite amount. Both stay."""
    found = _entry(do, b, entry)
    if found is None:
        do.invalid("entry", "no-such-entry", last=b.booked)
    if found.counters is not None:
        do.invalid("entry", "is-counter-entry")
    if do.parts(b, BudgetEntry, counters=entry):
        do.invalid("entry", "countered-already")
    _hold(do, b)
    kept = {"source": found.source, "purpose": found.purpose, "basis": found.basis, "document": document or found.document}
    kind: Kind = "allocation" if found.kind == "allocation" else "spending"
    _book(do, b, kind, -found.amount, reason, counters=entry, **kept)


@Budget.action("open", to="closed", awaited="")
def close(do: Do, b: Budget) -> None:
    """Close the book of the year: nothing is entered any more."""
    b.closed_on = do.today
