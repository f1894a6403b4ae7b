"""Which decision rules are reached by their id alone: another rule names them, and no class of matters leads there by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAMING = ("first", "then", "turns_to", "override", "waiver", "decision", "agreed_by")
"""Keys that hold the bare id of a decision; elsewhere an id stands after ``decision:``."""
TEXTS = ("clause", "heading", "citation")
"""Tables that name no decision."""
ELSEWHERE = {"veto": ("override",)}
"""Tables of which only these keys lead to a decision: the others name one that is reached otherwise."""
BEFORE_ID = ("decision:", "on-decision:")


def with_classes(rows: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the decisions of a document, each with its classes.

    One without ``classes`` is for all, unless another rule names it by its id or another decision of its body is for all.
    """
    named = {name for table, value in document.items() if table not in TEXTS for name in _named(_leading(table, value))}
    for_all = {row["body"] for row in rows if "*" in row.get("classes", ())}
    silent = [row for row in rows if "classes" not in row]
    alone = {row["id"] for row in silent if row["id"] in named or row["body"] in for_all}
    return [{**row, "classes": []} if row["id"] in alone and "classes" not in row else dict(row) for row in rows]


def _leading(table: str, rows: Any) -> Any:
    """Return what of a table can lead to a decision."""
    keys = ELSEWHERE.get(table)
    return rows if keys is None else [{key: row[key] for key in keys if key in row} for row in rows]


def _named(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _named(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, key)
    elif isinstance(value, str):
        if key in NAMING:
            yield value
        yield from (value.rpartition(mark)[2] for mark in BEFORE_ID if mark in value)
