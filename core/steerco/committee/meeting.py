"""Meetings of a body: planned or convened, prepared, held, concluded.

The charter says who may convene, preside or set the list of attendees; this module says how a meeting changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, object_session

from steerco.charter.rules import effective
from steerco.committee.attendance import ATTENDED, EXCUSED, MEMBER, Attendance, AttendanceEntry, Listing, asked, leave_of
from steerco.committee.receiver import BoundBy
from steerco.committee.task_input import TaskInput, assign_all
from steerco.records import (
    All,
    Do,
    Facet,
    File,
    Held,
    Is,
    Line,
    Part,
    Parties,
    Party,
    Record,
    Relation,
    Text,
    Through,
    party,
    reason,
    written,
)
from steerco.records.relation import type_registry

MeetingKind = Literal["regular", "ad-hoc", "extended", "working-session"]
PRESIDING = "presiding"
"""The named value that says who presides over a meeting of such a body and kind: a role, a seat, or the convener."""
CONVENER = "convener"
Asked = Annotated[list[Party], Meta(max_length=500)]

MEETING, SESSION = "meeting", "working-session"
KINDS = (MEETING, *get_args(MeetingKind))
"""Values of the facet of a meeting's kind (:class:`KindOfMeeting`)."""


class KindOfMeeting(Facet):
    """The kind of meeting that an act concerns; every kind but the working session is ``meeting`` too, since a text on meetings
    need not speak of sessions. Of a meeting that is not named, or may not be seen, only ``meeting`` is known.
    """

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        kind = getattr(record, self.field, None)
        values = {SESSION} if kind == SESSION else {MEETING, kind or MEETING}
        return [frozenset(f"{self.name}={value}" for value in values)]


