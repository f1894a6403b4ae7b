"""The figures of a review, as they stood on one day: tasks, duties, meetings and reports of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from steerco.charter import periods
from steerco.charter.periods import Period
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.traits.timeliness import timeliness
from steerco.committee.work.report import SUMMED, CalledReport
from steerco.committee.work.task import Task
from steerco.records import Do, Part
from steerco.records.do import OwedDuty

CHARTER = "charter"
OPEN = ("on-time", "at-risk", "no-due-date")
"""The standings of work that is neither done nor late."""
COUNTED = ("done", "done-late", "due", "overdue", "missed")
"""The states of duties that a review counts: those waived, not applicable and upcoming are nobody's yet, or no more."""


class ReviewFigure(Part, of="review", name="figures"):
    """One count: of what (``counted``), in which standing (``measure``), and under which clauses, where it is told by clause."""

    review: Mapped[str]
    position: Mapped[int]
    counted: Mapped[str]
    measure: Mapped[str]
    cites: Mapped[list[str]]
    number: Mapped[int]


Counted = tuple[str, str, tuple[str, ...], int]


def counted(do: Do, period: Period, programme: str | None, *, by_clause: bool) -> Iterator[Counted]:
    """Yield each count of the period as of today that is not 0. With a ``programme``, tasks are those of its items alone;
    ``by_clause``: duties are told clause by clause."""
    yield from _tasks(do, period, programme)
    if programme is None:
        yield from _duties(do, period, by_clause=by_clause)
        yield from _meetings(do, period)
        yield from _reports(do, period)


def _counts(of: str, counter: Counter[str]) -> Iterator[Counted]:
    return ((of, measure, (), number) for measure, number in sorted(counter.items()))


def _tasks(do: Do, period: Period, programme: str | None) -> Iterator[Counted]:
    """Tasks that ran in the period, by where they stand: those done before it and those assigned after it do not count."""
    columns = (Task.state, Task.due_on, Task.reported_done_on, Task.done_on, Task.created_at)
    mine = [Task.tenant_id == do.tenant_id, Task.state != "canceled", *([Task.source == programme] if programme else [])]
    counter: Counter[str] = Counter()
    for row in do.session.execute(select(*columns).where(*mine)):
        assigned = do.local(row.created_at)
        if assigned > period.last or (row.done_on is not None and row.done_on < period.first):
            continue
        standing = timeliness(row, do.today)
        if row.state == "done" and standing == "no-due-date":
            standing = "done-on-time"
        counter["open" if standing in OPEN else standing] += 1
        counter["assigned"] += period.first <= assigned
    return _counts("tasks", +counter)


def _duties(do: Do, period: Period, *, by_clause: bool) -> Iterator[Counted]:
    """Duties of the regulation that ran in the period, by state."""
    mine = [each for each in do.duties() if each.layer == CHARTER and each.state in COUNTED and _ran(each, period)]
    if not by_clause:
        yield from _counts("duties", Counter(each.state for each in mine))
        return
    per_clause = Counter((clause, each.state) for each in mine for clause in each.cites)
    for (clause, state), number in sorted(per_clause.items()):
        yield "duties", state, (clause,), number


def _ran(duty: OwedDuty, period: Period) -> bool:
    """Return whether a duty was owed, done or missed in the period."""
    if duty.since is not None and duty.since > period.last:
        return False
    end: date | None = duty.done_on
    if end is None and duty.state == "missed":
        end = duty.due_on or (periods.parse(duty.period).last if duty.period else duty.since)
    return end is None or end >= period.first


def _meetings(do: Do, period: Period) -> Iterator[Counted]:
    """Meetings that were held in the period, by kind."""
    held = select(Meeting.kind, Meeting.opened_at).where(Meeting.tenant_id == do.tenant_id, Meeting.opened_at.is_not(None))
    rows = do.session.execute(held)
    return _counts("meetings", Counter(row.kind for row in rows if row.opened_at and do.local(row.opened_at) in period))


def _reports(do: Do, period: Period) -> Iterator[Counted]:
    """Reports that were due in the period, by whether they came."""
    due = (CalledReport.due_on >= period.first, CalledReport.due_on <= period.last)
    mine = (CalledReport.tenant_id == do.tenant_id, CalledReport.sort != SUMMED, *due)
    counter: Counter[str] = Counter()
    for row in do.session.execute(select(CalledReport.due_on, CalledReport.answered_on).where(*mine)):
        late = row.answered_on is not None and row.answered_on > row.due_on
        counter["missing" if row.answered_on is None else "done-late" if late else "done-on-time"] += 1
    return _counts("reports", counter)
