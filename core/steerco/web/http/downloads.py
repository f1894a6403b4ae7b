"""The files of a record, as far as a reader may see them: for the API and for pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from litestar import Response
from litestar.response import Stream

from steerco.following import feed
from steerco.kernel import view
from steerco.kernel.authority import Authority
from steerco.records import NotFound, Record
from steerco.web.http.problems import RequestError
from steerco.web.http.responses import names_tag

BYTES = "application/octet-stream"
PIECE = 64 * 1024
"""The number of bytes that are read at once."""
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def attachment(name: str) -> str:
    """Return the header by which an answer is saved as a file of that name (RFC 6266), whatever letters it has."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def download(
    headers: Mapping[str, str], authority: Authority, record: Record, digest: str, file_name: str | None = None
) -> Response[Any]:
    """Return a file of a record, or the part of it that a request with these ``headers`` asks for: sent piece by piece, always as
    an attachment, never as something that a browser would run. Where several have the same content, ``file_name`` says which.
    Raises ``NotFound``, and ``RequestError`` for a part beyond its end."""
    content = view.seen(authority, record)
    rows = [row for part in record.parts() for row in content[part]]
    names = [str(row.get("file_name", "file")) for row in rows if row.get("digest") == digest]
    names += [f"{record.ref}-evidence"] if digest in feed.evidence(authority.session, record.record_type, record.id) else []
    name = next((candidate for candidate in names if file_name in (None, candidate)), None)
    files, tenant = authority.tenant.files, authority.tenant.id
    try:
        size = files.size(tenant, digest) if name is not None else None
    except FileNotFoundError:
        size = None
    if name is None or size is None:
        raise NotFound("file")
    etag = f'"{digest}"'
    told = {"Content-Disposition": attachment(name), "ETag": etag, "Accept-Ranges": "bytes"}
    if names_tag(headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, media_type=BYTES, headers=told)
    part = _part(headers.get("range", ""), size) if headers.get("if-range", etag) == etag else None
    first, last = part or (0, size - 1)
    told["Content-Length"] = str(last - first + 1)
    if part:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    sent = pieces(files.open(tenant, digest, first), last - first + 1)
    return Stream(sent, status_code=206 if part else 200, media_type=BYTES, headers=told)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that a header ``Range`` asks for; None for the whole, as for several ranges and other
    units (RFC 9110, 14.2). Raises ``RequestError`` for a part beyond the end."""
    matched = _RANGE.fullmatch(asked.strip())
    if matched is None or not (matched[1] or matched[2]):
        return None
    if not matched[1]:
        first, last = max(0, size - int(matched[2])), size - 1
    else:
        first, last = int(matched[1]), min(int(matched[2] or size), size - 1)
        if matched[2] and int(matched[2]) < first:
            return None
    if first >= size:
        raise RequestError(416, "beyond-the-file", headers={"Content-Range": f"bytes */{size}"}, size=size)
    return first, last


def pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield the next ``length`` bytes of a file, and close it."""
    with file:
        while length and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece
