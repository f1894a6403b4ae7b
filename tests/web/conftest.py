"""One installation with both committees for a module of tests, a client, and a token for whoever is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.operations import tokens
from steerco.store.engine import Store
from steerco.web.app import create_app

NATIONAL, MOST = "national-committee", "most-steering-board"
START = datetime(2021, 2, 3, 2, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time of an application, which a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


def installed() -> Installation:
    """A fresh installation with both committees and their people."""
    return Installation(STORES.copy(_template()))


@cache
def _template() -> Store:
    store, home = STORES.empty(), Home(shipped())
    installation = Installation(store)
    for slug in (NATIONAL, MOST):
        installation.apply(slug, home.content(slug), at=START, who="operator", why="tests", seed=seed)
    return store


@dataclass
class Api:
    """The API as people use it: ``as_`` gives requests in the name of a role's holder or a person."""

    installation: Installation
    clock: Clock
    http: TestClient[Any]
    secrets: dict[tuple[str, str, tuple[str, ...]], str] = field(default_factory=dict)

    def tenant(self, slug: str) -> Tenant:
        return self.installation.tenant(slug)

    def person(self, slug: str, who: str) -> str:
        """A person by id, or the first holder of a role."""
        tenant = self.tenant(slug)
        today = tenant.snapshot.local(START)
        with tenant.store.read(tenant.id) as session:
            day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
            return who if who in day.all.persons else day.holders(who)[0]

    def token(self, slug: str, who: str, *scopes: str) -> str:
        key = (slug, who, scopes or ("*",))
        if key not in self.secrets:
            issued = tokens.issue(self.tenant(slug), self.person(slug, who), key[2], now=START)
            self.secrets[key] = issued.secret
        return self.secrets[key]

    def as_(self, who: str, slug: str = NATIONAL, *scopes: str) -> Callable[..., httpx.Response]:
        """A function that sends a request to the tenant's API in someone's name."""
        authorization = f"Bearer {self.token(slug, who, *scopes)}"

        def send(method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
            headers = {"Authorization": authorization, **more.pop("headers", {})}
            if json is not None:
                more["json"] = json
            return self.http.request(method, f"/t/{slug}/api{path}", headers=headers, **more)

        return send


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """The API over a fresh installation, shared by the tests of a module."""
    installation, clock = installed(), Clock()
    with TestClient(create_app(installation, clock=clock)) as client:
        yield Api(installation, clock, client)
    installation.store.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[TestClient[Any]]:
    """The public pages over both committees with a few acts."""
    from tests.web.reading_room import furnished, opened  # which builds on this file

    installation = furnished()
    with opened(installation) as client:
        yield client
    installation.store.close()
