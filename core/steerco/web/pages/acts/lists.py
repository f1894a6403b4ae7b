"""Lists of records of any type, and the index of all types."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.kernel import visibility
from steerco.kernel.places import place_of
from steerco.records import Record
from steerco.store.listing import BadCursor, Filter, Order, TooMany
from steerco.store.listing import Page as Found
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.acts.own_pages import OWN_LISTS
from steerco.web.pages.acts.related import pointers
from steerco.web.pages.acts.rows import columns_of, day_field, is_timed, party_field, row_of
from steerco.web.pages.acts.standing import address, verb
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

SIZE = 20
NARROWING = ("state", "kind", "party", "from", "until")
SORTS = {"newest": Order("id", True), "oldest": Order("id"), "changed": Order("changed_at", True), "state": Order("state")}


class TypeCount(NamedTuple):
    """A type of record on the index: how many of them the reader sees."""

    label: str
    href: str
    number: str


class Chosen(NamedTuple):
    """What narrows a list: the values as the address has them, the conditions, and what they say in words."""

    params: dict[str, Any]
    filters: list[Filter]
    words: list[str]


@get("/t/{tenant:str}/records")
@showing
def types(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every type of which the reader sees a record, or may make one."""
    with visiting(request, tenant) as visit:
        every = [(kind, *visibility.count(visit.authority, kind)) for kind in visit.tenant.snapshot.types.values()]
        shown = [_type_count(visit, *each) for each in every if each[1] or visit.reader is None or _makes(visit, each[0])]
        return visit.render("acts/types.html", "records", kept=shown)


def _type_count(visit: Visit, kind: type[Record], number: int, whole: bool) -> TypeCount:
    say, name = visit.say, kind.record_type
    told = str(number) if whole else say("list", "more_than", number=number)
    return TypeCount(say("types", name), visit.links.to("records", name), told)


@get("/t/{tenant:str}/records/{type:str}")
@showing
def records(request: Anywhere, tenant: FromPath[str], type: FromPath[str]) -> Response[bytes]:
    """The records of a type that the reader sees, page by page."""
    with visiting(request, tenant) as visit:
        own = OWN_LISTS.get(type) if type in visit.tenant.snapshot.types else None
        return own(visit) if own else list_page(visit, type)


def list_page(visit: Visit, type: str, template: str = "acts/records.html", **more: Any) -> Response[bytes]:
    """Return the list of a type, narrowed as the address says; ``more`` is what another ``template`` shows beside it."""
    kind = visit.tenant.snapshot.types.get(type)
    if kind is None:
        raise nothing_here()
    query, say = visit.query, visit.say
    sorts = sorts_of(kind)
    sort, after = query.choice("sort", sorts, "newest"), query.text("after", 2000)
    chosen = _chosen(visit, kind)
    page, after = _page(visit, kind, after, sorts[sort], chosen.filters)
    number, whole = visibility.count(visit.authority, kind, chosen.filters)
    kept = {**chosen.params, "sort": sort if sort != "newest" else ""}
    return visit.render(
        template,
        "task" if type == "task" else "meeting" if type == "meeting" else "records",
        type=type,
        label=say("types", type),
        listed=[row_of(visit, kind, row) for row in page.rows],
        number=str(number) if whole else say("list", "more_than", number=number),
        narrowed=chosen.words,
        older=visit.links.to("records", type, **kept, after=page.after) if page.after else "",
        start=visit.links.to("records", type, **kept) if after else "",
        chosen={**dict.fromkeys(NARROWING, ""), **chosen.params, "sort": sort},
        states=[(item, say.state(type, item)) for item in kind.states],
        kinds=[(item, say("kind", item)) for item in kind.kinds],
        party=say("field", party_field(kind).rstrip("_")) if party_field(kind) else "",
        parties=parties_of(visit) if party_field(kind) else [],
        day=say("field", day_field(kind).rstrip("_")) if day_field(kind) else "",
        timed=is_timed(kind),
        sorts=[(item, _sort_label(visit, item)) for item in sorts],
        makes=_makes(visit, kind),
        **more,
    )


def parties_of(visit: Visit) -> list[tuple[str, str]]:
    """Return those whom a list can be narrowed to: the charter's own, and people and agencies that the reader sees."""
    return [each for _, group in party_groups(visit) for each in group]


