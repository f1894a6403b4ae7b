"""Excerpts: what a meeting concluded on one item of its agenda, sent to whoever raised it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.meetings.meeting import AgendaItem, ConclusionPart, Meeting
from steerco.records import Do, Held, Party, Record, Relation, party, ref_to, refers, written


class Excerpt(Record, type="excerpt", states="sent", prefix="EX"):
    """``text`` is what was on record of the ``item`` (its number) when it was sent: outcome, and parts of the conclusion."""

    meeting: Mapped[str] = refers("meeting")
    item: Mapped[int]
    title: Mapped[str]
    to: Mapped[str] = party()
    text: Mapped[str] = written()

    addressee = Relation("addressee", Held("to"))


@Excerpt.action(to="sent")
def send(
    do: Do,
    x: Excerpt,
    *,
    meeting: ref_to("meeting", states={"meeting": "open concluded closed"}),  # type: ignore[valid-type]
    item: Annotated[int, Meta(ge=1, le=200)],
    to: Party | None = None,
) -> None:
    """Send what a meeting concluded on one item, to whoever raised it or to who is named."""
    held = do.get(Meeting, meeting)
    rows = do.parts(held, AgendaItem, position=item)
    if not rows:
        do.invalid("item", "no-such-item", number=item)
    receiver = to or rows[0].proposed_by
    if receiver is None:
        do.invalid("to", "required")
    parts = sorted(do.parts(held, ConclusionPart, item=item), key=lambda part: part.position)
    lines = [rows[0].outcome or "", *(f"{part.heading}: {part.text}" if part.heading else part.text for part in parts)]
    if not any(lines):
        do.out_of_order("nothing-concluded")
    x.meeting, x.item, x.title, x.to, x.text = meeting, item, rows[0].title, receiver, "\n".join(filter(None, lines))
    do.tell(receiver)
