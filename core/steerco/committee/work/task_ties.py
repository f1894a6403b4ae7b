"""Who joins in a task once it is under way, and which undertaking of an agency carries it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Mapped

from steerco.committee.work.task import OPEN, Task
from steerco.committee.work.task_history import Coordinator
from steerco.records import Do, Line, Part, Party, party

Undertaking = Literal["strategy", "programme", "scheme", "project"]


class TaskLink(Part, of="task", name="links"):
    """A strategy, programme, scheme or project of the agency that leads, which carries the task."""

    index_on = ("task",)
    task: Mapped[str]
    sort: Mapped[str]
    title: Mapped[str]
    instrument: Mapped[str | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


@Task.action(*OPEN, awaited="")
def add_coordinator(do: Do, t: Task, *, coordinator: Party) -> None:
    """Bring in a further party, with which the task is carried out."""
    if coordinator == t.lead or coordinator in {row.who for row in do.parts(t, Coordinator)}:
        do.invalid("coordinator", "takes-part")
    do.add(t, Coordinator(who=coordinator))
    do.tell(coordinator, t.lead, t.accountable)


@Task.action(*OPEN, awaited="")
def link(do: Do, t: Task, *, sort: Undertaking, title: Line, instrument: Line | None = None) -> None:
    """Say which strategy, programme, scheme or project of the agency carries the task."""
    do.add(t, TaskLink(sort=sort, title=title, instrument=instrument, by=do.actor, at=do.at))
    do.tell(t.author)
