"""The papers of a meeting."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerco.committee.meeting import Meeting, MeetingPaper
from steerco.records import Do, File, Line


@Meeting.action("planned", "convened", "open", "concluded")
def add_paper(
    do: Do, m: Meeting, *, files: Annotated[list[File], Meta(min_length=1, max_length=50)], title: Line | None = None
) -> None:
    """Add papers. A paper is never replaced in silence: the same name is one more paper."""
    for file in files:
        digest, size = do.keep(file)
        do.add(m, MeetingPaper(title=title or file.name, file_name=file.name, digest=digest, size=size))
