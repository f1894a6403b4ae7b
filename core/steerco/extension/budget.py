"""A call that is waited for only so long.

A thread cannot be stopped from outside. So the call is made in a thread kept for such calls; when its time is over nobody waits
for it any more, and it is counted until it ends by itself. Past ``MOST`` of them no further call is begun: one plugin that hangs
must not eat the machine. (``os._exit`` and a loop inside a C extension that keeps the interpreter to itself are out of reach.)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 16
"""How many calls that nobody waits for any more are borne with."""


class Overrun(Exception):
    """A call took longer than ``seconds``, or could not be begun because too many hang already."""

    def __init__(self, seconds: float, hanging: int) -> None:
        super().__init__(f"took longer than {seconds:g} s; calls that hang now: {hanging}")
        self.seconds, self.hanging = seconds, hanging


class _Call:
    """One call on its way: its outcome, and whether somebody still waits for it."""

    __slots__ = ("abandoned", "call", "done", "error", "value")

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call, self.done, self.abandoned = call, threading.Event(), False
        self.value: Any = None
        self.error: BaseException | None = None


class Budget:
    """Threads for calls with a limit. ``most`` calls may hang; where ``longest`` is set, none is given more seconds than that."""

    def __init__(self, most: int = MOST, longest: float | None = None) -> None:
        self._most, self._hanging, self.longest = most, 0, longest
        self._guard = threading.Lock()
        self._idle: list[SimpleQueue[_Call]] = []

    @property
    def hanging(self) -> int:
        """How many calls run on after their time."""
        return self._hanging

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """What ``call`` returns or raises, if it does within ``seconds``. Raises ``Overrun``."""
        mine = _Call(call)
        seconds = seconds if self.longest is None else min(seconds, self.longest)
        with self._guard:
            if self._hanging >= self._most:
                raise Overrun(seconds, self._hanging)
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name="plugin", daemon=True).start()
        inbox.put(mine)
        if not mine.done.wait(seconds):
            with self._guard:
                if not mine.done.is_set():
                    mine.abandoned = True
                    self._hanging += 1
                    raise Overrun(seconds, self._hanging)
        if mine.error is not None:
            raise mine.error
        value: T = mine.value
        return value

    def _serve(self, inbox: SimpleQueue[_Call]) -> None:
        while True:
            mine = inbox.get()
            try:
                mine.value = mine.call()
            except BaseException as error:  # SystemExit too: it must end nothing but this call
                mine.error = error
            with self._guard:
                mine.done.set()
                self._hanging -= mine.abandoned
                self._idle.append(inbox)
            del mine


BUDGET = Budget()
"""The process's own."""
