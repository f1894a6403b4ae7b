"""Records: how many of each type, the list of one type, one record with its history."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel import visibility
from steerco.kernel.view import shown
from steerco.records import Record
from steerco.store.listing import BadCursor, Filter, Order, TooMany
from steerco.store.listing import Page as Found
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.events import Wanted, latest
from steerco.web.pages.frame.past import as_of
from steerco.web.pages.frame.values import UNSHOWN, Pair, pairs, title_of
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

SIZE = 40
HISTORY = 100
SORTS = {"newest": Order("id", True), "oldest": Order("id"), "changed": Order("changed_at", True), "state": Order("state")}


class TypeCount(NamedTuple):
    """A type of record on the index; ``all_counted`` is false where there are more than were counted."""

    label: str
    href: str
    number: int
    all_counted: bool
    states: list[str]
    acts: list[str]


class RecordRow(NamedTuple):
    """One record of a list."""

    ref: str
    href: str
    title: str
    kind: str
    state: str
    state_id: str
    body: str
    author: str
    created: str
    changed: str


class RecordTable(NamedTuple):
    """A part of a record: rows with the same columns."""

    label: str
    columns: list[str]
    rows: list[list[Any]]


@get("/t/{tenant:str}/records")
@showing
def types(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every type with what can be done to it."""
    with visiting(request, tenant) as visit:
        return visit.render(
            "types.html", "records", kept=[_type_count(visit, type) for type in visit.tenant.snapshot.types.values()]
        )


def _type_count(visit: Visit, type: type[Record]) -> TypeCount:
    say = visit.say
    number, whole = visibility.count(visit.authority, type)
    states = [say.state(type.record_type, state) for state in type.states]
    acts = [say("action", action.id) for action in type.acts().values()]
    return TypeCount(say("types", type.record_type), visit.links.to("records", type.record_type), number, whole, states, acts)


@get("/t/{tenant:str}/records/{type:str}")
@showing
def records(request: Anywhere, tenant: FromPath[str], type: FromPath[str]) -> Response[bytes]:
    """The records of a type, page by page."""
    with visiting(request, tenant) as visit:
        record_type = _type(visit, type)
        query = visit.query
        state, kind = query.choice("state", record_type.states), query.choice("kind", record_type.kinds)
        body = query.choice("body", [item.id for item in visit.regime.charter.bodies])
        sort, after = query.choice("sort", SORTS, "newest"), query.text("after", 2000)
        chosen = {"state": state, "kind": kind, "body": body}
        page, after = _page(visit, record_type, after, sort, [Filter(n, "eq", v) for n, v in chosen.items() if v])
        number, whole = visibility.count(visit.authority, record_type, [Filter(n, "eq", v) for n, v in chosen.items() if v])
        filters: dict[str, Any] = {**chosen, "sort": sort if sort != "newest" else ""}
        say = visit.say
        return visit.render(
            "records.html",
            "records",
            type=type,
            label=say("types", type),
            listed=[_record_row(visit, record_type, row) for row in page.rows],
            number=number if whole else say("list", "more_than", number=number),
            older=visit.links.to("records", type, **filters, after=page.after) if page.after else "",
            start=visit.links.to("records", type, **filters) if after else "",
            filters={**filters, "sort": sort},
            states=[(item, say.state(type, item)) for item in record_type.states],
            kinds=[(item, say("kind", item)) for item in record_type.kinds],
            bodies=[(item.id, visit.names(item.id)) for item in visit.regime.charter.bodies],
            sort_options=[(item, say("records", f"sort_{item}")) for item in SORTS],
        )


def _type(visit: Visit, name: str) -> type[Record]:
    record_type = visit.tenant.snapshot.types.get(name)
    if record_type is None:
        raise nothing_here()
    return record_type


def _page(visit: Visit, type: type[Record], after: str, sort: str, filters: list[Filter]) -> tuple[Found, str]:
    """Return the page after a cursor; the first one where the cursor is not of this list."""
    names = [column.name for column in type.__table__.columns if column.name != "tenant_id"]
    order = SORTS[sort]
    try:
        return visibility.page(visit.authority, type, names, after or None, SIZE, order, filters), after
    except BadCursor:
        visit.query.errors["after"] = ("bad_page", {})
        return visibility.page(visit.authority, type, names, None, SIZE, order, filters), ""
    except TooMany:
        visit.query.errors["sort"] = ("too_many", {})
        return visibility.page(visit.authority, type, names, None, SIZE, SORTS["newest"], filters), ""


def _record_row(visit: Visit, type: type[Record], row: Any) -> RecordRow:
    fields = dict(row._mapping)
    say, kind = visit.say, fields.get("kind") or ""
    return RecordRow(
        fields["ref"],
        visit.links.record(type.record_type, fields["ref"]),
        title_of(visit, type.record_type, fields),
        say("kind", kind) if kind else "",
        say.state(type.record_type, fields["state"]),
        fields["state"],
        visit.names(fields["body"]) if fields["body"] else "",
        visit.names(fields["author"]),
        visit.time(fields["created_at"]),
        visit.time(fields["changed_at"]),
    )


@get("/t/{tenant:str}/records/{type:str}/{id:str}")
@showing
def record(request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """One record: its values, its parts, what its state lets be done, its history; as the log has it on a day of the past."""
    with visiting(request, tenant) as visit:
        record_type = _type(visit, type)
        item = visibility.find(visit.authority, record_type, id)
        if item is None:
            raise nothing_here()
        past = as_of(visit, item)
        content = past.values if past else shown(visit.tenant, visit.session, item, visit.shown)
        parts = {} if past else {name: content.pop(name) for name in record_type.parts()}
        state = past.state if past else item.state
        before = visit.query.number("before", 0, 2**62)
        until = visit.midnight_after() if past else None
        history, more = latest(visit, Wanted(before, until, record=item.id, type=type), HISTORY)
        return visit.render(
            "record.html",
            "records",
            type=type,
            type_label=visit.say("type", type),
            record=item,
            past=past,
            today=visit.links.to("records", type, item.ref, on=visit.today.isoformat()),
            version=past.version if past else item.version,
            state_id=state,
            state=visit.say.state(type, state) if state else "",
            title=title_of(visit, type, content),
            values=[*_shown_values(visit, type, content)],
            tables=[table for name, rows in parts.items() if rows and (table := _table(visit, type, name, rows))],
            history=history,
            older=visit.links.to("records", type, item.ref, before=more) if more else "",
            next_acts=_next(visit, record_type, item, state),
        )


def _shown_values(visit: Visit, type: str, content: dict[str, Any]) -> list[Pair]:
    return pairs(visit, type, {name: value for name, value in content.items() if name not in UNSHOWN})


def _table(visit: Visit, type: str, name: str, rows: list[dict[str, Any]]) -> RecordTable | None:
    """Return a part as a table of those columns in which some row has a value."""
    columns = [c for c in rows[0] if c not in UNSHOWN and any(row.get(c) not in (None, "", []) for row in rows)]
    if not columns:
        return None
    from steerco.web.pages.frame.values import value_of

    cells = [[value_of(visit, type, column, row.get(column)) for column in columns] for row in rows]
    return RecordTable(visit.say("field", name), [visit.say("field", column) for column in columns], cells)


def _next(visit: Visit, type: type[Record], item: Record, state: str) -> list[tuple[str, str]]:
    """Return the acts that the state allows, each with the question who may."""
    return [
        (visit.say("action", action.id), visit.links.to("ask", do=action.id, record=item.ref))
        for action in type.acts().values()
        if state in action.states
    ]
