"""The number of statements that one request sends, for the request's line in the log and for the metrics.

The count belongs to the context that asked for it, so requests in other threads do not mix into it; without one, nothing counts.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event


class StatementCount:
    """A running count."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = 0


COUNT: ContextVar[StatementCount | None] = ContextVar("steerco_statement_count", default=None)
"""Set by whoever wants to know; read here before each statement."""


def count_statements(engine: Engine) -> None:
    """Count what this engine sends, for those who set ``COUNT``."""
    event.listen(engine, "before_cursor_execute", _count)


def _count(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
    count = COUNT.get()
    if count is not None:
        count.sent += 1
