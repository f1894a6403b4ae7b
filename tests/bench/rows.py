"""What a bench reports: a figure, and the ratio that it is held to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, thread_time
from typing import NamedTuple


class Row(NamedTuple):
    """One figure. ``ratio`` is measured within the same run, since machines differ and ratios do not; ``bar`` is what it
    must reach, for example ``>= 100``; a row that only informs has neither and is ok."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    bar: str = ""
    ok: bool = True


def at_least(name: str, value: float, unit: str, ratio: float, bar: float) -> Row:
    """A row whose ratio must reach the bar."""
    return Row(name, value, unit, ratio, f">= {bar:g}", ratio >= bar)


def at_most(name: str, value: float, unit: str, ratio: float, bar: float) -> Row:
    """A row whose ratio must not pass the bar."""
    return Row(name, value, unit, ratio, f"<= {bar:g}", ratio <= bar)


def interleaved(works: Sequence[Callable[[], object]], rounds: int = 7, *, busy: bool = False) -> list[float]:
    """The median seconds of each work, run in turn so that a noisy minute falls on all of them alike.

    ``busy``: seconds of the processor alone, for work that waits for nothing: who else uses the machine does not count.
    """
    clock = thread_time if busy else perf_counter
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            start = clock()
            work()
            taken.append(clock() - start)
    return [median(taken) for taken in times]


def table(rows: Sequence[Row]) -> str:
    """The rows as text, a column each."""
    lines = [("", "figure", "", "ratio", "bar", "")]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:,.2f}" if row.ratio < 10 else f"{row.ratio:,.0f}"
        lines.append((row.name, f"{row.value:,.2f}", row.unit, ratio, row.bar, "ok" if row.ok else "MISSED"))
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    right = (1, 3)
    return "\n".join(
        "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in lines
    )
