"""A call that is waited for only so long.

A thread cannot be stopped from outside. So the call is made in a thread kept for such calls; when its time is over nobody waits
for it any more, and it is counted until it ends by itself. Past ``EACH`` of one plugin in one tenant no further call of it is
begun there, past ``MOST`` in all none of anybody's: one plugin that hangs must neither eat the machine nor stop the others.
(``os._exit`` and a loop inside a C extension that keeps the interpreter to itself are out of reach.)
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 64
"""How many calls that nobody waits for any more are borne with."""
EACH = 4
"""How many of them may be one plugin's in one tenant."""


class Overrun(Exception):
    """A call took longer than ``seconds``."""

    SAID = "took longer than"

    def __init__(self, seconds: float, hanging: int) -> None:
        super().__init__(f"{self.SAID} {seconds:g} s; calls that hang now: {hanging}")
        self.seconds, self.hanging = seconds, hanging


class Full(Overrun):
    """A call was not begun, because too many hang already: it may be no fault of whom it would have called."""

    SAID = "was not asked, since too many calls took longer than"


class _Call:
    """One call on its way: its outcome, and where nobody waits for it any more, whose it is."""

    __slots__ = ("abandoned", "call", "done", "error", "value")

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call, self.done = call, threading.Event()
        self.abandoned: str | None = None
        self.value: Any = None
        self.error: BaseException | None = None


class Interrupted(Exception):
    """A plugin's call raised what ends a program."""


class Budget:
    """Threads for calls with a limit. ``most`` calls may hang, ``each`` of one plugin in one tenant; where ``longest`` is set,
    none is given more seconds than that, and none is given fewer than ``least``.
    """

    def __init__(self, most: int = MOST, longest: float | None = None, each: int = EACH) -> None:
        self._most, self._each, self._hanging, self.longest, self.least = most, each, 0, longest, 0.0
        self._whose: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._idle: list[SimpleQueue[_Call]] = []

    @property
    def hanging(self) -> int:
        """Return how many calls run on after their time."""
        return self._hanging

    def is_full(self, whose: str) -> bool:
        """Return whether no further call of this plugin in this tenant is begun."""
        return bool(self._hanging) and (self._hanging >= self._most or self._whose[whose] >= self._each)

    def run(
        self, call: Callable[[], T], seconds: float, whose: Callable[[], str] = str, since: Callable[[], float] | None = None
    ) -> T:
        """Return or raise the outcome of ``call``, given within ``seconds``. ``whose``: the plugin and tenant that it serves now.

        ``since``: for a call in parts, the start of the current part (monotonic clock); each part has all the seconds. Raises
        ``Overrun``, or ``Full`` where the call was not begun.
        """
        own_call = _Call(call)
        seconds = max(seconds, self.least) if self.longest is None else min(seconds, self.longest)
        with self._guard:
            if self.is_full(whose()):
                raise Full(seconds, self._hanging)
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name="plugin", daemon=True).start()
        inbox.put(own_call)
        left = seconds
        while not own_call.done.wait(left):
            if since is not None and (left := since() + seconds - monotonic()) > 0:
                continue  # it has gone on to another part meanwhile
            with self._guard:
                if not own_call.done.is_set():
                    own_call.abandoned = whose()
                    self._whose[own_call.abandoned] += 1
                    self._hanging += 1
                    raise Overrun(seconds, self._hanging)
        if own_call.error is not None:
            raise own_call.error
        value: T = own_call.value
        return value

    def _serve(self, inbox: SimpleQueue[_Call]) -> None:
        while True:
            queued = inbox.get()
            try:
                queued.value = queued.call()
            except KeyboardInterrupt as error:  # the plugin's own: nobody interrupts this thread from outside
                queued.error = Interrupted("it raised KeyboardInterrupt")
                queued.error.__cause__ = error
            except BaseException as error:  # SystemExit too: it must end nothing but this call
                queued.error = error
            with self._guard:
                queued.done.set()
                if queued.abandoned is not None:
                    self._hanging -= 1
                    self._whose[queued.abandoned] -= 1
                self._idle.append(inbox)
            del queued


BUDGET = Budget()
"""The process's own."""
