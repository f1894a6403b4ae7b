"""How a call is sent, and when it is sent again. No input or output here: both clients do as this says."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import httpx2

from steerco_client.errors import ApiError, NoAnswer, error_of

T = TypeVar("T")
AGAIN = frozenset({429, 502, 503, 504})
"""The answers after which the same call may be sent again."""
KEY = "Idempotency-Key"
SECONDS = 30.0
"""How long an answer may take, where a call says nothing else."""


@dataclass(frozen=True)
class Patience:
    """How long to go on: at most so many ``attempts``, a ``first`` pause in seconds that doubles, none longer than ``longest``.

    A pause that the server asks for is kept, where it is no longer than ``longest``.
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 60.0

    def pause(self, attempt: int, asked: float | None) -> float | None:
        """Return the seconds to wait after this attempt (from 1 on); None where it was the last."""
        if attempt >= self.attempts or (asked is not None and asked > self.longest):
            return None
        return asked if asked is not None else min(self.longest, self.first * 2 ** (attempt - 1)) * random.uniform(0.5, 1.0)


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call: where it goes, what it carries, and how its answer becomes a value. ``seconds``: how long its answer may take."""

    method: str
    path: str
    parse: Callable[[httpx2.Response], T]
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def arguments(self) -> dict[str, Any]:
        """Return it as the arguments of a request."""
        headers, given = dict(self.headers), dict[str, Any]()
        if self.body is not None:
            headers["Content-Type"] = "application/json"
            given["content"] = json.dumps(self.body, default=_plain).encode()
        if self.seconds is not None:
            given["timeout"] = self.seconds
        return {"method": self.method, "url": self.path, "params": list(self.query), "headers": headers, **given}


VERSION = "2026-11-30"
"""The version of the API that this client was written against."""


def connection(url: str, tenant: str, token: str, language: str) -> dict[str, Any]:
    """Return with what either client connects: where the committee's API is, by whose token, and in which language it answers."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language, "Steerco-Version": VERSION}
    return {"base_url": f"{url.rstrip('/')}/t/{tenant}/api/", "headers": headers, "timeout": SECONDS}


class Sending(Generic[T]):
    """A call under way: tells after each attempt whether it has its answer (``value``), or how long to wait."""

    def __init__(self, call: Call[T], patience: Patience) -> None:
        self._call, self._patience, self._attempt = call, patience, 0
        self.value: T | None = None

    def answered(self, response: httpx2.Response) -> float | None:
        """Take an answer. Return the seconds after which to send it again; None where ``value`` is the answer. Raises
        ``ApiError``."""
        self._attempt += 1
        if response.status_code < 400:
            self.value = self._call.parse(response)
            return None
        error = error_of(response.status_code, response.content, response.headers)
        return self._pause(error, error.retry_after) if response.status_code in AGAIN else self._end(error)

    def failed(self, error: Exception) -> float:
        """Take a failure to get an answer. Return the seconds after which to send it again. Raises ``NoAnswer``."""
        self._attempt += 1
        told = NoAnswer(
            f"{self._call.method} {self._call.path}: {type(error).__name__}: {error}", self._call.headers.get(KEY, "")
        )
        return self._pause(told, None)

    def _pause(self, error: ApiError | NoAnswer, asked: float | None) -> float:
        pause = self._patience.pause(self._attempt, asked)
        return self._end(error) if pause is None else pause

    @staticmethod
    def _end(error: Exception) -> float:
        raise error


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # and a time, which is one
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be sent")
