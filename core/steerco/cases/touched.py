"""Which cases a saved file touches: those that cite a clause of a row that changed come first."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from steerco.cases.grammar import Case, listed

CITING = ("cite", "clause", "cites")
"""The fields by which a row of a configuration names the clauses that it rests on."""


def clauses_changed(before: str, after: str, suffix: str) -> frozenset[str]:
    """Return the clauses of the rows that came, went or changed between two texts of a file; none where one cannot be read."""
    old, new = Counter(_rows(before, suffix)), Counter(_rows(after, suffix))
    return frozenset(clause for row in ((old - new) + (new - old)) for clause in row[1])


def citing_first(cases: Sequence[Case], clauses: frozenset[str]) -> tuple[list[Case], list[Case]]:
    """Return the cases that cite or assert one of the clauses, and the others, each in the order given."""
    citing = [case for case in cases if clauses & {*case.cites, *case.asserts}]
    return citing, [case for case in cases if case not in citing]


def _rows(text: str, suffix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each row of a file, with the clauses that it names."""
    if suffix == ".csv":
        yield from ((line, (line.rpartition(",")[2].strip(),)) for line in text.splitlines() if line.startswith("p"))
        return
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    yield from _tables(document, "")


def _tables(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    cited = [clause for field in CITING for clause in listed(table.get(field)) if isinstance(clause, str)]
    if name == "clause" and isinstance(own := table.get("id"), str):
        cited.append(own)
    if cited:
        yield repr(table), tuple(cited)
    for field, value in table.items():
        for each in listed(value):
            if isinstance(each, dict):
                yield from _tables(each, field)
