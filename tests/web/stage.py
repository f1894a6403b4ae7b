"""Both committees with a meeting ahead, an absence asked for and a substitute named, and browsers for whoever is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import select
from tests.web.conftest import MOST, NATIONAL, START, Clock, installed
from tests.web.reading_room import HTML, Page
from tests.web.signed_in import Browser, signed_in

from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.party_names import PartyNames
from steerco.i18n import words
from steerco.kernel.act import ActRequest
from steerco.kernel.event import decode
from steerco.kernel.perform import perform
from steerco.store.tables import Event
from steerco.web.app import create_app

NOW = START + timedelta(days=1)
AHEAD = START + timedelta(days=40)
HEAD = {NATIONAL: "chair", MOST: "head"}
STEPS = {NATIONAL: "5.5", MOST: "6.5"}
"""The clause by which a substitute needs consent and an opinion."""


class Committee:
    """One committee on the stage. ``member`` is the first member, ``other`` the second."""

    def __init__(self, stage: Stage, slug: str) -> None:
        self.stage, self.slug, self.head = stage, slug, HEAD[slug]
        self.tenant = stage.installation.tenant(slug)
        charter = self.tenant.snapshot.regime_on(START.date()).charter
        with self.tenant.store.read(self.tenant.id) as session:
            self.day = self.tenant.directory(session).on(START.date(), charter)
        self.body = next(role.body for role in charter.roles if role.id == self.head)
        self.member, self.other = self.day.holders("member")[:2]
        self.substitute = next(person for person in sorted(self.day.all.persons) if not self.day.bodies(person))
        self.meeting = self.act(self.head, "meeting.convene", kind="regular", starts_at=AHEAD.isoformat())
        self.act(self.head, "meeting.set-attendees", self.meeting, attendees=[self.body])

    def act(self, who: str, action: str, on: str | None = None, /, at: datetime = START, **given: Any) -> str:
        """Do an act and return its record's reference."""
        return perform(self.tenant, ActRequest(self.person(who), action, at, on, given)).ref

    def person(self, who: str) -> str:
        return who if who in self.day.all.persons else self.day.holders(who)[0]

    def label(self, person: str, lang: str) -> str:
        """A person's label, as a party's field takes it."""
        names = PartyNames(words(lang), self.day)
        roles = [role.id for role in self.day.charter.roles if role.id in self.day.roles(person)]
        return f"{names(person)} ({names(roles[0])})" if roles and names(roles[0]) != names(person) else names(person)

    def substituted(self) -> str:
        """The reference of a substitute who was named for the second member, who asked to be excused and is not answered yet."""
        if not hasattr(self, "_substitution"):
            self.act(self.other, "absence-request.request", meeting=self.meeting, reason="Abroad")
            self._substitution = self.act(self.other, "substitution.name", meeting=self.meeting, substitute=self.substitute)
        return self._substitution

    def as_(self, who: str) -> Browser:
        """A browser in which a person, or the holder of a role, is signed in."""
        return self.stage.browser(self.slug, self.person(who))

    def path(self, *steps: str) -> str:
        return "/".join([f"/t/{self.slug}", *steps])

    def page(self, who: str, *steps: str, lang: str = "en", status: int = 200) -> Page:
        """Open a page as somebody."""
        given = self.as_(who).get(self.path(*steps), params={"lang": lang})
        assert given.status_code == status, (steps, given.status_code, given.text[:2000])
        return Page(given.text)


class Stage:
    """An installation with both committees, served."""

    def __init__(self) -> None:
        self.installation: Installation = installed()
        self.clock = Clock(NOW.astimezone(UTC))
        app = create_app(self.installation, clock=self.clock, home=Home(shipped()))
        self.http: TestClient[Any] = TestClient(app)
        self.http.headers.update(HTML)
        self.browsers: dict[tuple[str, str], Browser] = {}

    def browser(self, slug: str, person: str) -> Browser:
        if (slug, person) not in self.browsers:
            self.browsers[slug, person] = signed_in(self.http, self.installation, slug, person)
        return self.browsers[slug, person]

    @cached_property
    def committees(self) -> dict[str, Committee]:
        return {slug: Committee(self, slug) for slug in (NATIONAL, MOST)}


def forms(page: Page) -> list[dict[str, str]]:
    """The forms of a page that are posted."""
    return [attrs for attrs in page.of("form") if attrs.get("method") == "post"]


def hidden(page: Page) -> dict[str, str]:
    """The hidden fields of a page."""
    return {attrs["name"]: attrs["value"] for attrs in page.of("input") if attrs.get("type") == "hidden"}


def events(committee: Committee, action: str) -> list[Any]:
    """The events of an act, oldest first."""
    with committee.tenant.store.read(committee.tenant.id) as session:
        mine = (Event.tenant_id == committee.tenant.id, Event.action == action)
        return [
            (row.seq, row.caused_by, row.person, decode(row.body))
            for row in session.scalars(select(Event).where(*mine).order_by(Event.seq))
        ]
