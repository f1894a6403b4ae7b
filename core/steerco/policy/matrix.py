"""Who may do what, at a glance: every power that a policy speaks of, against everyone whom it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from steerco.policy.line import Line
from steerco.policy.table import Table


class Cell(Struct, frozen=True):
    """What a subject may: ``-`` where no line speaks of it. ``clauses`` are those of ``lines``, the decisive one first."""

    subject: str
    answer: Literal["allow", "deny", "-"]
    clauses: tuple[str, ...]
    lines: tuple[Line, ...]


class Row(Struct, frozen=True):
    """One power: an act on an object of a body, under facets; a cell for each subject of the matrix, in its order."""

    body: str
    object: str
    act: str
    facets: tuple[str, ...]
    cells: tuple[Cell, ...]


class Matrix(Struct, frozen=True):
    """Ready for a page and, by ``msgspec.json``, for the API."""

    subjects: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(table: Table, subjects: Iterable[str] | None = None) -> Matrix:
    """The matrix of a policy.

    A row for each (body, object, act, facets) that a line names; a cell says what holds for somebody who is that subject and
    nothing else, wider lines and those of the subject's groups included. ``subjects`` default to those that lines name;
    give the roles, and their groups' powers show under each.
    """
    columns = tuple(dict.fromkeys(subjects if subjects is not None else (line.subject for line in table.lines)))
    rows = sorted({(line.object, line.act, tuple(sorted(line.facets)), line.body) for line in table.lines})
    return Matrix(
        columns,
        tuple(
            Row(body, object_, act, facets, tuple(_cell(table, s, body, object_, act, frozenset(facets)) for s in columns))
            for object_, act, facets, body in rows
        ),
    )


def _cell(table: Table, subject: str, body: str, object: str, act: str, facets: frozenset[str]) -> Cell:
    found = table.explain(frozenset((subject,)), body, object, act, facets)
    clauses = tuple(dict.fromkeys(line.clause for line in found.matched))
    answer: Literal["allow", "deny", "-"] = "-" if not found.matched else "allow" if found.allowed else "deny"
    return Cell(subject, answer, clauses, found.matched)
