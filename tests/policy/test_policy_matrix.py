"""The matrix says of each role what somebody with that role alone is answered."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given, settings
from tests.policy import arbitrary

from steerco.policy.line import Line
from steerco.policy.matrix import matrix
from steerco.policy.table import Table

LINES = [
    Line("leaders", "board", "meeting", "convene", frozenset(), True, "1.1"),
    Line("deputy", "board", "meeting.extended", "convene", frozenset(), False, "3.4"),
    Line("head", "board", "task", "assign", frozenset({"to=member"}), True, "5.1"),
]
CLOSURES = {"head": frozenset({"head", "leaders"}), "deputy": frozenset({"deputy", "leaders"})}


def test_each_power_is_a_row_and_wider_lines_and_groups_show_in_it() -> None:
    found = matrix(Table(LINES, CLOSURES), ("head", "deputy", "member"))
    answers = {(row.object, row.act, row.facets): [(cell.answer, cell.clauses) for cell in row.cells] for row in found.rows}
    assert answers == {
        ("meeting", "convene", ()): [("allow", ("1.1",)), ("allow", ("1.1",)), ("-", ())],
        ("meeting.extended", "convene", ()): [("allow", ("1.1",)), ("deny", ("3.4", "1.1")), ("-", ())],
        ("task", "assign", ("to=member",)): [("allow", ("5.1",)), ("-", ()), ("-", ())],
    }
    assert [cell.subject for cell in found.rows[0].cells] == list(found.subjects)


def test_it_is_ready_for_json() -> None:
    shown = json.loads(msgspec.json.encode(matrix(Table(LINES, CLOSURES))))
    assert shown["subjects"] == ["leaders", "deputy", "head"]
    assert shown["rows"][0]["cells"][0]["lines"][0]["clause"] == "1.1"


@settings(max_examples=100, deadline=None)
@given(arbitrary.lines(), arbitrary.closures)
def test_no_cell_says_other_than_the_table(lines: list[Line], closures: dict[str, frozenset[str]]) -> None:
    table = Table(lines, closures)
    found = matrix(table, arbitrary.ROLES)
    assert {
        line for row in found.rows for line in lines if line.concerns(row.body, row.object, row.act, frozenset(row.facets))
    } == set(lines)
    for row in found.rows:
        for cell in row.cells:
            asked = (frozenset({cell.subject}), row.body, row.object, row.act, frozenset(row.facets))
            assert (cell.answer == "allow") is table.allows(*asked)
