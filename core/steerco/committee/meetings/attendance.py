"""The list of a meeting: the persons asked to it, their answers, and who was there.

A meeting has one row a person, whatever name (person, seat, office) put them there. Until somebody is put on the list of
attendees, every member of the meeting's body is asked::

    asked(do, meeting)                                  # ["head-seat", "deputy-seat", "role@agency"]
    Listing(do, meeting).row("deputy-seat", "attendee")  # from now on, only those on the list
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar, Literal

from msgspec import Struct
from sqlalchemy.orm import Mapped

from steerco.records import Do, Line, Part, Party, Record, party

Presence = Literal["present", "absent", "late"]
ATTENDED = ("present", "late")
Mode = Literal["in-person", "remote"]
EXCUSED = "excused"
"""The reply in the attendance list of a person whose absence has the presiding officer's consent."""
Leave = Literal["with-consent", "without-leave", ""]
"""How somebody stayed away; empty where nothing says so."""
MEMBER = "member"
"""``invited_as`` of a member of the body who is on the list though no list was set: an excused member, say."""
BEFORE = ("planned", "convened")
"""States of a meeting that has not opened yet."""


class Attendance(Part, of="meeting", name="attendance"):
    """One person or party asked to a meeting, with the invitation, the answer and the presence.

    The note may hold the reason for an absence, so only readers of the absence request see it (``reserved``).
    """

    index_on = ("who",)
    reserved: ClassVar[Mapping[str, str]] = {"note": "absence-request"}
    meeting: Mapped[str]
    who: Mapped[str] = party()
    invited_as: Mapped[str]
    reply: Mapped[str | None]
    note: Mapped[str | None]
    presence: Mapped[str | None]
    mode: Mapped[str | None]


class AttendanceEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the attendance list as it is handed in; a person attends in person unless ``mode`` says otherwise."""

    person: Party
    presence: Presence
    mode: Mode | None = None
    note: Line | None = None


def individual(do: Do, party: str) -> str:
    """Return the one person whom a seat, an office or a person's id means on the day; else the party itself."""
    holders = () if do.parties.sort(party) in ("agency", "body") else do.parties.holders(party)
    return holders[0] if len(holders) == 1 else party


class Listing:
    """The list of a meeting while it is changed: one row a person, under any of the person's names."""

    def __init__(self, do: Do, meeting: Record) -> None:
        self.do, self.meeting, self.rows = do, meeting, do.parts(meeting, Attendance)
        self.by_person = {individual(do, row.who): row for row in reversed(self.rows)}

    def row(self, who: str, invited_as: str) -> Attendance:
        """Return the party's row, added where there is none. A guest put on the list of attendees becomes an attendee."""
        person = individual(self.do, who)
        if person not in self.by_person:
            self.by_person[person] = self.do.add(self.meeting, Attendance(who=who, invited_as=invited_as))
        elif invited_as == "attendee":
            self.by_person[person].invited_as = invited_as
        return self.by_person[person]


def _is_set(rows: Collection[Attendance]) -> bool:
    """Return whether somebody was put on the list of attendees; that a member was excused sets no list."""
    return any(row.invited_as == "attendee" for row in rows)


def asked(do: Do, meeting: Record) -> list[str]:
    """Return who is asked to the meeting: those on the list, and every member of its body until a list is set."""
    rows = do.parts(meeting, Attendance)
    return [*(row.who for row in rows), *(() if _is_set(rows) else do.parties.members(meeting.body))]


def asked_as(do: Do, meeting: Record) -> str | None:
    """Return the party as which the actor is asked to the meeting; None where the actor is not asked."""
    own_party = do.me(meeting.body)
    rows = do.parts(meeting, Attendance)
    if any(row.who == own_party for row in rows):
        return own_party
    for row in rows:
        if do.is_me(row.who):
            return row.who
    return own_party if not _is_set(rows) and do.actor in do.parties.members(meeting.body) else None


def as_seat(do: Do, party: str, body: str) -> str:
    """Return the seat in the body of whomever the party means there; the party itself where that is nobody or several."""
    person = individual(do, party)
    return do.parties.seat(person, body) if do.parties.sort(person) == "person" else party


def list_for_ledger(do: Do, meeting: Record) -> None:
    """Have the log say who is asked to the meeting, each in the seat held there: they are to attend it."""
    do.for_ledger(asked=list(dict.fromkeys(as_seat(do, party, meeting.body) for party in asked(do, meeting))))


def book_for_ledger(do: Do, meeting: Record) -> None:
    """Have the log say who was there and who was not, as far as that is booked."""
    booked = [(as_seat(do, row.who, meeting.body), row.presence) for row in do.parts(meeting, Attendance)]
    attended = [who for who, presence in booked if presence in ATTENDED]
    do.for_ledger(attended=attended, absent=[who for who, presence in booked if presence == "absent"])


def leave_of(presence: Collection[str | None], *, consented: bool) -> Leave:
    """Return how somebody stayed away: by the recorded presence, and by whether the presiding officer consented."""
    if any(value in ATTENDED for value in presence):
        return ""
    if consented:
        return "with-consent"
    return "without-leave" if "absent" in presence else ""
