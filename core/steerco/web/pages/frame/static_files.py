"""The pages' few static files."""

from __future__ import annotations

import re

from litestar import Response, get
from litestar.params import FromPath

from steerco.web.http.problems import Anywhere
from steerco.web.pages.frame.render import content, static
from steerco.web.pages.frame.visit import nothing_here

FILES = {"steerco.css": "text/css", "mark.svg": "image/svg+xml", "passkey.js": "text/javascript", "drafts.js": "text/javascript"}
_COLOUR = re.compile(r"colour-([0-9a-f]{6})\.css")


@get("/static/{name:str}", sync_to_thread=False)
def static_file(request: Anywhere, name: FromPath[str]) -> Response[bytes]:
    """A file by name; its address carries a mark of its content, so that browsers may keep it. A colour's sheet follows from its
    name, and says nothing of whose it is."""
    if colour := _COLOUR.fullmatch(name):
        return _answer(request, f":root {{ --accent: #{colour[1]}; }}\n".encode(), FILES["steerco.css"], f'"{colour[1]}"')
    if name not in FILES:
        raise nothing_here()
    return _answer(request, content(name), FILES[name], f'"{static(name).rpartition("=")[2]}"')


def _answer(request: Anywhere, body: bytes, kind: str, etag: str) -> Response[bytes]:
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, media_type=kind, headers=headers)
    return Response(body, media_type=kind, headers=headers)
