"""Staff whom an agency seconds to a body that works for the committee: named, accepted, asked to be replaced, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from steerco.charter.rules import effective
from steerco.committee.members.appointment import Appointment
from steerco.committee.traits.term import Term, cut, run
from steerco.records import Do, Facet, Held, Line, Parties, Party, Record, Relation, party, party_of, ref_to, refers

SECONDED_AS = "seconded-as"
"""The named value that says into which seat those are put who were seconded and accepted."""


class FromAgency(Facet):
    """Whose staff the person is: of the agency for which whoever names them speaks (``own-agency``), or of another."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if record is None:
            return [frozenset()]
        named = given.get("agency") or record.agency or parties.agency(str(given.get("who") or record.who or ""))
        own = parties.agency(record.author)
        return [frozenset({f"{self.name}={'own-agency' if own and named in ('', own) else 'other-agency'}"})]


class Secondment(Term, Record, type="secondment", states="nominated active ended", prefix="SE"):
    """``agency`` seconds ``who``, for which ``accountable`` answers. ``replaces`` is the secondment in whose place it was made;
    where a replacement is asked for, it is due ``replace_by``, if a day was said."""

    who: Mapped[str] = party()
    agency: Mapped[str] = party()
    accountable: Mapped[str] = party()
    note: Mapped[str | None]
    replaces: Mapped[str | None] = refers("secondment")
    replacement_reason: Mapped[str | None]
    replacement_asked_on: Mapped[date | None]
    replace_by: Mapped[date | None]
    reason: Mapped[str | None]
    seat: Mapped[str | None] = mapped_column(info={"hidden": True})

    self_ = Relation("self", Held("who"), concerns=True)
    answers = Relation("accountable", Held("accountable"))
    of_ = FromAgency("of", "agency", values=("own-agency", "other-agency"))


@Secondment.action(to="nominated")
def nominate(
    do: Do,
    s: Secondment,
    *,
    who: party_of("person"),  # type: ignore[valid-type]
    agency: party_of("agency") | None = None,  # type: ignore[valid-type]
    from_: date | None = None,
    to: date | None = None,
    note: Line | None = None,
    replaces: ref_to("secondment", states={"secondment": "active ended"}) | None = None,  # type: ignore[valid-type]
    body: Party | None = None,
) -> None:
    """Name somebody of an agency's staff. In the place of another whose replacement was asked for, it says of whom."""
    s.body = s.body if body is not None else _serves(do, s.body)
    known = do.parties.agency(who)
    s.who, s.agency, s.note = who, agency or known or do.parties.agency(do.actor), note
    if known and do.parties.agency(s.agency) != known:
        do.invalid("who", "of-another-agency", agency=known)
    s.accountable = do.parties.answerable(s.agency)
    if (from_ or do.today) < do.today:
        do.invalid("from", "in-the-past", today=do.today)
    if to is not None and to < (from_ or do.today):
        do.invalid("to", "before-from")
    s.from_, s.to, s.replaces = from_, to, replaces
    if replaces is not None:
        _in_place_of(do, s, do.get(Secondment, replaces))
    do.tell(who, do.parties.answerable(s.body))


def _serves(do: Do, body: str) -> str:
    """Return the body in which those serve who are seconded, where the texts name their seat; else ``body``."""
    stated = effective(SECONDED_AS, (do.charter, *do.layers), {"body": body})
    return next((role.body for role in do.charter.roles if stated.stated and role.id == stated.value), body)


def _in_place_of(do: Do, s: Secondment, other: Secondment) -> None:
    """Hold a replacement to what it replaces: the same agency's, somebody else, and a replacement that was asked for."""
    if other.agency != s.agency:
        do.invalid("replaces", "of-another-agency", agency=other.agency)
    if other.who == s.who:
        do.invalid("who", "replaces-nobody")
    if other.replacement_asked_on is None:
        do.out_of_order("replacement-not-asked")


@Secondment.action("nominated", to="active")
def accept(do: Do, s: Secondment, *, from_: date | None = None) -> None:
    """Take them on. Where the texts name the seat of those who are seconded, they are put into it until the secondment ends."""
    run(do, s, from_ or max(s.from_ or do.today, do.today), s.to)
    stated = effective(SECONDED_AS, (do.charter, *do.layers), {"body": s.body})
    s.seat = str(stated.value) if stated.stated else None
    if s.seat and s.seat not in do.parties.roles(s.who):
        days = {"from": s.from_, **({"to": s.to} if s.to else {})}
        do.then("appointment.appoint", person=s.who, seat=s.seat, agency=s.agency, **days)
    if s.replaces is not None:
        before = do.get(Secondment, s.replaces)
        if before.standing(do.today) == "active":
            do.then("secondment.end", before)
    do.tell(s.who, s.accountable)


@Secondment.action("active", name="request-replacement", awaited="")
def request_replacement(do: Do, s: Secondment, *, reason: Line, due_on: date | None = None) -> None:
    """Ask the agency to send somebody else. Without a day it is owed promptly, on no day."""
    if due_on is not None and due_on < do.today:
        do.invalid("due_on", "in-the-past", today=do.today)
    s.replacement_asked_on, s.replace_by, s.replacement_reason = do.today, due_on, reason
    do.tell(s.accountable)


@Secondment.action("nominated", "active", to="ended", awaited="")
def end(do: Do, s: Secondment, *, to: date | None = None, reason: Line | None = None) -> None:
    """End it. Who was put into a seat by it leaves that seat."""
    if s.seat is None and s.standing(do.today) == "nominated":
        s.from_ = None  # it never began
    last = cut(do, s, to)
    s.reason = reason
    for held in do.find(Appointment, person=s.who, seat=s.seat, agency=s.agency, state="held") if s.seat else ():
        if held.to is None or held.to > last:
            do.then("appointment.end", held, **({"to": last} if last >= held.from_ else {}))
    do.tell(s.who, s.accountable, do.parties.answerable(s.body))
