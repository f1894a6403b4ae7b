"""Whether work is on time: a pure function of what is on record and the day, never stored."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

Timeliness = Literal["no-due-date", "on-time", "at-risk", "late", "done-on-time", "done-late"]

AT_RISK_DAYS = 3
"""Work not reported done is at risk from so many calendar days before its due day, that day included."""


class Dated(Protocol):
    """A record with a due day and a day on which it was reported done."""

    @property
    def state(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def reported_done_on(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...


def timeliness(task: Dated, today: date) -> Timeliness:
    """Return the timeliness of a task on a day. ``today`` is the day in the tenant's zone.

    The day on which it was reported done counts, not that of the confirmation, for which its lead can do nothing. A canceled
    task has nothing due any more.
    """
    ended = task.reported_done_on or task.done_on
    if task.state == "reported-done" and task.due_on is not None and ended is not None:
        return "late" if ended > task.due_on else "on-time"
    return standing(None if task.state == "canceled" else task.due_on, ended if task.state == "done" else None, today)


def standing(due_on: date | None, ended_on: date | None, today: date) -> Timeliness:
    """Return the timeliness of something that was due on a day. ``ended_on`` is the day on which it was done, None where it is
    open."""
    if due_on is None:
        return "no-due-date"
    if ended_on is not None:
        return "done-late" if ended_on > due_on else "done-on-time"
    if today > due_on:
        return "late"
    return "at-risk" if (due_on - today).days <= AT_RISK_DAYS else "on-time"
