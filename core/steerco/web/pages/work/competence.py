"""The competence map of the committees of an account that share it: a picture of subjects by committee, and its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from litestar import Response, get

from steerco.answers.competence import HeldSubject, SharedSubject, competence
from steerco.i18n import Words, languages, words
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import SignInNeeded, signed_in
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import Cite, Visit
from steerco.web.pages.work.every import of_each
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

    def take(self, visit: Visit) -> None:
        """Take what one committee shares with a reader who has a part in it."""
        if not visit.has_part:
            return
        name = visit.say.of(visit.tenant.snapshot.settings.name)
        if SHARED not in visit.tenant.snapshot.settings.shared:
            self.silent.append(name)
            return
        self.committees.append(name)
        for each, cited in _held(visit, name):
            self.held.append(each)
            self.cites[name, each.subject] = cited


@get("/competence")
@showing
def competence_map(request: Anywhere) -> Response[bytes]:
    """Who has which subject in all committees of the reader that share it."""
    found = signed_in(request)
    if found is None:
        raise SignInNeeded
    language = of_stranger(request, PageQuery(request).text("lang"))
    gathered = GatheredFields([], {}, [], [])
    of_each(request, found, language, gathered.take)
    return _page(words(language), language, gathered)


def _page(say: Words, language: str, of: GatheredFields) -> Response[bytes]:
    every = competence(of.held)
    rows = [_row(subject, at, of.committees, of.cites) for at, subject in enumerate(every[:SUBJECTS])]
    context: dict[str, Any] = {
        "switches": [(code, address("/competence", {"lang": code}), code == language) for code in languages()],
        "home": address("/", {"lang": language}),
        "rows": rows,
        "more": max(0, len(every) - SUBJECTS),
        "columns": [(name, NAMES + at * COLUMN) for at, name in enumerate(of.committees)],
        "size": (NAMES + max(1, len(of.committees)) * COLUMN, TOP + len(rows) * ROW),
        "silent": of.silent,
        "numbers": {verdict: sum(each.verdict == verdict for each in every) for verdict in ("two-leads", "no-lead", "one-lead")},
        "overlaps": sum(each.overlaps for each in every),
    }
    return page("work/competence.html", t=say, here="", errors={}, **context)


def _held(visit: Visit, committee: str) -> Iterator[tuple[HeldSubject, list[Cite]]]:
    nobody = visit.say("word", "not_stated")
    for field in fields_of(visit):
        lead = "" if field.lead == nobody else field.lead
        for id, label in [(each.id, each.label) for each in field.subjects] or [(field.id, field.label)]:
            yield HeldSubject(committee, id, label, field.holder, lead), field.cites


def _row(subject: SharedSubject, at: int, committees: Sequence[str], cites: dict[tuple[str, str], list[Cite]]) -> MapRow:
    y = TOP + at * ROW
    cells = [
        MapCell(NAMES + column * COLUMN, y, any(each.lead for each in mine), "; ".join(each.lead or each.holder for each in mine))
        for column, name in enumerate(committees)
        if (mine := subject.of(name))
    ]
    return MapRow(subject, y, cells, [cites[each.committee, each.subject] for each in subject.held])
