"""A list as a whole: every record that the caller may see and the filters let through, as lines that are sent as they are read.

It is read page by page, each in a transaction of its own and by the token as it is then, so it takes the memory of one page
however long it is, and holds no writer up. What breaks it off (a token that was revoked, a configuration that changed the
columns) breaks the connection, so that no part is taken for the whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Response
from litestar.response import Stream

from steerco.policy.line import READ
from steerco.records import reason
from steerco.store.fair_lock import Busy
from steerco.web.api import lists, shapes
from steerco.web.api.past_reading import RecordsThen, RecordThen, check_list_then, check_past, list_then
from steerco.web.api.stream import LogEnds, token_of
from steerco.web.http import spreadsheet
from steerco.web.http.auth import entered
from steerco.web.http.downloads import attachment
from steerco.web.http.list_forms import FORMS, LINES
from steerco.web.http.passage import CURRENT
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams

AT_ONCE = 1000
"""The number of records that are read at once."""
PATIENCE = 30
"""How often a page is asked for again where the server is busy."""
OF_PAGES = ("limit", "after", "expand")
"""The parameters that a whole list, which has no pages, does not take."""
VARY = "Authorization, Accept, Accept-Language"
_line_by_line = msgspec.json.Encoder().encode_lines


class ListPiece(NamedTuple):
    """The lines of one page, the names of its values, and where the next one begins (None: that was all)."""

    lines: bytes
    names: tuple[str, ...]
    after: str | None


class ColumnsChanged(Exception):
    """The configuration has changed meanwhile, and with it the values that a list has."""


async def whole_list(request: Anywhere, tenant: str, type: str, form: str) -> Response[bytes] | Stream:
    """Return the answer that streams a list. Raises, before anything is sent, what a page of the list would."""
    run = request.app.state.crews.reads.run
    first: ListPiece = await run(_piece, request, tenant=tenant, type=type, form=form, after=None)
    ends: LogEnds = request.app.state.log_ends
    token = token_of()
    ends.check_room(tenant, token)
    headers = {"Content-Disposition": attachment(f"{type}.{FORMS[form]}"), "Vary": VARY}
    if (passage := CURRENT.get()) is not None and passage.method == "HEAD":
        return Response(b"", media_type=form, headers=headers)

    async def pieces() -> AsyncIterator[bytes]:
        piece = first
        with ends.listening(tenant, token) as turns:
            yield spreadsheet.csv_lines([piece.names]).encode() + piece.lines if form == spreadsheet.MEDIA else piece.lines
            while piece.after is not None:
                async with turns:
                    piece = await _next(request, piece, tenant=tenant, type=type, form=form)
                yield piece.lines

    return Stream(pieces(), media_type=form, headers=headers)


async def _next(request: Anywhere, before: ListPiece, **asked: str) -> ListPiece:
    """Return the piece after one; asked for again where the server is busy. Raises ``ColumnsChanged``."""
    for attempt in range(PATIENCE + 1):
        try:
            piece: ListPiece = await request.app.state.crews.reads.run(_piece, request, after=before.after, **asked)
            break
        except Busy as busy:
            if attempt == PATIENCE:
                raise
            await asyncio.sleep(busy.retry_after)
    if piece.names != before.names:
        raise ColumnsChanged
    return piece


def _piece(request: Anywhere, tenant: str, type: str, form: str, after: str | None) -> ListPiece:
    params = QueryParams(request)
    with entered(request, tenant, params.name("capacity")) as caller:
        caller.must(READ)
        kind, authority = caller.type(type), caller.authority()
        on = params.day("at")
        check_whole(params)
        query = lists.parse(params, kind, authority)._replace(limit=AT_ONCE, after=after)
        if check_past(authority, on, {"fields": bool(query.fields)}) and on is not None:
            check_list_then(kind, query)
            return _piece_then(list_then(authority, kind, query, on), form)
        page = lists.listed(authority, kind, query)
    names = (*(("id", *dict.fromkeys(each for each in query.fields if each != "id")) if query.fields else page.chosen), "type")
    if form == LINES:
        return ListPiece(_line_by_line(shapes.items(kind, page, query.fields)), names, page.after)
    rows = (dict(zip(page.chosen, row, strict=False)) | {"type": type} for row in page.rows)
    return ListPiece(spreadsheet.csv_lines([_cell(row[name]) for name in names] for row in rows).encode(), names, page.after)


def _piece_then(page: RecordsThen, form: str) -> ListPiece:
    """Return the lines of one page of a past day: in a sheet the values of a record stand in one cell, as JSON."""
    names = RecordThen.__struct_fields__
    if form == LINES:
        return ListPiece(_line_by_line(page.items), names, page.next)
    rows = ([_cell(getattr(item, name)) for name in names] for item in page.items)
    return ListPiece(spreadsheet.csv_lines(rows).encode(), names, page.next)


def check_whole(params: QueryParams) -> None:
    """Check that no page is asked for of a whole list. Raises ``RequestError``."""
    if wrong := [name for name in OF_PAGES if name in params.rest]:
        raise RequestError(400, "bad-parameter", fields=dict.fromkeys(wrong, reason("not-in-bulk")))


def computed(name: str, items: Sequence[msgspec.Struct], of: type[msgspec.Struct], form: str) -> Response[bytes]:
    """Return the answer with a list that is computed as a whole; ``of`` is the type of its items."""
    if form == LINES:
        body = _line_by_line(items)
    else:
        rows = ([_cell(getattr(item, field)) for field in of.__struct_fields__] for item in items)
        body = spreadsheet.csv_lines([of.__struct_encode_fields__, *rows]).encode()
    return Response(body, media_type=form, headers={"Content-Disposition": attachment(f"{name}.{FORMS[form]}"), "Vary": VARY})


def _cell(value: Any) -> Any:
    """Return a value as a cell has it: as in JSON, without quotes around a text."""
    plain = msgspec.to_builtins(value)
    if plain is None or isinstance(plain, str | float) or type(plain) is int:
        return plain
    return msgspec.json.encode(plain).decode()
