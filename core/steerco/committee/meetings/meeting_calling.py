"""Calling a meeting: the calendar, the convening, who is asked, and what they answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerco.committee.meetings.attendance import MEMBER, Attendance, Listing, asked, list_for_ledger
from steerco.committee.meetings.meeting import MEETING, Meeting, MeetingKind, MeetingMode, presides
from steerco.committee.meetings.report_round import open_round
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


def _known(do: Do, kind: str) -> None:
    """Refuse a kind of its own that the charter in force does not declare: another version of it does."""
    known = sorted({*Meeting.kinds, *(row.id for row in do.charter.own_kinds if row.of == MEETING)})
    if kind not in known:
        do.invalid("kind", "not-one-of", known=known)


def _set_up(do: Do, m: Meeting, kind: str, starts_at: datetime, parties: list[str]) -> None:
    m.kind, m.starts_at, m.parties = kind, do.time("starts_at", starts_at), list(dict.fromkeys(parties))


def _arrange(do: Do, m: Meeting, **given: Any) -> None:
    """Put what is given of place, mode, link, end, contact and day of reply in place of what stood."""
    for name, value in given.items():
        if value is not None:
            setattr(m, name, do.time(name, value) if name == "ends_at" else value)
    if m.ends_at is not None and do.localise(m.ends_at) <= do.localise(m.starts_at):
        do.invalid("ends_at", "ends-before-start")
    if m.link and not m.link.startswith(("https://", "http://")):
        do.invalid("link", "no-link")
    if m.link and m.mode == "in-person":
        do.invalid("link", "in-person-has-none")
    if m.reply_by is not None and m.reply_by > do.local(m.starts_at):
        do.invalid("reply_by", "reply-after-start")


def _joint(do: Do, m: Meeting, body: str | None) -> None:
    """Make it a joint meeting with another body, whose head is told and may join."""
    if body is None:
        return
    if do.parties.sort(body) != "body" or body == m.body:
        do.invalid("joint_with", "another-body")
    m.joint_with = body
    do.tell(body)


def called(do: Do, m: Meeting) -> None:
    """Record that the call comes too late, where the rules let it happen all the same."""
    for late in do.late.values():
        m.called_late, m.call_by = list(late.cites), date.fromisoformat(late.params["last"][:10])


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
    ends_at: datetime | None = None,
    mode: MeetingMode | None = None,
    link: Line | None = None,
    contact: Party | None = None,
    reply_by: date | None = None,
    joint_with: Party | None = None,
) -> None:
    """Put a meeting into the calendar; nobody is called yet."""
    _known(do, kind)
    _set_up(do, m, kind, starts_at, parties)
    _arrange(do, m, place=place, mode=mode, link=link, ends_at=ends_at, contact=contact, reply_by=reply_by)
    m.presiding = presides(do, m, None)
    _joint(do, m, joint_with)


@Meeting.action("new", "planned", to="convened", clocked=True)
def convene(
    do: Do,
    m: Meeting,
    *,
    kind: MeetingKind | None = None,
    starts_at: datetime | None = None,
    body: Party | None = None,
    place: Line | None = None,
    parties: Asked = [],  # noqa: B006
    ends_at: datetime | None = None,
    mode: MeetingMode | None = None,
    link: Line | None = None,
    contact: Party | None = None,
    reply_by: date | None = None,
    joint_with: Party | None = None,
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
    if kind and m.state != "planned":
        _known(do, kind)
    _set_up(do, m, kind or m.kind, starts_at or m.starts_at, parties or m.parties or [])
    _arrange(do, m, place=place, mode=mode, link=link, ends_at=ends_at, contact=contact, reply_by=reply_by)
    m.presiding, m.convened_by = presides(do, m, do.me(m.body)), do.me(m.body)
    called(do, m)
    _joint(do, m, joint_with)
    do.for_ledger(meets_on=do.local(m.starts_at))
    list_for_ledger(do, m)
    open_round(do, m, m.kind)


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
    guests = [listing.row(party, "guest").who for party in _single(do, "who", who)]
    list_for_ledger(do, m)
    do.tell(*guests)
    blind = [person for party in guests for person in do.parties.holders(party) if not do.reads(person, m)]
    if blind:
        do.note("guest-cannot-read", who=" ".join(dict.fromkeys(blind)))


@Meeting.action("convened", awaited="convened")
def reply(do: Do, m: Meeting, *, answer: Literal["accept", "decline"], note: Line | None = None) -> None:
    """Answer an invitation."""
    for row in do.parts(m, Attendance):
        if do.is_me(row.who):
            row.reply, row.note = answer, note
    do.tell(*([m.presiding] if m.presiding else []))


@Meeting.action("planned", "convened")
def arrange(
    do: Do,
    m: Meeting,
    *,
    place: Line | None = None,
    ends_at: datetime | None = None,
    mode: MeetingMode | None = None,
    link: Line | None = None,
    contact: Party | None = None,
    reply_by: date | None = None,
) -> None:
    """Arrange where and how it is held, until when, whom to ask; its time stays. Those who are called are told."""
    if mode == "in-person":
        m.link = None
    _arrange(do, m, place=place, mode=mode, link=link, ends_at=ends_at, contact=contact, reply_by=reply_by)
    if m.state == "convened":
        do.tell(*asked(do, m))


@Meeting.action("planned", "convened", awaited="convened")
def join(do: Do, m: Meeting) -> None:
    """Join a meeting that another body holds jointly: from now on the members of the own body are asked too."""
    if m.joint_with is None:
        do.out_of_order("not-joint")
    if m.agreed_by is not None:
        do.out_of_order("joint-already")
    m.agreed_by = do.me(m.joint_with)
    listing = Listing(do, m)
    rows = [listing.row(do.parties.seat(person, m.joint_with), MEMBER) for person in do.parties.members(m.joint_with)]
    list_for_ledger(do, m)
    do.tell(*([m.convened_by] if m.convened_by else []), *(row.who for row in rows))
