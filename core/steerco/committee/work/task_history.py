"""The rows that belong to a task: who coordinates, and the history of what was reported, urged and moved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Part, party


class Coordinator(Part, of="task", name="coordinators"):
    """A party that coordinates with the lead."""

    index_on = ("task", "who")
    task: Mapped[str]
    who: Mapped[str] = party()


class TaskProgress(Part, of="task", name="progress"):
    """A report on how far the work is; ``percent`` of it. The report that it is done has 100."""

    index_on = ("task",)
    task: Mapped[str]
    text: Mapped[str | None]
    percent: Mapped[int | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class Contribution(Part, of="task", name="contributions"):
    """What a coordinating party or the lead added to the work."""

    index_on = ("task",)
    task: Mapped[str]
    text: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class Reminder(Part, of="task", name="reminders"):
    """That the task was urged."""

    index_on = ("task",)
    task: Mapped[str]
    text: Mapped[str | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class DueChange(Part, of="task", name="due_changes"):
    """The due day was moved from one day (or from none) to another; ``instrument`` is the paper that says so."""

    index_on = ("task",)
    task: Mapped[str]
    from_: Mapped[date | None] = mapped_column("from")
    to: Mapped[date]
    reason: Mapped[str]
    instrument: Mapped[str | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class Escalation(Part, of="task", name="escalations"):
    """The task was brought before ``to``, with the ``way_out`` that whoever did so proposes."""

    index_on = ("task",)
    task: Mapped[str]
    to: Mapped[str] = party()
    text: Mapped[str | None]
    way_out: Mapped[str | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]
