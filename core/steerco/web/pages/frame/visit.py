"""One reader's look at one committee: whose pages, in which language, as of which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from litestar import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from steerco.committee.members.directory import Day
from steerco.configuration.administration import subjects
from steerco.configuration.installation import NoTenant
from steerco.configuration.party_names import PartyNames
from steerco.configuration.platform_orders import ORDERS
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.tenant import Gone, Tenant
from steerco.i18n import Words
from steerco.kernel import on_behalf, visibility
from steerco.kernel.authority import Authority
from steerco.kernel.by_id import seen_by_id
from steerco.kernel.duty_ledger import last_day
from steerco.kernel.view import seen
from steerco.records import Record
from steerco.web.http.auth import Service, service_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import AHEAD
from steerco.web.http.sign_in import Reader, SignInNeeded, check_form, find_reader, signed_in
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.language import chosen
from steerco.web.pages.frame.links import Links, address
from steerco.web.pages.frame.navigation import FOR_WHOEVER_HAS_A_PART, FOR_WHOEVER_READS_AT_LARGE, Entry, Head, Navigation
from steerco.web.pages.frame.plugin_fragments import pieces, words_in
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page

MORNING = time(9)
QUIET = timedelta(days=31)
"""To strangers, a committee that recorded nothing for so long is shown as of its last recorded day, if they ask for none."""


class Cite(NamedTuple):
    """A clause as a page names it. ``text`` is how officials cite it, since the id stands in addresses only; ``known`` whether it
    has a page of its own on the day shown."""

    id: str
    href: str
    basis: str
    gloss: str
    known: bool
    text: str


class PartyLink(NamedTuple):
    """Someone or something that acts or holds, by name; ``id`` is what else it is known by."""

    id: str
    name: str


def nothing_here() -> RequestError:
    """Return the one answer to every page that is not there."""
    return RequestError(404, "no-such-path")


def only_if(there: bool) -> None:
    """Go on with a page that is there for its reader. Raises ``RequestError``, as where there is none at all."""
    if not there:
        raise nothing_here()


@dataclass
class ReaderLook:
    """One reader's look at one committee, on a page or not: what is there for them, in their language. ``shown`` is the day of
    which it is, ``stale`` that this is not today."""

    tenant: Tenant
    session: Session
    say: Words
    links: Links
    now: datetime
    today: date
    shown: date
    stale: bool
    reader: Reader | None = None
    refs: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def regime(self) -> Regime:
        return self.tenant.snapshot.regime_on(self.shown)

    @cached_property
    def day(self) -> Day:
        return self.tenant.directory(self.session).on(self.shown, self.regime.charter)

    @cached_property
    def names(self) -> PartyNames:
        return PartyNames(self.say, self.day)

    @cached_property
    def authority(self) -> Authority:
        """The sight of the person who is signed in: that of now, whatever day is shown. In a demonstration strangers see
        everything."""
        authority = Authority(self.tenant, self.session, self.reader.person if self.reader else PLATFORM, self.now)
        authority.keep_ties()  # a page only reads
        return authority

    @cached_property
    def at_large(self) -> bool:
        """Whether the reader reads by what they hold: only then are the log and the people theirs to look through."""
        return visibility.reads_at_large(self.authority)

    @cached_property
    def has_part(self) -> bool:
        """Whether a power or a duty is given to what the reader holds: a guest asks of no powers and owes nothing."""
        return visibility.has_part(self.authority)

    @property
    def moment(self) -> datetime:
        """The time that the day shown stands for: now, or its morning in the tenant's zone."""
        return self.now if self.shown == self.today else self.morning(self.shown)

    def morning(self, day: date) -> datetime:
        return datetime.combine(day, MORNING, self.tenant.snapshot.settings.zone)

    def midnight_after(self) -> datetime:
        """Return the end of the day shown."""
        return datetime.combine(self.shown + timedelta(days=1), time(0), self.tenant.snapshot.settings.zone)

    # How things are named on a page

    def cite(self, id: str) -> Cite:
        basis = self.regime.basis(id)
        if id in self.regime.clauses:
            gloss = self.say.of(self.regime.clauses[id][0].gloss)
            return Cite(id, self.links.clause(id), basis, gloss, True, self.written(id))
        gloss = self.order(id)
        return Cite(id, self.links.clause(id) if gloss else "", basis, gloss, bool(gloss), gloss or self.written(id))

    def written(self, id: str) -> str:
        """Return how officials cite a clause of the day shown: as its instrument says, else by its number."""
        return self.say.of(self.regime.written(id)) or self.say("clause", "title", id=id)

    def order(self, id: str) -> str:
        """Return the text of a platform order; empty for any other id."""
        prefix, _, code = id.partition(":")
        if prefix == PLATFORM and self.tenant.snapshot.action(code):
            return self.say("clause", "by_platform", act=self.say("action", code))
        return self.say("stop", code) if id in ORDERS else ""

    def cites(self, ids: Iterable[str]) -> list[Cite]:
        return [self.cite(id) for id in dict.fromkeys(ids)]

    def party(self, id: str) -> PartyLink:
        return PartyLink(id, self.names(id))

    def parties(self, ids: Iterable[str]) -> list[PartyLink]:
        return [self.party(id) for id in dict.fromkeys(ids)]

    def day_of_week(self, value: date | None) -> str:
        return dates.day_of_week(self.say, value) if value else ""

    def date(self, value: date | None) -> str:
        return dates.day(self.say, value) if value else ""

    def time(self, value: datetime | None) -> str:
        return dates.time(self.say, value, self.tenant.snapshot.settings.zone) if value else ""

    def reference(self, ref: str) -> str:
        """Return a record's reference as people say it: of one that goes by an id (a person, an office) the name."""
        return self.names(ref)

    def record_named(self, id: str) -> tuple[str, str] | None:
        """(type, reference) of the record with this id, if there is one that the reader may see."""
        if id not in self.refs:
            self.refs[id] = seen_by_id(self.authority, id)
        return self.refs[id]

    def content(self, record: Record) -> dict[str, Any]:
        """Return a record as its reader may see it, which a page reads once."""
        if record.id not in self.contents:
            self.contents[record.id] = seen(self.authority, record)
        return dict(self.contents[record.id])


