"""Someone who attends a meeting in a member's place.

A vote cast for another is a proxy, and powers are delegated: neither is this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Mapped

from steerco.committee.meetings.attendance import ATTENDED, BEFORE, Attendance, Listing, asked_as
from steerco.committee.meetings.meeting import KINDS, KindOfMeeting, Meeting
from steerco.records import Do, Facet, Held, Record, Relation, Text, Through, Via, party, party_of, ref_to, refers


class Substitution(Record, type="substitution", states="named admitted withdrawn", prefix="S"):
    """``who`` is the member, ``substitute`` the person who attends the meeting instead, which is of this ``kind``.

    ``lodged_at`` is when the member's written opinion came in, ``lodged_while`` the meeting's state at that moment.
    """

    meeting: Mapped[str] = refers("meeting")
    kind: Mapped[str]
    who: Mapped[str] = party()
    substitute: Mapped[str] = party()
    opinion: Mapped[str | None]
    lodged_at: Mapped[datetime | None]
    lodged_while: Mapped[str | None]

    member = Relation("self", Held("who"), concerns=True)
    stands_in = Relation("substitute", Held("substitute"), concerns=True)
    presiding = Relation("presiding", Via("meeting", "meeting", Held("presiding")))
    invited = Relation("invited", Via("meeting", "meeting", Through("meeting.attendance", "meeting", Held("who"))))
    of = Facet("of", "who", of="party", values=("person",))
    of_meeting = KindOfMeeting("kind", "kind", values=KINDS)

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Before the naming is judged: of what kind the meeting is, where it may be seen."""
        self.kind = getattr(named.get("meeting"), "kind", "")


@Substitution.check("opinion-lodged", met_by="substitution.lodge-opinion")
def opinion_lodged(do: Do, s: Substitution) -> bool:
    """The member's written opinion came in before the meeting opened."""
    if not s.opinion or s.lodged_at is None or s.lodged_while not in BEFORE:
        return False
    opened = do.get(Meeting, s.meeting).opened_at
    return opened is None or s.lodged_at <= opened


@Substitution.check("before-opening")
def before_opening(do: Do, s: Substitution) -> bool:
    """The meeting has not opened yet."""
    return do.get(Meeting, s.meeting).state in BEFORE


def _person(do: Do, named: str) -> str:
    """Return the one person that the input names as substitute."""
    persons = do.parties.holders(named)
    if len(persons) != 1:
        do.invalid("substitute", "one-person")
    return persons[0]


@Substitution.action(to="named")
def name(
    do: Do,
    s: Substitution,
    *,
    meeting: ref_to("meeting", states={"meeting": "planned convened open"}),  # type: ignore[valid-type]
    substitute: party_of("person", "seat", "office"),  # type: ignore[valid-type]
) -> None:
    """Name who attends in one's place; one at a time per member and meeting."""
    called, person = do.get(Meeting, meeting), _person(do, substitute)
    who = asked_as(do, called)
    if who is None:
        do.invalid("meeting", "not-asked")
    if person in do.parties.holders(who):
        do.invalid("substitute", "is-the-member")
    if called.state not in (*BEFORE, "open"):
        do.out_of_order("meeting-over", state=called.state)
    if any(r.state != "withdrawn" for r in do.find(Substitution, meeting=meeting, who=who)):
        do.out_of_order("substitute-named")
    s.meeting, s.kind, s.who, s.substitute = meeting, called.kind, who, person
    do.tell(person, *([called.presiding] if called.presiding else []))


@Substitution.action("named")
def lodge_opinion(do: Do, s: Substitution, *, opinion: Text) -> None:
    """Hand in the member's opinion in writing. Until the meeting opens, a later one replaces it."""
    called = do.get(Meeting, s.meeting)
    s.opinion, s.lodged_at, s.lodged_while = opinion, do.at, called.state
    do.tell(*([called.presiding] if called.presiding else []))


@Substitution.action("named", to="admitted")
def admit(do: Do, s: Substitution) -> None:
    """Admit the substitute, who from now on is on the list of attendees and sees the meeting."""
    called = do.get(Meeting, s.meeting)
    if called.state not in (*BEFORE, "open"):
        do.out_of_order("meeting-over", state=called.state)
    Listing(do, called).row(s.substitute, "substitute")
    do.tell(s.who, s.substitute)


@Substitution.action("named", "admitted", to="withdrawn")
def withdraw(do: Do, s: Substitution) -> None:
    """Take the substitute back, unless booked as having been there. One who attends for nobody else leaves the list."""
    rows = do.parts(do.get(Meeting, s.meeting), Attendance, who=s.substitute) if s.state == "admitted" else []
    if any(row.presence in ATTENDED for row in rows):
        do.out_of_order("substitute-attended")
    admitted = do.find(Substitution, meeting=s.meeting, substitute=s.substitute, state="admitted")
    if all(substitution is s for substitution in admitted):
        do.drop(row for row in rows if row.invited_as == "substitute")
    do.tell(s.substitute)
