"""A server with public pages over both committees and a few acts, and what tests ask of a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.web.app import create_app

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
NOW = START + timedelta(days=10)
HTML = {"Accept": "text/html,application/xhtml+xml"}


def furnished() -> Installation:
    """Both committees, a person, an agency, a meeting and a task whose names would break a page that does not escape."""
    installation = installed()
    tenant = installation.tenant(NATIONAL)

    def act(action: str, role: str, on: str | None = None, **given: Any) -> str:
        with tenant.store.read(tenant.id) as session:
            day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
            holder = day.holders(role)[0]
        return perform(tenant, ActRequest(holder, action, on=on, input=given, at=START)).ref

    act("person.add", "wg-member", id="evil", name=EVIL, email="evil@example.org")
    act("agency.add", "wg-member", id="evil-agency", name={"vi": EVIL, "en": EVIL})
    meeting = act("meeting.convene", "chair", kind="regular", starts_at="2021-02-10T02:00:00Z", place=EVIL)
    act("meeting.set-agenda", "wg-member", meeting, items=[{"title": EVIL, "rapporteur": "chair"}])
    act("task.assign", "chair", title=EVIL, to="standing-vice-chair", due_on="2021-03-01", text=EVIL)
    return installation


def opened(installation: Installation, *, demo: bool = True, now: datetime = NOW) -> TestClient[Any]:
    """A client of the pages, as a browser."""
    app = create_app(installation, demo=demo, clock=lambda: now.astimezone(UTC), home=Home(shipped()))
    client = TestClient(app)
    client.headers.update(HTML)
    return client


class Page(HTMLParser):
    """What stands in a page: its elements with their attributes, its texts, its links."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def of(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of every element with one of these names."""
        return [attrs for tag, attrs in self.elements if tag in tags]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def links(self) -> list[str]:
        return [attrs["href"] for attrs in self.of("a") if "href" in attrs]


def innocent(page: Page) -> None:
    """Nothing in the page could run but scripts of our own, by address, and nothing of a name became an element."""
    assert all(attrs.get("src", "").startswith("/static/") for attrs in page.of("script"))
    assert not page.of("img", "iframe", "object", "style")
    for tag, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], tag
        assert not attrs.get("href", "").lower().startswith(("javascript:", "data:"))


def paths(slug: str) -> list[str]:
    """An address of every sort of page of a tenant."""
    below = (
        "",
        "/charter",
        "/charter/3.3",
        "/charter/H.1",
        "/charter/steerco:state",
        "/duties",
        "/powers",
        "/powers?type=task",
        "/ask",
        "/log",
        "/people",
        "/search?q=cong",
        "/records",
        "/records/person",
        "/records/meeting",
        "/records/task",
        "/records/appointment",
    )
    return [f"/t/{slug}{each}" for each in below]


__all__ = ["EVIL", "HTML", "MOST", "NATIONAL", "NOW", "Page", "furnished", "innocent", "opened", "paths"]
