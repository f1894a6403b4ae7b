"""The made-up library board of ``steerco.testkit``, running; each test has its own copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import Done, perform
from steerco.kernel.view import shown
from steerco.records import Record, Stopped
from steerco.store.engine import Store
from steerco.testkit import SAMPLE

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2021, 3, 1, 9, tzinfo=ZONE)

BY_VOTE = """
[[decision]]
id = "by-vote"
label = { en = "By vote", vi = "Biểu quyết" }
body = "board"
rule = "vote"
classes = ["purchase"]
base = "present"
cite = ["2.5"]
"""
"""Purchases are voted on by those present."""


@dataclass
class Board:
    """A committee at work: ``now`` is the time of the next act."""

    tenant: Tenant
    now: datetime = MORNING
    done: list[Done] = field(default_factory=list)

    def do(self, who: str, action: str, on: str | None = None, /, **given: Any) -> str:
        """The act; the id of its record. Input names that are Python keywords end in an underscore."""
        fields = {name.rstrip("_"): value for name, value in given.items()}
        self.done.append(perform(self.tenant, ActRequest(who, action, on=on, input=fields, at=self.now)))
        return self.done[-1].id

    def fails(self, who: str, action: str, on: str | None = None, /, **given: Any) -> Stopped:
        """The act is stopped; why."""
        with pytest.raises(Stopped) as caught:
            self.do(who, action, on, **given)
        return caught.value

    def show(self, type: str, id: str) -> dict[str, Any]:
        """The record as people see it on the day."""
        with self.tenant.store.read(self.tenant.id) as session:
            record = session.get_one(self.tenant.snapshot.types[type], (self.tenant.id, id))
            return shown(self.tenant, session, record, self.today)

    @property
    def today(self) -> date:
        return self.tenant.snapshot.local(self.now)

    def sees(self, who: str, type: str, id: str) -> bool:
        with self.tenant.store.read(self.tenant.id) as session:
            return Authority(self.tenant, session, who, self.now).find(self.tenant.snapshot.types[type], id) is not None

    def get(self, type: str, id: str) -> Record:
        with self.tenant.store.read(self.tenant.id) as session:
            return session.get_one(self.tenant.snapshot.types[type], (self.tenant.id, id))

    def made(self, type: str) -> list[str]:
        """The ids of the records of a type that the last act made."""
        return [id for kind, id in self.done[-1].made if kind == type]

    def told(self) -> set[str]:
        """Who was told of the last act."""
        import msgspec

        from steerco.store import log

        with self.tenant.store.read(self.tenant.id) as session:
            rows = [row for row in log.entries(session) if row["seq"] == self.done[-1].seq]
        return set(msgspec.json.decode(rows[0]["body"])["told"])

    def meeting(self, *attendees: str, starts_at: str = "2021-03-10T14:00:00") -> str:
        """A meeting of the board that the chair has convened."""
        id = self.do("an", "meeting.convene", kind="ad-hoc", starts_at=starts_at)
        if attendees:
            self.do("an", "meeting.set-attendees", id, attendees=list(attendees))
        return id

    def task(self, by: str = "an", **given: Any) -> str:
        return self.do(by, "task.assign", **{"title": "Kiểm kê sách", **given})


@pytest.fixture(scope="session")
def template() -> Store:
    """Both sample committees with their people, to copy."""
    store = STORES.empty()
    home, installation = Home(SAMPLE), Installation(store)
    for slug in home.slugs():
        installation.apply(slug, home.content(slug), at=MORNING, who=PLATFORM, why="test", seed=seed)
    return store


@pytest.fixture
def installation(template: Store) -> Iterator[Installation]:
    store = STORES.copy(template)
    yield Installation(store)
    store.close()


@pytest.fixture
def board(installation: Installation) -> Board:
    return Board(installation.tenant("library-board"))


@pytest.fixture
def club(installation: Installation) -> Board:
    return Board(installation.tenant("reading-club"))
