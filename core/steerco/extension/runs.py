"""Functions of plugins called one after another, in the thread that is waited for: their results and their faults."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from time import monotonic, perf_counter
from typing import Any

from msgspec import Struct

from steerco.extension.facts import TenantFacts
from steerco.extension.hookspecs import Spec
from steerco.extension.quarantine import Fault
from steerco.extension.results import Ruling

RULE = Spec("Rule.judge", "act", "rules", "tenant", "first", "deny", "1.0", 2.0, Ruling)
"""A rule is asked as a hook is, with a budget of its own."""
LISTS = (list, tuple)
RESULTS = Ruling.__post_init__.__code__.co_filename


class HookImpl(Struct, frozen=True):
    """One function of one plugin, with the names of the arguments it takes. ``where`` is its file:line.

    ``fixed`` are its arguments where they never change (the tenant alone); ``pick`` selects several from all arguments. Both are
    faster than gathering them by name.
    """

    plugin: str
    version: str
    function: Callable[..., Any]
    takes: tuple[str, ...]
    where: str
    fixed: tuple[Any, ...] | None = None
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None = None


class HookResult(Struct, frozen=True, gc=False):
    """One result of a plugin's function. ``took`` is in seconds."""

    seat: HookImpl
    value: Any
    took: float = 0.0

    @property
    def plugin(self) -> str:
        """The plugin that gave it."""
        return self.seat.plugin


class Run:
    """Functions called one after another; ``at`` is the index of the one running, so that a hanging one is known."""

    __slots__ = ("at", "facts", "faults", "given", "said", "seats", "spec", "stopped", "timed")

    def __init__(
        self, spec: Spec, seats: Sequence[HookImpl], arguments: Mapping[str, Any], facts: Mapping[str, TenantFacts]
    ) -> None:
        self.spec, self.seats, self.given, self.facts = spec, seats, arguments, facts
        self.at, self.stopped, self.timed = 0, False, spec is RULE
        self.said: list[HookResult] = []
        self.faults: list[Fault] = []

    def __call__(self) -> None:
        """Call them all; the fault of one is recorded and harms no other."""
        spec, facts, said, started = self.spec, self.facts, self.said, 0.0
        arguments, result = {**self.given, "tenant": None}, spec.result
        for at, seat in enumerate(self.seats):
            if self.stopped:
                return
            self.at = at
            if self.timed:
                started = perf_counter()
            try:
                if seat.fixed is not None:
                    value = seat.function(*seat.fixed)
                else:
                    arguments["tenant"] = facts.get(seat.plugin)
                    pick = seat.pick
                    value = seat.function(*(pick(arguments) if pick else [arguments[name] for name in seat.takes]))
                if value is None:
                    continue
                if value.__class__ not in LISTS or spec.mode != "collect":
                    value = results(spec, value)
                mark = len(said)
                for item in value:
                    if self.stopped:  # a list without end would go on eating memory
                        return
                    if not isinstance(item, result):
                        del said[mark:]
                        raise Garbage(misfit(spec, item))
                    said.append(HookResult(seat, item))
            except BaseException as error:  # SystemExit too: it must end nothing but this call
                if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                    raise  # the operator's: no other thread is ever interrupted from outside
                if self.stopped:
                    return
                self.faults.append(fault_of(spec, seat, error))
                continue
            if self.timed:
                said[mark:] = [HookResult(seat, item.value, perf_counter() - started) for item in said[mark:]]
            if spec.mode == "first":
                self.at = len(self.seats)
                return

    @property
    def plugin(self) -> str:
        """The plugin whose function runs now (the last one, where all are done)."""
        return self.seats[min(self.at, len(self.seats) - 1)].plugin

    def stop(self, why: str, code: str = "over-time") -> None:
        """Give up waiting: the hanging function's later results count for nothing, and no further function is called."""
        self.stopped = True
        self.at = min(self.at, len(self.seats) - 1)  # it may have ended in this very moment
        self.said, self.faults = list(self.said), list(self.faults)
        seat = self.seats[self.at]
        self.faults.append(Fault(seat.plugin, self.spec.name, code, why, seat.where))


class Batch:
    """Several runs, one after another in one thread: the hooks called while a tenant's configuration is loaded.

    A plugin that fails in one run is left out of those that follow. ``at`` is the current run, ``since`` its start (monotonic
    clock): each run has the whole budget of its hook.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs, self.at, self.since = runs, 0, monotonic()

    def __call__(self) -> None:
        """Call all runs, until they are stopped."""
        failed: set[str] = set()
        for at, run in enumerate(self.runs):
            if run.stopped:
                return
            if failed:
                run.seats = tuple(seat for seat in run.seats if seat.plugin not in failed)
            if not run.seats:
                continue
            self.at, self.since = at, monotonic()
            run()
            failed.update(fault.plugin for fault in run.faults)

    @property
    def run(self) -> Run:
        """The current run (the last one, where all are done)."""
        return self.runs[self.at]

    def stop(self, why: str, code: str) -> None:
        """Give up waiting: no further function is called, of any run."""
        now = self.run
        for run in self.runs:
            run.stopped = True
        now.stop(why, code)


class Garbage(TypeError):
    """A result that is not what the hook asks for."""


def results(spec: Spec, value: Any) -> Iterable[Any]:
    """Return a function's results, one by one. Raises ``Garbage``."""
    if spec.mode == "first":
        return (value,)
    if spec.mode == "each":
        raise Garbage(f"{spec.name} answers nothing, and this gave {type(value).__name__}")
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise Garbage(misfit(spec, value, "a list of "))
    return value


def misfit(spec: Spec, value: Any, many: str = "") -> str:
    """Return the message about a result of the wrong type."""
    return f"{spec.name} answers {many}{spec.result.__name__}, and this gave {type(value).__name__}"


def fault_of(spec: Spec, seat: HookImpl, error: BaseException) -> Fault:
    """Return the fault that an exception of a plugin's function is."""
    if isinstance(error, Garbage):
        return Fault(seat.plugin, spec.name, "wrong-result", str(error), seat.where)
    return Fault(seat.plugin, spec.name, "raised", f"{type(error).__name__}: {error}", place(error, seat.where))


def picking(impl: Any) -> Callable[[Mapping[str, Any]], tuple[Any, ...]] | None:
    return itemgetter(*impl.argnames) if len(impl.argnames) > 1 else None


def where(function: Callable[..., Any]) -> str:
    """Return file and line of a function, the file by its package's name."""
    code = getattr(function, "__code__", None)
    if code is None:
        return getattr(function, "__module__", "") or ""
    module = (getattr(function, "__module__", "") or "").replace(".", "/")
    name = code.co_filename.replace("\\", "/").rpartition("/")[2]
    folder = module.rpartition("/")[0] if not name.startswith("__init__") else module
    return f"{folder}/{name}:{code.co_firstlineno}" if folder else f"{name}:{code.co_firstlineno}"


def place(error: BaseException, otherwise: str) -> str:
    """Return the file and line at which an exception was raised, in the form of ``where``."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != RESULTS]  # who built it, not how
    if not frames:
        return otherwise
    last = frames[-1]
    name = last.filename.replace("\\", "/").rpartition("/")[2]
    return f"{name}:{last.lineno}"
