"""Who holds which seat or office, from when to when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped, mapped_column

from steerco.charter.model import NOT_STATED, Charter
from steerco.committee.members import membership
from steerco.committee.members.terms_of_office import held_over, place_of, role_of, rules_on
from steerco.records import (
    Conflict,
    Do,
    Facet,
    Held,
    Line,
    Party,
    Personal,
    Record,
    Relation,
    Stopped,
    hidden,
    party,
    party_of,
    ref_to,
    refers,
)

OUTSIDERS = ("agency-head", "focal-unit", "guest", "substitute", "expert")
"""What a person can be to a committee without a seat in it."""


class Appointment(Record, type="appointment", states="held ended", prefix="A"):
    """A person in a seat (of the charter, or a role without named seats), in an office, or known as an outsider.

    Counts from its first to its last day; without ``to`` it is open. ``agency`` is the agency that the seat is tied to.
    ``term_to`` is the last day of its term by the charter: it ends on it, or is held over. ``confirmed_on`` are the days on which
    it was confirmed, ``disclosed_on`` those on which the holder disclosed ``interests``. ``filled_by`` is the way in which a
    vacant place was filled.
    ``replaced_by`` is the appointment that made it end, ``was_to`` the last day that it had before; one that is taken back ends
    on the day before its first.
    """

    directory = True
    person: Mapped[str] = refers("person")
    seat: Mapped[str | None]
    office: Mapped[str | None] = party()
    agency: Mapped[str | None] = party()
    from_: Mapped[date] = mapped_column("from")
    to: Mapped[date | None]
    term_to: Mapped[date | None]
    confirmed_on: Mapped[list[str]]
    filled_by: Mapped[str | None]
    acknowledged_on: Mapped[date | None]
    disclosed_on: Mapped[list[str] | None]
    interests: Mapped[list[str] | None]
    endorsed_by: Mapped[list[str]]
    instrument: Mapped[str | None]
    reason: Mapped[str | None]
    replaced_by: Mapped[str | None] = hidden()
    was_to: Mapped[date | None] = hidden()

    holder = Relation("holder", Held("person"))
    seat_ = Facet("seat", "seat", of="party", values=OUTSIDERS)

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the seats that are filled by appointment (the charter's, its roles without named seats, kinds of outsiders), and
        the ways of filling a vacant place."""
        if field == "filled_by":
            return tuple(sorted({way for row in charter.vacancies for order in row.orders for way in order}))
        if field != "seat":
            return ()
        turns = {role for turn in charter.rotations for role in turn.roles}
        named = {seat.role for seat in charter.seats} | turns
        free = [seat.id for seat in charter.seats if seat.office == NOT_STATED and seat.role not in turns]
        return (*free, *(role.id for role in charter.roles if role.id not in named), *OUTSIDERS)


def _place(do: Do, seat: str) -> str:
    """Return the seat that is meant: of a role that heads a body its named seat, else what was given."""
    named = [row.id for row in do.charter.seats if row.role == seat]
    seat_ids = {row.id for row in do.charter.seats}
    return named[0] if seat not in seat_ids and len(named) == 1 and do.parties.single(seat) else seat


def _free(do: Do, seat: str) -> str:
    """Return the seat as it is put on record. A seat that follows an office is filled by appointing to that office."""
    if not do.parties.fills(seat):
        do.invalid("seat", "no-seat")
    if any({seat, role_of(do.charter, seat)}.intersection(turn.roles) for turn in do.charter.rotations):
        do.invalid("seat", "held-by-turn")
    place = _place(do, seat)
    tied = next((row for row in do.charter.seats if row.id == place and row.office != NOT_STATED), None)
    if tied is not None:
        do.barred("seat", "follows-office", tied.cite, office=tied.office)
    return place


def _counts(a: Appointment) -> bool:
    """Return whether an appointment has a day: one that was taken back has none."""
    return a.to is None or a.to >= a.from_


