"""What a rules author waits for: one question from the command line, and one case, in CPU time against a loop of additions.

CPU time, because a machine that is busy stretches the wait and not the work; a loop in the same run, because machines differ.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from statistics import median
from time import process_time

from tests.bench.rows import Row, at_most

from steerco.cases.runner import find
from steerco.cases.runner import run as run_case
from steerco.cases.world import Worlds
from steerco.configuration.home import Home, shipped

BOARD = "national-committee"
PROGRAM = "from steerco.cli.main import main; main()"
QUESTIONS = {
    "explain": ("explain", BOARD, "--by", "chair", "--do", "meeting.convene"),
    "duties": ("duties", BOARD),
}
ADDITIONS = 5_000_000
ROUNDS = 5
QUESTION, CASE = 11.0, 0.35
"""The bars: times the reference loop, for a question and for a case."""


def run() -> list[Row]:
    """The rows of this bench."""
    loop = median(_taken(_reference) for _ in range(ROUNDS))
    return [Row(f"the reference loop of {ADDITIONS:,} additions", loop, "s"), *_questions(loop), _cases(loop)]


def _questions(loop: float) -> list[Row]:
    """A question to a committee that is read from its files: the second time, as an author asks."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as cache:
        for name, words in QUESTIONS.items():
            first, *later = (_of_command(words, cache) for _ in range(1 + ROUNDS))
            again = median(later)
            if not rows:  # the next question finds the store that this one made
                rows.append(Row(f"`{name}` after a change of the files", first, "s", first / loop))
            rows.append(at_most(f"`{name}` again, to the reference loop", again, "s", again / loop, QUESTION))
    return rows


def _cases(loop: float) -> Row:
    home = Home(shipped())
    cases, worlds = find(home.folder / "tenants" / BOARD / "cases", home.folder)[0], Worlds(home)

    def all_of_them() -> None:
        for case in cases:
            assert run_case(case, case.tenant or BOARD, worlds).failed is None

    all_of_them()  # makes the templates
    each = _taken(all_of_them) / len(cases)
    return at_most("a case, to the reference loop", each * 1000, "ms", each / loop, CASE)


def _reference() -> None:
    total = 0
    for number in range(ADDITIONS):
        total += number


def _taken(work: Callable[[], None]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _of_command(words: tuple[str, ...], cache: str) -> float:
    """The CPU time, user and system, of a command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "XDG_CACHE_HOME": cache, "STEERCO_HOME": str(shipped())}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", PROGRAM, *words], env=env, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
