"""The first page: which committees there are, and by what each is run."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get

from steerco.charter.model import Charter
from steerco.configuration.installation import NotApplied
from steerco.configuration.tenant import Tenant
from steerco.i18n import Words, languages, words
from steerco.web.http.auth import Service, service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import SignInNeeded, signed_in
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.instrument import facts
from steerco.web.pages.frame.language import chosen, of_stranger
from steerco.web.pages.frame.links import Links, address
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.work.every import every_page

SIZE = 20


class CommitteeLink(NamedTuple):
    """One tenant on the list; ``instrument`` is empty where its configuration cannot be loaded."""

    slug: str
    name: str
    href: str
    instrument: str
    facts: list[str]
    bodies: list[str]


@get("/")
@showing
def home(request: Anywhere) -> Response[bytes]:
    """The reader's work in all committees; for a stranger of a demonstration the committees of this server."""
    found = signed_in(request)
    if found is not None and found.persons:
        return every_page(request, found)
    query, service = PageQuery(request), service_of(request)
    language = of_stranger(request, query.text("lang"))
    say = words(language)
    search = query.text("q", 60)
    slugs = [slug for slug in _own(request, service) if search.casefold() in slug]
    of = max(1, -(-len(slugs) // SIZE))
    number = query.number("page")
    if number > of:
        query.errors["page"], number = ("bad_page", {}), 1
    committees = [_committee(service, slug, say) for slug in slugs[(number - 1) * SIZE : number * SIZE]]

    def at(wanted_page: int) -> str:
        return address("/", {"lang": language, "q": search, "page": wanted_page})

    errors = query.messages(say)
    context: dict[str, Any] = {
        "committees": committees,
        "wanted": search,
        "total": len(slugs),
        "number": number,
        "of": of,
        "previous": at(number - 1) if number > 1 else "",
        "next": at(number + 1) if number < of else "",
        "sign_in": address("/sign-in", {"lang": language}),
        "switches": [(code, address("/", {"lang": code, "q": search}), code == language) for code in languages()],
    }
    return page("home.html", 400 if errors else 200, t=say, here="", errors=errors, home=at(1), **context)


def _own(request: Anywhere, service: Service) -> list[str]:
    """Return the committees of which the reader is a person; in a demonstration all. Raises ``SignInNeeded``."""
    if service.demo:
        return service.installation.slugs()
    if (found := signed_in(request)) is None:
        raise SignInNeeded
    return list(service.installation.named(found.persons).values())


def _committee(service: Service, slug: str, say: Words) -> CommitteeLink:
    try:
        running = service.installation.tenant(slug)
        with running.store.read(running.id) as session:
            tenant = running.at(session)
    except NotApplied:
        return CommitteeLink(slug, slug, "", "", [], [])
    settings = tenant.snapshot.settings
    default = chosen("", settings.languages)
    own = chosen(say.language, settings.languages)
    href = Links("", {}).tenant(slug, lang=own if own != default else "")
    charter = _newest(tenant)
    bodies = [say.of(body.label) for body in charter.bodies]
    return CommitteeLink(slug, say.of(settings.name), href, say.of(charter.instrument.title), facts(say, charter), bodies)


def _newest(tenant: Tenant) -> Charter:
    return tenant.snapshot.charters[-1]
