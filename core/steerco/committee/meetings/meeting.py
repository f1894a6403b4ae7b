"""Meetings of a body: planned or convened, prepared, held, concluded.

The charter says who may convene, preside or set the list of attendees; this module says how a meeting changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct
from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, object_session

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.charter.tables.voters import recusal_of
from steerco.committee.meetings.attendance import EXCUSED, MEMBER, Attendance, leave_of
from steerco.committee.traits.graded import keeper
from steerco.committee.traits.publicity import Publishable
from steerco.committee.traits.receiver import BoundBy
from steerco.records import (
    All,
    DayView,
    Do,
    Facet,
    Held,
    Is,
    Line,
    Part,
    Parties,
    Party,
    Relation,
    Through,
    party,
    written,
)
from steerco.records.relation import type_registry

MeetingKind = Literal["regular", "ad-hoc", "extended", "working-session"]
MeetingMode = Literal["in-person", "online", "hybrid"]
PRESIDING = "presiding"
"""The named value that says who presides over a meeting of such a body and kind: a role, a seat, or the convener."""
CONVENER = "convener"
Asked = Annotated[list[Party], Meta(max_length=500)]

ARRANGED = ("ends_at", "mode", "link", "contact", "reply_by")
"""What is arranged of a meeting beside its place, as ``meeting.arrange`` takes it."""

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
    Publishable,
    type="meeting",
    states="planned convened open concluded closed canceled",
    kinds="regular ad-hoc extended working-session",
    prefix="M",
):
    """``presiding`` is the seat or person that is to preside, by the value in effect (:func:`presides`): nobody where none is
    stated. ``presided_by`` is who did in fact: who opened the meeting, and from its conclusion on who concluded it;
    ``presided_for`` the officer in whose place that was, if not their own. ``called_late`` are the clauses by which it was
    called too late, ``call_by`` is the last day on which it would have been in time. ``ends_at`` is when it is to end,
    ``ended_at`` when it was concluded; ``contact`` whom to ask and to answer, by ``reply_by``. ``notice``: whether its
    conclusions are to be announced in one.
    """

    ledger_fields = ("asked", "attended", "absent", "meets_on", "published")
    reserved_input = {"tasks": "task"}
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    place: Mapped[str | None]
    mode: Mapped[str | None]
    link: Mapped[str | None]
    contact: Mapped[str | None] = party()
    reply_by: Mapped[date | None]
    presiding: Mapped[str | None] = party()
    presided_by: Mapped[str | None] = party()
    presided_for: Mapped[str | None] = party()
    parties: Mapped[list[str]]
    joint_with: Mapped[str | None] = party()
    agreed_by: Mapped[str | None] = party()
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    conclusion: Mapped[str | None] = written()
    notice: Mapped[str | None]
    reason: Mapped[str | None]
    convened_by: Mapped[str | None] = party()
    agenda_approved_at: Mapped[datetime | None]
    agenda_approved_by: Mapped[str | None] = party()
    called_late: Mapped[list[str] | None]
    call_by: Mapped[date | None]

    presides = Relation("presiding", Held("presiding"))
    presided = Relation("presided", Held("presided_by"))
    joining = Relation("joining", Held("joint_with"))
    planner = Relation("planner", All((Held("author_as"), Is("state", "planned"))))
    invited = Relation("invited", Through("meeting.attendance", "meeting", Held("who")))
    substitute = Relation("substitute", Through("substitution", "meeting", All((Held("substitute"), Is("state", "admitted")))))
    with_ = Facet("with", "parties", of="party", values=("agency", "person"))
    to_ = BoundBy("to", "tasks", of="party", values=("agency", "person"), default="none")

    @staticmethod
    def withholds(given: Mapping[str, Any], layers: Collection[Charter]) -> bool:
        """Return whether the files of a paper are not to be stored: it is graded, and nobody answers for keeping it here."""
        return bool(given.get("grade")) and not keeper(layers)

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is changed: the plan of a planned meeting, its agenda, its lists of who attends and who was there."""
        rows = content.get("attendance", [])
        if action == "convene":
            return {name: content[name] for name in ("kind", "starts_at", "body", "place", "parties", *ARRANGED)}
        if action == "correct-conclusion":
            return {"text": content["conclusion"]}
        if action == "arrange":
            return {name: content[name] for name in ("place", *ARRANGED)}
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
        session = object_session(self)
        consented = self._away(session, "consented") if away and session is not None else frozenset()
        leaves = [leave_of([row["presence"]], consented=row["who"] in consented) if row in away else "" for row in rows]
        return {"attendance": [{**row, "leave": leave or None} for row, leave in zip(rows, leaves, strict=True)]} if rows else {}

    def closed_to(self, content: Mapping[str, Any], reader: str, reading: DayView) -> Mapping[str, Any]:
        """Return its papers less those of the items in which the reader takes no part, where that keeps them from the reader."""
        rule = recusal_of(
            (text.recusals for text in (reading.charter, *reading.layers)), self.body, reading.parties.called(reader)
        )
        if rule is None or not rule.keeps_papers:
            return {}
        rows = (row for row in content["movements"] if row["what"] == "took-no-part")
        closed = {row["item"] for row in rows if reader in reading.parties.holders(row["who"])}
        return {"papers": [paper for paper in content["papers"] if paper["item"] is None or paper["item"] not in closed]}

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """An invitation waits for each person on the list who has neither answered nor asked to be excused, a joint meeting for
        the body that is to join."""
        if act == "join":
            return self.joint_with is not None and self.agreed_by is None
        if act != "reply":
            return True
        mine = (Attendance.tenant_id == self.tenant_id, Attendance.meeting == self.id, Attendance.who.in_(keys))
        replies = session.scalars(select(Attendance.reply).where(*mine)).all()
        return bool(replies) and not any(replies) and keys.isdisjoint(self._away(session, "requested"))

    def _away(self, session: Session, state: str) -> frozenset[str]:
        """Return the parties with a request to be absent in that state."""
        requests = type_registry["absence-request"]
        conditions = (requests.tenant_id == self.tenant_id, requests.meeting == self.id, requests.state == state)
        return frozenset(session.scalars(select(requests.who).where(*conditions)))


