"""Meetings of a body: planned or convened, prepared, held, concluded.

Who may convene which kind, who presides and who sets the list of attendees is the charter's; here stands only what a meeting is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct
from sqlalchemy.orm import Mapped

from steerco.committee.receiver import BoundBy
from steerco.committee.taskinput import TaskInput, assign_all
from steerco.records import (
    All,
    Do,
    Facet,
    File,
    Held,
    Is,
    Line,
    Part,
    Party,
    Record,
    Relation,
    Text,
    Through,
    party,
    reason,
)

MeetingKind = Literal["regular", "ad-hoc", "extended", "working-session"]
Presence = Literal["present", "absent", "late"]
Mode = Literal["in-person", "remote"]
Asked = Annotated[list[Party], Meta(max_length=500)]


class Meeting(
    Record,
    type="meeting",
    states="planned convened open concluded closed canceled",
    kinds="regular ad-hoc extended working-session",
    prefix="M",
):
    """``presiding`` is the seat or person that presides: who convened it, unless the charter's acting rules say otherwise."""

    kind: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str | None]
    presiding: Mapped[str | None] = party()
    parties: Mapped[list[str]]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    conclusion: Mapped[str | None]
    reason: Mapped[str | None]

    presides = Relation("presiding", Held("presiding"))
    invited = Relation("invited", Through("meeting.attendance", "meeting", Held("who")))
    substitute = Relation("substitute", Through("substitution", "meeting", All((Held("substitute"), Is("state", "admitted")))))
    with_ = Facet("with", "parties", of="party", values=("agency", "person"))
    to_ = BoundBy("to", "tasks", of="party", values=("agency", "person"), default="none")


class Attendance(Part, of="meeting", name="attendance"):
    """One person or party asked to a meeting: invited how, answered what, there or not."""

    index_on = ("who",)
    meeting: Mapped[str]
    who: Mapped[str] = party()
    invited_as: Mapped[str]
    reply: Mapped[str | None]
    note: Mapped[str | None]
    presence: Mapped[str | None]
    mode: Mapped[str | None]


class AgendaItem(Part, of="meeting", name="agenda"):
    """One item of the agenda, in its order (counted from 1); ``minutes`` is the time planned for it."""

    meeting: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int | None]
    rapporteur: Mapped[str | None] = party()


