"""The made-up library board at work: a meeting with a paper, a task, a person with an e-mail; copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.databases import STORES, OnPostgresql

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.following.replay import replay
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.operations.archive.exporter import export
from steerco.operations.rebuild import rebuild
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store
from steerco.testkit import SAMPLE

BOARD = "library-board"
START = datetime(2021, 3, 1, 2, tzinfo=UTC)
LATER = START + timedelta(days=3)
EMAIL = "nobody.else@example.org"
NAME = "Một người rất riêng"


def act(tenant: Tenant, who: str, action: str, on: str | None = None, /, **given: Any) -> Done:
    return perform(tenant, ActRequest(who, action, on=on, input=given, at=LATER))


def sound(installation: Installation, slug: str) -> None:
    """The log is what was written, decides again alike, and performed again gives the same rows."""
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        assert log.verify(session) == []
    assert replay(installation, slug).differences == ()
    scratch = Store.memory()
    scratch.create_schema()
    assert rebuild(installation, slug, scratch=scratch).differences == ()
    scratch.close()


def hashes(installation: Installation, slug: str) -> list[bytes]:
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return [row["hash"] for row in log.entries(session)]


@dataclass
class Moved:
    """An archive, and what the tenant's log was when it was made."""

    path: Path
    seal: Seal
    hashes: list[bytes]


@pytest.fixture(scope="session")
def lived() -> Iterator[Store]:
    """A store in which both sample committees live, with a migrated schema; to copy."""
    store = STORES.migrated()
    home, installation = Home(SAMPLE), Installation(store)
    for slug in home.slugs():
        installation.apply(slug, home.content(slug), at=START, who=PLATFORM, why="test", seed=seed)
    work(installation)
    yield store
    store.close()


def work(installation: Installation) -> None:
    """A few acts, with a file and personal data among them."""
    board = installation.tenant(BOARD)
    meeting = act(board, "an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00").id
    act(board, "giang", "meeting.add-paper", meeting, files=[{"name": "giấy tờ.txt", "text": "Nội dung"}])
    act(board, "an", "task.assign", title="Kiểm kê sách", to="binh")
    perform(
        board,
        ActRequest(
            PLATFORM, "person.add", input={"id": "someone", "name": NAME, "email": EMAIL, "attrs": {"firm": NAME}}, at=LATER
        ),
    )


@pytest.fixture
def installation(lived: Store) -> Iterator[Installation]:
    """A copy of it, of one's own, with its files."""
    store = STORES.copy(lived)
    shutil.copytree(lived.folder / "files", store.folder / "files", dirs_exist_ok=True)
    made = Installation(store)
    yield made
    store.close()


@pytest.fixture
def empty() -> Iterator[Installation]:
    """An installation without a tenant."""
    store = STORES.migrated()
    made = Installation(store)
    yield made
    store.close()


@pytest.fixture(scope="session")
def archive(lived: Store, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    """The board, exported."""
    folder = tmp_path_factory.mktemp("archive")
    installation, seal = Installation(lived), Seal(folder / "keys")
    export(installation.tenant(BOARD), folder / "board.zip", seal, at=LATER)
    return Moved(folder / "board.zip", seal, hashes(installation, BOARD))


@pytest.fixture
def on_postgresql() -> Iterator[Callable[[], Installation]]:
    """Makes installations on PostgreSQL, each with a database of its own, served by a role that row-level security holds."""
    stores = OnPostgresql()
    opened: list[Store] = []

    def make() -> Installation:
        opened.append(stores.migrated())
        return Installation(opened[-1])

    yield make
    for store in opened:
        store.close()
