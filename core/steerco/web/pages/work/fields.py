"""Fields of work: each portfolio with who answers for it, and how the tasks in it stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.model import NOT_STATED, Portfolio
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.view import seen
from steerco.store.listing import Filter, Order
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Cite, ReaderLook, Visit, nothing_here, only_if, visiting
from steerco.web.pages.work.sight import present
from steerco.web.pages.work.tasks import OPEN, TaskLine, task_line

SHOWN = 100
"""So many tasks of a field are listed; the counts are of all."""


class FieldSubject(NamedTuple):
    """A subject of a field: its id, its name, the instruments that set it."""

    id: str
    label: str
    instruments: tuple[str, ...]


class FieldOfWork(NamedTuple):
    """A field of work. ``holder`` answers for it to ``answers_to``; ``ref`` is the record by which it was assigned, if it was."""

    id: str
    label: str
    holder: str
    people: list[str]
    lead: str
    coordinators: list[str]
    answers_to: str
    cites: list[Cite]
    subjects: list[FieldSubject]
    ref: str = ""


class FieldRow(NamedTuple):
    """A field in the list of them, with how many tasks stand how: (state, its name, number)."""

    field: FieldOfWork
    href: str
    counts: list[tuple[str, str, int]]
    late: int


@get("/t/{tenant:str}/fields")
@showing
def fields(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every field of work, with how its tasks stand."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        sight = present(visit)
        rows = [_row(visit, sight, field) for field in fields_of(visit)]
        return visit.render("work/fields.html", "fields", rows=rows)


@get("/t/{tenant:str}/fields/{id:str}")
@showing
def field(request: Anywhere, tenant: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """One field of work: its subjects with their instruments, and the tasks in it by subject, instrument and state."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        found = next((field for field in fields_of(visit) if field.id == id), None)
        if found is None:
            raise nothing_here()
        sight, chosen = present(visit), _chosen(visit, found)
        page = visibility.page(
            sight, _tasks(visit), ["id"], None, SHOWN, Order("due_on"), [*_within(chosen.subjects), *chosen.filters]
        )
        lines = [_line(visit, row.id) for row in page.rows]
        return visit.render(
            "work/field.html",
            "fields",
            row=_row(visit, sight, found),
            lines=lines,
            more=bool(page.after),
            counted=visit.say("work.fields", "counted_one" if len(lines) == 1 else "counted", number=len(lines)),
            chosen=chosen.given,
            subject_options=[(each.id, each.label) for each in found.subjects],
            instrument_options=[(name, name) for name in dict.fromkeys(n for each in found.subjects for n in each.instruments)],
            state_options=[(state, visit.say.state("task", state)) for state in _tasks(visit).states],
        )


class NarrowedField(NamedTuple):
    """What narrows the tasks of a field: as the address has it, the subjects that are left, and further conditions."""

    given: dict[str, str]
    subjects: list[str]
    filters: list[Filter]


def _chosen(visit: Visit, field: FieldOfWork) -> NarrowedField:
    instruments = {name for each in field.subjects for name in each.instruments}
    given = {
        "subject": visit.query.choice("subject", [each.id for each in field.subjects]),
        "instrument": visit.query.choice("instrument", instruments),
        "state": visit.query.choice("state", _tasks(visit).states),
    }
    left = [
        each.id
        for each in field.subjects
        if given["subject"] in ("", each.id) and (not given["instrument"] or given["instrument"] in each.instruments)
    ]
    whole = not given["subject"] and not given["instrument"]
    state = [Filter("state", "eq", given["state"])] if given["state"] else []
    return NarrowedField(given, [*left, *([field.id] if whole else [])], state)


def fields_of(visit: ReaderLook) -> Iterator[FieldOfWork]:
    """Yield the charter's fields of work, then those that were assigned, as far as the reader sees them."""
    for row in visit.regime.charter.portfolios:
        yield _of_charter(visit, row)
    kind = visit.tenant.snapshot.types["portfolio"]
    page = visibility.page(visit.authority, kind, ["id"], None, 200, Order("id"), [Filter("state", "eq", "assigned")])
    for found in page.rows:
        yield _assigned(visit, visit.session.get_one(kind, (visit.tenant.id, found.id)))


def _of_charter(visit: ReaderLook, row: Portfolio) -> FieldOfWork:
    say, names = visit.say, visit.names
    return FieldOfWork(
        row.id,
        say.of(row.label) or row.id,
        names(row.holder),
        names.of(visit.day.holders(row.holder)),
        names(row.lead) if row.lead != NOT_STATED else say("word", "not_stated"),
        names.of(row.coordinators),
        names(row.answers_to) if row.answers_to else "",
        visit.cites(row.cite),
        [FieldSubject(each.id, say.of(each.label) or each.id, each.instruments) for each in row.subjects],
    )


def _assigned(visit: ReaderLook, record: Any) -> FieldOfWork:
    names, content = visit.names, seen(visit.authority, record)
    subjects = [row["subject"] for row in content["subjects"]]
    known = {each.id: each.instruments for row in visit.regime.charter.portfolios for each in row.subjects}
    return FieldOfWork(
        record.ref,
        record.title or ", ".join(names.of(subjects)),
        names(record.holder),
        names.of(visit.day.holders(record.holder)),
        names(record.lead) if record.lead else visit.say("word", "not_stated"),
        names.of(row["who"] for row in content["coordinators"]),
        "",
        [],
        [FieldSubject(id, names(id), known.get(id, ())) for id in subjects],
        record.ref,
    )


def _row(visit: Visit, sight: Authority, field: FieldOfWork) -> FieldRow:
    within = _within([field.id, *(each.id for each in field.subjects)])
    kind = _tasks(visit)
    counts = [
        (state, visit.say.state("task", state), visibility.count(sight, kind, [*within, Filter("state", "eq", state)])[0])
        for state in kind.states
    ]
    late = [Filter("due_on", "gte", date.min), Filter("due_on", "lte", visit.today - timedelta(days=1))]
    overdue = sum(visibility.count(sight, kind, [*within, Filter("state", "eq", state), *late])[0] for state in OPEN)
    return FieldRow(field, visit.links.to("fields", field.id), [each for each in counts if each[2]], overdue)


def _within(subjects: Sequence[str]) -> list[Filter]:
    return [Filter("subject", "in", list(subjects))]


def _tasks(visit: Visit) -> Any:
    return visit.tenant.snapshot.types["task"]


def _line(visit: Visit, id: str) -> TaskLine:
    return task_line(visit, visit.session.get_one(_tasks(visit), (visit.tenant.id, id)))
