"""The pages' few static files."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.web.pages.render import content, static
from steerco.web.pages.visit import nothing_here
from steerco.web.problems import Anywhere

FILES = {"steerco.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}


@get("/static/{name:str}", sync_to_thread=False)
def static_file(request: Anywhere, name: FromPath[str]) -> Response[bytes]:
    """A file by name; its address carries a mark of its content, so that browsers may keep it."""
    if name not in FILES:
        raise nothing_here()
    etag = f'"{static(name).rpartition("=")[2]}"'
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, media_type=FILES[name], headers=headers)
    return Response(content(name), media_type=FILES[name], headers=headers)
