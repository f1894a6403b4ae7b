"""A server of the Model Context Protocol over streamable HTTP: a committee as tools for an assistant, by the scopes of a token.

Read ``tools.py`` (what an assistant can do: calls of the API), ``schemas.py`` (how it is told of an act's input) and
``serving.py`` (the protocol), in this order.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import Route, TenantFacts, hookimpl
from steerco_mcp import serving


@hookimpl
def routes(tenant: TenantFacts) -> Iterable[Route]:
    """The one address of the protocol; it needs a token that may read."""
    return [Route("mcp", serving.answer, "POST", "The committee as tools for an assistant (MCP)", operation=serving.SHOWN)]
