"""An agency's page: what it owes, what is asked of it and what it answered, and its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from steerco.committee.traits.addressed import OVER, Addressed
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import DutyEntry, entries, visible_to
from steerco.records import Record
from steerco.store.listing import Filter, Order
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Cite, Visit, nothing_here, only_if, visiting
from steerco.web.pages.work import when
from steerco.web.pages.work.sight import own_keys, present
from steerco.web.pages.work.subjects import subject
from steerco.web.pages.work.tasks import OPEN, task_line

MOST = 200
"""The number of records of a type that are looked at for one agency: those that fall due first."""
STATES = ("overdue", "due", "missed", "done-late", "done")
"""The states of duties that the page shows, in this order."""
UNIT = "unit:"


class OwedLine(NamedTuple):
    """A duty of the agency: what, on which record, until when, how it stands."""

    label: str
    title: str
    href: str
    due: str
    state: str
    state_id: str
    cites: list[Cite]


class AskedLine(NamedTuple):
    """Something that the agency is asked: ``stands`` is its timeliness in words, ``left`` how long it is until the due day."""

    kind: str
    title: str
    href: str
    due: str
    left: str
    stands: str
    stands_id: str
    state: str
    answered: str


class AgencyLine(NamedTuple):
    """One agency in the list, with how many of its duties are due and overdue."""

    name: str
    href: str
    speaks: str
    due: int
    overdue: int


@get("/t/{tenant:str}/agencies")
@showing
def agencies(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The agencies, each with what it owes; to whoever speaks for some, those alone."""
    with visiting(request, tenant) as visit:
        sight = present(visit)
        shown = [id for id in visit.day.all.agencies if _may_see(visit, sight, id)]
        only_if(bool(shown))
        owed, leads = list(_ledger(visit, sight)), _leads(visit)
        rows = [_row(visit, id, owed, leads) for id in shown]
        rows.sort(key=lambda row: (-row.overdue, -row.due, row.name))
        return visit.render("work/agencies.html", "agencies", rows=rows)


@get("/t/{tenant:str}/agencies/{agency:str}")
@showing
def agency(request: Anywhere, tenant: FromPath[str], agency: FromPath[str]) -> Response[bytes]:
    """Show what one agency owes, is asked and does."""
    with visiting(request, tenant) as visit:
        sight = present(visit)
        if agency not in visit.day.all.agencies or not _may_see(visit, sight, agency):
            raise nothing_here()
        return visit.render("work/agency.html", "agencies", **content(visit, sight, agency))


def _may_see(visit: Visit, sight: Authority, id: str) -> bool:
    """Return whether the reader reads at large, or speaks for the agency, for one of its units or for what it is a unit of."""
    if visit.at_large:
        return True
    own = {key.removeprefix(UNIT) for key in own_keys(sight)}
    units = {unit for unit, parent in visit.day.all.parents.items() if parent == id}
    return not own.isdisjoint({id, visit.day.agency(id)} | units)


def content(visit: Visit, sight: Authority, id: str) -> dict[str, Any]:
    """Return what the page of an agency shows."""
    units = sorted(unit for unit, parent in visit.day.all.parents.items() if parent == id)
    work = list(_tasks(visit, sight, (id, *units)))
    asked = list(_asked(visit, sight, id))
    owed = [entry for entry in _ledger(visit, sight) if entry.holder == id or entry.record in {task.id for task in work}]
    owed.sort(key=lambda entry: (STATES.index(entry.state), entry.due_on or date.max))
    lines = [_owed(visit, sight, entry) for entry in owed]
    open_ = [task for task in work if task.state in OPEN]
    return {
        "name": visit.names(id),
        "speaks": [visit.names(person) for person in visit.day.holders(id)],
        "parent": _link(visit, visit.day.all.parents.get(id, "")),
        "units": [_link(visit, unit) for unit in units],
        "owed": [line for line in lines if line.state_id in ("overdue", "due")],
        "past": [line for line in lines if line.state_id not in ("overdue", "due")],
        "asked": [_asked_line(visit, sight, each) for each in asked if each.state not in OVER and each.answered_on is None],
        "answered": [_asked_line(visit, sight, each) for each in asked if each.state in OVER or each.answered_on is not None],
        "tasks": [task_line(visit, task) for task in open_],
        "done": [task_line(visit, task) for task in work if task.state not in OPEN],
    }


