"""The duty ledger on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from steerco.charter import periods
from steerco.i18n import alphabetical
from steerco.kernel import duty_ledger, visibility
from steerco.kernel.event import decode
from steerco.store.tables import Event
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit, only_if, visiting
from steerco.web.pages.reading.deadline import Deadline, deadline

SIZE = 50
STATES = ("overdue", "missed", "due", "upcoming", "done", "done-late", "waived", "not-applicable")
URGENT = frozenset({"due", "upcoming"})
WRONG = frozenset({"missed", "overdue"})
SORTS = ("period", "due", "duty", "state")


class Owed(NamedTuple):
    """One entry of the ledger, named for people. ``first`` is the first day of its period or its day, to sort by."""

    entry: duty_ledger.DutyEntry
    state: str
    label: str
    holder: PartyLink
    people: list[PartyLink]
    period: str
    due: str
    done: str
    cites: list[Cite]
    layer: str
    first: str


@get("/t/{tenant:str}/duties")
@showing
def duties(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what is and was owed."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        query = visit.query
        everything = owed(visit)
        parties = dict.fromkeys(p.id for row in everything for p in (row.holder, *row.people))
        clauses = sorted({cite.id for row in everything for cite in row.cites}, key=natural)
        of, state = query.choice("of", parties.keys() | visit.day.all.persons), query.choice("state", STATES)
        clause, sort = query.choice("clause", clauses), query.choice("sort", SORTS, "period")
        known = sorted({row.entry.period for row in everything if row.entry.period}, key=lambda name: periods.parse(name).first)
        period = query.choice("period", known)
        ledger = owed(visit, of=of, clause=clause) if of or clause else everything
        ledger = [row for row in ledger if not period or row.entry.period == period]
        rows = [row for row in ledger if not state or row.state == state]
        filters: dict[str, Any] = {"of": of, "state": state, "clause": clause, "period": period}
        filters["sort"] = sort if sort != "period" else ""
        part = cut(visit, _sorted(rows, sort), SIZE, ("duties",), filters)
        return visit.render(
            "duties.html",
            "duties",
            shown=part,
            rows=_with_reasons(visit, part.items),
            narrowed=any((of, state, clause, period)),
            period_options=[(name, dates.period(visit.say, name)) for name in reversed(known)],
            counts=[(name, number) for name in STATES if (number := Counter(row.state for row in ledger)[name])],
            filters=filters | {"sort": sort},
            holders=sorted(((id, visit.names(id)) for id in parties), key=lambda pair: alphabetical(pair[1])),
            clause_options=[(id, visit.written(id)) for id in clauses],
            duty_states=[(row, visit.say("duty-state", row)) for row in STATES],
            sort_options=[(row, visit.say("duties", f"sort_{row}")) for row in SORTS],
        )


def owed(visit: Visit, of: str = "", clause: str = "") -> list[Owed]:
    """Return the ledger on the day shown, as far as the reader may see it."""
    entries = duty_ledger.entries(visit.tenant, visit.session, visit.shown, of=of, clause=clause)
    visible = duty_ledger.visible_to(visit.authority)
    return [_owed(visit, entry) for entry in entries if visible(entry)]


def _owed(visit: Visit, entry: duty_ledger.DutyEntry) -> Owed:
    say = visit.say
    return Owed(
        entry,
        entry.state,
        say.of(entry.label) or entry.duty,
        visit.party(entry.holder),
        [person for person in visit.parties(entry.holders) if person.id != entry.holder],
        dates.period(say, entry.period) if entry.period else "",
        visit.date(entry.due_on),
        visit.date(entry.done_on),
        visit.cites(entry.cites),
        entry.layer,
        _first(entry),
    )


def _first(entry: duty_ledger.DutyEntry) -> str:
    day: date | None = periods.parse(entry.period).first if entry.period else entry.due_on
    return day.isoformat() if day else "9999"


def _sorted(rows: list[Owed], sort: str) -> list[Owed]:
    if sort == "due":
        return sorted(rows, key=lambda row: (row.entry.due_on is None, row.entry.due_on or date.max))
    if sort == "duty":
        return sorted(rows, key=lambda row: (alphabetical(row.label), row.first))
    if sort == "state":
        return sorted(rows, key=lambda row: (STATES.index(row.state), row.first))
    return rows


class Raised(NamedTuple):
    """The event that raised a duty: its day, and its record, as far as the reader may see it."""

    day: date
    ref: str
    href: str


class LedgerLine(NamedTuple):
    """An entry with what raised it and why it is due when it is."""

    owed: Owed
    raised: Raised | None
    why: Deadline


def _with_reasons(visit: Visit, rows: Sequence[Owed]) -> list[LedgerLine]:
    raised = _raised(visit, [row.entry for row in rows])
    lines = []
    for row in rows:
        event = raised.get(row.entry.event)
        lines.append(LedgerLine(row, event, deadline(visit, row.entry, event.day if event else None)))
    return lines


def _raised(visit: Visit, entries: list[duty_ledger.DutyEntry]) -> dict[int, Raised]:
    """Return by number the events that raised these duties."""
    numbers = sorted({entry.event for entry in entries if entry.event})
    event = Event.__table__.c
    mine = (event.tenant_id == visit.tenant.id, event.seq.in_(numbers))
    query = select(event.seq, event.at, event.type, event.record_id, event.body).where(*mine)
    rows = visit.session.connection().execute(query).all()
    seen, found = visibility.seen(visit.authority, ((row.type, row.record_id) for row in rows)), {}
    for row in rows:
        ref = (decode(row.body).ref or row.record_id) if (row.type, row.record_id) in seen else ""
        href = visit.links.record(row.type, ref) if ref else ""
        found[row.seq] = Raised(visit.tenant.snapshot.local(row.at), ref, href)
    return found


def natural(id: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts clause ids as people count: 2.1 before 10.1."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in id.replace(":", ".").split("."))
