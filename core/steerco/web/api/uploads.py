"""Large files, sent piece by piece and resumed after a fault: the core of tus 1.0 (tus.io), with creation and termination.

An upload is of the person who began it. An act names it by its id in place of a file's content (``upload``), as often as needed
until it is swept; the act itself is judged and logged like any other.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, RawBody

from steerco.policy.line import READ
from steerco.records import Invalid, reason
from steerco.store.uploads import MOST, Begun, NoUpload, OtherOffset, TooLarge, TooManyUploads, UploadHeld, Uploads
from steerco.web.http.auth import Caller, entered
from steerco.web.http.parts import UPLOAD, check_sizes, files_in
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import MOST_WHOLE, QueryParams
from steerco.web.http.worker_pool import acting, reading

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"


class UploadShown(msgspec.Struct, frozen=True):
    """An upload as it stands: its whole length and how much of it is there, in bytes."""

    id: str
    length: int
    offset: int


@post("/uploads", status_code=201)
@acting
def begin(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Begin an upload of so many bytes (``Upload-Length``)."""
    with _uploading(request, tenant) as (caller, uploads):
        length = _number(request, "Upload-Length", least=1)
        begun = uploads.begin(caller.tenant.id, caller.person, length)
    return _answer(begun, 201, {"Location": f"/t/{tenant}/api/uploads/{begun.id}"})


@get("/uploads/{id:str}")
@reading
def standing(request: Anywhere, tenant: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """Answer how much of an upload is there."""
    with _uploading(request, tenant) as (caller, uploads):
        return _answer(uploads.find(caller.tenant.id, caller.person, id), 200)


@patch("/uploads/{id:str}", status_code=200)
@acting
def add(request: Anywhere, tenant: FromPath[str], id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Add a piece, which begins where the upload ends (``Upload-Offset``)."""
    with _uploading(request, tenant) as (caller, uploads):
        uploads.find(caller.tenant.id, caller.person, id)
        sent = request.headers.get("content-type", "")
        if sent.partition(";")[0].strip().lower() != PIECE:
            raise RequestError(415, "wrong-piece-type", headers={"Accept": PIECE}, sent=sent[:100] or "nothing")
        offset = _number(request, "Upload-Offset")
        begun = uploads.add(caller.tenant.id, caller.person, id, offset, body)
    return _answer(begun, 204)


@delete("/uploads/{id:str}", status_code=200)
@acting
def drop(request: Anywhere, tenant: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """Remove an upload."""
    with _uploading(request, tenant) as (caller, uploads):
        uploads.drop(caller.tenant.id, caller.person, id)
    return Response(b"", status_code=204, headers={"Tus-Resumable": VERSION})


ROUTES = (begin, standing, add, drop)
RESERVED = frozenset({"uploads"})
"""The word that stands where a record type would."""


@contextmanager
def _uploading(request: Anywhere, tenant: str) -> Iterator[tuple[Caller, Uploads]]:
    """Enter as somebody who may act here, and answer what stops an upload. Raises ``RequestError``."""
    params, spoken = QueryParams(request), request.headers.get("tus-resumable", VERSION)
    if spoken != VERSION:
        raise RequestError(412, "unknown-tus", headers={"Tus-Version": VERSION}, known=VERSION)
    with entered(request, tenant) as caller:
        params.done()
        if not caller.token.scopes - {READ}:
            caller.must("uploads")
        try:
            yield caller, caller.tenant.files.uploads
        except NoUpload:
            raise RequestError(404, "no-upload") from None
        except OtherOffset as other:
            raise RequestError(409, "upload-offset", headers={"Upload-Offset": str(other.offset)}, offset=other.offset) from None
        except UploadHeld:
            raise RequestError(423, "upload-in-use", headers={"Retry-After": "1"}) from None
        except TooManyUploads:
            raise RequestError(409, "too-many-uploads", most=MOST) from None
        except TooLarge as large:
            raise RequestError(413, "body-too-large", limit=large.limit) from None


def _number(request: Anywhere, header: str, least: int = 0) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text)):
        raise RequestError(400, "bad-parameter", fields={header: reason("not-whole", least=least, most=MOST_WHOLE)})
    return int(text)


def _answer(begun: Begun, status: int, headers: dict[str, str] | None = None) -> Response[bytes]:
    told = {"Tus-Resumable": VERSION, "Upload-Offset": str(begun.offset), "Upload-Length": str(begun.length)}
    told |= {"Cache-Control": "no-store", **(headers or {})}
    body = b"" if status == 204 else msgspec.json.encode(UploadShown(begun.id, begun.length, begun.offset))
    return Response(body, status_code=status, media_type="application/json", headers=told)


def fill(caller: Caller, input: dict[str, Any]) -> None:
    """Put the content of the caller's uploads where files of an input name them. Raises ``Invalid``, and ``RequestError`` for
    more than one act may name, before any is read."""
    named = dict.fromkeys(file[UPLOAD] for file in files_in(input))
    check_sizes(input, {id: _length(caller, id) for id in named})
    contents = {id: _encoded(caller, id) for id in named}
    for file in files_in(input):
        file["base64"] = contents[file.pop(UPLOAD)]


def _length(caller: Caller, id: str) -> int:
    try:
        return caller.tenant.files.uploads.find(caller.tenant.id, caller.person, id).length
    except NoUpload:
        raise Invalid({UPLOAD: reason("no-upload", given=id[:80])}) from None


def _encoded(caller: Caller, id: str) -> str:
    """Return the content of an upload in Base64. Raises ``Invalid`` for one that is not whole, or gone meanwhile."""
    try:
        return b64encode(caller.tenant.files.uploads.content(caller.tenant.id, caller.person, id)).decode()
    except NoUpload:
        raise Invalid({UPLOAD: reason("no-upload", given=id[:80])}) from None
    except OtherOffset as other:
        raise Invalid({UPLOAD: reason("upload-not-whole", offset=other.offset)}) from None
