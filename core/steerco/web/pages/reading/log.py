"""The log: who did what, in which capacity, for whom, by which clause; as a page, and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from steerco.following import feed
from steerco.i18n import alphabetical
from steerco.web.http.downloads import attachment
from steerco.web.http.problems import Anywhere
from steerco.web.http.spreadsheet import MEDIA, csv_lines
from steerco.web.http.worker_pool import WorkerPool, showing
from steerco.web.pages.frame.events import EventRow, Wanted, fitting, happened, latest
from steerco.web.pages.frame.values import ShownValue
from steerco.web.pages.frame.visit import Visit, only_if, visiting
from steerco.web.pages.reading.ask import acts

SIZE = 30
"""Events on a page: with more a page of long inputs is heavier than 100 KB."""
LAST = 2**62
SORTS = ("newest", "oldest")
AT_ONCE = 2000
"""The number of events that are looked at for one piece of the file."""
BOM = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""
COLUMNS = (
    *("seq", "at", "recorded_at", "who", "capacity", "acting_for", "entered_for", "paper"),
    *("act", "type", "record", "state", "clauses", "input"),
)


class Narrowed(NamedTuple):
    """The filters of the address: as they are asked of the log, and as a page's links and fields have them."""

    selection: Wanted
    filters: dict[str, Any]


def _narrowed(visit: Visit) -> Narrowed:
    query, zone = visit.query, visit.tenant.snapshot.settings.zone
    person, action = query.choice("person", visit.day.all.persons), query.choice("action", acts(visit))
    type, clause = query.choice("type", visit.tenant.snapshot.types), query.choice("clause", visit.regime.clauses)
    since, until = query.day("from"), query.day("to")
    if since and until and until < since:
        query.errors["to"] = ("bad_period", {})
        until = None
    last = until or (visit.shown if visit.explicit else None)
    selection = Wanted(
        until=datetime.combine(last + timedelta(days=1), time(0), zone) if last else None,
        since=datetime.combine(since, time(0), zone) if since else None,
        person=person,
        action=action,
        type=type,
        clause=clause,
    )
    days = {"from": since.isoformat() if since else "", "to": until.isoformat() if until else ""}
    return Narrowed(selection, {"person": person, "action": action, "type": type, "clause": clause, **days})


@get("/t/{tenant:str}/log")
@showing
def log(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Events, newest first from ``before`` on, or oldest first from ``after`` on."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        query, say = visit.query, visit.say
        selection, filters = _narrowed(visit)
        oldest = query.choice("sort", SORTS, "newest") == "oldest"
        cursor = "after" if oldest else "before"
        at = query.number(cursor, 0, LAST)
        selection = selection._replace(after=at) if oldest else selection._replace(before=at)
        events, more = latest(visit, selection, SIZE)
        as_file = visit.links.to("log.csv", **filters)
        filters["sort"] = "oldest" if oldest else ""
        return visit.render(
            "log.html",
            "log",
            events=events,
            looked=more if len(events) < SIZE else 0,
            oldest=oldest,
            further=visit.links.to("log", **filters, **{cursor: more}) if more else "",
            start=visit.links.to("log", **filters) if at else "",
            filters=filters,
            days={name: visit.day_field(name, query.day(name)) for name in ("from", "to")},
            as_file=as_file,
            sort_options=[(sort_key, say("log", f"sort_{sort_key}")) for sort_key in SORTS],
            persons=visit.names.persons(),
            actions=sorted(((id, say("action", id)) for id in acts(visit)), key=lambda pair: alphabetical(pair[1])),
            types=[(name, say("types", name)) for name in visit.tenant.snapshot.types],
            clause_options=[(id, visit.written(id)) for id in visit.regime.clauses],
        )


# The file


class Piece(NamedTuple):
    """A piece of the file, and the event after which the next one goes on (None: that was all)."""

    text: str
    after: int | None


@get("/t/{tenant:str}/log.csv")
async def log_csv(request: Anywhere, tenant: FromPath[str]) -> Stream:
    """The same events, oldest first, as comma-separated values: read and sent piece by piece, each as far as the reader may see
    it by then."""
    pool: WorkerPool = request.app.state.crews.pages
    begun: tuple[str, str, int] = await pool.run(_begin, request, tenant=tenant)
    head, name, end = begun

    async def pieces() -> AsyncIterator[bytes]:
        yield (BOM + head).encode()
        after: int | None = 0
        while after is not None:
            piece: Piece = await pool.run(_piece, request, tenant=tenant, after=after, end=end)
            yield piece.text.encode()
            after = piece.after

    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Stream(pieces(), media_type=MEDIA, headers=headers)


def _begin(request: Anywhere, tenant: str) -> tuple[str, str, int]:
    """Return the first line, the file's name, and the number of its last event. Raises what the page would: before anything is
    sent."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        name = f"log-{visit.tenant.snapshot.slug}-{visit.today:%Y-%m-%d}.csv"
        return csv_lines([[visit.say("reading.csv", column) for column in COLUMNS]]), name, feed.end(visit.session)


def _piece(request: Anywhere, tenant: str, after: int, end: int) -> Piece:
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        selection, last = _narrowed(visit).selection._replace(after=after), min(after + AT_ONCE, end)
        rows = [_cells(visit, row.at, happened(visit, row, body)) for row, body in fitting(visit, selection, 1, last)]
        return Piece(csv_lines(rows), last if last < end else None)


def _cells(visit: Visit, at: datetime, row: EventRow) -> list[str]:
    given = "; ".join(f"{pair.label}: {_text(pair.value)}" for pair in row.given)
    local = at.astimezone(visit.tenant.snapshot.settings.zone)
    who = row.who.name if row.who else ""
    people = [who, row.capacity, row.acting_for, row.entered_by, row.paper]
    acted = [row.action, row.type, row.record, row.state, "; ".join(cite.text for cite in row.because), given]
    return [str(row.seq), local.isoformat(timespec="seconds"), row.recorded, *people, *acted]


def _text(value: ShownValue) -> str:
    if value.parts:
        return ", ".join(_text(part) for part in value.parts)
    return ", ".join(f"{pair.label}: {_text(pair.value)}" for pair in value.pairs) if value.pairs else value.text
