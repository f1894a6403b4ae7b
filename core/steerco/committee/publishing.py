"""Publishing: that something of a record was made public, where and on which day. The program records it and tells the ledger."""

from __future__ import annotations

from datetime import date
from typing import Literal

from steerco.committee.document import Document
from steerco.committee.matter import Matter
from steerco.committee.meeting import Meeting
from steerco.committee.minutes import Minutes
from steerco.records import Do, Line


def _publish(do: Do, of: str, on_day: date | None) -> None:
    """Tell the ledger what was made public. Nothing is said of a day that is still to come."""
    if on_day is not None and on_day > do.today:
        do.invalid("on_day", "day-ahead")
    do.for_ledger(published=of)


@Meeting.action("convened", "open", "concluded", "closed", name="publish", awaited="", clocked=True)
def publish_meeting(
    do: Do, m: Meeting, *, of: Literal["agenda", "papers", "recording", "meeting"], place: Line, on_day: date | None = None
) -> None:
    """Record that its agenda, papers or recording, or that it is held, was made public."""
    _publish(do, of, on_day)


@Minutes.action("circulated", "approved", name="publish", awaited="", clocked=True)
def publish_minutes(do: Do, m: Minutes, *, of: Literal["minutes"] = "minutes", place: Line, on_day: date | None = None) -> None:
    """Record that the minutes were made public."""
    _publish(do, of, on_day)


@Matter.action("decided", name="publish", awaited="", clocked=True)
def publish_matter(
    do: Do, m: Matter, *, of: Literal["decision", "vote"] = "decision", place: Line, on_day: date | None = None
) -> None:
    """Record that the decision, or how it was voted, was made public."""
    _publish(do, of, on_day)


@Document.action("issued", name="publish", awaited="", clocked=True)
def publish_document(
    do: Do, d: Document, *, of: Literal["document"] = "document", place: Line, on_day: date | None = None
) -> None:
    """Record that an issued document was made public."""
    _publish(do, of, on_day)
