"""That an officer is away: what the charter's succession rules wait for."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do, Facet, Held, Line, Record, Relation, party, party_of


class OfficerAbsence(Record, type="officer-absence", states="recorded ended canceled", prefix="OA"):
    """An officer's absence, from its first to its last day, both included."""

    directory = True
    who: Mapped[str] = party()
    from_: Mapped[date] = mapped_column("from")
    to: Mapped[date]
    reason: Mapped[str | None]

    self_ = Relation("self", Held("who"))
    of = Facet("of", "who", of="party", values=("person",))


@OfficerAbsence.action(to="recorded")
def record(
    do: Do,
    a: OfficerAbsence,
    *,
    who: party_of("person", "seat", "office"),  # type: ignore[valid-type]
    from_: date,
    to: date,
    reason: Line | None = None,
) -> None:
    """Record it. Whoever acts meanwhile is told."""
    if to < from_:
        do.invalid("to", "before-from")
    a.who, a.from_, a.to, a.reason = who, from_, to, reason
    do.tell(who, *do.parties.successors(who))


@OfficerAbsence.action("recorded", to="ended")
def end(do: Do, a: OfficerAbsence, *, to: date | None = None) -> None:
    """The officer is back: ``to`` was the last day away (yesterday, where none is given: from today nobody acts)."""
    last = to or do.today - timedelta(days=1)
    if last > a.to or (to is not None and last < a.from_):
        do.invalid("to", "outside-absence")
    a.to = last
    do.tell(a.who, *do.parties.successors(a.who))


@OfficerAbsence.action("recorded", to="canceled")
def cancel(do: Do, a: OfficerAbsence, *, reason: Line | None = None) -> None:
    """It does not take place. What was done during its days stands."""
    if a.from_ <= do.today:
        do.out_of_order("absence-begun", since=a.from_.isoformat())
    a.reason = reason or a.reason
