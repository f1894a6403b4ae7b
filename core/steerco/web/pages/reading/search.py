"""One box over everything that the reader may see: people, records, clauses, papers."""

from __future__ import annotations

from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel import search as finding
from steerco.kernel.search import Hit, Sought
from steerco.kernel.view import fields
from steerco.records import Record
from steerco.store import folding
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit, visiting
from steerco.web.pages.reading.charter import mark
from steerco.web.pages.reading.people import people_named
from steerco.web.pages.reading.sought import asked

FEW = 5
"""The number of hits of a sort where all sorts are shown."""
SIZE = 20
PEOPLE, CLAUSES, PAPERS = "people", "clauses", "papers"


class SearchHit(NamedTuple):
    """One hit: what it is called, where it leads, what it is."""

    title: str
    href: str
    note: str


class HitsOfSort(NamedTuple):
    """The hits of one sort; ``more`` leads to the others, ``previous`` to those before."""

    label: str
    hits: list[SearchHit]
    more: str
    previous: str


@get("/t/{tenant:str}/search")
@showing
def search(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Hits by sort, a few of each; or those of one sort, page by page."""
    with visiting(request, tenant) as visit:
        sought = visit.query.text("q", 100)
        sorts = [PEOPLE, *visit.tenant.snapshot.types, PAPERS, CLAUSES]
        wanted, number = visit.query.choice("of", sorts), visit.query.number("page", most=1000)
        groups = []
        if folding.words(folding.folded(sought)):
            for sort in [wanted] if wanted else sorts:
                if (group := _group(visit, sort, sought, number if wanted else 1, SIZE if wanted else FEW)).hits:
                    groups.append(group)
        everything = visit.links.to("search", q=sought) if wanted else ""
        return visit.render("reading/search.html", "search", sought=sought, groups=groups, everything=everything)


def _group(visit: Visit, sort: str, sought: str, number: int, size: int) -> HitsOfSort:
    """Return one page of the hits of a sort. What is hidden is no hit, so nothing tells of it."""
    first = (number - 1) * size
    if sort in (PEOPLE, CLAUSES):
        every = _people(visit, sought) if sort == PEOPLE else _clauses(visit, sought)
        hits = every[first : first + size + 1]
    elif sort == PAPERS:
        hits = _papers(visit, sought, size + 1, first)
    else:
        hits = _records(visit, visit.tenant.snapshot.types[sort], sought, size + 1, first)
    label = visit.say("types", sort) if sort in visit.tenant.snapshot.types else visit.say("reading.search", sort)

    def at(page: int) -> str:
        return visit.links.to("search", q=sought, of=sort, page=page if page > 1 else "")

    following = 1 if size == FEW else number + 1
    return HitsOfSort(label, hits[:size], at(following) if len(hits) > size else "", at(number - 1) if number > 1 else "")


def _people(visit: Visit, sought: str) -> list[SearchHit]:
    return [
        SearchHit(row.name, row.href, "; ".join(each for each in row.holds if each != row.name))
        for row in people_named(visit, sought)
    ]


def _clauses(visit: Visit, sought: str) -> list[SearchHit]:
    """Return the clauses of that number first, then those that hold the words: the ones with the marks that were typed first."""
    say, found = visit.say, list[tuple[int, SearchHit]]()
    for layer in (visit.regime.charter, *visit.regime.layers):
        title = say.of(layer.instrument.title) or layer.instrument.id
        for clause in layer.clauses:
            id, told = mark(layer) + clause.id, " ".join((say.of(clause.heading), say.of(clause.gloss), clause.text))
            cited = visit.written(id)
            same = sought.casefold() in (id.casefold(), clause.id.casefold()) or folding.folded(cited) == folding.folded(sought)
            if same or folding.holds(told, sought):
                rank = 0 if same else 1 if folding.exact(told, sought) else 2
                name = ". ".join(part for part in (cited[:1].upper() + cited[1:], say.of(clause.heading)) if part)
                found.append((rank, SearchHit(name, visit.links.clause(id), say.of(clause.gloss) or title)))
    best = min((rank for rank, _ in found), default=0)
    return [hit for rank, hit in sorted(found, key=lambda pair: pair[0]) if best or not rank]


def _records(visit: Visit, type: type[Record], sought: str, limit: int, offset: int) -> list[SearchHit]:
    return [
        _record(visit, type, hit) for hit in finding.records(visit.authority, type, _asked(visit, type, sought), limit, offset)
    ]


def _asked(visit: Visit, type: type[Record], sought: str) -> Sought:
    return asked(visit.names, visit.tenant.snapshot, visit.today, type, sought)


def _record(visit: Visit, type: type[Record], hit: Hit) -> SearchHit:
    record = type.get_one(visit.session, visit.tenant.id, hit.record)
    told = fields(record)
    note = " · ".join((record.ref, visit.say.state(type.record_type, record.state)))
    return SearchHit(
        title_of(visit, type.record_type, told) or record.ref, visit.links.record(type.record_type, record.ref), note
    )


def _papers(visit: Visit, sought: str, limit: int, offset: int) -> list[SearchHit]:
    """Return papers by their titles: rows of records that have a file."""
    found = list[SearchHit]()
    for type in visit.tenant.snapshot.types.values():
        for name, part in type.parts().items():
            if not {"title", "digest"} <= set(part.__table__.columns.keys()) or len(found) >= offset + limit:
                continue
            for hit in finding.rows(visit.authority, type, name, _asked(visit, type, sought), offset + limit - len(found)):
                paper = visit.session.get_one(part, (visit.tenant.id, hit.part))
                of = _record(visit, type, hit)
                found.append(SearchHit(getattr(paper, "title"), of.href, of.title))  # noqa: B009  # a column that it was asked for
    return found[offset:]