class Paper(Part, of="meeting", name="papers"):
    """A paper of the meeting: a file, kept by its digest (SHA-256); ``size`` in bytes."""

    meeting: Mapped[str]
    title: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """An agenda item as it is handed in; ``minutes`` planned for it."""

    title: Line
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    rapporteur: Party | None = None


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the attendance list."""

    person: Party
    presence: Presence
    mode: Mode = "in-person"
    note: Line | None = None


def _set_up(do: Do, m: Meeting, kind: str, starts_at: datetime, place: str | None, parties: list[str]) -> None:
    m.kind, m.starts_at, m.parties = kind, do.localise(starts_at), list(dict.fromkeys(parties))
    m.place = place or m.place


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
    """Call the meeting, planned before or not. Who convenes it presides, or who that person acts for.

    A planned meeting stays the kind of meeting, and the body's, that it was planned as: by that its convening is judged.
    """
    if m.state != "planned":
        missing = {"kind": kind, "starts_at": starts_at}
        problems = {name: reason("required") for name, value in missing.items() if value is None}
    else:
        planned = {"kind": (kind, m.kind), "body": (body, m.body)}
        problems = {name: reason("planned-as", value=is_) for name, (asked, is_) in planned.items() if asked not in (None, is_)}
    if problems:
        do.invalid_fields(problems)
    _set_up(do, m, kind or m.kind, starts_at or m.starts_at, place, parties or m.parties or [])
    m.presiding = do.me(m.body)


@Meeting.action("planned", "convened")
def set_attendees(do: Do, m: Meeting, *, attendees: Asked) -> None:
    """Decide who attends. Those who were on the list and are no more, leave it; guests stay."""
    listed = {row.who: row for row in do.parts(m, Attendance, invited_as="attendee")}
    do.drop(row for who, row in listed.items() if who not in attendees)
    for who in dict.fromkeys(attendees):
        if who not in listed:
            do.add(m, Attendance(who=who, invited_as="attendee"))
    do.tell(*attendees)


@Meeting.action("planned", "convened", "open")
def invite(do: Do, m: Meeting, *, who: Annotated[list[Party], Meta(min_length=1, max_length=500)]) -> None:
    """Ask further persons or agencies to the meeting, as guests."""
    listed = {row.who for row in do.parts(m, Attendance)}
    for each in dict.fromkeys(who):
        if each not in listed:
            do.add(m, Attendance(who=each, invited_as="guest"))
    do.tell(*who)


@Meeting.action("convened")
def reply(do: Do, m: Meeting, *, answer: Literal["accept", "decline"], note: Line | None = None) -> None:
    """Answer an invitation."""
    for row in do.parts(m, Attendance):
        if do.is_me(row.who):
            row.reply, row.note = answer, note
    do.tell(*([m.presiding] if m.presiding else []))


@Meeting.action("planned", "convened", "open")
def set_agenda(do: Do, m: Meeting, *, items: Annotated[list[Item], Meta(max_length=200)]) -> None:
    """Set the agenda, whole and in its order."""
    do.drop(do.parts(m, AgendaItem))
    for position, item in enumerate(items, 1):
        do.add(m, AgendaItem(position=position, title=item.title, minutes=item.minutes, rapporteur=item.rapporteur))


@Meeting.action("planned", "convened", "open", "concluded")
def add_paper(
    do: Do, m: Meeting, *, files: Annotated[list[File], Meta(min_length=1, max_length=50)], title: Line | None = None
) -> None:
    """Add papers. A paper is never replaced in silence: the same name is one more paper."""
    for file in files:
        digest, size = do.keep(file)
        do.add(m, Paper(title=title or file.name, file_name=file.name, digest=digest, size=size))


@Meeting.action("convened", to="open", name="open")
def open_(do: Do, m: Meeting, *, held_at: datetime | None = None) -> None:
    """Open the meeting. ``held_at`` tells the time of one that was held before it was entered here."""
    m.opened_at = do.localise(held_at) if held_at else do.at
    if m.opened_at > do.at:
        do.invalid("held_at", "not-held-yet")


@Meeting.action("open", "concluded")
def record_attendance(do: Do, m: Meeting, *, entries: Annotated[list[Entry], Meta(min_length=1, max_length=500)]) -> None:
    """Book who was there; who was not on the list and came is added. Of several entries on one person the last counts."""
    listed = {row.who: row for row in do.parts(m, Attendance)}
    for entry in {entry.person: entry for entry in entries}.values():
        row = listed.get(entry.person) or do.add(m, Attendance(who=entry.person, invited_as="present"))
        row.presence, row.mode, row.note = entry.presence, entry.mode, entry.note or row.note


@Meeting.action("open", to="concluded")
def conclude(do: Do, m: Meeting, *, text: Text, tasks: Annotated[list[TaskInput], Meta(max_length=200)] = []) -> None:  # noqa: B006
    """Conclude the meeting; the tasks of the conclusion are assigned by the same authority."""
    m.conclusion, m.ended_at = text, do.at
    assign_all(do, m, "conclusion", tasks)
    do.tell(*(row.who for row in do.parts(m, Attendance)))


@Meeting.action("concluded", to="closed")
def close(do: Do, m: Meeting) -> None:
    """Close the file of the meeting."""


@Meeting.action("planned", "convened")
def postpone(do: Do, m: Meeting, *, starts_at: datetime, reason: Line) -> None:
    """Move the meeting to another time."""
    m.starts_at, m.reason = do.localise(starts_at), reason
    do.tell(*(row.who for row in do.parts(m, Attendance)))


@Meeting.action("planned", "convened", to="canceled")
def cancel(do: Do, m: Meeting, *, reason: Line) -> None:
    """Call the meeting off."""
    m.reason = reason
    do.tell(*(row.who for row in do.parts(m, Attendance)))
