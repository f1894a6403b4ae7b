"""The public page of a committee and its feed: there only where a rule in force makes something public.

Whoever asks reads the same, signed in or not. Where nothing is public the answer is that of a committee that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from lxml import etree
from sqlalchemy.orm import Session

from steerco.charter.tables.publication_rule import MEMBERS, POWERS, RULES
from steerco.configuration.installation import NoTenant
from steerco.configuration.party_names import PartyNames
from steerco.configuration.regime import Regime
from steerco.configuration.tenant import Gone, Tenant
from steerco.i18n import Words
from steerco.kernel import public_view
from steerco.kernel.public_view import PublicNumbers
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.responses import tag
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.language import chosen
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.plugin_fragments import words_in
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import nothing_here
from steerco.web.pages.public.lines import SECTION, PublicItem, PublicLine, counted, item

ATOM = "http://www.w3.org/2005/Atom"
FEED = "application/atom+xml"


class PublicMember(NamedTuple):
    """Who holds a role of a body."""

    role: str
    names: list[str]


class PublicClause(NamedTuple):
    """A clause of the regulation, with its wording, else its summary."""

    id: str
    text: str


@dataclass
class PublicLook:
    """What anybody reads of a committee today, in a language."""

    tenant: Tenant
    session: Session
    say: Words
    today: date
    path: str
    query: PageQuery

    @cached_property
    def names(self) -> PartyNames:
        return PartyNames(self.say, self.tenant.directory(self.session).on(self.today, self._regime.charter))

    @cached_property
    def items(self) -> list[PublicItem]:
        zone = self.tenant.snapshot.settings.zone
        found = public_view.entries(self.tenant, self.session, self.today)
        return [item(self.say, self.names, zone, entry) for entry in found]

    @cached_property
    def _regime(self) -> Regime:
        return self.tenant.snapshot.regime_on(self.today)

    @property
    def title(self) -> str:
        return self.say(SECTION, "title", committee=self.say.of(self.tenant.snapshot.settings.name))

    @property
    def register(self) -> str:
        """The address of the register of powers; empty where they are not public."""
        there = public_view.bodies(self._regime, POWERS)
        return address(f"{self.path}/register", {"lang": self.say.language}) if there else ""

    @property
    def feed(self) -> str:
        return address(f"{self.path}/feed", {"lang": self.say.language})

    def members(self) -> list[tuple[str, list[PublicMember]]]:
        """Return per body of which the members are public who holds its roles."""
        return [
            (
                self.names(body),
                [
                    PublicMember(self.say.of(role.label), [self.names.personal(one) for one in holders])
                    for role in self._regime.charter.roles
                    if role.body == body and (holders := self.names.day.holders(role.id))
                ],
            )
            for body in public_view.bodies(self._regime, MEMBERS)
        ]

    def numbers(self) -> list[tuple[str, list[PublicLine]]]:
        """Return per body of which the statistics are public its numbers of the year."""
        told = public_view.numbers(self.tenant, self.session, self.today)
        return [
            (self.say(SECTION, _heading(each), body=self.names(each.body), year=each.year), counted(self.say, each))
            for each in told
        ]

    def clauses(self) -> list[PublicClause]:
        """Return the clauses of the regulation, where it is public."""
        if not public_view.bodies(self._regime, RULES):
            return []
        return [PublicClause(row.id, self.say.of(row.text) or self.say.of(row.gloss)) for row in self._regime.charter.clauses]


def _heading(told: PublicNumbers) -> str:
    """Return the words over the numbers of a year: of a whole one, or of one so far."""
    return "statistics_of_year" if told.complete else "statistics"


@contextmanager
def looking(request: Anywhere, slug: str) -> Iterator[PublicLook]:
    """A stranger's look at one committee inside one reading transaction. Raises ``RequestError`` where nothing is public."""
    service = service_of(request)
    query = PageQuery(request)
    try:
        running = service.installation.tenant(slug)
    except NoTenant:
        raise nothing_here() from None  # one statement, as where there is such a committee
    with running.store.read(running.id) as session:
        try:
            tenant = running.at(session)
        except Gone:  # deleted by another process
            service.installation.forget(slug)
            raise nothing_here() from None
        today = tenant.snapshot.local(service.clock())
        if not public_view.rules(tenant.snapshot.regime_on(today)):
            raise nothing_here()
        say = words_in(tenant.snapshot, chosen(query.text("lang"), tenant.snapshot.settings.languages))
        yield PublicLook(tenant, session, say, today, f"/t/{slug}/public", query)


@get("/t/{tenant:str}/public")
@showing
def public_page(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what the committee's rules make public, the newest first."""
    with looking(request, tenant) as look:
        languages = list(look.tenant.snapshot.settings.languages)
        switches = [(code, address(look.path, {"lang": code}), code == look.say.language) for code in languages]
        return page("public/page.html", t=look.say, look=look, errors={}, switches=switches, home=address("/", {}))


@get("/t/{tenant:str}/public/feed")
@showing
def public_feed(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The same as an Atom feed (RFC 4287). Its days are those of publication; nothing else moves it."""
    with looking(request, tenant) as look:
        body = _atom(look)
        etag = tag(tenant, body)
        if request.headers.get("if-none-match", "").strip() == etag:
            return Response(b"", status_code=304, headers={"ETag": etag}, media_type=FEED)
        return Response(body, media_type=FEED, headers={"ETag": etag})


def _atom(look: PublicLook) -> bytes:
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    begun = look.tenant.snapshot.spans()[0].since
    newest = look.items[0].on if look.items else begun
    _add(root, "title", look.title)
    _add(root, "id", f"urn:steerco:public:{look.path}")
    _add(root, "updated", _midnight(look, newest))
    _add(_add(root, "author"), "name", look.say.of(look.tenant.snapshot.settings.name))
    etree.SubElement(root, f"{{{ATOM}}}link", attrib={"rel": "alternate", "type": "text/html", "href": look.path})
    for each in look.items:
        entry = _add(root, "entry")
        _add(entry, "title", each.title)
        _add(entry, "id", f"urn:steerco:public:{each.id}")
        _add(entry, "updated", _midnight(look, each.on))
        told = [f"{line.label}: {'; '.join(line.texts)}" for line in each.lines]
        _add(
            entry,
            "content",
            "\n".join([*told, *([each.place] if each.place else []), *([each.withheld] if each.withheld else [])]),
        )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _midnight(look: PublicLook, day: date) -> str:
    return datetime.combine(day, time(), look.tenant.snapshot.settings.zone).isoformat()


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = "".join(letter for letter in text if letter >= " " or letter in "\n\t") or None
    return child
