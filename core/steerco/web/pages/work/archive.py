"""The archive: what was issued, by period, kind, state and file; a period or file as one package for whoever reads all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from steerco.committee.documents.document import Document
from steerco.kernel import visibility
from steerco.operations import period_archive
from steerco.store.checkpoint import Seal
from steerco.store.listing import BadCursor, Filter, Order, Page
from steerco.web.http.downloads import attachment, pieces
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Visit, nothing_here, only_if, visiting

SIZE = 50
COLUMNS = ("ref", "kind", "title", "number", "symbol", "issued_on", "state", "dossier", "disposal", "disposed_on")
STATES = ("issued", "replaced", "recalled", "archived", "disposed")
"""The states of a document that has a number."""
NEWEST = Order("issued_on", descending=True)


class ArchivedLine(NamedTuple):
    """One paper: its number and symbol, day of issue, what it is, its file, and by which decision it was disposed of."""

    number: str
    title: str
    href: str
    kind: str
    issued: str
    dossier: str
    dossier_href: str
    state: str
    state_id: str
    disposed: str


class ArchiveQuery(NamedTuple):
    """What narrows the list: the values as the address has them, and the conditions."""

    params: dict[str, str]
    filters: list[Filter]


@get("/t/{tenant:str}/archive")
@showing
def archive(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The papers with a number that the reader may see, the newest first."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part or bool(visibility.count(visit.authority, Document, (), 1)[0]))
        chosen = _narrowed(visit)
        page, after = _page(visit, chosen.filters)
        number, whole = visibility.count(visit.authority, Document, chosen.filters)
        return visit.render(
            "work/archive.html",
            "archive",
            lines=[_line(visit, row) for row in page.rows],
            number=str(number) if whole else visit.say("list", "more_than", number=number),
            chosen={**dict.fromkeys(("from", "until", "kind", "state", "dossier"), ""), **chosen.params},
            kinds=[(kind, visit.say("kind", kind)) for kind in Document.kinds],
            states=[(state, visit.say.state("document", state)) for state in STATES],
            older=visit.links.to("archive", **chosen.params, after=page.after) if page.after else "",
            start=visit.links.to("archive", **chosen.params) if after else "",
            package=_package_link(visit, chosen.params),
            all_papers=_reads_all(visit),
        )


@get("/t/{tenant:str}/archive/package")
async def package(request: Anywhere, tenant: FromPath[str]) -> Stream:
    """The papers of a period, or of one file, as a signed package: for whoever reads every paper, since it holds every one.

    One at a time is put together, and sent from the disk: it may hold the papers of years.
    """
    name, file = await request.app.state.crews.answers.run(_packed, request=request, tenant=tenant)
    size = os.fstat(file.fileno()).st_size
    headers = {"Content-Disposition": attachment(name), "Content-Length": str(size)}
    return Stream(pieces(file, size), media_type="application/zip", headers=headers)


def _packed(request: Anywhere, tenant: str) -> tuple[str, BinaryIO]:
    """Return the name of a package and its content, as a file that is gone when it is closed. Raises ``RequestError``."""
    with visiting(request, tenant) as visit:
        only_if(_reads_all(visit))
        first, last, dossier = visit.query.day("from"), visit.query.day("until"), visit.query.text("dossier", 500)
        name = f"{visit.tenant.snapshot.slug}-{'dossier' if dossier else f'{first}-{last}'}.zip"
        with TemporaryDirectory() as folder:
            target = Path(folder) / "package.zip"
            _write(visit, target, first, last, dossier)
            return name, target.open("rb")


def _write(visit: Visit, target: Path, first: date | None, last: date | None, dossier: str) -> None:
    """Write the package of a file of the archive, else of a period. Raises ``RequestError`` where there is neither."""
    seal, now = Seal(visit.service.installation.store.folder), visit.now
    try:
        if dossier:
            period_archive.export_dossier(visit.tenant, target, seal, dossier, now)
        elif first and last and first <= last:
            period_archive.export(visit.tenant, target, seal, first, last, now)
        else:
            raise nothing_here()
    except (LookupError, FileNotFoundError):
        raise nothing_here() from None


def _reads_all(visit: Visit) -> bool:
    """Return whether the reader sees every document whatever its body, and none is kept from them."""
    if visit.reader is None:
        return False
    scope = visibility.scope(visit.authority, Document)
    return scope.whole and not scope.deny


def _package_link(visit: Visit, params: dict[str, str]) -> str:
    """Return where the package of what is chosen lies; empty where neither a period nor a file is."""
    if params.get("dossier"):
        return visit.links.to("archive", "package", dossier=params["dossier"])
    if "from" in params and "until" in params:
        return visit.links.to("archive", "package", **{name: params[name] for name in ("from", "until")})
    return ""


def _narrowed(visit: Visit) -> ArchiveQuery:
    """Return what the address narrows the list to."""
    query, chosen = visit.query, ArchiveQuery({}, [])
    first, last = query.day("from"), query.day("until")
    if first and last and last < first:
        query.errors["until"] = ("bad_period", {})
        last = None
    chosen.filters.append(Filter("issued_on", "gte", first or date.min))
    chosen.params.update({name: query.text(name) for name, day in (("from", first), ("until", last)) if day})
    if last:
        chosen.filters.append(Filter("issued_on", "lte", last))
    named = {
        "kind": query.choice("kind", Document.kinds),
        "state": query.choice("state", STATES),
        "dossier": query.text("dossier", 500),
    }
    for name, value in named.items():
        if value:
            chosen.params[name] = value
            chosen.filters.append(Filter(name, "eq", value))
    return chosen


def _page(visit: Visit, filters: list[Filter]) -> tuple[Page, str]:
    """Return the page after the cursor in the address; the first one where it is not of this list."""
    after = visit.query.text("after", 2000)
    try:
        return visibility.page(visit.authority, Document, COLUMNS, after or None, SIZE, NEWEST, filters), after
    except BadCursor:
        visit.query.errors["after"] = ("bad_page", {})
        return visibility.page(visit.authority, Document, COLUMNS, None, SIZE, NEWEST, filters), ""


def _line(visit: Visit, row: Any) -> ArchivedLine:
    say = visit.say
    return ArchivedLine(
        f"{row.number}/{row.symbol}" if row.symbol else row.number,
        row.title or say("kind", row.kind),
        visit.links.record("document", row.ref),
        say("kind", row.kind),
        visit.date(row.issued_on),
        row.dossier or "",
        visit.links.to("archive", dossier=row.dossier) if row.dossier else "",
        say.state("document", row.state),
        row.state,
        " · ".join(_disposed(visit, row)),
    )


def _disposed(visit: Visit, row: Any) -> Iterator[str]:
    """Yield by which decision a paper was disposed of, and when."""
    if row.disposed_on:
        yield visit.say("work.archive", "disposed_by", decision=row.disposal or "")
        yield visit.date(row.disposed_on)
