"""Records as they are read over HTTP: lists, one record today or on a past day, its files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from steerco.kernel import view, visibility
from steerco.kernel.authority import Authority
from steerco.kernel.past import Past, as_of
from steerco.policy.line import READ
from steerco.records import NotFound, Reason, Record, reason
from steerco.web.api import bulk_reading, lists, shapes
from steerco.web.api.expanding import EXPANSIONS, Expanded, expanded
from steerco.web.http.auth import entered
from steerco.web.http.downloads import download
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading


@get("/{type:str}")
async def list_records(request: Anywhere, tenant: FromPath[str], type: FromPath[str]) -> Response[bytes] | Stream:
    """A page of the records of a type that the caller may see; or all of them, line by line, where ``Accept`` asks for that."""
    if (form := bulk_reading.form_of(request)) is not None:
        return await bulk_reading.whole_list(request, tenant, type, form)
    answer: Response[bytes] = await request.app.state.crews.reads.run(_list_records, request=request, tenant=tenant, type=type)
    return answer


def _list_records(request: Anywhere, tenant: str, type: str) -> Response[bytes]:
    params = QueryParams(request)
    with entered(request, tenant, params.name("capacity")) as caller:
        caller.must(READ)
        kind = caller.type(type)
        authority = caller.authority()
        params.today_only("as-of-today")
        expand = params.choice("expand", EXPANSIONS)
        query = lists.parse(params, kind, authority)
        page = lists.listed(authority, kind, query)
        rows = [dict(zip(page.chosen, row, strict=False)) for row in page.rows] if expand else []
        told = expanded(authority, kind, rows) if expand else msgspec.UNSET
    items = shapes.items(kind, page, query.fields)
    return tagged(request, RecordPage(items, page.after, told), headers=_next_link(request, page.after))


class RecordPage(msgspec.Struct, frozen=True):
    """A page of a list; of which items is the list's to know (``shapes.page``)."""

    items: list[Any]
    next: str | None
    expanded: Expanded = msgspec.UNSET


class Selected(msgspec.Struct, frozen=True):
    """A page of a list of which some values were asked for (``fields``): in each item its ``id``, its ``type``, and those."""

    items: list[dict[str, Any]]
    next: str | None
    expanded: Expanded = msgspec.UNSET


class RecordThen(msgspec.Struct, frozen=True):
    """A record at the end of a day, as the log has it: its short values, neither long texts nor parts."""

    type: str
    id: str
    ref: str
    on: date
    state: str
    version: int
    values: dict[str, Any]


def _next_link(request: Anywhere, after: str | None) -> dict[str, str]:
    """Return the address of the next page (RFC 8288)."""
    if after is None:
        return {}
    parameters = [
        part for part in request.scope["query_string"].decode("ascii").split("&") if part and not part.startswith("after=")
    ]
    return {"Link": f'<{quote(request.url.path)}?{"&".join([*parameters, f"after={after}"])}>; rel="next"'}


@get("/{type:str}/{id:str}")
@reading
def read_record(request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """One record with its parts, by id or by the reference that people see."""
    params = QueryParams(request)
    with entered(request, tenant, params.name("capacity")) as caller:
        caller.must(READ)
        kind = caller.type(type)
        fields = lists.fields_of(params, {*lists.columns_of(kind), *kind.parts()})
        on, expand = params.day("at"), params.choice("expand", EXPANSIONS)
        params.done()
        authority = caller.authority()
        _check_past(authority, on, {"fields": bool(fields), "expand": bool(expand)})
        record = visible_record(authority, kind, id)
        if on is not None and on < authority.today:
            return tagged(request, _record_then(authority, record, on))
        content = view.seen(authority, record)
        if fields:
            content = {name: content[name] for name in ("id", "type", *fields)}
        if expand:
            content["expanded"] = expanded(authority, kind, [content])
    return tagged(request, content, record.version)


def _check_past(authority: Authority, on: date | None, given: dict[str, bool]) -> None:
    """Check that a record is asked for as of today or a day before, and then whole. Raises ``RequestError``."""
    wrong: dict[str, Reason] = {}
    if on is not None and on > authority.today:
        wrong["at"] = reason("too-far-ahead", furthest=authority.today)
    if on is not None:
        wrong |= {name: reason("not-with-at") for name, there in given.items() if there}
    if wrong:
        raise RequestError(422, "bad-parameter", fields=wrong)


def _record_then(authority: Authority, record: Record, on: date) -> RecordThen:
    """Return a record as it stood at the end of a day. Raises ``NotFound`` where it was not there yet."""
    midnight = datetime.combine(on + timedelta(days=1), time(0), authority.tenant.snapshot.settings.zone)
    past = as_of(authority, record, midnight)
    if past is None:
        seen = view.seen(authority, record)
        values = {name: seen[name] for name in view.fields(record) if name in seen}
        past = Past(record.standing(on), record.version, values | {"state": record.standing(on)})
    if not past.state:
        raise NotFound(record.record_type)
    values = {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in past.values.items()}
    return RecordThen(record.record_type, record.id, record.ref, on, past.state, past.version, values)


def visible_record(authority: Any, kind: type[Record], id: str) -> Record:
    """Return the record, if the caller may see it. Raises ``NotFound``, the same for one that is not there."""
    record = visibility.find(authority, kind, id)
    if record is None:
        raise NotFound(kind.record_type)
    return record


@get("/{type:str}/{id:str}/files/{digest:str}")
@reading
def read_file(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], digest: FromPath[str]
) -> Response[bytes]:
    """A file of a record that the caller may see: always as an attachment, never as something that a browser would run. Where
    several have the same content, ``name`` says which."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        file_name = params.one("name")
        params.done()
        caller.must(READ)
        authority = caller.authority()
        return download(request.headers, authority, visible_record(authority, caller.type(type), id), digest, file_name)


ROUTES = (list_records, read_record, read_file)
