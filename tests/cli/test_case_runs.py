"""How `tenant test` runs cases: on several processes as on one, and again what a saved file touches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.command import SLUG, Command, edit

from steerco.cases import parallel
from steerco.cases.grammar import Case, CaseResult
from steerco.cases.parallel import run_cases
from steerco.cases.runner import find
from steerco.cases.touched import citing_first, clauses_changed
from steerco.configuration.home import Home, shipped
from steerco.operations.scratch import Scratch

HOME = Home(shipped())
BOARD = "national-committee"
WRONG = """
[[case]]
name = "The chair is refused a meeting"
cites = "1.1"
at = 2027-02-01
[[case.step]]
by = "chair"
do = "meeting.convene"
with = { kind = "regular", starts_at = 2027-02-05T09:00:00 }
expect = "refused"
"""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return find(HOME.folder / "tenants" / BOARD / "cases", HOME.folder)[0]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch(tmp_path_factory.mktemp("scratch"))


def reports(results: Iterator[CaseResult]) -> list[dict[str, object]]:
    return [result.report() for result in results]


@settings(max_examples=3)
@given(share=st.fractions(0, 1), jobs=st.integers(2, 3))
def test_many_processes_answer_as_one_does(share: Fraction, jobs: int, cases: list[Case], scratch: Scratch) -> None:
    first = int(share * (len(cases) - 12))
    some = cases[first : first + 12]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "FEW", 4)
        many = reports(run_cases(HOME, BOARD, some, jobs, scratch))
    assert many == reports(run_cases(HOME, BOARD, some, 1, scratch))
    assert [each["name"] for each in many] == [case.name for case in some]


def more_cases(home: Path) -> None:
    """Enough cases for two processes, some of which fail."""
    (home / "tenants" / SLUG / "cases" / "wrong.toml").write_text(WRONG * (2 * parallel.FEW), "utf-8")


def test_the_answer_is_the_same_whatever_the_number_of_processes(steerco: Command, files: Path) -> None:
    more_cases(files)
    one, two = (steerco(f"tenant test {SLUG} --json --jobs {jobs} --home", files) for jobs in (1, 2))
    assert (one.code, one.out) == (two.code, two.out)
    assert (one.json["passed"], one.json["failed"]) == (4, 2 * parallel.FEW)


def test_files_with_an_error_are_told_before_any_process_has_a_case(steerco: Command, files: Path) -> None:
    more_cases(files)
    edit(files / "tenants" / SLUG / "charter.toml", 'holder = "chair"', 'holder = "cheir"')
    ran = steerco(f"tenant test {SLUG} --json --jobs 2 --home", files)
    assert ran.code == 1
    assert "cheir" in ran.err
    assert ran.out == ""


def test_a_changed_row_touches_the_cases_that_cite_its_clause(cases: list[Case]) -> None:
    text = HOME.content(BOARD)[f"policies/{BOARD}.csv"]
    line = next(line for line in text.splitlines() if "meeting" in line and line.startswith("p") and "convene" in line)
    clause = line.rpartition(",")[2].strip()
    assert clauses_changed(text, text.replace(line, f"# {line}"), ".csv") == {clause}
    citing, others = citing_first(cases, frozenset({clause}))
    assert citing
    assert all(clause in (*case.cites, *case.asserts) for case in citing)
    assert not any(clause in (*case.cites, *case.asserts) for case in others)
    assert len(citing) + len(others) == len(cases)


def test_a_changed_charter_row_touches_its_clauses_and_no_others() -> None:
    before = '[[clause]]\nid = "1.1"\ngloss = "a"\n[[clause]]\nid = "1.2"\n[[duty]]\nid = "d"\ncite = ["2.1", "2.2"]\n'
    assert clauses_changed(before, before.replace('"a"', '"b"'), ".toml") == {"1.1"}
    assert clauses_changed(before, before.replace('"d"', '"e"'), ".toml") == {"2.1", "2.2"}
    assert clauses_changed(before, before + "\n# a remark", ".toml") == frozenset()
    assert clauses_changed(before, "[[", ".toml") == {"1.1", "1.2", "2.1", "2.2"}


def test_watch_runs_what_a_saved_file_touches(files: Path, tmp_path: Path) -> None:
    with watching(files, tmp_path) as told:
        assert told("4 passed, 0 failed")[-1] == "4 passed, 0 failed"
        cases = files / "tenants" / SLUG / "cases" / "wrong.toml"
        cases.write_text(WRONG, "utf-8")
        lines = told("1 failed")
        assert any(line.startswith("FAIL  The chair is refused a meeting") for line in lines)
        assert not any(line.startswith("ok") for line in lines)
        cases.write_text(WRONG.replace('"refused"', '"done"'), "utf-8")
        assert [line for line in told("1 passed") if line.startswith("ok")] == ["ok    The chair is refused a meeting"]


class watching:
    """`tenant test --watch` at work; gives a function that reads what it tells up to a line."""

    def __init__(self, home: Path, cache: Path) -> None:
        self.home, self.cache = home, cache

    def __enter__(self) -> watching:
        program = "from steerco.cli.main import main; main()"
        words = ["tenant", "test", SLUG, "--watch", "--home", str(self.home)]
        env = {**os.environ, "XDG_CACHE_HOME": str(self.cache)}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", program, *words],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_interruptible,
        )
        return self

    def __call__(self, end: str, patience: float = 60) -> list[str]:
        lines: list[str] = []
        until = time.monotonic() + patience
        out = self.process.stdout
        assert out is not None
        while time.monotonic() < until:
            lines.append(_line(out))
            if end in lines[-1]:
                _until_waiting(out)
                return lines
        raise AssertionError(f"{end!r} was not told: {lines}")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(120) == 0


def _interruptible() -> None:
    """A shell that starts the tests in the background has them ignore Ctrl-C, and so their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _line(out: IO[str]) -> str:
    line = out.readline()
    assert line, "it has ended"
    return line.rstrip("\n")


def _until_waiting(out: IO[str]) -> None:
    while "waiting" not in _line(out):
        pass
