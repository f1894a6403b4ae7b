"""The files of a record, as far as a reader may see them: for the API and for pages."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response

from steerco.following import feed
from steerco.kernel import view
from steerco.kernel.authority import Authority
from steerco.records import NotFound, Record


def attachment(name: str) -> str:
    """Return the header by which an answer is saved as a file of that name (RFC 6266), whatever letters it has."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def download(authority: Authority, record: Record, digest: str, file_name: str | None = None) -> Response[bytes]:
    """Return a file of a record: always as an attachment, never as something that a browser would run. Where several have the
    same content, ``file_name`` says which. Raises ``NotFound``."""
    content = view.seen(authority, record)
    rows = [row for part in record.parts() for row in content[part]]
    names = [str(row.get("file_name", "file")) for row in rows if row.get("digest") == digest]
    names += [f"{record.ref}-evidence"] if digest in feed.evidence(authority.session, record.record_type, record.id) else []
    name = next((candidate for candidate in names if file_name in (None, candidate)), None)
    files, tenant = authority.tenant.files, authority.tenant.id
    if name is None or not files.has(tenant, digest):
        raise NotFound("file")
    with files.open(tenant, digest) as file:
        body = file.read()
    headers = {"Content-Disposition": attachment(name), "ETag": f'"{digest}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)
