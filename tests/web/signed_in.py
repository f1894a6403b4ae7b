"""A browser that is signed in as somebody, for tests of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from inspect import getclosurevars
from typing import Any

import httpx
from litestar.testing import TestClient

from steerco.accounts import web_sign_ins
from steerco.accounts.accounts import account_of, add_account, bind
from steerco.accounts.signing_in import states
from steerco.configuration.installation import Installation
from steerco.store.base import INSTALLATION
from steerco.web.http.limits import Edge
from steerco.web.http.sign_in import LOOPBACK_COOKIE


@dataclass(frozen=True)
class Browser:
    """Requests with the cookie of one sign-in; several share a client. ``form_token`` goes into every form."""

    http: TestClient[Any]
    person: str
    token: str
    form_token: str

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request as a browser that is signed in does. It follows no redirect unless told to."""
        headers = {"Accept": "text/html", "Cookie": f"{LOOPBACK_COOKIE}={self.token}", **(more.pop("headers", None) or {})}
        more.setdefault("follow_redirects", False)
        return self.http.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send a form: its fields in ``data``, ``form_token`` among them where the form has one."""
        return self.request("POST", path, **more)


def _edge(client: TestClient[Any]) -> Edge:
    """The application of a client, which wraps whatever is no application of the framework."""
    edge: Edge = getclosurevars(client.app).nonlocals["app"]
    return edge


def signed_in(client: TestClient[Any], installation: Installation, slug: str, who: str) -> Browser:
    """A browser in which somebody is signed in: a person by id, or the first holder of a role. They get an account if they have
    none."""
    now: datetime = _edge(client).app.state.service.clock()
    tenant = installation.tenant(slug)
    today = tenant.snapshot.local(now)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
        person = who if who in day.all.persons else day.holders(who)[0]
    with installation.store.write(INSTALLATION) as session:
        account = account_of(session, tenant.id, person)
        if account is None:
            account = add_account(session, f"{person}@{slug}", now=now)
            bind(session, account.id, tenant.id, person, now)
        token = web_sign_ins.begin(session, account.id, how="test", agent="tests", now=now)
    found = web_sign_ins.find(installation.store, token, now, states(demo=False))
    assert found is not None
    return Browser(client, person, token, found.form_token)
