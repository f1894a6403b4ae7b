"""An act is judged once before the lock and once under it, however many files it has; its input is typed and walked once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from inspect import getmembers, isclass, isfunction, signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from tests.committee.conftest import Board

import steerco.kernel
from steerco.kernel import act
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform

MOST = 6
"""The most parameters that a function of the road takes, ``self`` left out."""
ROAD = (
    "act",
    "attachments",
    "authority",
    "event",
    "explain",
    "grants",
    "on_behalf",
    "perform",
    "pipeline",
    "places",
    "plugin_rules",
    "visibility",
)
WIDE = {"visibility.page", "visibility._declared"}
"""A list has its page, order and filters; so has that of a register."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the real steps are walked."""
    counts: Counter[str] = Counter()

    def counting(owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def step(*args: Any, **named: Any) -> Any:
            counts[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(owner, name, step)

    counting(Authority, "decide")
    counting(Authority, "resolved")
    counting(act, "converted")
    return counts


def test_without_files_and_rules_an_act_is_judged_under_the_lock_alone(board: Board, counted: Counter[str]) -> None:
    perform(board.tenant, ActRequest("an", "task.assign", board.now, input={"title": "Roof", "lead": "school"}))
    assert counted == {"converted": 1, "resolved": 1, "decide": 1}


@pytest.mark.parametrize("files", [1, 3])
def test_with_files_it_is_judged_once_more_before_it(board: Board, counted: Counter[str], files: int) -> None:
    meeting = board.meeting()
    counted.clear()
    papers = {"files": [{"name": f"{number}.txt", "text": str(number)} for number in range(files)]}
    perform(board.tenant, ActRequest("giang", "meeting.add-paper", board.now, meeting, papers))
    assert counted["decide"] == counted["resolved"] == 2
    assert counted["converted"] == 1


def test_no_function_of_the_road_takes_more_than_six_parameters() -> None:
    there = {module.name for module in iter_modules([str(Path(steerco.kernel.__file__).parent)])}
    assert set(ROAD) <= there
    wide = set()
    for name in ROAD:
        module = __import__(f"steerco.kernel.{name}", fromlist=["_"])
        functions = getmembers(module, isfunction)
        for found in vars(module).values():
            if isclass(found) and found.__module__ == module.__name__:
                functions += getmembers(found, isfunction)
        for called, function in functions:
            if function.__module__ != module.__name__ or called.startswith("__"):
                continue  # a value's fields are no parameters that are handed on
            if len([each for each in signature(function).parameters if each != "self"]) > MOST:
                wide.add(f"{name}.{called}")
    assert wide == WIDE
