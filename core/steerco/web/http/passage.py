"""One request's way through the server: its number, its route, whose it is, and the one line that it leaves in the log.

The line has no query, no header, no body and no name of a person: neither tokens nor personal data. Who acted is a reference
(``token:…``, ``account:…``), which an operator can look up and a reader of the log cannot.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from time import perf_counter, time
from typing import Any
from uuid import uuid4

from steerco.store.statement_count import COUNT, StatementCount
from steerco.web.http.problems import logged

access = logging.getLogger("steerco.access")

HEADER = b"x-request-id"
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""A number that a server in front gives has to look like one, since it stands in our log and in the answer."""

CURRENT: ContextVar[Passage | None] = ContextVar("steerco_passage", default=None)
"""The request that this thread or task works for."""


class Passage:
    """A request under way. ``actor`` is filled in where the caller becomes known, ``status`` with the head of the answer;
    ``waited`` are the seconds that it waited for news, as its client asked; ``quota`` the headers that tell what its sender has
    left, ``counted`` whether it was counted against that."""

    __slots__ = ("actor", "begun", "counted", "id", "method", "path", "quota", "scope", "statements", "status", "waited")

    def __init__(self, scope: Any) -> None:
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        self.id = given.decode() if _GIVEN.fullmatch(given) else uuid4().hex
        self.scope, self.method, self.path = scope, scope["method"], scope["path"]
        self.actor, self.status = "", 0
        self.begun, self.waited = perf_counter(), 0.0
        self.quota, self.counted = dict[str, str](), False
        self.statements = StatementCount()

    def enter(self) -> None:
        """Make this the request of the context: of this task and of the threads that work for it."""
        CURRENT.set(self)
        COUNT.set(self.statements)

    def inner(self, scope: Any) -> Passage:
        """Return the passage of a request that is asked within this one: of its number, with its statements in this one's count,
        and counted against the shares of its sender for itself. It leaves no line of its own."""
        asked = Passage(scope)
        asked.id, asked.actor, asked.statements = self.id, self.actor, self.statements
        return asked

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return perf_counter() - self.begun

    @property
    def route(self) -> str:
        """The address with names in place of values; ``-`` where no route answered."""
        template = self.scope.get("path_template")
        return str(template) if template else "-"

    @property
    def tenant(self) -> str:
        """The tenant that the address names; empty where it names none, or where the answer was given to a stranger."""
        return str(self.scope.get("path_params", {}).get("tenant", "")) if self.status != 401 else ""

    def log(self) -> None:
        """Write the line."""
        if access.isEnabledFor(logging.INFO):
            access.handle(_Line(self))


class _Line(logging.LogRecord):
    """The line of a request: a record of the log that is made without walking the stack, which costs more than the line."""

    _BARE = vars(logging.LogRecord(access.name, logging.INFO, __file__, 0, "", None, None)) | {
        "process": None, "processName": None, "thread": None, "threadName": None, "taskName": None
    }  # fmt: skip
    """What all lines share. It is made when the program begins: who ran then is not who writes a line, and is left out as
    ``logging.logProcesses = False`` and its like leave it out; the times are set line by line."""
    _BEGUN = _BARE["created"] - _BARE["relativeCreated"] / 1000

    def __init__(self, passage: Passage) -> None:
        vars(self).update(self._BARE)
        self.created = time()
        self.msecs = float(int(self.created % 1 * 1000))
        self.relativeCreated = (self.created - self._BEGUN) * 1000
        self.passage = passage
        self.facts = {
            "request": passage.id,
            "method": passage.method,
            "route": passage.route,
            "tenant": logged(passage.tenant),
            "status": passage.status,
            "ms": round(passage.seconds * 1000, 1),
            "statements": passage.statements.sent,
            "actor": passage.actor,
        }

    def getMessage(self) -> str:
        """Return the line as people read it."""
        passage = self.passage
        return f"{passage.method} {logged(passage.path)} {passage.status} {self.facts['ms']:.1f} ms"


def known_as(actor: str) -> None:
    """Note whose request this is: a reference, never a name."""
    passage = CURRENT.get()
    if passage is not None:
        passage.actor = actor


def waited(seconds: float) -> None:
    """Note that the request under way has waited so long for news, as its client asked: nobody was slow."""
    passage = CURRENT.get()
    if passage is not None:
        passage.waited += seconds
