"""The minutes of a meeting: drafted, circulated to those asked to it, approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from steerco.committee.attendance import asked
from steerco.committee.meeting import Meeting
from steerco.records import Do, Held, Record, Relation, Text, Through, Via, party, ref_to, refers

HELD = ("open", "concluded", "closed")
"""States of a meeting that has taken place or is taking place."""


class Minutes(Record, type="minutes", states="drafted circulated approved", prefix="MN"):
    """One set of minutes per meeting. The text changes only while it is a draft. ``presiding`` is who presided in fact."""

    meeting: Mapped[str] = refers("meeting")
    text: Mapped[str]
    circulated_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = party()

    presiding = Relation("presiding", Via("meeting", "meeting", Held("presided_by")))
    invited = Relation("invited", Via("meeting", "meeting", Through("meeting.attendance", "meeting", Held("who"))))

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"text": content["text"]} if action == "edit" else {}


@Minutes.action(to="drafted")
def draft(
    do: Do,
    m: Minutes,
    *,
    meeting: ref_to("meeting", states={"meeting": "planned convened open concluded closed"}),  # type: ignore[valid-type]
    text: Text,
) -> None:
    """Begin the minutes of a meeting; they may be prepared before it opens."""
    if do.get(Meeting, meeting).state == "canceled":
        do.out_of_order("meeting-canceled")
    if do.find(Minutes, meeting=meeting):
        do.out_of_order("minutes-exist")
    m.meeting, m.text = meeting, text


@Minutes.action("drafted")
def edit(do: Do, m: Minutes, *, text: Text) -> None:
    """Put another text in place of the draft."""
    m.text = text


@Minutes.action("drafted", to="circulated")
def circulate(do: Do, m: Minutes) -> None:
    """Send the draft to everyone asked to the meeting; from now on the text stands."""
    called = do.get(Meeting, m.meeting)
    if called.state not in HELD:
        do.out_of_order("meeting-not-held", state=called.state)
    m.circulated_at = do.at
    do.tell(*asked(do, called))


@Minutes.action("circulated", to="approved")
def approve(do: Do, m: Minutes) -> None:
    """Approve the minutes."""
    m.approved_at, m.approved_by = do.at, do.me(m.body)
    do.tell(*asked(do, do.get(Meeting, m.meeting)))