def _link(visit: Visit, id: str) -> tuple[str, str] | None:
    return (visit.names(id), visit.links.to("agencies", id)) if id else None


def _ledger(visit: Visit, sight: Authority) -> Iterator[DutyEntry]:
    """Yield the entries of the ledger as of today that the reader may see and the page shows."""
    visible = visible_to(sight)
    return (each for each in entries(visit.tenant, visit.session, visit.today) if each.state in STATES and visible(each))


def _leads(visit: Visit) -> dict[str, str]:
    """Return the lead of each open task. Only how many duties of the ledger fall to an agency is told by it."""
    table: Any = visit.tenant.snapshot.types["task"]
    wanted = select(table.id, table.lead).where(table.tenant_id == visit.tenant.id, table.state.in_(OPEN))
    return {row.id: row.lead for row in visit.session.execute(wanted)}


def _row(visit: Visit, id: str, owed: Iterable[DutyEntry], leads: Mapping[str, str]) -> AgencyLine:
    whole = {id, *(unit for unit, parent in visit.day.all.parents.items() if parent == id)}
    own = [entry.state for entry in owed if entry.holder == id or leads.get(entry.record) in whole]
    speaks = "; ".join(visit.names(person) for person in visit.day.holders(id))
    return AgencyLine(visit.names(id), visit.links.to("agencies", id), speaks, own.count("due"), own.count("overdue"))


def _all(visit: Visit, sight: Authority, kind: type[Record], field: str, value: str) -> Iterator[Any]:
    """Yield the records of a type that name a party in a field, as far as the reader sees them, by due day."""
    page = visibility.page(sight, kind, ["id"], None, MOST, Order("due_on"), [Filter(field, "eq", value)])
    return (visit.session.get_one(kind, (visit.tenant.id, row.id)) for row in page.rows)


def _tasks(visit: Visit, sight: Authority, parties: Iterable[str]) -> Iterator[Any]:
    """Yield the tasks that the agency or one of its units leads or carries out, each once."""
    kind, found = visit.tenant.snapshot.types["task"], set[str]()
    for party in parties:
        for field in ("lead", "focal_unit"):
            for task in _all(visit, sight, kind, field, party):
                if task.id not in found:
                    found.add(task.id)
                    yield task


def _asked(visit: Visit, sight: Authority, id: str) -> Iterator[Any]:
    """Yield everything that one agency is asked, whatever its type."""
    for kind in visit.tenant.snapshot.types.values():
        if issubclass(kind, Addressed):
            yield from _all(visit, sight, kind, "to", id)


def _owed(visit: Visit, sight: Authority, entry: DutyEntry) -> OwedLine:
    named = visit.record_named(entry.record) if entry.record else None
    record = visibility.find(sight, visit.tenant.snapshot.types[named[0]], named[1]) if named else None
    return OwedLine(
        visit.say.of(entry.label) or entry.duty,
        subject(visit, sight, record) if record else "",
        visit.links.record(*named) if named else "",
        visit.date(entry.due_on) or visit.say("duties", "no_day"),
        visit.say("duty-state", entry.state),
        entry.state,
        visit.cites(entry.cites),
    )


def _asked_line(visit: Visit, sight: Authority, record: Any) -> AskedLine:
    stands = record.computed({}, visit.today)["timeliness"]
    return AskedLine(
        visit.say("type", record.record_type),
        subject(visit, sight, record),
        visit.links.record(record.record_type, record.ref),
        visit.date(record.due_on),
        when.until(visit, record.due_on) if record.due_on and record.answered_on is None else "",
        visit.say("timeliness", stands),
        stands,
        visit.say.state(record.record_type, record.state),
        visit.date(record.answered_on),
    )
