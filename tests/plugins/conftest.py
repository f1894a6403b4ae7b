"""Both committees in one installation, one of them with the plugin ``steerco_fleet`` on, and a client of each."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.extension.loader import Plugins, folders
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.operations import tokens
from steerco.store.engine import Store
from steerco.web.app import create_app

WITH, WITHOUT = "most-steering-board", "national-committee"
START = datetime(2021, 2, 3, 2, 0, tzinfo=UTC)
FLEET = Path(__file__).parent / "fleet"
SETTINGS = '\n[settings.steerco_fleet]\ndepot = "the yard"\n'


def switched_on(content: dict[str, str], slug: str, *names: str, settings: str = "", alone: bool = False) -> dict[str, str]:
    """A tenant's files with further plugins on, or with these ``alone``; these settings in place of the plugins' own."""
    path = f"tenants/{slug}/tenant.toml"
    lines = without_tables(content[path], set(re.findall(r"^\[settings\.\w+\]$", settings, re.M))).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("plugins"))
    inside = "" if alone else lines[at].partition("[")[2].rpartition("]")[0]
    named = ", ".join([*([inside] if inside.strip() else []), *(f'"{name}"' for name in names if f'"{name}"' not in inside)])
    lines[at] = f"plugins = [{named}]"
    return {**content, path: "\n".join(lines) + "\n" + settings}


def without_tables(text: str, heads: set[str]) -> str:
    """A text of TOML without the tables of these heads, each to the end of its paragraph."""
    return "\n\n".join(part for part in text.split("\n\n") if not heads & set(part.splitlines()))


@dataclass
class Two:
    """The two committees: acts by the holder of a role, requests with that person's token."""

    installation: Installation
    http: TestClient[Any]
    now: datetime = START
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)

    def tenant(self, slug: str = WITH) -> Tenant:
        return self.installation.tenant(slug)

    def person(self, who: str, slug: str = WITH) -> str:
        tenant = self.tenant(slug)
        today = tenant.snapshot.local(self.now)
        with tenant.store.read(tenant.id) as session:
            return tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter).holders(who)[0]

    def do(self, who: str, action: str, on: str | None = None, /, *, slug: str = WITH, **given: Any) -> Done:
        return perform(self.tenant(slug), ActRequest(self.person(who, slug), action, on=on, input=given, at=self.now))

    def ask(self, who: str, path: str, slug: str = WITH, method: str = "GET", **more: Any) -> httpx.Response:
        """A request below ``/t/{tenant}`` in someone's name; ``who`` empty: in nobody's."""
        headers = {"Authorization": f"Bearer {self.token(who, slug)}"} if who else {}
        return self.http.request(method, f"/t/{slug}{path}", headers=headers, **more)

    def token(self, who: str, slug: str) -> str:
        if (who, slug) not in self.secrets:
            self.secrets[who, slug] = tokens.issue(self.tenant(slug), self.person(who, slug), ("*",), now=self.now).secret
        return self.secrets[who, slug]


@pytest.fixture(scope="session")
def fleet() -> Plugins:
    """The shipped plugins and the one with vehicles."""
    sys.path.insert(0, str(FLEET))
    plugins = Plugins().add([*folders(), FLEET / "steerco_fleet"])
    assert not plugins.quarantined
    return plugins


@pytest.fixture(scope="session")
def template(fleet: Plugins) -> Store:
    """Both committees with their people, as they are shipped."""
    home, store = Home(shipped()), STORES.empty()
    installation = Installation(store, plugins=fleet)
    STORES.complete(store)
    for slug in (WITH, WITHOUT):
        installation.apply(slug, home.content(slug), at=START, who="operator", why="tests", seed=seed)
    return store


@pytest.fixture(scope="module")
def make(fleet: Plugins, template: Store) -> Iterator[Callable[..., Two]]:
    """Makes an installation with both committees; one of them has the plugins named."""
    opened: list[tuple[TestClient[Any], Store]] = []

    def made(*names: str, settings: str = SETTINGS, plugins: Plugins = fleet, alone: bool = False) -> Two:
        store = STORES.copy(template)
        installation = Installation(store, plugins=plugins)
        content = switched_on(Home(shipped()).content(WITH), WITH, *names, settings=settings, alone=alone)
        installation.apply(WITH, content, at=START, who="operator", why="tests", seed=seed)
        client = TestClient(create_app(installation, clock=lambda: START))
        opened.append((client, store))
        return Two(installation, client.__enter__())

    yield made
    for client, store in opened:
        client.__exit__(None, None, None)
        store.close()


@pytest.fixture(scope="module")
def two(make: Callable[..., Two]) -> Two:
    """One committee with vehicles, one without."""
    return make("steerco_fleet")
