"""One account or person in several committees: a look at each, and what every page above the committees begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import Response
from sqlalchemy.orm import Session

from steerco.accounts.web_sign_ins import SignedIn
from steerco.configuration.installation import Installation, NotApplied, NoTenant
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Gone, Tenant
from steerco.i18n import Words, languages, words
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import Reader, SignInNeeded, signed_in
from steerco.web.pages.frame.language import chosen, of_stranger
from steerco.web.pages.frame.links import Links, address
from steerco.web.pages.frame.plugin_fragments import words_in
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import ReaderLook

MOST = 20
"""The number of committees whose work is put together; of further ones the list leads there."""
Clock = Callable[[str], datetime]
"""The time by which a committee lives, by its slug."""


def looks(installation: Installation, persons: Mapping[str, str], language: str, clock: Clock) -> Iterator[ReaderLook]:
    """Yield a look at each committee as one of its persons (by slug; ``PLATFORM`` looks at everything), in a language where the
    committee has it.

    A committee that cannot be loaded, or in which somebody is nobody any more, is left out.
    """
    for slug, person in list(persons.items())[:MOST]:
        try:
            running = installation.tenant(slug)
        except (NotApplied, NoTenant):
            continue
        with running.store.read(running.id) as session:
            try:
                tenant = running.at(session)
            except (Gone, NotApplied):
                continue
            if person != PLATFORM and person not in tenant.directory(session).persons:
                continue
            yield look_at(tenant, session, person, language, clock(slug))


def look_at(tenant: Tenant, session: Session, person: str, language: str, now: datetime) -> ReaderLook:
    """Return the look of a person at a committee now, in a language if it has that, else in its first."""
    snapshot = tenant.snapshot
    own, today = chosen(language, snapshot.settings.languages), snapshot.local(now)
    links, say = Links(snapshot.slug, {"lang": own}), words_in(snapshot, own)
    reader = Reader("", person, "") if person != PLATFORM else None
    return ReaderLook(tenant, session, say, links, now, today, today, stale=False, reader=reader)


@dataclass(frozen=True)
class AccountPage:
    """A page above the committees: who is signed in, what was asked, in which language, and at which address it is."""

    request: Anywhere
    found: SignedIn
    query: PageQuery
    language: str
    at: str

    @property
    def say(self) -> Words:
        return words(self.language)

    def looks(self) -> Iterator[ReaderLook]:
        """Yield a look at each committee of the account."""
        service = service_of(self.request)
        installation, persons = service.installation, self.found.persons
        named = {slug: persons[number] for number, slug in installation.named(persons).items() if persons[number] != PLATFORM}
        return looks(installation, named, self.language, lambda slug: service.clock())

    def day(self, name: str) -> date | None:
        """Return the day that is asked for, if one is."""
        self.query.today = service_of(self.request).clock().date()
        return self.query.day(name)

    def render(self, template: str, **content: Any) -> Response[bytes]:
        """Render the page, with the way to its other languages and to the first page."""
        switches = [(code, address(self.at, {"lang": code}), code == self.language) for code in languages()]
        home, errors = address("/", {"lang": self.language}), self.query.messages(self.say)
        return page(template, t=self.say, here="", errors=errors, switches=switches, home=home, **content)


def account_page(request: Anywhere, at: str, found: SignedIn | None = None) -> AccountPage:
    """Return the page of whoever is signed in, at an address. Raises ``SignInNeeded``."""
    found = found or signed_in(request)
    if found is None:
        raise SignInNeeded
    query = PageQuery(request)
    return AccountPage(request, found, query, of_stranger(request, query.text("lang")), at)