def _runs(a: Appointment, start: date, to: date | None) -> bool:
    """Return whether an appointment runs on any day from ``start`` to ``to``."""
    return (to is None or a.from_ <= to) and (a.to is None or a.to >= start)


def _same_place(do: Do, a: Appointment) -> list[Appointment]:
    """Other appointments, of whatever time, that would take the same office or single seat, or this person's same place."""
    if a.office is not None:
        return do.find(Appointment, office=a.office)
    if not do.parties.single(a.seat or ""):
        return do.find(Appointment, person=a.person, seat=a.seat, agency=a.agency)
    role = next((each.role for each in do.charter.seats if each.id == a.seat), a.seat or "")
    names = {a.seat, role} if _place(do, role) == a.seat else {a.seat}
    return [row for name in sorted(filter(None, names)) for row in do.find(Appointment, seat=name)]


def _leaving(do: Do, a: Appointment) -> list[Appointment]:
    """Return the appointments that end for this one. Nobody holds a place twice, and an office or single seat has one holder: who
    began earlier leaves it the day before, where the actor may end that appointment."""
    leaving = []
    for other in _same_place(do, a):
        if not _runs(other, a.from_, a.to):
            continue
        if other.person == a.person and not held_over(other, a.from_):
            do.invalid("person", "holds-it", since=other.from_)
        if other.state == "ended" or other.from_ >= a.from_:
            until = {"until": other.to.isoformat()} if other.to else {}
            # The charter says that there is such a seat; that nobody is put into a taken one is the program's own order.
            params = {"seat": a.seat or a.office, "holder": other.person, "since": other.from_.isoformat(), **until}
            raise Conflict("seat-taken", "steerco:seat-taken", **params)
        do.demand("appointment.end", other)
        leaving.append(other)
    return leaving


def _make_room(do: Do, a: Appointment) -> None:
    """End what ends for this appointment."""
    for other in _leaving(do, a):
        other.replaced_by, other.was_to = a.id, other.to
        do.then("appointment.end", other, to=a.from_ - timedelta(days=1))


def stopped(do: Do, person: str, seat: str) -> str:
    """Return the code of what would stop the appointment of a person to a seat from today; empty where nothing does."""
    try:
        a = Appointment(tenant_id=do.tenant_id, person=person, seat=_free(do, seat), from_=do.today, endorsed_by=[])
        membership.judge(do, a, Appointment)
        _leaving(do, a)
    except Stopped as stop:
        return str(getattr(stop, "code", type(stop).__name__.lower()))
    for rule in do.procedures.get("appointment.appoint", ()):
        check = Appointment.checks.get(rule.requires)
        if not rule.where and rule.effect != "late" and check is not None and check(do, a) is not True:
            return rule.requires
    return ""


@Appointment.action(to="held")
def appoint(
    do: Do,
    a: Appointment,
    *,
    person: ref_to("person"),  # type: ignore[valid-type]
    seat: Line | None = None,
    office: party_of("office") | None = None,  # type: ignore[valid-type]
    agency: party_of("agency") | None = None,  # type: ignore[valid-type]
    from_: date | None = None,
    to: date | None = None,
    instrument: Line | None = None,
    filled_by: Line | None = None,
    endorsed_by: Annotated[list[Party], Meta(max_length=100)] = [],  # noqa: B006  # a msgspec default
) -> None:
    """Put a person into a seat or an office. An office or single seat has one holder: the one before leaves it the day before."""
    if (seat is None) == (office is None):
        do.invalid("seat", "seat-or-office")
    start = from_ or do.today
    if to is not None and to < start:
        do.invalid("to", "before-from")
    a.person, a.seat, a.office, a.agency = person, seat and _free(do, seat), office, agency
    a.from_, a.to, a.instrument, a.filled_by = start, to, instrument, filled_by
    a.confirmed_on, a.endorsed_by = [], list(endorsed_by)
    membership.judge(do, a, Appointment)
    _make_room(do, a)
    do.tell(person)


@Appointment.check("instrument-named")
def instrument_named(do: Do, a: Appointment) -> bool:
    """The paper by which the person is appointed is named with the act."""
    return bool(do.given.get("instrument"))


