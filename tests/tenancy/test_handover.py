"""Whose the work is when a seat changes hands, and whose it was: by any order of appointments, assignments and days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.committee.conftest import MORNING, Board, template
from tests.databases import STORES
from tests.kernel.conftest import revised
from tests.tenancy.test_ledger_kept import DUTY, from_the_log, owed

from steerco.configuration.installation import Installation
from steerco.records import Stopped
from steerco.store.engine import Store

__all__ = ["template"]

PLACES = ({"seat": "deputy"}, {"seat": "trustee", "agency": "school-archive"}, {"office": "principal"})
PEOPLE = ("hoa", "khanh", "giang", "binh")
Step = tuple[str, dict[str, str], str]
acts = st.lists(
    st.tuples(st.sampled_from(("appoint", "assign", "report")), st.sampled_from(PLACES), st.sampled_from(PEOPLE)),
    min_size=4,
    max_size=10,
)


def holders(board: Board, place: dict[str, str], on: date) -> list[str]:
    """Who is appointed to the place on a day, by the appointments themselves."""
    table = board.tenant.snapshot.types["appointment"]
    with board.tenant.store.read(board.tenant.id) as session:
        rows = list(session.scalars(select(table).where(table.tenant_id == board.tenant.id)))
    return [
        row.person
        for row in rows
        if all(getattr(row, name) == value for name, value in place.items())
        and row.from_ <= on
        and (row.to is None or row.to >= on)
    ]


def only_there(board: Board, person: str) -> bool:
    """Whether somebody has one place. Work for those with several goes by one of them, which the test does not know."""
    return sum(person in holders(board, place, board.today) for place in PLACES) == 1


def attempt(board: Board, who: str, action: str, on: str | None = None, /, **given: object) -> str | None:
    """The act, where it is in order."""
    try:
        return board.do(who, action, on, **given)
    except Stopped:
        return None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts)
def test_open_work_is_the_present_holders_and_what_fell_due_stays_with_whom_it_was(template: Store, steps: list[Step]) -> None:
    store = STORES.copy(template)
    board = Board(revised(Installation(store), charter=DUTY))
    tasks: dict[str, tuple[dict[str, str], date]] = {}
    for step, (what, place, person) in enumerate(steps):
        board.now = MORNING + timedelta(days=3 * step)
        there = holders(board, place, board.today)
        if what == "appoint":
            attempt(board, "an", "appointment.appoint", person=person, **place)
        elif what == "assign" and len(there) == 1 and only_there(board, there[0]):
            due = board.today + timedelta(days=4)
            if task := attempt(board, "an", "task.assign", title="x", to=there[0], due_on=due.isoformat()):
                tasks[task] = (place, due)
        elif what == "report" and tasks and there:
            attempt(board, there[0], "task.report-done", next(iter(tasks)))
    kept = owed(board)
    assert kept == from_the_log(board)
    for line in kept:
        if line.record in tasks and board.show("task", line.record)["accountable"] not in PEOPLE:
            place, due = tasks[line.record]
            closed = line.done_on or board.today
            present = holders(board, place, closed)
            assert set(line.holders[: len(present)]) == set(present)
            assert len(present) <= 1 or "agency" in place, (
                "an agency may have several trustees; a single seat or an office has one"
            )
            if due < closed:
                assert set(holders(board, place, due)) <= set(line.holders)
    store.close()
