"""The page of one record, of any type: where it stands, what may be done, what it holds, what belongs to it, its history."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel import visibility
from steerco.kernel.past import Past, as_of
from steerco.records import NotFound, Record
from steerco.records.course import main_line
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.acts.done import done_of
from steerco.web.pages.acts.own_pages import own_page
from steerco.web.pages.acts.related import related
from steerco.web.pages.acts.rows import OWN
from steerco.web.pages.acts.standing import acts_of
from steerco.web.pages.frame.events import Wanted, latest
from steerco.web.pages.frame.values import UNSHOWN, Pair, pairs, title_of, value_of
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

HISTORY = 20
SHORT_LINE = 3
"""Fewer states than this are no course of steps."""
ABOUT = ("author", "created_at", "body")
"""Who made it, when, for which body: told after everything else."""


class RecordTable(NamedTuple):
    """A part of a record: rows with the same columns."""

    label: str
    columns: list[str]
    rows: list[list[Any]]


@get("/t/{tenant:str}/records/{type:str}/{id:str}")
@showing
def record(request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """One record as its reader may see it; as the log has it on a day of the past, and then without anything to do."""
    with visiting(request, tenant) as visit:
        item = found(visit, type, id)
        past = _past(visit, item) if visit.explicit else None
        content = past.values if past else visit.content(item)
        parts = {} if past else {name: content.pop(name) for name in item.parts()}
        state = past.state if past else item.state
        before = visit.query.number("before", 0, 2**62)
        until = visit.midnight_after() if past else None
        history, more = latest(visit, Wanted(before, until, record=item.id, type=type, read=True), HISTORY)
        today = visit.shown == visit.today or not visit.explicit
        template, own = ("acts/record.html", {}) if past else own_page(visit, item)
        title, told = title_of(visit, type, content) or visit.say("type", type), own.get("told", ())
        return visit.render(
            template,
            "task" if type == "task" else "meeting" if type == "meeting" else "records",
            type=type,
            record=item,
            past=past,
            as_today=visit.links.to("records", type, item.ref, on=""),
            state_id=state,
            state=visit.say.state(type, state) if state else "",
            title=title,
            steps=steps_of(visit, item, state),
            acts=acts_of(visit, item) if today else None,
            done=None if past else done_of(visit),
            values=values_of(visit, type, content, title, *told),
            about=[
                Pair(visit.say("field", name), value)
                for name in ABOUT
                if (value := value_of(visit, type, name, content.get(name)))
            ],
            tables=[table for name, rows in parts.items() if rows and (table := table_of(visit, type, name, rows))],
            related=[] if past or "beside" in own else [*related(visit, item)],
            history=history,
            older=visit.links.to("records", type, item.ref, before=more) if more else "",
            **own,
        )


def _past(visit: Visit, item: Record) -> Past | None:
    """Return the record at the end of the day shown; None where it has not changed since. Raises ``RequestError``."""
    try:
        return as_of(visit.authority, item, visit.midnight_after())
    except NotFound:
        raise nothing_here() from None


def found(visit: Visit, type: str, id: str) -> Record:
    """Return the record, if its reader may see it. Raises ``RequestError``, the same for one that is not there."""
    kind = visit.tenant.snapshot.types.get(type)
    item = visibility.find(visit.authority, kind, id) if kind is not None else None
    if item is None:
        raise nothing_here()
    return item


def steps_of(visit: Visit, item: Record, state: str) -> list[tuple[str, str]]:
    """Return the states of a record's main line in words, each past, now or next; none for a record that has left it."""
    line = main_line(type(item))
    if len(line) < SHORT_LINE or state not in line:
        return []
    here = line.index(state)
    places = ("past" if at < here else "now" if at == here else "next" for at in range(len(line)))
    prefix = visit.say("acts.record", "step_prefix")  # of states that are named by what was done: a step may be still to come
    texts = (visit.say.state(item.record_type, each).removeprefix(prefix) for each in line)
    return [*zip(texts, places, strict=True)]


def values_of(visit: Visit, type: str, content: dict[str, Any], title: str = "", *told: str) -> list[Pair]:
    """Return a record's own values in words: those left out that are empty, are its ``title``, or are ``told`` elsewhere."""
    own = {name: value for name, value in content.items() if name not in UNSHOWN | OWN and name not in told}
    return [pair for pair in pairs(visit, type, own) if pair.value.text != title or not title]


def table_of(visit: Visit, type: str, name: str, rows: list[dict[str, Any]]) -> RecordTable | None:
    """Return a part as a table of those columns in which some row has a value."""
    columns = [c for c in rows[0] if c not in UNSHOWN | {"digest"} and any(row.get(c) not in (None, "", []) for row in rows)]
    if not columns:
        return None
    cells = [[value_of(visit, type, column, row.get(column)) for column in columns] for row in rows]
    return RecordTable(visit.say("field", name), [visit.say("field", column) for column in columns], cells)
