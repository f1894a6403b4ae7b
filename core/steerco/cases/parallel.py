"""Runs cases in several processes, in the order of their files: the same results as in one, sooner.

Each process has worlds of its own; a template that one of them made is found by the others in the folder of ``Scratch``. Cases
go out in chunks of neighbours, and results come back in the order in which the cases were given. Few cases run here, since a
process costs as much as a dozen of them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

from steerco.cases.grammar import Case, CaseResult, Step
from steerco.cases.runner import find, run
from steerco.cases.world import Worlds
from steerco.configuration.home import Home
from steerco.operations.scratch import Scratch

FEW = 24
"""Fewer cases than this for each process are not worth one more."""
CHUNKS = 6
"""So many chunks for each process: the last to end is not long alone."""


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_cases(
    home: Home,
    slug: str,
    cases: Sequence[Case],
    jobs: int,
    scratch: Scratch,
    sound: Callable[[], None] = lambda: None,
) -> Iterator[CaseResult]:
    """Yield the result of each case, in order, from at most ``jobs`` processes.

    ``sound`` raises where no case could be run; it is asked once the processes have begun and before any of them has a case.
    """
    workers = min(jobs, len(cases) // FEW)
    if workers < 2:
        sound()
        worlds = Worlds(home, scratch=scratch)
        yield from (run(case, case.tenant or slug, worlds) for case in cases)
        return
    global _cases
    _cases = cases  # a process that is forked has them already
    worker = (home.folder, home.data, slug, scratch.folder, [(case.file, case.line) for case in cases])
    with ProcessPoolExecutor(workers, _context(), _begin, worker) as pool:
        pool.submit(int)  # forks every process while this one has no thread but its first
        try:
            sound()
            size = max(1, len(cases) // (workers * CHUNKS))
            chunks = [range(first, min(first + size, len(cases))) for first in range(0, len(cases), size)]
            for chunk, results in zip(chunks, pool.map(_run, chunks), strict=True):
                yield from (CaseResult(cases[number], steps) for number, steps in zip(chunk, results, strict=True))
        finally:
            pool.shutdown(cancel_futures=True)


def _context() -> BaseContext:
    """Fork where that is safe (one thread, and a system whose libraries bear it): a fresh process imports everything again."""
    return get_context("fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn")


# In each process

_cases: Sequence[Case] = ()
_slug = ""
_worlds: Worlds


def _begin(folder: Path, data: Path, slug: str, scratch: Path | None, named: list[tuple[str, int]]) -> None:
    """Make ready for chunks: find the cases where this process was not forked with them."""
    global _cases, _slug, _worlds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that began this one ends it
    home = Home(folder, data)
    _slug, _worlds = slug, Worlds(home, scratch=Scratch(scratch))
    if not _cases:
        files = dict.fromkeys(file for file, _ in named)
        read = [case for file in files for case in find(home.folder / file, home.folder)[0]]
        known = {(case.file, case.line): case for case in read}
        _cases = [known[name] for name in named]


def _run(chunk: range) -> list[list[Step]]:
    return [run(case, case.tenant or _slug, _worlds).steps for case in (_cases[number] for number in chunk)]
