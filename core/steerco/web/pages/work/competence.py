"""The competence map of the committees of an account that share it: a picture of subjects by committee, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from litestar import Response, get

from steerco.answers.competence import CompetenceMap, HeldSubject, SharedSubject, competence
from steerco.web.http.problems import Anywhere
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Cite, ReaderLook
from steerco.web.pages.work.across import account_page
from steerco.web.pages.work.fields import fields_of

SHARED = "subjects"
"""The word in a committee's ``shared`` by which its fields stand on this map."""
SUBJECTS = 60
"""So many subjects are drawn and told; of further ones the number."""
NAMES, COLUMN, ROW, TOP = 300, 110, 26, 40
"""Of the drawing, in its units: the room for names, the width of a column, the height of a row, the room above."""


class MapCell(NamedTuple):
    """What stands in the drawing for a subject in a committee: its place, and whether somebody leads there."""

    x: int
    y: int
    leads: bool
    text: str


class MapRow(NamedTuple):
    """A subject in the drawing and in the table."""

    subject: SharedSubject
    y: int
    cells: list[MapCell]
    cites: list[list[Cite]]


class GatheredFields(NamedTuple):
    """What several committees say: who has which subject, by which clauses, which committees share it and which do not."""

    held: list[HeldSubject]
    cites: dict[tuple[str, str], list[Cite]]
    committees: list[str]
    silent: list[str]

    def take(self, look: ReaderLook, *, own: bool = False) -> None:
        """Take what one committee shares with a reader who has a part in it; its ``own`` in any case."""
        if not look.has_part:
            return
        name = look.say.of(look.tenant.snapshot.settings.name)
        if not own and SHARED not in look.tenant.snapshot.settings.shared:
            self.silent.append(name)
            return
        self.committees.append(name)
        for each, cited in _held(look, name):
            self.held.append(each)
            self.cites[name, each.subject] = cited

    @property
    def map(self) -> CompetenceMap:
        return CompetenceMap(competence(self.held), tuple(self.committees), tuple(self.silent))


def gathered(looks: Iterable[ReaderLook], own: str = "") -> GatheredFields:
    """Return what these committees share, and that of the ``own`` one (by slug) in any case."""
    found = GatheredFields([], {}, [], [])
    for look in looks:
        found.take(look, own=look.tenant.snapshot.slug == own)
    return found


@get("/competence")
@showing
def competence_map(request: Anywhere) -> Response[bytes]:
    """Show who has which subject in all committees of the reader that share it."""
    base = account_page(request, "/competence")
    of = gathered(base.looks())
    every = of.map.subjects
    rows = [_row(subject, at, of.committees, of.cites) for at, subject in enumerate(every[:SUBJECTS])]
    return base.render(
        "work/competence.html",
        rows=rows,
        more=max(0, len(every) - SUBJECTS),
        columns=[(name, NAMES + at * COLUMN) for at, name in enumerate(of.committees)],
        size=(NAMES + max(1, len(of.committees)) * COLUMN, TOP + len(rows) * ROW),
        silent=of.silent,
        numbers={verdict: sum(each.verdict == verdict for each in every) for verdict in ("two-leads", "no-lead", "one-lead")},
        overlaps=sum(each.overlaps for each in every),
    )


@get("/competence.json")
@showing
def competence_data(request: Anywhere) -> Response[bytes]:
    """The same for a program."""
    return plain(gathered(account_page(request, "/competence").looks()).map)


def _held(look: ReaderLook, committee: str) -> Iterator[tuple[HeldSubject, list[Cite]]]:
    nobody = look.say("word", "not_stated")
    for field in fields_of(look):
        lead, clauses = "" if field.lead == nobody else field.lead, tuple(cite.id for cite in field.cites)
        for id, label in [(each.id, each.label) for each in field.subjects] or [(field.id, field.label)]:
            yield HeldSubject(committee, id, label, field.holder, lead, clauses), field.cites


def _row(subject: SharedSubject, at: int, committees: Sequence[str], cites: dict[tuple[str, str], list[Cite]]) -> MapRow:
    y = TOP + at * ROW
    cells = [
        MapCell(NAMES + column * COLUMN, y, any(each.lead for each in mine), "; ".join(each.lead or each.holder for each in mine))
        for column, name in enumerate(committees)
        if (mine := subject.of(name))
    ]
    return MapRow(subject, y, cells, [cites[each.committee, each.subject] for each in subject.held])
