"""Refusals and failures of a server as exceptions: each with the server's stable code, its words, and the clauses behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from steerco_client.answers import CitedClause, Entitled, clauses, entitled


class ClientError(Exception):
    """Everything that this client raises."""


class NoAnswer(ClientError):
    """No answer came, however often it was asked. Of an act nobody can tell whether it was done: send it again with the ``key``
    that it was sent with, and it is done once."""

    def __init__(self, why: str, key: str = "") -> None:
        super().__init__(why)
        self.key = key


class ApiError(ClientError):
    """A problem that the server told (RFC 9457).

    ``code`` is stable; ``detail`` and ``next`` (what to do) are for people, in the language that was asked for. ``fields`` says
    per input what is wrong, ``reasons`` the same by code. ``request_id`` is what to name to the operator.
    """

    def __init__(self, status: int, told: Mapping[str, Any], request_id: str = "", retry_after: float | None = None) -> None:
        self.status, self.raw = status, told
        self.code, self.outcome = str(told.get("code", "")), str(told.get("outcome", ""))
        self.title, self.detail, self.next = (str(told.get(name, "")) for name in ("title", "detail", "next"))
        self.fields: Mapping[str, str] = told.get("fields") or {}
        self.reasons: Mapping[str, Any] = told.get("reasons") or {}
        self.request_id, self.retry_after = request_id, retry_after
        more = "; ".join(f"{path}: {why}" for path, why in self.fields.items())
        super().__init__(" ".join(part for part in (f"{status} {self.code}:", self.detail, more, self.next) if part))

    @property
    def because(self) -> tuple[CitedClause, ...]:
        """The clauses behind it."""
        return clauses(self.raw)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind it, by their ids."""
        return tuple(each.clause for each in self.because)

    @property
    def who_may(self) -> tuple[Entitled, ...]:
        """The people who may do it instead."""
        return entitled(self.raw)


class InvalidInput(ApiError):
    """An input or parameter that does not fit: see ``fields``."""


class TokenRefused(ApiError):
    """No token that is good at this committee."""


class ActRefused(ApiError):
    """Not in this person's power, or not in the token's scope."""


class NotVisible(ApiError):
    """Not there, or not to be seen by this person."""


class ActOutOfOrder(ApiError):
    """In this person's power, but not now."""


class Conflicting(ApiError):
    """In conflict with what is on record, as a record that changed meanwhile."""


class TooOften(ApiError):
    """More requests or streams than the token or the committee has a share of."""


class ServerTrouble(ApiError):
    """The server cannot answer now, or has a fault."""


_BY_STATUS: dict[int, type[ApiError]] = {
    401: TokenRefused,
    403: ActRefused,
    404: NotVisible,
    409: Conflicting,
    412: Conflicting,
    429: TooOften,
}


def error_of(status: int, body: bytes, headers: Mapping[str, str]) -> ApiError:
    """Return the exception for an answer that is a problem, also of a server in front that tells none."""
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    after = headers.get("retry-after", "")
    waiting = float(after) if after.isascii() and after.isdigit() else None
    return problem_told(status, told if isinstance(told, dict) else {}, headers.get("x-request-id", ""), waiting)


def problem_told(status: int, told: Mapping[str, Any], request_id: str = "", retry_after: float | None = None) -> ApiError:
    """Return the exception for a problem."""
    kind = _BY_STATUS.get(status) or (ServerTrouble if status >= 500 else InvalidInput)
    if told.get("outcome") == "out-of-order":
        kind = ActOutOfOrder
    return kind(status, told, request_id, retry_after)
