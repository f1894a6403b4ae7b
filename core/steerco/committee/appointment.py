"""Who holds which seat or office, from when to when."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do, Facet, Held, Line, Party, Record, Relation, party, ref_to, refers

OUTSIDERS = ("agency-head", "focal-unit", "guest", "substitute", "expert")
"""What a person can be to a committee without a seat in it."""


class Appointment(Record, type="appointment", states="held ended", prefix="A"):
    """A person in a seat (of the charter, or a role without named seats), in an office, or known as an outsider.

    Counts from its first to its last day; without ``to`` it is open. ``agency`` is the agency that the seat is tied to.
    """

    directory = True
    person: Mapped[str] = refers("person")
    seat: Mapped[str | None]
    office: Mapped[str | None] = party()
    agency: Mapped[str | None] = party()
    from_: Mapped[date] = mapped_column("from")
    to: Mapped[date | None]
    instrument: Mapped[str | None]
    reason: Mapped[str | None]

    holder = Relation("holder", Held("person"))
    seat_ = Facet("seat", "seat", of="party", values=OUTSIDERS)


@Appointment.action(to="held")
def appoint(
    do: Do,
    a: Appointment,
    *,
    person: ref_to("person"),  # type: ignore[valid-type]
    seat: Line | None = None,
    office: Party | None = None,
    agency: Party | None = None,
    from_: date | None = None,
    to: date | None = None,
    instrument: Line | None = None,
) -> None:
    """Put a person into a seat or an office. An office or single seat has one holder: the one before leaves it the day before."""
    if (seat is None) == (office is None):
        do.invalid("seat", "name a seat or an office, one of the two")
    if seat is not None and not do.parties.fills(seat):
        do.invalid("seat", "no such seat, role or kind of outsider")
    start = from_ or do.today
    if to is not None and to < start:
        do.invalid("to", "lies before from")
    for before in do.find(Appointment, state="held") if office or do.parties.single(seat or "") else ():
        if (
            (before.office, before.seat) == (office, seat)
            and before.from_ < start
            and (before.to is None or before.to >= start)
        ):
            before.to = start - timedelta(days=1)
    a.person, a.seat, a.office, a.agency = person, seat, office, agency
    a.from_, a.to, a.instrument = start, to, instrument
    do.tell(person)


@Appointment.action("held", to="ended")
def end(do: Do, a: Appointment, *, to: date | None = None, reason: Line | None = None) -> None:
    """End it with its last day (today, where none is given)."""
    last = to or do.today
    if last < a.from_:
        do.invalid("to", "lies before its first day")
    a.to, a.reason = last, reason
    do.tell(a.person)
