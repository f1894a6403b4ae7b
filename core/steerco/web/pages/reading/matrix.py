"""The powers of everyone: every power that some clause speaks of, against everyone whom the policy names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.annex_words import separation_said
from steerco.charter.tables.separations import binding
from steerco.committee.members.appointment import OUTSIDERS
from steerco.policy.line import ANY, READ, RELATION, Line
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting
from steerco.web.pages.reading.clause import act_name

SIZE = 60


class PowersColumn(NamedTuple):
    """A subject of the matrix; ``group`` is the heading above it."""

    subject: str
    label: str
    group: str
    subjects: frozenset[str]


class Cell(NamedTuple):
    """The answer for one subject: ``allow``, ``deny`` or nothing."""

    answer: str
    cites: list[Cite]


class RowSeparation(NamedTuple):
    """A separation of duties in words, with its clauses."""

    text: str
    cites: list[Cite]


class Row(NamedTuple):
    """One power; ``apart`` says which of those who have it do not do it, and by which clauses."""

    act: str
    what: str
    body: str
    facets: list[str]
    cells: list[Cell]
    apart: list[RowSeparation]


class PowersGroup(NamedTuple):
    """The columns under one heading."""

    label: str
    width: int


@get("/t/{tenant:str}/powers/all")
@showing
def matrix(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The matrix over one type of record."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        lines = visit.regime.lines
        types = list(dict.fromkeys(line.type for line in sorted(lines, key=_place(visit))))
        first = next((name for name in types if name != ANY), "")
        type = visit.query.choice("type", types, first)
        subject = visit.query.choice("subject", [column.subject for column in columns(visit, lines)])
        mine = [line for line in lines if line.type == type or (line.type == ANY and type != ANY)]
        shown_columns = [c for c in columns(visit, mine) if not subject or c.subject == subject]
        rows = [row for row in _rows(visit, mine, shown_columns, type) if not subject or any(cell.answer for cell in row.cells)]
        used = [i for i in range(len(shown_columns)) if subject or any(row.cells[i].answer for row in rows)]
        filters = {"type": type, "subject": subject}
        part = cut(visit, [row._replace(cells=[row.cells[i] for i in used]) for row in rows], SIZE, ("powers", "all"), filters)
        used_columns = [shown_columns[i] for i in used]
        return visit.render(
            "reading/matrix.html",
            "powers",
            types=[(name, visit.say("types", name) if name != ANY else visit.say("powers", "every_type")) for name in types],
            wanted=type,
            subject=subject,
            subjects=[(column.subject, column.label) for column in columns(visit, lines)],
            groups=_groups(used_columns),
            columns=used_columns,
            shown=part,
            label=visit.say("types", type) if type != ANY else visit.say("powers", "every_type"),
        )


def _place(visit: Visit) -> Callable[[Line], int]:
    order = {name: at for at, name in enumerate(dict.fromkeys(("meeting", *visit.tenant.snapshot.types)))}
    return lambda line: order.get(line.type, len(order))


def columns(visit: Visit, lines: Sequence[Line]) -> list[PowersColumn]:
    """Return every seat's role by body, then who has no seat, then the relations that the lines name."""
    charter, names, say = visit.regime.charter, visit.names, visit.say
    columns_found = [
        PowersColumn(role.id, names(role.id), names(body.id), frozenset({role.id, body.id}))
        for body in charter.bodies
        for role in charter.roles
        if role.body == body.id
    ]
    subjects = dict.fromkeys(line.subject for line in lines)
    seats = [seat for seat in charter.seats if seat.id in subjects and charter.role(seat.id) is None]
    columns_found += [PowersColumn(s.id, names(s.id), say("powers", "seats"), frozenset({s.id})) for s in seats]
    columns_found += [PowersColumn(s, names(s), say("powers", "outsiders"), frozenset({s})) for s in subjects if s in OUTSIDERS]
    columns_found += [
        PowersColumn(s, names(s), say("powers", "relations"), frozenset({s})) for s in subjects if s.startswith(RELATION)
    ]
    return columns_found


def _groups(columns: list[PowersColumn]) -> list[PowersGroup]:
    labels = dict.fromkeys(column.group for column in columns)
    return [PowersGroup(label, sum(column.group == label for column in columns)) for label in labels]


def _rows(visit: Visit, lines: list[Line], columns: list[PowersColumn], type: str) -> list[Row]:
    """Return a row for each act on an object of a body under facets that a line names; what holds of every type holds of this
    one."""

    def key_of(line: Line) -> tuple[str, str, str, frozenset[str]]:
        return line.act, type if line.object == ANY else line.object, line.body, line.facets

    order = {name: at for at, name in enumerate(getattr(visit.tenant.snapshot.types.get(type), "actions", ()))}
    by_key = {key_of(line): line for line in lines}
    rows = []
    for key in sorted(by_key, key=lambda k: (order.get(k[0], -1 if k[0] == READ else 99), k[1], k[2], sorted(k[3]))):
        act, object, body, facets = key
        rows.append(
            Row(
                act_name(visit, by_key[key]),
                _kind(visit, object),
                visit.names(body) if body != ANY else "",
                [facet(visit, condition) for condition in sorted(facets)],
                [_cell(visit, column, body, object, act, facets) for column in columns],
                _apart(visit, by_key[key], type),
            )
        )
    return rows


def _apart(visit: Visit, line: Line, type: str) -> list[RowSeparation]:
    """Return the separations of duties that bind an act."""
    regime = visit.regime
    filled = any(regime.table.house.grants(each) for each in regime.table.lines_for(type, line.act))
    rules = binding(regime.separations.get(f"{type}.{line.act}", ()), filled=filled)
    return [RowSeparation(visit.say.of(separation_said(rule, regime.charter)), visit.cites(rule.cite)) for rule in rules]


def _kind(visit: Visit, object: str) -> str:
    """Return what narrows the act: its kind of record, or that it is of every type."""
    kind = object.partition(".")[2]
    return visit.say("kind", kind) if kind else visit.say("powers", "every_type") if object == ANY else ""


def _cell(visit: Visit, column: PowersColumn, body: str, object: str, act: str, facets: frozenset[str]) -> Cell:
    explanation = visit.regime.table.explain(column.subjects, body, object, act, facets)
    if not explanation.matched:
        return Cell("", [])
    return Cell("allow" if explanation.allowed else "deny", visit.cites(line.clause for line in explanation.matched))
