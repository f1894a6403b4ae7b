"""The regulation by chapter and article, with the house rules and laws beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.coverage import ClauseCoverage, of_layer
from steerco.charter.model import Charter, Clause, Heading
from steerco.charter.versions import Span, spans
from steerco.configuration import plugin_wiring
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.instrument import facts
from steerco.web.pages.frame.visit import Visit, visiting
from steerco.web.pages.reading import cases
from steerco.web.pages.reading.overview import standing


class ClauseEntry(NamedTuple):
    """One clause in the list, as it is cited; ``place`` is its id on the page, ``used`` counts what stands on it."""

    cited: str
    place: str
    href: str
    heading: str
    gloss: str
    used: int
    has_text: bool


class Article(NamedTuple):
    """An article (or any heading right above clauses); without a label where clauses stand under a chapter directly."""

    id: str
    label: str
    entries: list[ClauseEntry]


class Chapter(NamedTuple):
    """A chapter with its articles; ``id`` is empty for clauses that stand under none."""

    id: str
    label: str
    articles: list[Article]


class ClausePart(NamedTuple):
    """One instrument: the regulation, the house rules, a law."""

    kind: str
    title: str
    facts: list[str]
    chapters: list[Chapter]
    covered: int
    total: int


@get("/t/{tenant:str}/charter")
@showing
def charter(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every clause in force on the day."""
    with visiting(request, tenant) as visit:
        search = visit.query.text("q", 100)
        parts = [_part(visit, layer, search) for layer in (visit.regime.charter, *visit.regime.layers)]
        matches = sum(len(a.entries) for part in parts for chapter in part.chapters for a in chapter.articles)
        return visit.render(
            "charter.html",
            "charter",
            parts_of_charter=[part for part in parts if part.chapters],
            wanted=search,
            found=matches,
            standing=standing(visit),
            versions=_versions(visit),
        )


def _versions(visit: Visit) -> list[tuple[str, str, str, bool]]:
    """(title, from, address, whether it is shown) of every version, where there are several."""
    versions: list[Span] = list(spans(visit.tenant.snapshot.charters))
    if len(versions) < 2:
        return []
    return [
        (
            visit.say.of(span.charter.instrument.title) or span.charter.instrument.id,
            visit.date(span.since),
            visit.links.to("charter", on=span.since.isoformat()),
            span.charter is visit.regime.charter,
        )
        for span in versions
    ]


def covered(visit: Visit, layer: Charter) -> dict[str, ClauseCoverage]:
    """Return what cites each clause of an instrument. House rules are counted too, among themselves."""
    powers = [(line.clause, f"{line.source.file}:{line.source.line}") for line in visit.regime.lines]
    asserted = [(cite, f"{case.file}: {case.name}") for case in cases.of_tenant(visit) for cite in case.asserts]
    return of_layer(layer, powers, asserted, plugin_wiring.named(visit.tenant.snapshot.circle))


def mark(layer: Charter) -> str:
    """Return the prefix of an instrument's clause ids where they are cited."""
    return f"{layer.instrument.id}:" if layer.instrument.apart else ""


def _part(visit: Visit, layer: Charter, search: str) -> ClausePart:
    coverage = covered(visit, layer)
    say = visit.say
    fits = _matcher(visit, layer, search)

    def entry(clause: Clause) -> ClauseEntry:
        cover = coverage[clause.id]
        used = sum(len(citations) for citations in (cover.powers, cover.duties, cover.rules, cover.hooks, cover.cases))
        id = mark(layer) + clause.id
        href, cited = visit.links.clause(id), visit.written(id)
        return ClauseEntry(cited, id, href, say.of(clause.heading), say.of(clause.gloss), used, bool(clause.text))

    matching = [clause for clause in layer.clauses if fits(clause)]
    chapters = _chapters(visit, layer, matching, entry)
    total = len(layer.clauses)
    title = say.of(layer.instrument.title) or layer.instrument.id
    return ClausePart(layer.instrument.kind, title, facts(say, layer), chapters, sum(c.covered for c in coverage.values()), total)


def numbered(visit: Visit, heading: Heading) -> str:
    """Return a chapter or article with its number, unless its label says it already or it has none (an annexed decision)."""
    label = visit.say.of(heading.label)
    if heading.id in re.split(r"[\s.:]+", label)[:3]:
        return label
    sort = "chapter" if re.fullmatch("[IVXLC]+", heading.id) else "article" if heading.id.isdigit() else ""
    return visit.say("charter", sort, id=heading.id, label=label) if sort else label


def _matcher(visit: Visit, layer: Charter, search: str) -> Callable[[Clause], bool]:
    needle = search.casefold()

    def fits(clause: Clause) -> bool:
        texts = (
            clause.id,
            visit.written(mark(layer) + clause.id),
            visit.say.of(clause.heading),
            visit.say.of(clause.gloss),
            clause.text,
        )
        return not needle or any(needle in text.casefold() for text in texts)

    return fits


def _chapters(visit: Visit, layer: Charter, clauses: Iterable[Clause], entry: Callable[[Clause], ClauseEntry]) -> list[Chapter]:
    """Clauses under their articles, articles under their chapters, in the order of the clauses."""
    headings = {heading.id: heading for heading in layer.headings}
    grouped: dict[str, dict[str, list[ClauseEntry]]] = {}
    for clause in clauses:
        article = headings.get(clause.under)
        chapter = headings.get(article.under) if article else None
        top = (chapter or article).id if article else ""
        grouped.setdefault(top, {}).setdefault(article.id if article else "", []).append(entry(clause))

    def label(id: str) -> str:
        return numbered(visit, headings[id]) if id in headings else ""

    return [
        Chapter(
            top, label(top), [Article(id if id != top else "", label(id) if id != top else "", es) for id, es in arts.items()]
        )
        for top, arts in grouped.items()
    ]
