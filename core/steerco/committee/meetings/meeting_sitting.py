"""A meeting that sits: opened, who was there, concluded, its file closed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from steerco.committee.meetings.attendance import (
    ATTENDED,
    AttendanceEntry,
    Listing,
    as_seat,
    asked,
    book_for_ledger,
    list_for_ledger,
)
from steerco.committee.meetings.meeting import AgendaItem, ConclusionCorrection, ConclusionPart, Meeting, Movement
from steerco.committee.traits.task_input import TaskInput, assign_all
from steerco.records import Do, Line, Party, Text
from steerco.records import reason as why


class PartOfConclusion(Struct, frozen=True, forbid_unknown_fields=True):
    """A numbered part of the conclusion as it is handed in; ``item`` is the number of the agenda item that it is on."""

    text: Text
    heading: Line | None = None
    item: Annotated[int, Meta(ge=1, le=200)] | None = None


def _parts_in_order(do: Do, m: Meeting, parts: list[PartOfConclusion], tasks: list[TaskInput]) -> None:
    """Hold parts to the items of the agenda, and tasks to the parts."""
    items = {row.position for row in do.parts(m, AgendaItem)}
    wrong = {
        f"parts[{at}].item": why("no-such-item", number=part.item)
        for at, part in enumerate(parts)
        if part.item is not None and part.item not in items
    }
    for at, task in enumerate(tasks):
        if task.part is not None and task.part > len(parts):
            wrong[f"tasks[{at}].part"] = why("no-such-part", number=task.part)
    if wrong:
        do.invalid_fields(wrong)


def _presided(do: Do, m: Meeting) -> None:
    """Record the presiding person: the actor, in a seat of that body where there is one, and the officer acted for."""
    m.presided_by, m.presided_for = do.parties.seat(do.actor, m.body), do.acting_for or None


@Meeting.action("convened", to="open", name="open", awaited="")
def open_(do: Do, m: Meeting, *, held_at: datetime | None = None) -> None:
    """Open the meeting. ``held_at`` tells the time of one that was held before it was entered here."""
    m.opened_at = do.time("held_at", held_at) if held_at else do.at
    if m.opened_at > do.at:
        do.invalid("held_at", "not-held-yet")
    do.for_ledger(meets_on=do.local(m.opened_at))
    list_for_ledger(do, m)
    _presided(do, m)


@Meeting.action("convened", "open", "concluded", clocked=True)
def record_attendance(
    do: Do, m: Meeting, *, entries: Annotated[list[AttendanceEntry], Meta(min_length=1, max_length=500)]
) -> None:
    """Book who was there, and of those how; who was not on the list and came is added. Of several entries on one person the last
    counts."""
    wrong = {}
    for at, entry in enumerate(entries):
        if do.parties.sort(entry.person) == "body":
            wrong[f"entries[{at}].person"] = why("one-person")
        if entry.mode and entry.presence == "absent":
            wrong[f"entries[{at}].mode"] = why("absent-has-none")
    if wrong:
        do.invalid_fields(wrong)
    listing = Listing(do, m)
    for entry in entries:
        row = listing.row(entry.person, "present")
        row.presence, row.note = entry.presence, entry.note or row.note
        row.mode = (entry.mode or "in-person") if entry.presence in ATTENDED else None
    book_for_ledger(do, m)


@Meeting.action("open", "concluded")
def record_movement(
    do: Do,
    m: Meeting,
    *,
    person: Party,
    what: Literal["came", "left", "returned", "took-no-part"],
    item: Annotated[int, Meta(ge=1, le=200)] | None = None,
    at: datetime | None = None,
    reason: Line | None = None,
) -> None:
    """Book that somebody came later, left, returned, or took no part in an item."""
    if item is None and what == "took-no-part":
        do.invalid("item", "required")
    time = do.time("at", at) if at else do.at
    if time > do.at or (m.opened_at is not None and time < do.localise(m.opened_at)):
        do.invalid("at", "not-during")
    _moved(do, m, Movement(who=person, what=what, item=item, at=time, reason=reason))


@Meeting.action("open")
def recuse(do: Do, m: Meeting, *, item: Annotated[int, Meta(ge=1, le=200)], reason: Line) -> None:
    """Take no part in an item, with the reason."""
    _moved(do, m, Movement(who=do.actor, what="took-no-part", item=item, at=do.at, reason=reason))
    do.tell(*([m.presiding] if m.presiding else []))


def _moved(do: Do, m: Meeting, row: Movement) -> None:
    """Add a movement, of a person who is booked in the seat held in the body."""
    if row.item is not None and not do.parts(m, AgendaItem, position=row.item):
        do.invalid("item", "no-such-item", number=row.item)
    row.who = as_seat(do, row.who, m.body)
    do.add(m, row)


@Meeting.action("open", to="concluded")
def conclude(
    do: Do,
    m: Meeting,
    *,
    text: Text,
    tasks: Annotated[list[TaskInput], Meta(max_length=200)] = [],  # noqa: B006  # a msgspec default
    parts: Annotated[list[PartOfConclusion], Meta(max_length=200)] = [],  # noqa: B006
    notice: Literal["wanted", "not-wanted"] | None = None,
) -> None:
    """Conclude the meeting; the tasks of the conclusion are assigned by the same authority.

    ``parts`` are numbered in their order, and a task may name the one that it comes from. ``notice``: announce them in one.
    """
    _parts_in_order(do, m, parts, tasks)
    for number, part in enumerate(parts, 1):
        do.add(m, ConclusionPart(position=number, heading=part.heading, text=part.text, item=part.item))
    m.conclusion, m.ended_at, m.notice = text, do.at, notice
    _presided(do, m)
    assign_all(do, m, "conclusion", tasks)
    do.tell(*asked(do, m))


@Meeting.action("concluded", "closed")
def correct_conclusion(do: Do, m: Meeting, *, text: Text, reason: Line) -> None:
    """Correct the text of the conclusion; what stood before stays on record beside what stands now."""
    before = m.conclusion or ""
    if text == before:
        do.invalid("text", "no-change")
    row = ConclusionCorrection(old_text=before, new_text=text, reason=reason, by=do.me(m.body), at=do.at)
    do.add(m, row)
    m.conclusion = text
    do.tell(*asked(do, m))


@Meeting.action("concluded", to="closed", awaited="")
def close(do: Do, m: Meeting) -> None:
    """Close the file of the meeting."""