class Meeting(
    Record,
    type="meeting",
    states="planned convened open concluded closed canceled",
    kinds="regular ad-hoc extended working-session",
    prefix="M",
):
    """``presiding`` is the seat or person that is to preside, by the value in effect (:func:`presides`): nobody where none is
    stated. ``presided_by`` is who did in fact: who opened the meeting, and from its conclusion on who concluded it;
    ``presided_for`` the officer in whose place that was, if not their own. ``called_late`` are the clauses by which it was
    called too late, ``call_by`` is the last day on which it would have been in time.
    """

    kind: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str | None]
    presiding: Mapped[str | None] = party()
    presided_by: Mapped[str | None] = party()
    presided_for: Mapped[str | None] = party()
    parties: Mapped[list[str]]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    conclusion: Mapped[str | None] = written()
    reason: Mapped[str | None]
    convened_by: Mapped[str | None] = party()
    called_late: Mapped[list[str] | None]
    call_by: Mapped[date | None]

    presides = Relation("presiding", Held("presiding"))
    presided = Relation("presided", Held("presided_by"))
    planner = Relation("planner", All((Held("author_as"), Is("state", "planned"))))
    invited = Relation("invited", Through("meeting.attendance", "meeting", Held("who")))
    substitute = Relation("substitute", Through("substitution", "meeting", All((Held("substitute"), Is("state", "admitted")))))
    with_ = Facet("with", "parties", of="party", values=("agency", "person"))
    to_ = BoundBy("to", "tasks", of="party", values=("agency", "person"), default="none")

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is changed: the plan of a planned meeting, its agenda, its lists of who attends and who was there."""
        rows = content.get("attendance", [])
        if action == "convene":
            return {name: content[name] for name in ("kind", "starts_at", "body", "place", "parties")}
        if action == "set-agenda":
            agenda = sorted(content["agenda"], key=lambda row: int(row["position"]))
            return {"items": [{name: row[name] for name in Item.__struct_fields__} for row in agenda]}
        if action == "set-attendees":
            return {"attendees": [row["who"] for row in rows if row["invited_as"] in ("attendee", MEMBER)]}
        if action == "record-attendance":
            kept = ("presence", "mode", "note")
            return {"entries": [{"person": row["who"], **{name: row[name] for name in kept}} for row in rows]}
        return {}

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """Return the attendance with, per row, how the person stayed away (``leave``)."""
        rows = fields.get("attendance", [])
        away = [row for row in rows if row["presence"] == "absent" or row["reply"] == EXCUSED]
        consented = self._consented() if away else frozenset()
        leaves = [leave_of([row["presence"]], consented=row["who"] in consented) if row in away else "" for row in rows]
        return {"attendance": [{**row, "leave": leave or None} for row, leave in zip(rows, leaves, strict=True)]} if rows else {}

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """An invitation waits for the answer of each person on the list who has not given one."""
        if act != "reply":
            return True
        mine = (Attendance.tenant_id == self.tenant_id, Attendance.meeting == self.id, Attendance.who.in_(keys))
        replies = session.scalars(select(Attendance.reply).where(*mine)).all()
        return bool(replies) and not any(replies)

    def _consented(self) -> frozenset[str]:
        """Return the parties whose absence the presiding officer has consented to."""
        session, requests = object_session(self), type_registry["absence-request"]
        if session is None:
            return frozenset()
        conditions = (requests.tenant_id == self.tenant_id, requests.meeting == self.id, requests.state == "consented")
        return frozenset(session.scalars(select(requests.who).where(*conditions)))


class AgendaItem(Part, of="meeting", name="agenda"):
    """One item of the agenda, in its order (counted from 1); ``minutes`` is the time planned for it."""

    meeting: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int | None]
    rapporteur: Mapped[str | None] = party()


class MeetingPaper(Part, of="meeting", name="papers"):
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


def presides(do: Do, m: Meeting, convener: str | None) -> str | None:
    """Return the party that is to preside over a meeting that ``convener`` calls (None: nobody has called it yet).

    The value in effect for such a meeting decides; None where it states nobody. Where no rule at all is on presiding, the
    convener presides, and ``tenant check`` reports that the text left it open.
    """
    layers = (do.charter, *do.layers)
    value = effective(PRESIDING, layers, {"body": m.body, "kind": m.kind}).value
    if value == CONVENER or not any(rule.name == PRESIDING for layer in layers for rule in layer.rules):
        return convener
    return do.parties.resolve(str(value))


def _presided(do: Do, m: Meeting) -> None:
    """Record the presiding person: the actor, in a seat of that body where there is one, and the officer acted for."""
    m.presided_by, m.presided_for = do.parties.seat(do.actor, m.body), do.acting_for or None


def _set_up(do: Do, m: Meeting, kind: str, starts_at: datetime, place: str | None, parties: list[str]) -> None:
    m.kind, m.starts_at, m.parties = kind, do.time("starts_at", starts_at), list(dict.fromkeys(parties))
    m.place = place or m.place


def _called(do: Do, m: Meeting) -> None:
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
    _called(do, m)


@Meeting.action("planned", "convened")
def set_attendees(do: Do, m: Meeting, *, attendees: Asked) -> None:
    """Decide who attends: a body is each of its members. Those who were on the list and are no more, leave it; guests stay."""
    listing = Listing(do, m)
    attending = [listing.row(party, "attendee") for party in _single(do, "attendees", attendees)]
    leaving = ("attendee", MEMBER) if attending else ("attendee",)
    do.drop(row for row in listing.rows if row.invited_as in leaving and row not in attending)
    do.tell(*(row.who for row in attending))


@Meeting.action("planned", "convened", "open")
def invite(do: Do, m: Meeting, *, who: Annotated[list[Party], Meta(min_length=1, max_length=500)]) -> None:
    """Ask further persons or agencies to the meeting, as guests; of a body each of its members. Who may not read it is noted."""
    listing = Listing(do, m)
    asked = [listing.row(party, "guest").who for party in _single(do, "who", who)]
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
        do.add(m, MeetingPaper(title=title or file.name, file_name=file.name, digest=digest, size=size))


@Meeting.action("convened", to="open", name="open", awaited="")
def open_(do: Do, m: Meeting, *, held_at: datetime | None = None) -> None:
    """Open the meeting. ``held_at`` tells the time of one that was held before it was entered here."""
    m.opened_at = do.time("held_at", held_at) if held_at else do.at
    if m.opened_at > do.at:
        do.invalid("held_at", "not-held-yet")
    _presided(do, m)


@Meeting.action("open", "concluded")
def record_attendance(
    do: Do, m: Meeting, *, entries: Annotated[list[AttendanceEntry], Meta(min_length=1, max_length=500)]
) -> None:
    """Book who was there, and of those how; who was not on the list and came is added. Of several entries on one person the last
    counts."""
    wrong = {}
    for at, entry in enumerate(entries):
        if do.parties.sort(entry.person) == "body":
            wrong[f"entries[{at}].person"] = reason("one-person")
        if entry.mode and entry.presence == "absent":
            wrong[f"entries[{at}].mode"] = reason("absent-has-none")
    if wrong:
        do.invalid_fields(wrong)
    listing = Listing(do, m)
    for entry in entries:
        row = listing.row(entry.person, "present")
        row.presence, row.note = entry.presence, entry.note or row.note
        row.mode = (entry.mode or "in-person") if entry.presence in ATTENDED else None


@Meeting.action("open", to="concluded")
def conclude(do: Do, m: Meeting, *, text: Text, tasks: Annotated[list[TaskInput], Meta(max_length=200)] = []) -> None:  # noqa: B006
    """Conclude the meeting; the tasks of the conclusion are assigned by the same authority."""
    m.conclusion, m.ended_at = text, do.at
    _presided(do, m)
    assign_all(do, m, "conclusion", tasks)
    do.tell(*asked(do, m))


@Meeting.action("concluded", to="closed", awaited="")
def close(do: Do, m: Meeting) -> None:
    """Close the file of the meeting."""


@Meeting.action("planned", "convened")
def postpone(do: Do, m: Meeting, *, starts_at: datetime, reason: Line) -> None:
    """Move the meeting to another time, which is still to come. Answers to the invitation were for the time before and count no
    more; consent to an absence was for the meeting and stands.
    """
    starts = do.time("starts_at", starts_at)
    if starts == do.localise(m.starts_at):
        do.invalid("starts_at", "same-time")
    if starts <= do.at:
        do.invalid("starts_at", "time-past")
    m.starts_at, m.reason = starts, reason
    _called(do, m)
    for row in do.parts(m, Attendance):
        if row.reply != EXCUSED:
            row.reply, row.note = None, None
    do.tell(*asked(do, m))


@Meeting.action("planned", "convened", to="canceled")
def cancel(do: Do, m: Meeting, *, reason: Line) -> None:
    """Call the meeting off."""
    m.reason = reason
    do.tell(*asked(do, m))
