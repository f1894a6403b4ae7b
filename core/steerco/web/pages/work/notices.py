"""Notices: what the reader was told of, and how they wish to be told by e-mail."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.tenant import Tenant
from steerco.notifications import notices as told
from steerco.notifications.outbox import REFUSED, address_of
from steerco.notifications.wording import Telling
from steerco.store.notice_tables import NoticeRow
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import Reader, check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

SIZE = 20


class NoticeLine(NamedTuple):
    """A notice as a line of the list."""

    title: str
    href: str
    at: str
    cites: tuple[str, ...]
    read: bool
    refused: bool


@get("/t/{tenant:str}/notices")
@showing
def notices(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The reader's notices, newest first, page by page."""
    with visiting(request, tenant) as visit:
        reader = visit.reader
        if reader is None:
            raise nothing_here()
        unread, before = visit.query.choice("show", ("unread",)) == "unread", visit.query.text("before", 80)
        rows, further = told.page(visit.session, reader.person, before, SIZE, unread=unread)
        choice = told.choice_of(visit.session, reader.person)
        shown = {"show": "unread" if unread else ""}
        return visit.render(
            "work/notices.html",
            "notices",
            lines=_lines(visit, reader, rows),
            only_unread=unread,
            number=told.unread(visit.tenant, visit.session, reader.person, visit.now),
            older=visit.links.to("notices", **shown, before=further) if further else "",
            newest=visit.links.to("notices", **shown) if before else "",
            choice=choice,
            ways=[(way, visit.say("notifications.how", way)) for way in told.WAYS],
            quiet=[(name, visit.say("types", name)) for name in visit.tenant.snapshot.types],
            address=bool(address_of(visit.tenant, visit.session, reader.person)),
            saved=visit.query.choice("saved", ("1",)) == "1",
        )


def _lines(visit: Visit, reader: Reader, rows: Any) -> list[NoticeLine]:
    """Return those that the reader may see now, in words."""
    telling = Telling(visit.tenant, visit.session, visit.now, visit.say.language)
    return [_line(visit, telling, row) for row in told.visible(visit.tenant, visit.session, reader.person, rows, visit.now)]


def _line(visit: Visit, telling: Telling, row: NoticeRow) -> NoticeLine:
    said = telling.of(row)
    path = said.path.removeprefix(f"/t/{visit.tenant.snapshot.slug}/").split("/")
    at = visit.time(said.at)
    return NoticeLine(said.title, visit.links.to(*path), at, said.cites, row.read_at is not None, row.mail == REFUSED)


@post("/t/{tenant:str}/notices", status_code=303)
@acting
def choose(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Mark notices as read, or keep how the reader wishes to be told."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        reader = visit.reader
        if reader is None:
            raise nothing_here()
        check_form(reader, posted.token)
        _kept(visit.tenant, visit, reader, posted)
        saved = "1" if posted.text("how") else ""
        return Response(b"", status_code=303, headers={"Location": visit.links.to("notices", saved=saved)})


def _kept(tenant: Tenant, visit: Visit, reader: Reader, posted: Posted) -> None:
    with tenant.store.write(tenant.id) as session:
        if how := posted.text("how"):
            known = set(tenant.snapshot.types)
            quiet = [name for name in posted.fields.get("quiet", []) if name in known]
            told.choose(session, reader.person, how if how in told.WAYS else told.AT_ONCE_MAIL, quiet)
        else:
            told.mark_read(session, reader.person, visit.now)
