"""Papers that are opened from a page."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.web.http.downloads import download
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.acts.record import found
from steerco.web.pages.frame.visit import visiting


@get("/t/{tenant:str}/records/{type:str}/{id:str}/files/{digest:str}")
@showing
def paper(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], digest: FromPath[str]
) -> Response[bytes]:
    """A file of a record, for whoever sees the record."""
    with visiting(request, tenant) as visit:
        return download(request.headers, visit.authority, found(visit, type, id), digest, visit.query.text("name") or None)
