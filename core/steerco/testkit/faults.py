"""Faults, put into a plugin's functions on purpose: what becomes of a committee whose plugin goes wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
from typing import Any

from msgspec import structs

from steerco.extension.budget import BUDGET
from steerco.extension.hookspecs import SPECS

PATIENCE = 0.3
"""Seconds for which a function is waited for meanwhile, so that one that hangs is found out soon."""


def _raises(*arguments: Any) -> Any:
    raise RuntimeError("a fault put in on purpose")


def _garbage(*arguments: Any) -> Any:
    return 42


def _exits(*arguments: Any) -> Any:
    sys.exit(3)


def _sleeps(*arguments: Any) -> Any:
    time.sleep(3 * PATIENCE)


FAULTS: dict[str, Callable[..., Any]] = {"raises": _raises, "garbage": _garbage, "exits": _exits, "sleeps": _sleeps}
JUDGE = "judge"
"""Beside the hooks: the rules that the plugin answers the hook ``rules`` with."""
LATER = {JUDGE: ("rules", "judge"), "answer": ("routes", "answer"), "write": ("exporters", "write")}
"""Functions that a plugin gives for later: the hook that it gives them by, and their field in its results."""


def places(module: ModuleType) -> list[str]:
    """Return the hooks that a plugin answers, and its rules."""
    hooks = [name for name in SPECS if hasattr(module, name)]
    return [*hooks, *([JUDGE] if "rules" in hooks else [])]


def shows(module: ModuleType) -> list[str]:
    """Return the functions of a plugin that only requests ask: those behind its addresses and its exports."""
    return [place for place in ("answer", "write") if hasattr(module, LATER[place][0])]


@contextmanager
def broken(module: ModuleType, place: str, fault: str) -> Iterator[None]:
    """Meanwhile the plugin does one thing wrong in one place. Load it anew to have it so."""
    hook, field = LATER.get(place, (place, ""))
    original, wrong = getattr(module, hook), FAULTS[fault]

    @wraps(original)  # what marks it as an answer to its hook, and the names of its arguments
    def instead(*args: Any, **kwargs: Any) -> Any:
        if field:
            return [structs.replace(result, **{field: wrong}) for result in original(*args, **kwargs)]
        return wrong(*args, *kwargs.values())

    setattr(module, hook, instead)
    try:
        yield
    finally:
        setattr(module, hook, original)


@contextmanager
def hurried(fault: str) -> Iterator[None]:
    """Meanwhile nobody is waited for any longer than ``PATIENCE``, where the fault is that one hangs."""
    before = BUDGET.longest
    BUDGET.longest = PATIENCE if fault == "sleeps" else before
    try:
        yield
    finally:
        BUDGET.longest = before
