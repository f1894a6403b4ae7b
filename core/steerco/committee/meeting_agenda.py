"""The agenda of a meeting and its papers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerco.committee.meeting import AgendaItem, Item, Meeting, MeetingPaper
from steerco.records import Do, File, Line


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
