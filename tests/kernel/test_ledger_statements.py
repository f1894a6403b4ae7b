"""The duty ledger of a committee whose members came one after the other: no statement a change."""

from __future__ import annotations

from datetime import date, timedelta

from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel import duty_ledger
from steerco.store.statement_count import COUNT, StatementCount

CHARTER = """
[[vacancy]]
role = "trustee"
order = ["appointed-by:chair"]
cite = ["1.1"]
[[cap]]
id = "one-employer"
body = "board"
by = "attr:employer"
max = { at_most = 1 }
on_breach = "duty"
repair = { order = ["last-in"], within = { value = 2, unit = "months" } }
cite = ["1.1"]
"""


def ledger(board: Board) -> tuple[int, int]:
    """The number of entries of the ledger, and of the statements that it took to read them."""
    count = StatementCount()
    token = COUNT.set(count)
    with board.tenant.store.read(board.tenant.id) as session:
        entries = duty_ledger.entries(board.tenant, session, board.today)
    COUNT.reset(token)
    return len(entries), count.sent


def come(board: Board, *numbers: int) -> None:
    for number in numbers:
        person = f"n{number}"
        board.do(PLATFORM, "person.add", id=person, name=person, attrs={"employer": "x"})
        first = (date(2021, 1, 1) + timedelta(days=number)).isoformat()
        board.do(PLATFORM, "appointment.appoint", person=person, seat="trustee", from_=first)


def test_more_days_of_change_take_no_more_statements(installation: Installation) -> None:
    board = Board(revised(installation, charter=CHARTER))
    come(board, *range(3))
    few = ledger(board)
    come(board, *range(3, 20))
    assert few == ledger(board) == (1, few[1])
    assert few[1] > 0
