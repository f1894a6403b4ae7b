"""The public register: who may decide what and which offices could on a day, clause by clause, power by power, paper by paper.

There only where a rule in force makes powers public; for anybody the same. Each page is there as JSON-LD too, at the same address
with ``.jsonld`` behind it, signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel.public_register import PublicRegister, RegisterPower, register
from steerco.operations import register_statement
from steerco.store.checkpoint import Seal
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.responses import names_tag, tag
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import nothing_here
from steerco.web.pages.public.page import PublicLook, looking

MEDIA, SUFFIX = "application/ld+json", ".jsonld"
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass
class RegisterLook:
    """What anybody reads of the register of one day."""

    look: PublicLook
    found: PublicRegister
    seal: Seal
    now: Any

    def said(self, power: RegisterPower) -> str:
        """Return a power as a sentence."""
        say, names = self.look.say, self.look.names
        type = power.object.partition(".")[0]
        act = say("action", f"{type}.{power.act}") if say.has("action", f"{type}.{power.act}") else power.act
        kind = power.object.partition(".")[2]
        more = [say("kind", kind)] if kind and say.has("kind", kind) else [kind] if kind else []
        more += [facet(self.look, condition) for condition in sorted(power.facets)]
        what = f"{act} ({', '.join(more)})" if more else act
        return say("public", "may" if power.allow else "may_not", who=names(power.subject), what=what)

    def held(self, power: RegisterPower) -> str:
        """Return the offices that could on the day."""
        return "; ".join(self.look.say.of(label) for label in power.held_by)

    def to(self, kind: str, name: str) -> str:
        """Return the address of a clause or a power, for the reader's language and day."""
        at = register_statement.place(self.look.tenant.snapshot.slug, kind, name)
        return address(at, {"lang": self.look.say.language, **self.day_if_asked()})

    def day_if_asked(self) -> dict[str, str]:
        """Return the day for links, where it is not today."""
        return {} if self.found.day == self.look.today else {"on": self.found.day.isoformat()}

    @property
    def day(self) -> str:
        return dates.day(self.look.say, self.found.day)


@contextmanager
def _registered(request: Anywhere, slug: str) -> Iterator[RegisterLook]:
    """A look at the register of the day that is asked for, today if none is. Raises ``RequestError`` where there is none."""
    with looking(request, slug) as look:
        service = service_of(request)
        asked = look.query.day("on") or look.today
        if not look.tenant.snapshot.spans()[0].since <= asked <= look.today:
            asked = look.today
        found = register(look.tenant, look.session, look.today, asked)
        if found is None:
            raise nothing_here()
        yield RegisterLook(look, found, Seal(service.installation.store.folder), service.clock())


@get("/t/{tenant:str}/public/register")
@showing
def register_page(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The clauses by which there are powers."""
    with _registered(request, tenant) as seen:
        return _page(seen, "")


@get("/t/{tenant:str}/public/register.jsonld")
@showing
def register_data(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The whole register as JSON-LD."""
    with _registered(request, tenant) as seen:
        look = seen.look
        return _data(request, register_statement.of_register(look.tenant, look.session, seen.seal, seen.found, seen.now))


@get("/t/{tenant:str}/public/register/{kind:str}/{name:str}")
@showing
def register_part(request: Anywhere, tenant: FromPath[str], kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One clause or power of the register, or what the code of a paper leads to; with ``.jsonld`` behind it as JSON-LD."""
    with _registered(request, tenant) as seen:
        bare, as_data = name.removesuffix(SUFFIX), name.endswith(SUFFIX)
        if kind == "paper":
            look = seen.look
            paper = register_statement.of_paper(look.tenant, look.session, seen.seal, bare, seen.now)
            if paper is None:
                raise nothing_here()
            return _data(request, paper) if as_data else _page(seen, kind, paper=paper, name=bare)
        seen.found = _part(seen.found, kind, bare)
        if as_data:
            look = seen.look
            said = register_statement.of_register(look.tenant, look.session, seen.seal, seen.found, seen.now)
            return _data(request, said)
        return _page(seen, kind, name=bare)


def _part(found: PublicRegister, kind: str, name: str) -> PublicRegister:
    """Return the register as far as one clause or power is in it. Raises ``RequestError`` for another."""
    kept = {"clause": lambda each: each.clause == name, "power": lambda each: each.key == name}.get(kind)
    powers = tuple(filter(kept, found.powers)) if kept else ()
    if not powers:
        raise nothing_here()
    named = {each.clause for each in powers}
    return msgspec.structs.replace(found, powers=powers, clauses=tuple(each for each in found.clauses if each.id in named))


def _page(seen: RegisterLook, kind: str, **content: Any) -> Response[bytes]:
    look = seen.look
    at = register_statement.place(look.tenant.snapshot.slug, kind, content.get("name", ""))
    switches = [
        (code, address(at, {"lang": code, **seen.day_if_asked()}), code == look.say.language)
        for code in look.tenant.snapshot.settings.languages
    ]
    return page(
        "public/register.html",
        t=look.say,
        look=look,
        seen=seen,
        kind=kind,
        errors=look.query.messages(look.say),
        switches=switches,
        home=address("/", {}),
        data=address(at + SUFFIX, seen.day_if_asked()),
        **content,
    )


def _data(request: Anywhere, said: Any) -> Response[bytes]:
    body = _encode(said)
    etag = tag(str(request.path_params.get("tenant", "")), body)
    if names_tag(request.headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, headers={"ETag": etag}, media_type=MEDIA)
    return Response(body, media_type=MEDIA, headers={"ETag": etag})
