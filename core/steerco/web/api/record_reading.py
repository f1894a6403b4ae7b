"""Records as they are read over HTTP: lists, one record today or on a past day, its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from steerco.kernel import view, visibility
from steerco.policy.line import READ
from steerco.records import NotFound, Record
from steerco.web.api import bulk_reading, lists, shapes
from steerco.web.api.expanding import EXPANSIONS, Expanded, expanded
from steerco.web.api.past_reading import check_list_then, check_past, list_then, record_then
from steerco.web.http.auth import entered
from steerco.web.http.downloads import download
from steerco.web.http.list_forms import form_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading


@get("/{type:str}")
async def list_records(request: Anywhere, tenant: FromPath[str], type: FromPath[str]) -> Response[bytes] | Stream:
    """A page of the records of a type that the caller may see; or all of them, line by line, where ``Accept`` asks for that."""
    if (form := form_of(request)) is not None:
        return await bulk_reading.whole_list(request, tenant, type, form)
    answer: Response[bytes] = await request.app.state.crews.reads.run(_list_records, request=request, tenant=tenant, type=type)
    return answer


def _list_records(request: Anywhere, tenant: str, type: str) -> Response[bytes]:
    params = QueryParams(request)
    with entered(request, tenant, params.name("capacity")) as caller:
        caller.must(READ)
        kind = caller.type(type)
        authority = caller.authority()
        on, expand = params.day("at"), params.choice("expand", EXPANSIONS)
        query = lists.parse(params, kind, authority)
        if check_past(authority, on, {"fields": bool(query.fields), "expand": bool(expand)}) and on is not None:
            check_list_then(kind, query)
            then = list_then(authority, kind, query, on)
            return tagged(request, then, headers=_next_link(request, then.next))
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
        past = check_past(authority, on, {"fields": bool(fields), "expand": bool(expand)})
        record = visible_record(authority, kind, id)
        if past and on is not None:
            return tagged(request, record_then(authority, record, on))
        content = view.seen(authority, record)
        if fields:
            content = {name: content[name] for name in ("id", "type", *fields)}
        if expand:
            content["expanded"] = expanded(authority, kind, [content])
    return tagged(request, content, record.version)


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
        params.no_day("files-do-not-change")
        params.done()
        caller.must(READ)
        authority = caller.authority()
        return download(request.headers, authority, visible_record(authority, caller.type(type), id), digest, file_name)


ROUTES = (list_records, read_record, read_file)