@dataclass(kw_only=True)
class Visit(ReaderLook):
    """Everything that a page is made with."""

    request: Anywhere
    service: Service
    query: PageQuery

    @property
    def explicit(self) -> bool:
        """Whether the reader chose the day."""
        return "on" in self.links.kept

    def expired(self, token: str) -> str:
        """Return what a page says of a form that was made for another sign-in than the reader's; empty where it was theirs."""
        try:
            if self.reader is not None:
                check_form(self.reader, token)
                return ""
        except RequestError:
            pass
        return self.say("admin.plan", "expired")

    def day_field(self, name: str, value: date | None) -> str:
        """Return what stands in the field of a day: the day, or what was typed where that is none."""
        return self.query.text(name) if name in self.query.errors else self.date(value)

    def pieces(self, slot: str) -> list[Markup]:
        """Return the fragments that the tenant's plugins add at a place of the page."""
        return pieces(self.tenant, slot, self.now, self.say.language)

    # The answer

    def _sign_in(self) -> str:
        """Return where a stranger signs in, to come back to this page; both in its language."""
        here = address(self.request.url.path, {"lang": self.request.query_params.get("lang", "")})
        return address("/sign-in", {"lang": self.say.language, "to": here})

    def head(self, here: str) -> Head:
        """Return the head of the page; ``here`` names the entry of the navigation that it belongs to."""
        settings, say, reader = self.tenant.snapshot.settings, self.say, self.reader
        name = say.of(settings.name)
        hidden = frozenset() if self.has_part else FOR_WHOEVER_HAS_A_PART
        hidden |= frozenset() if self.at_large else FOR_WHOEVER_READS_AT_LARGE
        navigation = Navigation(say, self.links, self.exists, reader is not None, self.administers, hidden)
        account = [Entry(say("frame.head", "account"), "/account")] if reader and self.exists("/account") else []
        return Head(
            name=name,
            short=say.of(settings.appearance.short_name) or name,
            href=self.links.to(),
            entries=navigation.entries(here),
            search=self.links.to("search") if self.exists(f"{self.links.base}/search") else "",
            who=self.names(reader.person) if reader else "",
            sign_in=self._sign_in() if not reader and self.exists("/sign-in") else "",
            sign_out=address("/sign-out", {"lang": self.say.language}) if reader and self.exists("/sign-out") else "",
            links=(*self._entering(), *account, Entry(say("site", "all_tenants"), f"/?lang={say.language}")),
        )

    def _entering(self) -> list[Entry]:
        """Return the way to enter by a signed paper, for whom a rule lets do it."""
        there = self.reader is not None and self.exists(f"{self.links.base}/enter")
        if not there or not on_behalf.enters_for_others(self.authority):
            return []
        return [Entry(self.say("frame.head", "enter"), self.links.to("enter"))]

    def exists(self, path: str) -> bool:
        """Return whether a page of the application has this address."""
        return bool(self.request.app.state.methods.of(path))

    @property
    def administers(self) -> bool:
        """Whether the reader may apply changes of some weight."""
        if not self.reader:
            return False
        closed = self.regime.table.closed(self.day.roles(self.reader.person) | self.day.bodies(self.reader.person))
        return any(subject in closed for subject in subjects(self.tenant.snapshot.settings.administration, "harmless"))

    def others(self, name: str) -> list[tuple[str, str]]:
        """Return the parameters of the address beside this one, so that a form keeps them."""
        return [(each, value) for each, value in _given(self.request) if each != name]

    def render(self, template: str, here: str, *, status: int = 200, **content: Any) -> Response[bytes]:
        """Render the page ``template``; ``here`` names the entry of the menu that it belongs to."""
        errors = self.query.messages(self.say)
        if "on" in errors:
            text = (self.query.given.get("on") or [""])[-1][:80]
            errors["on"] = self.say("day", "bad", given=text, shown=self.date(self.shown))
        status = 400 if errors and status == 200 else status
        return page(template, status, v=self, t=self.say, here=here, errors=errors, switches=switches(self), **content)


