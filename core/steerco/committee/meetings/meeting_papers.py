"""The papers of a meeting: handed in by their day, or late with the waiver of who presides; graded ones kept elsewhere.

The day follows from the value ``papers-notice``. A paper that is graded as a secret of the state is registered by its number and
the place where it lies; its content is refused, unless the value ``graded-content-kept-by`` says who answers for keeping it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerco.charter.rules import effective
from steerco.charter.values import Days
from steerco.committee.meetings.meeting import AgendaItem, Grade, Meeting, MeetingPaper, PaperWaiver
from steerco.committee.traits.graded import keeper
from steerco.records import Do, File, Line, Unmet

IN_TIME = "papers-in-time"
NOTICE = "papers-notice"


def day_is_over(do: Do, m: Meeting) -> bool:
    """Return whether papers may come at any time: the meeting has opened, or their day was waived."""
    return m.opened_at is not None or bool(do.parts(m, PaperWaiver))


Meeting.free_of["papers"] = day_is_over


@Meeting.check(IN_TIME, met_by="meeting.waive-cut-off")
def papers_in_time(do: Do, m: Meeting) -> bool | Unmet:
    """The paper comes as long before the meeting as is stated; any time once the meeting has opened, or the day is waived."""
    if day_is_over(do, m):
        return True
    days = Days(do.local(m.starts_at), do.calendar)
    notice = effective(NOTICE, (do.charter, *do.layers), {"body": m.body, "kind": m.kind}, measure=days.span)
    last = notice.end(days)
    if last is None or do.today <= last:
        return True
    return Unmet(notice.cite, {"last": f"{last}", "value": str(notice.value), "unit": notice.unit})


def _registered(do: Do, files: list[File], grade: str | None, registered_as: str | None, kept_at: str | None) -> None:
    """Hold a paper to what its grade asks for."""
    wrong = {}
    if grade is None and not files:
        wrong["files"] = "required"
    if grade is not None and files and not keeper((do.charter, *do.layers)):
        wrong["files"] = "graded-not-kept"
    if grade is not None and not files:
        wrong |= {name: "graded-needs" for name, value in (("registered_as", registered_as), ("kept_at", kept_at)) if not value}
    if wrong:
        do.invalid_fields(wrong)


@Meeting.action("planned", "convened", "open", "concluded", clocked=True)
def add_paper(
    do: Do,
    m: Meeting,
    *,
    files: Annotated[list[File], Meta(max_length=50)] = [],  # noqa: B006  # a msgspec default
    title: Line | None = None,
    item: Annotated[int, Meta(ge=1, le=200)] | None = None,
    grade: Grade | None = None,
    registered_as: Line | None = None,
    kept_at: Line | None = None,
) -> None:
    """Add papers. A paper is never replaced in silence: the same name is one more paper."""
    _registered(do, files, grade, registered_as, kept_at)
    if item is not None and not do.parts(m, AgendaItem, position=item):
        do.invalid("item", "no-such-item", number=item)
    late = list(dict.fromkeys(cite for lack in do.late.values() for cite in lack.cites)) or None
    about = {"item": item, "grade": grade, "registered_as": registered_as, "kept_at": kept_at, "came_late": late}
    for file in files:
        digest, size = do.keep(file)
        do.add(m, MeetingPaper(title=title or file.name, file_name=file.name, digest=digest, size=size, **about))
    if not files:
        do.add(m, MeetingPaper(title=title or registered_as, **about))


@Meeting.action("planned", "convened")
def waive_cut_off(do: Do, m: Meeting, *, reason: Line) -> None:
    """Let papers come after their day; the reason stays on record."""
    do.add(m, PaperWaiver(reason=reason, by=do.me(m.body), at=do.at))
