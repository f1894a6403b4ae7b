"""Pages of work over the demonstration: both committees after their lived year, in the demonstration's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from tests.databases import STORES
from tests.web.reading_room import Page
from tests.web.signed_in import Browser, signed_in

from steerco.cases.demonstration import play
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.following.played import present
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.store.engine import Store
from steerco.web.app import create_app

HOME = Home(Path(__file__).parents[2])
NATIONAL, MOST = "national-committee", "most-steering-board"
BOTH = (NATIONAL, MOST)
VI, EN = {"lang": "vi"}, {"lang": "en"}


@cache
def lived() -> Store:
    """A store with both demonstrations played, to be copied."""
    store = STORES.empty()
    list(play(HOME, Installation(store)))
    return store


@dataclass
class LivedPages:
    """A server over a copy of the demonstration, and what is done to it behind the pages."""

    installation: Installation
    http: TestClient[Any]
    now: datetime

    def as_(self, slug: str, who: str) -> Browser:
        """A browser in which somebody is signed in: a person by id, or the first holder of a role."""
        return signed_in(self.http, self.installation, slug, who)

    def page(self, slug: str, who: str, path: str = "", lang: str = "vi", **query: str) -> Page:
        """A page of a committee as somebody sees it; it has to be there."""
        answer = self.as_(slug, who).get(f"/t/{slug}{path}", params={"lang": lang, **query})
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])
        return Page(answer.text)

    def act(self, slug: str, who: str, action: str, on: str | None = None, **given: Any) -> Done:
        """Do an act, now, as a person or the first holder of a role."""
        tenant = self.installation.tenant(slug)
        return perform(tenant, ActRequest(self.as_(slug, who).person, action, self.now, on=on, input=given))


def opened() -> LivedPages:
    """Pages over a copy of the demonstration, at its present."""
    template, installation = Installation(lived()), Installation(STORES.copy(lived()))
    for slug in BOTH:
        tenant = template.tenant(slug).id
        for digest in template.files.all(tenant):
            with template.files.open(tenant, digest) as file:
                installation.files.put(tenant, file)
    times = [at for slug in BOTH if (at := present(installation.tenant(slug))) is not None]
    now = max(times)
    http = TestClient(create_app(installation, demo=True, clock=lambda: now, home=HOME))
    return LivedPages(installation, http, now)


def lines(page: Page, path: str) -> list[str]:
    """The links of a page that lead to an address that ends so."""
    return [link for link in page.links if link.partition("?")[0].endswith(path)]
