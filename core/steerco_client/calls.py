"""The calls of the API, each as what to send and how to read the answer; both clients send them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx2

from steerco_client.answers import (
    ActDone,
    DutyLine,
    FeedItem,
    FoundRecord,
    PartyNamed,
    Ruling,
    WhoAmI,
    act_done,
    ruling,
    taken,
    who_am_i,
)
from steerco_client.errors import ApiError, problem_told
from steerco_client.sending import KEY, Call

T = TypeVar("T")
Record = dict[str, Any]
"""A record as the API tells it: its fields by name. Which there are depends on its type; ``actions`` and the document tell."""
Value = str | int | bool | date | None
Where = Mapping[str, Value | Sequence[Value]]
"""Filters of a list: ``{"state": ["open", "overdue"], "due_on[lte]": date(2026, 12, 31), "lead": "me"}``."""
SLACK = 15.0
"""Seconds for an answer beyond those that it was asked to wait."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page: its items, and what to send as ``after`` for the next one."""

    items: list[T]
    after: str | int | None


@dataclass(frozen=True)
class Act:
    """The circumstances of an act: ``key`` makes a repeat safe (made up, where none is given), ``capacity`` is the role to act
    in, ``version`` the version of the record that was seen, ``dry_run`` keeps nothing."""

    key: str | None = None
    capacity: str | None = None
    version: int | None = None
    dry_run: bool = False


def me(at: date | str | None) -> Call[WhoAmI]:
    return Call("GET", "me", lambda answer: who_am_i(answer.json()), _query({"at": at}))


def act(do: str, given: Mapping[str, Any], on: str | None, how: Act) -> Call[ActDone]:
    """Do ``type.action``: on a record (by id or reference), or one that makes a record."""
    type, _, action = do.partition(".")
    path = "/".join(quote(part, safe="") for part in (type, *([on] if on else []), action))
    headers = {} if how.dry_run else {KEY: how.key or uuid4().hex}
    if how.version is not None:
        headers["If-Match"] = f'"{how.version}"'
    query = _query({"dry_run": "1" if how.dry_run else None, "capacity": how.capacity})
    return Call("POST", path, lambda answer: act_done(answer.json()), query, dict(given), headers)


def acts(several: Sequence[Mapping[str, Any]], key: str | None, dry_run: bool, stop: bool) -> Call[list[ActDone | ApiError]]:
    """Do several acts in one request, each alone."""
    query = _query({"dry_run": "1" if dry_run else None, "stop": "1" if stop else None})
    body = {"acts": [dict(each) for each in several]}
    return Call("POST", "acts", _acts, query, body, {} if dry_run else {KEY: key or uuid4().hex})


def read(type: str, id: str, at: date | str | None, fields: Sequence[str], expand: str | None) -> Call[Record]:
    query = _query({"at": at, "fields": ",".join(fields) or None, "expand": expand})
    return Call("GET", f"{quote(type)}/{quote(id, safe='')}", _object, query)


def list_query(where: Where, sort: str | Sequence[str] | None, fields: Sequence[str], expand: str | None) -> Where:
    """Return what a list is asked for, whatever the page."""
    order = sort if isinstance(sort, str) or sort is None else ",".join(sort)
    return {**where, "sort": order, "fields": ",".join(fields) or None, "expand": expand}


def records(type: str, query: Where, size: int, after: Any) -> Call[Page[Record]]:
    return Call("GET", quote(type), _records, _query({**query, "limit": size, "after": after}))


def every(type: str, query: Where) -> Call[bytes]:
    return Call("GET", quote(type), lambda answer: answer.content, _query(query), headers={"Accept": "application/x-ndjson"})


def search(words: str, type: str | None, after: Any) -> Call[Page[FoundRecord]]:
    return Call("GET", "search", partial(_page, partial(taken, FoundRecord)), _query({"q": words, "of": type, "after": after}))


def parties(sort: str | None, words: str | None, at: date | str | None, after: Any) -> Call[Page[PartyNamed]]:
    query = _query({"sort": sort, "q": words, "at": at, "limit": 200, "after": after})
    return Call("GET", "parties", partial(_page, partial(taken, PartyNamed)), query)


def duties(of: str | None, clause: str | None, state: str | None, at: date | str | None, after: Any) -> Call[Page[DutyLine]]:
    query = _query({"of": of, "clause": clause, "state": state, "at": at, "after": after})
    return Call("GET", "duties", partial(_page, partial(taken, DutyLine)), query)


def explain(do: str, given: Mapping[str, Any], by: str | None, on: str | None, at: date | str | None) -> Call[Ruling]:
    named = {"do": do, "by": by, "on": on, "at": at}
    body = {"with": dict(given), **{name: value for name, value in named.items() if value is not None}}
    return Call("POST", "explain", lambda answer: ruling(answer.json()), body=body)


def changes(after: int, wait: int) -> Call[Page[FeedItem]]:
    query = _query({"after": after, "wait": wait or None})
    return Call("GET", "events", partial(_page, partial(taken, FeedItem)), query, seconds=wait + SLACK)


def charter(at: date | str | None) -> Call[Record]:
    return Call("GET", "charter", _object, _query({"at": at}))


def file(type: str, id: str, digest: str) -> Call[bytes]:
    return Call("GET", f"{quote(type)}/{quote(id, safe='')}/files/{quote(digest)}", lambda answer: answer.content)


def paper(name: str, content: bytes) -> dict[str, str]:
    """Return a file as inputs take it."""
    return {"name": name, "base64": base64.b64encode(content).decode()}


def _object(answer: httpx2.Response) -> Record:
    told: Record = answer.json()
    return told


def _page(item: Any, answer: httpx2.Response) -> Page[Any]:
    told = answer.json()
    return Page([item(each) for each in told["items"]], told["next"])


def _acts(answer: httpx2.Response) -> list[ActDone | ApiError]:
    rows = answer.json()["answers"]
    return [act_done(row["acted"]) if "acted" in row else problem_told(row["status"], row["problem"]) for row in rows]


def _records(answer: httpx2.Response) -> Page[Record]:
    told = answer.json()
    beside = {"expanded": told["expanded"]} if "expanded" in told else {}
    return Page([{**each, **beside} for each in told["items"]], told["next"])


def _query(given: Where) -> tuple[tuple[str, str], ...]:
    """Return parameters as they are sent; those without a value are left out, lists are repeated."""
    pairs = ((name, each) for name, value in given.items() for each in (value if _is_several(value) else (value,)))  # type: ignore[union-attr]  # several, as it was asked
    return tuple((name, _text(each)) for name, each in pairs if each is not None)


def _is_several(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
