"""Calling a meeting: the calendar, the convening, who is asked, and what they answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from steerco.committee.attendance import MEMBER, Attendance, Listing, list_for_ledger
from steerco.committee.meeting import Meeting, MeetingKind, presides
from steerco.records import Do, Line, Party, reason

Asked = Annotated[list[Party], Meta(max_length=500)]


def _single(do: Do, field: str, parties: list[str]) -> list[str]:
    """Return the parties with each body replaced by its members, each in the seat held there."""
    single: list[str] = []
    for at, name in enumerate(parties):
        if do.parties.sort(name) != "body":
            single.append(name)
            continue
        members = do.parties.members(name)
        if not members:
            do.invalid(f"{field}[{at}]", "no-members")
        single += [do.parties.seat(person, name) for person in members]
    return list(dict.fromkeys(single))


def _set_up(do: Do, m: Meeting, kind: str, starts_at: datetime, place: str | None, parties: list[str]) -> None:
    m.kind, m.starts_at, m.parties = kind, do.time("starts_at", starts_at), list(dict.fromkeys(parties))
    m.place = place or m.place


def called(do: Do, m: Meeting) -> None:
    """Record that the call comes too late, where the rules let it happen all the same."""
    for late in do.late.values():
        m.called_late, m.call_by = list(late.cites), date.fromisoformat(late.params["last"])


@Meeting.action(to="planned")
def plan(
    do: Do,
    m: Meeting,
    *,
    kind: MeetingKind,
    starts_at: datetime,
    body: Party | None = None,
    place: Line | None = None,
    parties: Asked = [],  # noqa: B006  # a msgspec default; each input gets its own list
) -> None:
    """Put a meeting into the calendar; nobody is called yet."""
    _set_up(do, m, kind, starts_at, place, parties)
    m.presiding = presides(do, m, None)


@Meeting.action("new", "planned", to="convened")
def convene(
    do: Do,
    m: Meeting,
    *,
    kind: MeetingKind | None = None,
    starts_at: datetime | None = None,
    body: Party | None = None,
    place: Line | None = None,
    parties: Asked = [],  # noqa: B006
) -> None:
    """Call the meeting, planned before or not. Where the convener presides, that is the officer in whose place it is convened.

    A planned meeting stays the kind of meeting, and the body's, that it was planned as: by that its convening is judged.
    """
    if m.state != "planned":
        missing = {"kind": kind, "starts_at": starts_at}
        problems = {name: reason("required") for name, value in missing.items() if value is None}
    else:
        planned = {"kind": (kind, m.kind), "body": (body, m.body)}
        problems = {name: reason("planned-as", value=is_) for name, (wanted, is_) in planned.items() if wanted not in (None, is_)}
    if problems:
        do.invalid_fields(problems)
    _set_up(do, m, kind or m.kind, starts_at or m.starts_at, place, parties or m.parties or [])
    m.presiding, m.convened_by = presides(do, m, do.me(m.body)), do.me(m.body)
    called(do, m)
    do.for_ledger(meets_on=do.local(m.starts_at))
    list_for_ledger(do, m)


@Meeting.action("planned", "convened")
def set_attendees(do: Do, m: Meeting, *, attendees: Asked) -> None:
    """Decide who attends: a body is each of its members. Those who were on the list and are no more, leave it; guests stay."""
    listing = Listing(do, m)
    attending = [listing.row(party, "attendee") for party in _single(do, "attendees", attendees)]
    leaving = ("attendee", MEMBER) if attending else ("attendee",)
    do.drop(row for row in listing.rows if row.invited_as in leaving and row not in attending)
    list_for_ledger(do, m)
    do.tell(*(row.who for row in attending))


@Meeting.action("planned", "convened", "open")
def invite(do: Do, m: Meeting, *, who: Annotated[list[Party], Meta(min_length=1, max_length=500)]) -> None:
    """Ask further persons or agencies to the meeting, as guests; of a body each of its members. Who may not read it is noted."""
    listing = Listing(do, m)
    asked = [listing.row(party, "guest").who for party in _single(do, "who", who)]
    list_for_ledger(do, m)
    do.tell(*asked)
    blind = [person for party in asked for person in do.parties.holders(party) if not do.reads(person, m)]
    if blind:
        do.note("guest-cannot-read", who=" ".join(dict.fromkeys(blind)))


@Meeting.action("convened", awaited="convened")
def reply(do: Do, m: Meeting, *, answer: Literal["accept", "decline"], note: Line | None = None) -> None:
    """Answer an invitation."""
    for row in do.parts(m, Attendance):
        if do.is_me(row.who):
            row.reply, row.note = answer, note
    do.tell(*([m.presiding] if m.presiding else []))
