"""Tasks that an act makes on its way: those of a conclusion, those of a direction."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct, structs

from steerco.records import Do, Line, Party, Record, Subject, Text

Coordinating = Annotated[list[Party], Meta(max_length=200)]


class TaskInput(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One task as a conclusion or direction hands it in: the fields of ``task.assign``. ``part`` is the number of the part of a
    conclusion that it comes from.
    """

    title: Line
    to: Party | None = None
    lead: Party | None = None
    due_on: date | None = None
    product: Line | None = None
    coordinators: Coordinating = []
    accountable: Party | None = None
    instrument: Line | None = None
    text: Text | None = None
    part: Annotated[int, Meta(ge=1, le=200)] | None = None
    subject: Subject | None = None


def assign_all(do: Do, source: Record, sort: str, tasks: list[TaskInput]) -> None:
    """Assign each task, with ``source`` as the record that it comes from, and with its subject where it names none itself."""
    subject = {"subject": of} if (of := getattr(source, "subject", None)) else {}
    for task in tasks:
        fields: dict[str, Any] = subject | {
            name: value for name, value in structs.asdict(task).items() if value not in (None, [])
        }
        do.then("task.assign", source=source.id, source_sort=sort, body=source.body, **fields)