Index(None, Meeting.tenant_id, Meeting.public_on, Meeting.id)


class AgendaItem(Part, of="meeting", name="agenda"):
    """One item of the agenda, in its order (counted from 1); ``minutes`` is the time planned for it.

    ``sort`` says how it is treated (:data:`ItemSort`), ``aim`` what is wanted of the meeting. ``proposed_by`` is who asked for
    it; ``admitted`` whether it came late or as urgent, after the agenda was frozen. ``outcome`` is what became of it; ``sent_to``
    the reference of the meeting to which it went on.
    """

    meeting: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int | None]
    rapporteur: Mapped[str | None] = party()
    sort: Mapped[str | None]
    aim: Mapped[str | None]
    proposed_by: Mapped[str | None] = party()
    admitted: Mapped[str | None]
    grade: Mapped[str | None]
    outcome: Mapped[str | None]
    sent_to: Mapped[str | None]


class ProposedItem(Part, of="meeting", name="proposed_items"):
    """An item that somebody asks to have on the agenda (counted from 1), and the answer: admitted, or declined with the reason.

    ``why_urgent`` is why it cannot wait, ``from_meeting`` with ``from_item`` the item of another meeting (its
    reference) that went on to this one.
    """

    meeting: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int | None]
    rapporteur: Mapped[str | None] = party()
    aim: Mapped[str | None]
    why_urgent: Mapped[str | None]
    from_meeting: Mapped[str | None]
    from_item: Mapped[int | None]
    proposed_by: Mapped[str] = party()
    at: Mapped[datetime]
    answer: Mapped[str | None]
    reason: Mapped[str | None]
    answered_by: Mapped[str | None] = party()


class AgendaVersion(Part, of="meeting", name="agenda_versions"):
    """The agenda as it was approved, or changed after that (counted from 1), with what came in, went out, and moved."""

    meeting: Mapped[str]
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = party()
    items: Mapped[list[str]]
    added: Mapped[list[str]]
    removed: Mapped[list[str]]
    moved: Mapped[list[str]]


class ConclusionPart(Part, of="meeting", name="conclusions"):
    """One numbered part of the conclusion (counted from 1): on which item of the agenda it is, where it is on one."""

    meeting: Mapped[str]
    position: Mapped[int]
    heading: Mapped[str | None]
    text: Mapped[str]
    item: Mapped[int | None]


class ConclusionCorrection(Part, of="meeting", name="conclusion_corrections"):
    """The text of a conclusion was corrected: what stood, what stands, and why."""

    meeting: Mapped[str]
    old_text: Mapped[str]
    new_text: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class MeetingPaper(Part, of="meeting", name="papers"):
    """A paper of the meeting: a file, kept by its digest (SHA-256); ``size`` in bytes. ``item`` is the agenda item that it is on.

    One with a ``grade`` is registered (``registered_as``) with the place where it lies, and mostly has no file here.
    ``came_late`` are the clauses by which it came too late.
    """

    meeting: Mapped[str]
    title: Mapped[str]
    file_name: Mapped[str | None]
    digest: Mapped[str | None]
    size: Mapped[int | None]
    item: Mapped[int | None]
    grade: Mapped[str | None]
    registered_as: Mapped[str | None]
    kept_at: Mapped[str | None]
    came_late: Mapped[list[str] | None]


class PaperWaiver(Part, of="meeting", name="paper_waivers"):
    """Who presides lets papers come after their day."""

    meeting: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class Movement(Part, of="meeting", name="movements"):
    """Somebody came, left, returned, or took no part in an item, at a time."""

    meeting: Mapped[str]
    who: Mapped[str] = party()
    what: Mapped[str]
    item: Mapped[int | None]
    at: Mapped[datetime]
    reason: Mapped[str | None]


ItemSort = Literal["ordinary", "recurring", "consent", "standing"]
"""A recurring item comes back at the next meeting; consent items are adopted together, unless somebody wants to discuss one; a
standing one stands on each agenda by a rule."""
ItemAim = Literal["inform", "discuss", "decide"]
Grade = Literal["confidential", "secret", "top-secret"]
"""As what secret of the state something is graded. Who sees an agenda reads the titles of graded items too."""


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """An agenda item as it is handed in; ``minutes`` planned for it."""

    title: Line
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    rapporteur: Party | None = None
    sort: ItemSort | None = None
    aim: ItemAim | None = None
    grade: Grade | None = None


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
