"""Two tenants of one installation, each asked with what is the other's, and with what nobody has.

Whatever a request can carry (an id, a reference, a person, a token, a cursor, an ETag, an idempotency key) comes in pairs: one of
the other tenant's, and one of the same form that does not exist. Both must be answered alike to the byte, by as many statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from litestar import Litestar
from sqlalchemy import Engine, event, select
from tests.web.conftest import MOST, NATIONAL, START, Api

from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Stopped
from steerco.records.sample import ID
from steerco.web.openapi.examples import example, party_of

HEADS = {NATIONAL: "chair", MOST: "head"}
"""By tenant who heads it."""
TWIN = "twin"
"""A person of this id is in both tenants."""


@dataclass
class Counter:
    """The statements that were sent while it listened."""

    sent: list[str] = field(default_factory=list)

    def take(self) -> int:
        """How many there were since the last time."""
        found, self.sent[:] = len(self.sent), []
        return found


@contextmanager
def counting() -> Iterator[Counter]:
    """Counts every statement of this process."""
    counter = Counter()

    def note(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        counter.sent.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counter
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Pair:
    """Something of the other tenant's, and something alike that does not exist: of the same length, so that what echoes it is."""

    what: str
    theirs: str
    nobodys: str


def absent(like: str) -> str:
    """A value of the same form that stands for nothing: the last letters turned round."""
    turned = {"0": "f", "f": "0"}
    end = "".join(turned.get(each, "0" if each.isdigit() else "q") for each in like[-6:])
    return like[:-6] + end


@dataclass(frozen=True)
class Seen:
    """An answer as the caller sees it, but for the value that it was asked with and what is new in every answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    statements: int


LOOKS = 4
"""How often both are asked before an answer counts as another."""
MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[A-Z]{1,3}-20\d\d-\d{3,}|\"event\":\d+")
"""Ids, references and event numbers of what an act made."""


@dataclass
class Neighbour:
    """One tenant, as its head sees it: what it has, for the other to be tried with."""

    api: Api
    slug: str
    who: str
    app: Litestar | None = None
    records: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def tenant(self) -> Tenant:
        return self.api.tenant(self.slug)

    @cached_property
    def secret(self) -> str:
        return self.api.token(self.slug, self.who)

    def furnish(self, meetings: int) -> None:
        """A record of every type that can be made from the example of its input alone, or of that about a meeting; a file."""
        tenant = self.tenant
        given = {"kind": next(iter(tenant.snapshot.types["meeting"].kinds)), "starts_at": "2021-02-10T09:00:00"}
        self._do("person.add", None, {"id": TWIN, "name": "Twin"})
        ids = [self._do("meeting.convene", None, given) for _ in range(meetings)]
        for type in tenant.snapshot.types.values():
            for action in type.actions.values():
                if action.creates:
                    self._do(action.id, None, _with(example(action, party_of(tenant.snapshot)), {ID: ids[0] or ID}))
        with tenant.store.read(tenant.id) as session:
            for name, table in tenant.snapshot.types.items():
                mine = select(table.id, table.ref).where(table.tenant_id == tenant.id).order_by(table.id)
                self.records[name] = [(row.id, row.ref) for row in session.execute(mine) if row.id != TWIN]

    def _do(self, action: str, on: str | None, given: dict[str, Any]) -> str | None:
        with suppress(Stopped, LookupError, ValueError):
            return perform(self.tenant, ActRequest(PLATFORM, action, on=on, input=given, at=START)).id
        return None

    def id(self, type: str) -> str:
        """The id of its last record of a type, or of a meeting where it has none."""
        return (self.records.get(type) or self.records["meeting"])[-1][0]

    @cached_property
    def person(self) -> str:
        """A person whom no other tenant has."""
        return self.id("person")

    def ref(self, type: str) -> str:
        return (self.records[type] or self.records["meeting"])[-1][1]

    @cached_property
    def file(self) -> str:
        """The digest of a file that it has."""
        return self.tenant.files.put(self.tenant.id, f"a paper of {self.slug}".encode())

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """A request of its own head."""
        return self.api.http.request(method, path, headers={"Authorization": f"Bearer {self.secret}", **(headers or {})}, **more)


def side_by_side(api: Api, app: Litestar | None = None) -> dict[str, Neighbour]:
    """Both tenants with something in each, of one more than of the other."""
    both = {slug: Neighbour(api, slug, who, app) for slug, who in HEADS.items()}
    for more, neighbour in enumerate(both.values()):
        neighbour.furnish(3 + 3 * more)
    return both


def _with(value: Any, other: dict[str, str]) -> Any:
    """The same input with other texts."""
    if isinstance(value, dict):
        return {name: _with(each, other) for name, each in value.items()}
    if isinstance(value, list):
        return [_with(each, other) for each in value]
    return other.get(value, value) if isinstance(value, str) else value


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in an input."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    elif isinstance(value, str):
        yield path


def put(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """The same input with another text at one place."""
    if not path:
        return text
    if isinstance(value, dict):
        return {key: put(each, path[1:], text) if key == path[0] else each for key, each in value.items()}
    return [put(each, path[1:], text) if at == path[0] else each for at, each in enumerate(value)]


@dataclass
class Trial:
    """One tenant tried with what is the other's: every difference is kept, and told at the end."""

    mine: Neighbour
    theirs: Neighbour
    counter: Counter
    tried: int = 0
    differences: list[str] = field(default_factory=list)

    def look(self, pair: Pair, value: str, ask: Callable[[str], Any]) -> Seen:
        self.counter.take()
        answer = ask(value)
        statements = self.counter.take()

        def plain(text: str) -> str:
            return MADE.sub("made", text.replace(value, "asked"))

        headers = tuple(
            (name, plain(each)) for name, each in sorted(answer.headers.items()) if name not in ("date", "x-request-id")
        )
        if "asked" in plain(answer.text):  # an ETag is made from the text, echo and all
            headers = tuple((name, each) for name, each in headers if name != "etag")
        return Seen(answer.status_code, headers, plain(answer.text), statements)

    def same(self, pair: Pair, about: str, ask: Callable[[str], Any]) -> None:
        """Ask with what does not exist, then with the other's: the same answer, by as many statements.

        A difference is one that stays. The first look loads what is loaded once, and what is remembered for half a second (where
        a log ends) may be forgotten between two looks.
        """
        self.tried += 1
        for _ in range(LOOKS):
            nobodys, theirs = self.look(pair, pair.nobodys, ask), self.look(pair, pair.theirs, ask)
            if nobodys == theirs:
                return
        self.differences.append(f"{about} with {pair.what}: {_unlike(nobodys, theirs)}")


def _unlike(nobodys: Seen, theirs: Seen) -> str:
    for name in ("status", "statements", "headers", "body"):
        one, other = getattr(nobodys, name), getattr(theirs, name)
        if one != other:
            return f"{name} {str(one)[:300]!r}, and of the other tenant {str(other)[:300]!r}"
    return ""


__all__ = ["HEADS", "TWIN", "Neighbour", "Pair", "Trial", "absent", "counting", "leaves", "put", "side_by_side"]
