"""The OpenAPI document of a tenant, written from its record types."""

from litestar import Response, get
from litestar.params import FromPath

from steerco.web.answers import plain
from steerco.web.problems import Anywhere


@get("/openapi.json", sync_to_thread=True)
def document(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    return plain({})
