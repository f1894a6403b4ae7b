"""The minutes of a meeting: drafted, circulated to those asked to it, approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from steerco.committee.meetings.attendance import asked
from steerco.committee.meetings.meeting import AgendaItem, Meeting
from steerco.committee.traits.publicity import Publishable
from steerco.records import (
    Do,
    Held,
    Line,
    Part,
    Party,
    Relation,
    Text,
    Through,
    Via,
    party,
    ref_to,
    refers,
)
from steerco.records import reason as why

HELD = ("open", "concluded", "closed")
"""States of a meeting that has taken place or is taking place."""


class Minutes(Publishable, type="minutes", states="drafted circulated approved", prefix="MN"):
    """One set of minutes per meeting. The text changes only while it is a draft. ``presiding`` is who presided in fact.

    ``secretary`` is who took them, ``sheets`` the number of sheets of paper that they fill.
    """

    ledger_fields = ("published",)
    meeting: Mapped[str] = refers("meeting")
    text: Mapped[str]
    secretary: Mapped[str | None] = party()
    sheets: Mapped[int | None]
    circulated_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = party()

    presiding = Relation("presiding", Via("meeting", "meeting", Held("presided_by")))
    invited = Relation("invited", Via("meeting", "meeting", Through("meeting.attendance", "meeting", Held("who"))))

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        if action == "correct":
            return {"text": content["text"]}
        if action != "edit":
            return {}
        said = sorted(content["contributions"], key=lambda row: int(row["position"]))
        rows = [{name: row[name] for name in SaidInput.__struct_fields__} for row in said]
        return {**{name: content[name] for name in ("text", "secretary", "sheets")}, "contributions": rows}


Index(None, Minutes.tenant_id, Minutes.public_on, Minutes.id)


class Said(Part, of="minutes", name="contributions"):
    """What one person said, in the order of speaking (counted from 1); ``item`` is the number of the agenda item."""

    minutes: Mapped[str]
    position: Mapped[int]
    who: Mapped[str] = party()
    item: Mapped[int | None]
    text: Mapped[str]


class MinutesCorrection(Part, of="minutes", name="corrections"):
    """The text of approved minutes was corrected: what stood, what stands, and why."""

    minutes: Mapped[str]
    old_text: Mapped[str]
    new_text: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class SaidInput(Struct, frozen=True, forbid_unknown_fields=True):
    """A contribution as it is handed in."""

    who: Party
    text: Text
    item: Annotated[int, Meta(ge=1, le=200)] | None = None


SaidInOrder = Annotated[list[SaidInput], Meta(max_length=500)]
Sheets = Annotated[int, Meta(ge=1, le=1000)]


def _take_down(
    do: Do, m: Minutes, text: str, secretary: str | None, sheets: int | None, contributions: list[SaidInput] | None
) -> None:
    """Put the text, and what else is given, in place of what stood."""
    m.text, m.secretary, m.sheets = text, secretary or m.secretary, sheets or m.sheets
    if contributions is None:
        return
    items = {row.position for row in do.parts(do.get(Meeting, m.meeting), AgendaItem)}
    wrong = {
        f"contributions[{at}].item": why("no-such-item", number=said.item)
        for at, said in enumerate(contributions)
        if said.item is not None and said.item not in items
    }
    if wrong:
        do.invalid_fields(wrong)
    do.drop(do.parts(m, Said))
    for position, said in enumerate(contributions, 1):
        do.add(m, Said(position=position, who=said.who, item=said.item, text=said.text))


@Minutes.action(to="drafted", clocked=True)
def draft(
    do: Do,
    m: Minutes,
    *,
    meeting: ref_to("meeting", states={"meeting": "planned convened open concluded closed"}),  # type: ignore[valid-type]
    text: Text,
    secretary: Party | None = None,
    contributions: SaidInOrder | None = None,
    sheets: Sheets | None = None,
) -> None:
    """Begin the minutes of a meeting; they may be prepared before it opens."""
    if do.get(Meeting, meeting).state == "canceled":
        do.out_of_order("meeting-canceled")
    if do.find(Minutes, meeting=meeting):
        do.out_of_order("minutes-exist")
    m.meeting = meeting
    _take_down(do, m, text, secretary, sheets, contributions)


@Minutes.action("drafted")
def edit(
    do: Do,
    m: Minutes,
    *,
    text: Text,
    secretary: Party | None = None,
    contributions: SaidInOrder | None = None,
    sheets: Sheets | None = None,
) -> None:
    """Put another text in place of the draft, and other contributions where they are given."""
    _take_down(do, m, text, secretary, sheets, contributions)


@Minutes.action("drafted", to="circulated", clocked=True)
def circulate(do: Do, m: Minutes) -> None:
    """Send the draft to everyone asked to the meeting; from now on the text stands."""
    called = do.get(Meeting, m.meeting)
    if called.state not in HELD:
        do.out_of_order("meeting-not-held", state=called.state)
    m.circulated_at = do.at
    do.tell(*asked(do, called))


@Minutes.action("circulated", to="approved", clocked=True)
def approve(do: Do, m: Minutes) -> None:
    """Approve the minutes."""
    m.approved_at, m.approved_by = do.at, do.me(m.body)
    do.tell(*asked(do, do.get(Meeting, m.meeting)))


@Minutes.action("approved")
def correct(do: Do, m: Minutes, *, text: Text, reason: Line) -> None:
    """Correct approved minutes; what stood before stays on record beside what stands now."""
    if text == m.text:
        do.invalid("text", "no-change")
    row = MinutesCorrection(old_text=m.text, new_text=text, reason=reason, by=do.me(m.body), at=do.at)
    do.add(m, row)
    m.text = text
    do.tell(*asked(do, do.get(Meeting, m.meeting)))
