"""A server with both committees for tests of administration: small cases, and forms filled in as a browser would."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import TestClient
from tests.web.conftest import installed
from tests.web.reading_room import NOW, Page
from tests.web.signed_in import Browser, signed_in

from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.web.app import create_app


@dataclass
class Desk:
    """The server, and who is signed in there so far."""

    installation: Installation
    http: TestClient[Any]
    home: Path
    browsers: dict[tuple[str, str], Browser] = field(default_factory=dict)

    def as_(self, slug: str, who: str) -> Browser:
        """The browser of a role's first holder, or of a person."""
        if (slug, who) not in self.browsers:
            self.browsers[slug, who] = signed_in(self.http, self.installation, slug, who)
        return self.browsers[slug, who]

    def person(self, slug: str, role: str) -> str:
        """The first holder of a role, who need not be signed in."""
        tenant = self.installation.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            day = tenant.directory(session).on(NOW.date(), tenant.snapshot.regime_on(NOW.date()).charter)
            return day.holders(role)[0]

    def page(self, slug: str, who: str, path: str, language: str = "en") -> Page:
        """A page of the committee, which has to be there."""
        given = self.as_(slug, who).get(f"/t/{slug}{path}{'&' if '?' in path else '?'}lang={language}")
        assert given.status_code == 200, (path, given.status_code, given.text[-2000:])
        return Page(given.text)

    def send(self, slug: str, who: str, path: str, **fields: str) -> httpx.Response:
        """A form of the committee, sent with the token of the sign-in."""
        browser = self.as_(slug, who)
        where = path if path.startswith("/t/") else f"/t/{slug}{path}"
        return browser.post(where, data={"form_token": browser.form_token, **fields})

    def planned(self, slug: str, who: str, to: str, language: str = "en") -> Page:
        """The plan to which a form led, once its trial is over."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            given = self.as_(slug, who).get(f"{to.partition('?')[0]}?lang={language}")
            if "refresh" not in given.headers:
                return Page(given.text)
            time.sleep(0.2)
        raise TimeoutError(to)


@contextmanager
def desk(folder: Path, cases: dict[str, str] | None = None) -> Iterator[Desk]:
    """Serve both committees; ``cases``: per committee the text of its only file of cases."""
    home = folder / "home"
    for name in ("tenants", "policies"):
        shutil.copytree(shipped() / name, home / name, ignore=shutil.ignore_patterns("_examples"))
    for tenant in (home / "tenants").iterdir():
        shutil.rmtree(tenant / "cases")
        if cases and tenant.name in cases:
            (tenant / "cases").mkdir()
            (tenant / "cases" / "own.toml").write_text(cases[tenant.name], "utf-8")
    installation = installed()
    app = create_app(installation, demo=False, clock=lambda: NOW.astimezone(UTC), home=Home(home))
    with TestClient(app) as client:
        yield Desk(installation, client, home)
    installation.store.close()