def party_groups(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the same in groups: (key of the group, [(id, name)])."""
    types, own = visit.tenant.snapshot.types, {"people": "person", "agencies": "agency", "offices": "office"}
    found = []
    for key, group in visit.names.parties():
        hides = key in own and not visibility.sees_whole(visit.authority, types[own[key]])
        seen = visibility.among(visit.authority, types[own[key]], [id for id, _ in group]) if hides else None
        found.append((key, [(id, name) for id, name in group if seen is None or id in seen]))
    return [each for each in found if each[1]]


def sorts_of(kind: type[Record]) -> dict[str, Order]:
    """Return the orders of a list: the common ones, and those along which lists of the type run (``listed_by``)."""
    own = [columns[-1] for columns in kind.listed_by if columns[-1] not in ("changed_at", "created_at", "state")]
    return SORTS | {column: Order(column) for column in own}


def _sort_label(visit: Visit, sort: str) -> str:
    return visit.say("records", f"sort_{sort}") if sort in SORTS else visit.say("field", sort.rstrip("_"))


def _chosen(visit: Visit, kind: type[Record]) -> Chosen:
    """Return what the address narrows the list to: state, kind, party, days, a record that they belong to."""
    query, say, type = visit.query, visit.say, kind.record_type
    chosen = Chosen({}, [], [])

    def narrow(name: str, value: str, column: str, words: str) -> None:
        if value:
            chosen.params[name] = value
            chosen.filters.append(Filter(column, "eq", value))
            chosen.words.append(words)

    state, own = query.choice("state", kind.states), query.choice("kind", kind.kinds)
    narrow("state", state, "state", say.state(type, state))
    narrow("kind", own, "kind", say("kind", own))
    if field := party_field(kind):
        party = query.text("party", 80)
        name = dict(parties_of(visit)).get(party, party) if party else ""  # nobody is named whom the reader does not see
        narrow("party", party, field, f"{say('field', field.rstrip('_'))}: {name}")
    if field := day_field(kind):
        _days(visit, kind, field, chosen)
    _belonging(visit, kind, chosen)
    return chosen


def _days(visit: Visit, kind: type[Record], field: str, chosen: Chosen) -> None:
    """Narrow the list to days, the last one included."""
    zone = visit.tenant.snapshot.settings.zone
    timed = issubclass(kind.stored()[field].type.python_type, datetime)
    for name, op in (("from", "gte"), ("until", "lte")):
        day = visit.query.day(name)
        if day is None:
            continue
        chosen.params[name] = visit.query.text(name)
        chosen.words.append(visit.say("acts.list", name, day=visit.date(day)))
        at: Any = day
        if timed:
            at = datetime(day.year, day.month, day.day, tzinfo=zone)
            at += timedelta(days=1) - timedelta(microseconds=1) if op == "lte" else timedelta(0)
        chosen.filters.append(Filter(field, op, at))  # type: ignore[arg-type]  # one of the two above


def _belonging(visit: Visit, kind: type[Record], chosen: Chosen) -> None:
    """Narrow the list to those that belong to one record, which the reader sees."""
    for to in visit.tenant.snapshot.types.values():
        for field in pointers(kind, to.record_type):
            named = visit.query.text(field, 80)
            if not named or field in chosen.params:
                continue
            if (item := visibility.find(visit.authority, to, named)) is not None:
                chosen.params[field] = item.ref
                chosen.filters.append(Filter(field, "eq", item.id))
                chosen.words.append(f"{visit.say('type', to.record_type)} {item.ref}")


def _page(visit: Visit, kind: type[Record], after: str, order: Order, filters: list[Filter]) -> tuple[Found, str]:
    """Return the page after a cursor; the first one where the cursor is not of this list."""
    names, authority = columns_of(kind), visit.authority
    try:
        return visibility.page(authority, kind, names, after or None, SIZE, order, filters), after
    except BadCursor:
        visit.query.errors["after"] = ("bad_page", {})
        return visibility.page(authority, kind, names, None, SIZE, order, filters), ""
    except TooMany:
        visit.query.errors["sort"] = ("too_many", {})
        return visibility.page(authority, kind, names, None, SIZE, SORTS["newest"], filters), ""


def _makes(visit: Visit, kind: type[Record]) -> list[tuple[str, str]]:
    """Return the acts by which the reader may make a record of the type (label, address)."""
    if visit.reader is None:
        return []
    made = [place_of(visit.authority, action, visit.now) for action in kind.acts().values() if action.creates]
    return [(verb(visit, each.action.id), address(visit, each.action, None)) for each in made if each.place in ("ready", "input")]
