"""That an officer is away: what the charter's succession rules wait for."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do, Facet, Held, Line, Record, Relation, party, party_of


class OfficerAbsence(Record, type="officer-absence", states="recorded ended canceled", prefix="OA"):
    """The absence of ``person`` in the seats that ``who`` names, from its first to its last day, both included. Who leaves a seat
    is no longer absent in it, and the next holder is not."""

    directory = True
    who: Mapped[str] = party()
    person: Mapped[str] = party()
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
    """Record it. Whoever acts meanwhile is told, and does not record it: nobody lends themselves an officer's powers."""
    if to < from_:
        do.invalid("to", "before-from")
    a.who, a.person, a.from_, a.to, a.reason = who, _holder(do, who, from_), from_, to, reason
    if do.actor != a.person and do.actor in do.parties.on(from_).successors(who):
        do.out_of_order("absence-by-who-acts")
    _once(do, a)
    do.tell(a.person, *do.parties.successors(who))


def _holder(do: Do, who: str, day: date) -> str:
    """Return the one person whose absence it is: who holds the seat on its first day, as far as is known now."""
    holders = do.parties.on(day).holders(who)
    if not holders:
        do.invalid("who", "nobody-holds", day=day)
    return holders[0] if len(holders) == 1 else do.invalid("who", "several-hold", known=list(holders))


def _once(do: Do, a: OfficerAbsence) -> None:
    """Nobody is absent twice on one day in the same seat: who came back would be back from one of the two alone."""
    aims = do.parties.on(a.from_).aims
    for other in do.find(OfficerAbsence, person=a.person):
        if other is a or other.state == "canceled" or other.to < a.from_ or other.from_ > a.to:
            continue
        if a.person in (a.who, other.who) or aims(a.who) & aims(other.who):
            do.invalid("from", "absent-already", absence=other.ref, since=other.from_, until=other.to)


@OfficerAbsence.action("recorded", to="ended", awaited="")
def end(do: Do, a: OfficerAbsence, *, to: date | None = None) -> None:
    """The officer is back: ``to`` was the last day away (yesterday, where none is given: from today nobody acts)."""
    last = to or do.today - timedelta(days=1)
    if last > a.to or (to is not None and last < a.from_):
        do.invalid("to", "outside-absence")
    a.to = last
    do.tell(a.person, *do.parties.successors(a.who))


@OfficerAbsence.action("recorded", to="canceled", awaited="")
def cancel(do: Do, a: OfficerAbsence, *, reason: Line | None = None) -> None:
    """It does not take place. What was done during its days stands."""
    if a.from_ <= do.today:
        do.out_of_order("absence-begun", since=a.from_.isoformat())
    a.reason = reason or a.reason
