"""The log: who did what, in which capacity, by which clause."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from steerco.i18n import alphabetical
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.events import Wanted, latest
from steerco.web.pages.frame.visit import only_if, visiting
from steerco.web.pages.reading.ask import acts

SIZE = 40
LAST = 2**62
SORTS = ("newest", "oldest")


@get("/t/{tenant:str}/log")
@showing
def log(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Events, newest first from ``before`` on, or oldest first from ``after`` on."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        query, types = visit.query, visit.tenant.snapshot.types
        person, action = query.choice("person", visit.day.all.persons), query.choice("action", acts(visit))
        type, clause = query.choice("type", types), query.choice("clause", visit.regime.clauses)
        since, sort = query.day("from"), query.choice("sort", SORTS, "newest")
        oldest = sort == "oldest"
        cursor = "after" if oldest else "before"
        at = query.number(cursor, 0, LAST)
        begin = datetime.combine(since, time(0), visit.tenant.snapshot.settings.zone) if since else None
        until = visit.midnight_after() if visit.explicit else None
        selection = Wanted(0 if oldest else at, until, begin, person, action, type, "", clause, at if oldest else None)
        events, more = latest(visit, selection, SIZE)
        filters: dict[str, Any] = {
            "person": person,
            "action": action,
            "type": type,
            "clause": clause,
            "from": since.isoformat() if since else "",
            "sort": sort if oldest else "",
        }
        return visit.render(
            "log.html",
            "log",
            events=events,
            looked=more if len(events) < SIZE else 0,
            oldest=oldest,
            further=visit.links.to("log", **filters, **{cursor: more}) if more else "",
            start=visit.links.to("log", **filters) if at else "",
            filters=filters,
            since=visit.day_field("from", since),
            sort_options=[(sort_key, visit.say("log", f"sort_{sort_key}")) for sort_key in SORTS],
            persons=visit.names.persons(),
            actions=sorted(((id, visit.say("action", id)) for id in acts(visit)), key=lambda pair: alphabetical(pair[1])),
            types=[(name, visit.say("types", name)) for name in types],
            clause_options=[(id, visit.written(id)) for id in visit.regime.clauses],
        )
