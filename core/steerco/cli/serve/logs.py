"""Lines of log on the standard output: as text for people, or one JSON object a line for a collector."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import msgspec

from steerco.cli.frame.environment import LOG_FORMAT, LOG_LEVEL
from steerco.cli.frame.problems import USAGE, CommandProblem

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")


def begin(otherwise: str = "info", to: TextIO | None = None) -> None:
    """Write the program's log from now on, as the environment says. ``otherwise``: the level where it says none;
    ``to``: where to write, else the standard output.

    Raises ``CommandProblem`` for a level or a format that does not exist.
    """
    level = _one_of(LOG_LEVEL, LEVELS, otherwise)
    handler = LogWriter(to or sys.stdout)
    handler.setFormatter(JsonLines() if _one_of(LOG_FORMAT, FORMATS, "text") == "json" else TextLines())
    ours = logging.getLogger("steerco")
    ours.handlers[:] = [handler]
    ours.setLevel(level.upper())
    ours.propagate = False


def _one_of(name: str, known: tuple[str, ...], otherwise: str) -> str:
    given = os.environ.get(name, "").lower() or otherwise
    if given not in known:
        raise CommandProblem("bad-setting", f"{name}: there is no {given!r}", f"give one of {', '.join(known)}", exit=USAGE)
    return given


def _request() -> str:
    """Return the number of the request that this thread works for; empty for none, as in the worker."""
    passage = sys.modules.get("steerco.web.http.passage")  # a worker serves no requests, and does not load what does
    current = passage.CURRENT.get() if passage is not None else None
    return current.id if current is not None else ""


def _time(record: logging.LogRecord) -> str:
    seconds, milliseconds = divmod(int(record.created * 1000), 1000)
    return f"{_second(seconds)}.{milliseconds:03d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class LogWriter(logging.StreamHandler[TextIO]):
    """Writes each line at once. Where that fails, since the disk is full or nobody reads, the program goes on without; the first
    line that can be written again comes after one that says how many could not."""

    lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of a record."""
        try:
            said = self.format(record)
            if self.lost:
                said = f"{self.format(_loss(self.lost))}\n{said}"
            self.stream.write(f"{said}\n")
            self.stream.flush()
            self.lost = 0
        except OSError:
            self.lost += 1
        except Exception:
            self.handleError(record)


def _loss(lost: int) -> logging.LogRecord:
    said = "the log could not be written: %d lines may be lost or cut off"
    return logging.LogRecord("steerco.log", logging.ERROR, __file__, 0, said, (lost,), None)


class TextLines(logging.Formatter):
    """A line begins with the time, the level and the request's number; a fault's traceback follows it."""

    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        return f"{_time(record)} {record.levelname.lower()} {_request() or '-'} {said}"


class JsonLines(logging.Formatter):
    """One object a line. What is counted has a field of its own: ``tenant``, ``route``, ``status``, ``ms``, ``statements`` …"""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        facts = getattr(record, "facts", None)
        if facts is None and (request := _request()):
            line["request"] = request
        line |= facts if facts is not None else {"message": record.getMessage()}
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = self.formatException(record.exc_info)
        try:
            return msgspec.json.encode(line, enc_hook=str).decode()
        except UnicodeEncodeError:  # half a pair of surrogates, as a file's name may hold
            return json.dumps(line, default=str)
