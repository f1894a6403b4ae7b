"""Accounts for tests: an installation with both committees, a browser, and a count of what the database is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, event
from tests.web.conftest import NATIONAL, START, Clock, installed
from tests.web.reading_room import HTML, Page

from steerco.accounts import passwords
from steerco.accounts.accounts import add_account, bind
from steerco.configuration.installation import Installation
from steerco.store.account_tables import Account
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app

PASSWORD = "một mật khẩu dài"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@cache
def kept() -> str:
    """The hash of the tests' password."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def installation() -> Iterator[Installation]:
    made = installed()
    yield made
    made.store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(installation: Installation, clock: Clock) -> Iterator[TestClient[Any]]:
    with browser(installation, clock) as opened:
        yield opened


def browser(installation: Installation, clock: Clock, *, demo: bool = False) -> TestClient[Any]:
    """A browser of its own, on this machine."""
    made = TestClient(create_app(installation, demo=demo, clock=clock), base_url="http://127.0.0.1")
    made.headers.update({**HTML, "Accept-Language": "en", **SAME_SITE})
    made.follow_redirects = False
    return made


def holder(installation: Installation, role: str, slug: str = NATIONAL) -> str:
    """The first holder of a role."""
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
        return day.holders(role)[0]


def account(
    installation: Installation, name: str, role: str = "", *, email: str | None = None, now: datetime = START, **more: Any
) -> str:
    """An account with the tests' password, of a role's first holder in the national committee; its id."""
    with installation.store.write(INSTALLATION) as session:
        made = add_account(session, name, now=now, email=email, password=kept(), **more)
        if role:
            bind(session, made.id, installation.tenant(NATIONAL).id, holder(installation, role), now)
        return made.id


def row(installation: Installation, id: str) -> Account:
    """An account as it is kept."""
    with installation.store.read(INSTALLATION) as session:
        return session.get_one(Account, (INSTALLATION, id))


def enter(client: TestClient[Any], name: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send the form of the sign-in page."""
    return client.post("/sign-in", data={"name": name, "password": password}, **more)


def form_of(page: Page) -> str:
    """The token of a page's forms."""
    return next(field["value"] for field in page.of("input") if field.get("name") == "form_token")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any database of this process is asked while it lasts."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, sql: str, *_: Any) -> None:
        asked.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
