"""A member's request not to attend a meeting, and the presiding officer's answer.

That somebody stayed away without leave is read from the attendance and the requests (:func:`leave`); it is never stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from steerco.committee.meetings.attendance import BEFORE, EXCUSED, MEMBER, Attendance, Leave, Listing, as_seat, asked_as, leave_of
from steerco.committee.meetings.meeting import KINDS, KindOfMeeting, Meeting
from steerco.committee.meetings.substitution import Substitution
from steerco.records import Do, Facet, Held, Line, Record, Relation, Through, Via, party, ref_to, refers


class AbsenceRequest(Record, type="absence-request", states="requested consented refused withdrawn", prefix="AR"):
    """``who`` is the party as which the person is asked to the meeting, ``kind`` the meeting's, ``answered_by`` who presided when
    it was answered.
    """

    ledger_fields = ("excused",)
    meeting: Mapped[str] = refers("meeting")
    kind: Mapped[str]
    who: Mapped[str] = party()
    reason: Mapped[str]
    note: Mapped[str | None]
    answered_by: Mapped[str | None] = party()
    answered_at: Mapped[datetime | None]

    requester = Relation("self", Held("who"), concerns=True)
    presiding = Relation("presiding", Via("meeting", "meeting", Held("presiding")))
    invited = Relation("invited", Via("meeting", "meeting", Through("meeting.attendance", "meeting", Held("who"))))
    of = Facet("of", "who", of="party", values=("person",))
    of_meeting = KindOfMeeting("kind", "kind", values=KINDS)

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Before the request is judged: of what kind the meeting is, where it may be seen."""
        self.kind = getattr(named.get("meeting"), "kind", "")


def leave(session: Session, meeting: Meeting, who: str | Collection[str]) -> Leave:
    """Return whether someone stayed away from a meeting with the presiding officer's consent, or without leave.

    ``who`` is a party, or everything that a person is. Empty where nothing says that the person stayed away.
    """
    keys = [who] if isinstance(who, str) else list(who)
    conditions = (Attendance.tenant_id == meeting.tenant_id, Attendance.meeting == meeting.id, Attendance.who.in_(keys))
    presence = set(session.scalars(select(Attendance.presence).where(*conditions)))
    consented = select(AbsenceRequest.id).where(
        AbsenceRequest.tenant_id == meeting.tenant_id,
        AbsenceRequest.meeting == meeting.id,
        AbsenceRequest.who.in_(keys),
        AbsenceRequest.state == "consented",
    )
    return leave_of(presence, consented=session.scalars(consented).first() is not None)


@Substitution.check("absence-consented", met_by="absence-request.consent")
def absence_consented(do: Do, s: Substitution) -> bool:
    """The presiding officer has consented to the member's absence from this meeting."""
    who = s.who or asked_as(do, do.get(Meeting, s.meeting))
    return bool(do.find(AbsenceRequest, meeting=s.meeting, who=who, state="consented"))


@AbsenceRequest.action(to="requested")
def request(
    do: Do,
    a: AbsenceRequest,
    *,
    meeting: ref_to("meeting", states={"meeting": "planned convened open"}),  # type: ignore[valid-type]
    reason: Line,
) -> None:
    """Ask to be excused from a meeting to which one is asked; one open request per person and meeting."""
    called = do.get(Meeting, meeting)
    who = asked_as(do, called)
    if who is None:
        do.invalid("meeting", "not-asked")
    if called.state not in (*BEFORE, "open"):
        do.out_of_order("meeting-over", state=called.state)
    if any(r.state in ("requested", "consented") for r in do.find(AbsenceRequest, meeting=meeting, who=who)):
        do.out_of_order("already-requested")
    a.meeting, a.kind, a.who, a.reason = meeting, called.kind, who, reason
    do.tell(*([called.presiding] if called.presiding else []))


def _answer(do: Do, a: AbsenceRequest, note: str | None) -> None:
    a.note, a.answered_by, a.answered_at = note, do.me(a.body), do.at
    do.tell(a.who)


@AbsenceRequest.action("requested", to="consented", confirm="none")
def consent(do: Do, a: AbsenceRequest, *, note: Line | None = None) -> None:
    """Consent. The list of attendees shows the person as excused, and not why: more people read the list than the request. Who
    comes all the same is booked as present.
    """
    _answer(do, a, note)
    do.for_ledger(excused=[as_seat(do, a.who, a.body)])
    Listing(do, do.get(Meeting, a.meeting)).row(a.who, MEMBER).reply = EXCUSED


@AbsenceRequest.action("requested", to="refused")
def refuse(do: Do, a: AbsenceRequest, *, reason: Line) -> None:
    """Refuse: staying away would be without leave."""
    _answer(do, a, reason)


@AbsenceRequest.action("requested", "consented", to="withdrawn")
def withdraw(do: Do, a: AbsenceRequest) -> None:
    """Take the request back: the person attends after all. A substitute is withdrawn first."""
    if any(s.state != "withdrawn" for s in do.find(Substitution, meeting=a.meeting, who=a.who)):
        do.out_of_order("substitute-named")
    called = do.get(Meeting, a.meeting)
    for row in do.parts(called, Attendance, who=a.who, reply=EXCUSED):
        row.reply = None
    do.tell(*([called.presiding] if called.presiding else []))
