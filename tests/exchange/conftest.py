"""Two sample committees that may open channels, on the database of the run; each test has its own copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.committee.conftest import MORNING, SAMPLE, Board
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.committee.documents.channel import Channel
from steerco.committee.documents.transmission import Transmission
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel.perform import perform
from steerco.operations import exchange as carrying
from steerco.operations.exchange import Exchange, Stuck
from steerco.operations.provenance import ProvenanceFault, examined
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store

LIBRARY, CLUB = "library-board", "reading-club"
POWERS = {LIBRARY: ("chair", "2.3"), CLUB: ("organiser", "1.1")}
ACTS = (
    "channel, offer",
    "channel, accept",
    "channel, close",
    "transmission, send",
    "transmission, receive",
    "transmission, refuse",
)


def content(slug: str) -> dict[str, str]:
    """The committee's files, with every power over channels given to the one who heads it."""
    files = Home(SAMPLE).content(slug)
    role, clause = POWERS[slug]
    lines = "".join(f"p, {role}, *, {act}, -, allow, {clause}\n" for act in ACTS)
    return files | {f"policies/{slug}.csv": files[f"policies/{slug}.csv"] + lines}


@dataclass
class Side(Board):
    """One committee and the person who acts for it."""

    who: str = ""

    def act(self, action: str, on: str | None = None, /, **given: Any) -> str:
        return self.do(self.who, action, on, **given)

    @property
    def slug(self) -> str:
        return self.tenant.snapshot.slug

    def all(self, type: str) -> list[Any]:
        """Every channel or transmission, oldest first."""
        kind: Any = {"channel": Channel, "transmission": Transmission}[type]
        with self.tenant.store.read(self.tenant.id) as session:
            return list(session.scalars(select(kind).where(kind.tenant_id == self.tenant.id).order_by(kind.id)))

    def only(self, type: str) -> Any:
        (found,) = self.all(type)
        return found

    def log(self) -> list[str]:
        """The actions of the log that speak of channels and transmissions, in order."""
        with self.tenant.store.read(self.tenant.id) as session:
            return [row["action"] for row in log.entries(session, types=("channel", "transmission"))]

    def faults(self, seal: Seal) -> list[ProvenanceFault]:
        with self.tenant.store.read(self.tenant.id) as session:
            return examined(self.tenant, session, seal)[1]


@dataclass
class Both:
    """Two committees of one installation, and what carries between them."""

    installation: Installation
    library: Side
    club: Side
    seal: Seal
    stuck: list[Stuck] = field(default_factory=list)

    def carry(self, by: Callable[..., object] = perform) -> None:
        """Carry until nothing is under way, at the time of the library's next act."""
        exchange, moved = Exchange(self.installation, self.seal), True
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(carrying, "perform", by)  # the kernel's own, which may be made to fail on the way
            while moved:
                steps = [exchange.step(side.tenant, side.now) for side in (self.library, self.club)]
                self.stuck = [each for _, wrong in steps for each in wrong]
                moved = any(carried for carried, _ in steps)

    def later(self) -> None:
        """An hour passes."""
        self.library.now = self.club.now = self.library.now + timedelta(hours=1)

    def open(self) -> None:
        """A channel that the library offered and the club accepted."""
        self.library.act("channel.offer", to=CLUB)
        self.carry()
        self.club.act("channel.accept", self.club.only("channel").id)
        self.carry()

    def send(self, **given: Any) -> str:
        """A document of the library's, not yet carried."""
        return self.library.act("transmission.send", **{"to": CLUB, "title": "Báo cáo", "text": "Nội dung", **given})


@pytest.fixture(scope="session")
def both_template() -> Store:
    store = STORES.empty()
    installation = Installation(store)
    for slug in POWERS:
        installation.apply(slug, content(slug), at=MORNING, who=PLATFORM, why="test", seed=seed)
    return store


@pytest.fixture
def make(both_template: Store, tmp_path: Path) -> Iterator[Callable[[], Both]]:
    """Makes a fresh pair."""
    made: list[Store] = []

    def fresh() -> Both:
        made.append(STORES.copy(both_template))
        return pair(made[-1], tmp_path)

    yield fresh
    for store in made:
        store.close()


def pair(store: Store, keys: Path, now: datetime = MORNING) -> Both:
    """The two committees in a store; ``keys``: where the installation's key lies."""
    installation = Installation(store)
    library = Side(installation.tenant(LIBRARY), now, who="an")
    club = Side(installation.tenant(CLUB), now, who="em")
    return Both(installation, library, club, Seal(keys))


@pytest.fixture
def both(make: Callable[[], Both]) -> Both:
    return make()