@Appointment.action("held", "ended", to="ended")
def end(do: Do, a: Appointment, *, to: date | None = None, reason: Line | None = None) -> None:
    """End it with its last day (today, where none is given). It can be cut short, not made longer. One that was entered today or
    has not begun is taken back where no day is given: at once, and whoever left the place for it holds it on. Who did not
    enter it needs the power to appoint them for that.
    """
    if to is None and (do.today < a.from_ or do.today == do.local(a.created_at)):
        to = a.from_ - timedelta(days=1)
        for other in do.find(Appointment, replaced_by=a.id):
            if a.author != do.actor:
                do.demand("appointment.appoint", other)  # who would hold it on does not put themselves back
            do.then("appointment.resume", other)
        a.replaced_by = None
    elif (to or do.today) < a.from_:
        do.invalid("to", "before-first-day")
    last = to or min(do.today, a.to or do.today)
    if a.to is not None and last > a.to:
        do.invalid("to", "after-last-day", last=a.to)
    a.to, a.reason = last, reason
    do.tell(a.person)


@Appointment.action("held", "ended", to="held")
def resume(do: Do, a: Appointment) -> None:
    """Hold it on: the appointment that took its place was taken back. It runs as it did before, or until the next one begins."""
    if a.replaced_by is None or _counts(do.get(Appointment, a.replaced_by)):
        do.out_of_order("not-taken-back")
    a.to = a.was_to
    later = [other for other in _same_place(do, a) if other.from_ > a.from_ and _counts(other) and _runs(a, other.from_, None)]
    following = min(later, key=lambda appointment: appointment.from_, default=None)
    a.replaced_by = following.id if following else None
    if following:
        a.to = following.from_ - timedelta(days=1)
    do.tell(a.person)


@Appointment.action("held")
def confirm(do: Do, a: Appointment) -> None:
    """Confirm that the person goes on, where the charter asks for it every so often."""
    place = place_of(do.charter, a.seat)
    rule = next((row for row in rules_on(do.charter, place) if row.confirm is not None), None) if place is not None else None
    if rule is None or rule.confirm is None:
        do.out_of_order("nothing-to-confirm")
    if rule.confirm.by not in do.parties.called(do.acting_for or do.actor):
        do.out_of_order("confirmed-by", *rule.cite, who=rule.confirm.by)
    if not _runs(a, do.today, do.today):
        do.out_of_order("not-held-today", *rule.cite)
    a.confirmed_on = [*a.confirmed_on, do.today.isoformat()]
    do.tell(a.person)


@Appointment.action("held")
def acknowledge(do: Do, a: Appointment) -> None:
    """Confirm what the charter asks of a new member."""
    place = place_of(do.charter, a.seat)
    rule = next(
        (row for row in do.charter.eligibilities if row.acknowledges and place is not None and place.is_in(row.role)), None
    )
    if rule is None:
        do.out_of_order("nothing-to-acknowledge")
    if a.person != do.actor:
        do.out_of_order("acknowledged-by-holder", *rule.cite, who=a.person)
    a.acknowledged_on = do.today


@Appointment.action("held")
def disclose(do: Do, a: Appointment, *, interests: Annotated[list[Personal], Meta(max_length=100)] = []) -> None:  # noqa: B006
    """Disclose one's interests, or none: classes of matters, subjects, agencies, persons. They replace those before."""
    place = place_of(do.charter, a.seat)
    rules = sorted((r for text in (do.charter, *do.layers) for r in text.recusals if r.disclosure), key=lambda r: not r.role)
    rule = next((row for row in rules if place is not None and row.body == place.body and place.is_in(row.whom)), None)
    if rule is None:
        do.out_of_order("nothing-to-disclose")
    if a.person != do.actor:
        do.out_of_order("disclosed-by-holder", *rule.cite, who=a.person)
    a.interests = list(dict.fromkeys(interests))
    a.disclosed_on = [*(a.disclosed_on or ()), do.today.isoformat()]
