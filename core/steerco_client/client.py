"""The client that waits for each answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from steerco_client import calls
from steerco_client.answers import ActDone, DutyLine, FeedItem, FoundRecord, PartyNamed, Ruling, WhoAmI
from steerco_client.calls import Act, Page, Record, Where
from steerco_client.errors import ApiError, NoAnswer, error_of
from steerco_client.sending import Call, Patience, Sending, connection

T = TypeVar("T")


class Client:
    """One committee's API, by one token. It may be used by several threads at once; close it, or use it in a ``with``.

    ``url`` is the server's address, ``tenant`` the committee's short name, ``language`` that of words for people (``en``,
    ``vi``). ``transport`` is for tests and for proxies. Every method raises ``ApiError`` or ``NoAnswer``.
    """

    def __init__(
        self,
        url: str,
        tenant: str,
        token: str,
        *,
        language: str = "en",
        patience: Patience = Patience(),
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._http = httpx2.Client(**connection(url, tenant, token, language), transport=transport)
        self._patience = patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def me(self, *, at: date | str | None = None) -> WhoAmI:
        """Return whom the token speaks for, and what may be theirs to do, on a day (today)."""
        return self._send(calls.me(at))

    def act(self, do: str, given: Mapping[str, Any] | None = None, *, on: str | None = None, how: Act = Act()) -> ActDone:
        """Do ``type.action`` with an input, on the record ``on`` (by id or reference) or as one that makes a record."""
        return self._send(calls.act(do, given or {}, on, how))

    def acts(
        self, several: Sequence[Mapping[str, Any]], *, key: str | None = None, dry_run: bool = False, stop: bool = False
    ) -> list[ActDone | ApiError]:
        """Do up to 200 acts in one request, each alone and in order: ``{"do": "task.assign", "with": {…}, "on": …}``.

        Return of each what was done, or the error, which undoes none of the others. ``key`` makes a repeat of all safe. With
        ``stop`` those after the first error are not tried, and left out.
        """
        return self._send(calls.acts(several, key, dry_run, stop))

    def explain(
        self,
        do: str,
        given: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        on: str | None = None,
        at: date | str | None = None,
    ) -> Ruling:
        """Return whether somebody (``by``: the caller) may do something, and why; nobody does it."""
        return self._send(calls.explain(do, given or {}, by, on, at))

    def read(
        self, type: str, id: str, *, at: date | str | None = None, fields: Sequence[str] = (), expand: str | None = None
    ) -> Record:
        """Return a record by id or reference: whole, as it was on the day ``at``, or some of its ``fields``; with
        ``expand="parties"`` also what the parties are called that it mentions (``expanded``)."""
        return self._send(calls.read(type, id, at, fields, expand))

    def list(
        self,
        type: str,
        *,
        where: Where | None = None,
        sort: str | Sequence[str] | None = None,
        fields: Sequence[str] = (),
        expand: str | None = None,
        size: int = 100,
    ) -> Iterator[Record]:
        """Yield the records of a type that the caller may see, fetched ``size`` at a time, sorted by one column or several.

        With ``expand="parties"`` each has an ``expanded``: what the parties are called that it and its neighbours mention, by id.
        """
        query = calls.list_query(where or {}, sort, fields, expand)
        return self._all(lambda after: calls.records(type, query, size, after))

    def every(
        self, type: str, *, where: Where | None = None, sort: str | Sequence[str] | None = None, fields: Sequence[str] = ()
    ) -> Iterator[Record]:
        """Yield every record of a type that the caller may see out of one answer, as it comes: for very long lists.

        Raises ``NoAnswer`` where it breaks off; what came until then is a part, and nothing is sent again by itself.
        """
        call = calls.every(type, calls.list_query(where or {}, sort, fields, None))
        try:
            with self._http.stream(**call.arguments()) as answer:
                if answer.status_code >= 400:
                    raise error_of(answer.status_code, answer.read(), answer.headers)
                rest = b""
                for piece in answer.iter_bytes():
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        yield json.loads(line)
        except httpx2.TransportError as error:
            raise NoAnswer(f"{call.path} broke off: {error}") from error

    def search(self, words: str, *, type: str | None = None) -> Iterator[FoundRecord]:
        """Yield the records that hold these words."""
        return self._all(lambda after: calls.search(words, type, after))

    def parties(self, *, sort: str | None = None, words: str | None = None, at: date | str | None = None) -> Iterator[PartyNamed]:
        """Yield who or which an input can name, and who holds it on a day (today)."""
        return self._all(lambda after: calls.parties(sort, words, at, after))

    def duties(
        self,
        *,
        of: str | None = None,
        clause: str | None = None,
        state: str | None = None,
        at: date | str | None = None,
    ) -> Iterator[DutyLine]:
        """Yield what is owed on a day (today), by whom (``of``; ``me`` is the caller), by which clause."""
        return self._all(lambda after: calls.duties(of, clause, state, at, after))

    def changes(self, after: int = 0) -> Iterator[FeedItem]:
        """Yield the events after that number, up to the newest. The ``seq`` of the last one is where to go on from."""
        while (page := self._send(calls.changes(after, 0))).items:
            yield from page.items
            after = int(page.after or 0)

    def follow(self, after: int = 0, *, wait: int = 25) -> Iterator[FeedItem]:
        """Yield the events after that number and those that follow, without end; each request waits so many seconds for news."""
        while True:
            page = self._send(calls.changes(after, wait))
            yield from page.items
            after = int(page.after or 0)

    def charter(self, at: date | str | None = None) -> Record:
        """Return the regulation in force on a day (today), clause by clause."""
        return self._send(calls.charter(at))

    def file(self, type: str, id: str, digest: str) -> bytes:
        """Return the content of a file of a record."""
        return self._send(calls.file(type, id, digest))

    def _all(self, page_after: Callable[[Any], Call[Page[T]]]) -> Iterator[T]:
        after = None
        while True:
            page = self._send(page_after(after))
            yield from page.items
            if (after := page.after) is None:
                return

    def _send(self, call: Call[T]) -> T:
        sending, arguments = Sending(call, self._patience), call.arguments()
        while True:
            try:
                pause = sending.answered(self._http.request(**arguments))
            except httpx2.TransportError as error:
                pause = sending.failed(error)
            if pause is None:
                return sending.value  # type: ignore[return-value]  # it has its answer
            time.sleep(pause)