@contextmanager
def visiting(request: Anywhere, slug: str) -> Iterator[Visit]:
    """A look at one tenant inside one reading transaction. Raises ``RequestError`` where there is none of that name, or none of
    which the reader is a person; strangers must sign in first, except in a demonstration."""
    service = service_of(request)
    query = PageQuery(request)
    if signed_in(request) is None and not service.demo:
        raise SignInNeeded
    try:
        running = service.installation.tenant(slug)
    except NoTenant:
        raise nothing_here() from None
    now = service.clock()
    with running.store.read(running.id) as session:
        try:
            tenant = running.at(session)  # the whole page is made under this one revision
        except Gone:  # deleted by another process; a new tenant of its name is found the next time
            service.installation.forget(slug)
            raise nothing_here() from None
        reader = find_reader(request, session, running.id)
        if reader is not None and reader.person not in tenant.directory(session).persons:
            reader = None
        if reader is None and not service.demo:
            raise nothing_here()
        languages = tenant.snapshot.settings.languages
        language = chosen(query.text("lang"), languages)
        today = query.today = tenant.snapshot.local(now)
        query.calendar = tenant.snapshot.calendar
        chosen_day = _asked_day(query, today)
        last = None if chosen_day or reader else last_day(tenant, session)
        stale = last is not None and today - last > QUIET
        shown = chosen_day or (last if stale and last else today)
        parameters = {
            "lang": language if language != chosen("", languages) else "",
            "on": chosen_day.isoformat() if chosen_day else "",
        }
        links = Links(slug, {name: value for name, value in parameters.items() if value})
        say = words_in(tenant.snapshot, language)
        seen = (tenant, session, say, links, now, today, shown, stale, reader)
        yield Visit(*seen, request=request, service=service, query=query)


def _asked_day(query: PageQuery, today: date) -> date | None:
    """Return the day that the address asks for, unless it lies so far ahead that reckoning up to it would take its time."""
    day = query.day("on")
    if day is not None and day > today + AHEAD:
        query.errors["on"] = ("bad", {"given": day.isoformat()})
        return None
    return day


def switches(visit: Visit) -> list[tuple[str, str, bool]]:
    """(language, the same page in it, whether it is the present one)."""
    rest = visit.others("lang")
    path = visit.request.url.path
    return [
        (language, address(path, [*rest, ("lang", language)]), language == visit.say.language)
        for language in visit.tenant.snapshot.settings.languages
    ]


def _given(request: Anywhere) -> list[tuple[str, str]]:
    """Return the parameters of the address, in their order."""
    raw = request.scope["query_string"].decode("ascii", "ignore")
    return parse_qsl(raw, keep_blank_values=True, max_num_fields=100)
