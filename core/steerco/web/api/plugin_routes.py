"""Plugins over HTTP: their routes, under one address of ours, and lists in the forms that they export.

There is one route table for all tenants. Which plugin answers, and whether any does, follows from the tenant's snapshot: one that
is off is a 404, to the byte that of one that does not exist.
"""

from __future__ import annotations

import re
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from litestar import Response, delete, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Gone, Tenant
from steerco.extension.dispatch import PluginFailed, TenantPlugins
from steerco.extension.facts import Request as PluginRequest
from steerco.extension.results import Answer, Exporter
from steerco.extension.routes import Route
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.kernel.plugin_context import PluginContext
from steerco.policy.line import READ
from steerco.records import NotFound, Stopped
from steerco.store.fair_lock import Busy
from steerco.web.api.lists import columns_of
from steerco.web.api.own_api import OwnApi, Sealing
from steerco.web.http.auth import Caller, bearer, entered, found_tenant, service_of, stranger
from steerco.web.http.problems import Anywhere, RequestError, language_of
from steerco.web.http.requests import query
from steerco.web.http.sign_in import find_reader
from steerco.web.http.worker_pool import plugged
from steerco.web.pages.frame.plugin_frame import framed

OURS = frozenset({"content-length", "content-security-policy", "content-type", "connection", "set-cookie", "transfer-encoding"})
"""Headers that a plugin's answer cannot set."""
EXPORT = "export"
PASSES: tuple[type[BaseException], ...] = (Stopped, Busy, RequestError)


class RouteMatch(NamedTuple):
    """The route that an address leads to, with its parameters."""

    tenant: Tenant
    plugin: str
    route: Route
    params: Mapping[str, str]


class Own(NamedTuple):
    """What a request with a token lets a route do besides: ask the API with it, and seal a text by it."""

    api: OwnApi
    seal: Callable[[str], str]


def nothing() -> RequestError:
    """Return the one answer to every address where nothing is, whatever the reason."""
    return RequestError(404, "no-such-path")


@get("/t/{tenant:str}/x/{plugin:str}/{rest:path}")
async def answer_get(request: Anywhere, tenant: FromPath[str], plugin: FromPath[str], rest: FromPath[str]) -> Response[bytes]:
    """A page, a feed, a part of the API that a plugin adds."""
    return await _answered(request=request, tenant=tenant, plugin=plugin, rest=rest, loop=get_running_loop())


@post("/t/{tenant:str}/x/{plugin:str}/{rest:path}")
async def answer_post(
    request: Anywhere, tenant: FromPath[str], plugin: FromPath[str], rest: FromPath[str], body: RawBody
) -> Response[bytes]:
    """Something that is sent to a plugin."""
    return await _answered(request=request, tenant=tenant, plugin=plugin, rest=rest, loop=get_running_loop(), body=body)


@delete("/t/{tenant:str}/x/{plugin:str}/{rest:path}", status_code=200)
async def answer_delete(request: Anywhere, tenant: FromPath[str], plugin: FromPath[str], rest: FromPath[str]) -> Response[bytes]:
    """Something that a plugin is to take away."""
    return await _answered(request=request, tenant=tenant, plugin=plugin, rest=rest, loop=get_running_loop())


ROUTES: tuple[Any, ...] = (answer_get, answer_post, answer_delete)


@plugged
def _answered(
    request: Anywhere, tenant: str, plugin: str, rest: str, loop: AbstractEventLoop, body: bytes = b""
) -> Response[bytes]:
    path = rest.strip("/")
    if "authorization" not in request.headers:
        return _answer_stranger(request, tenant, plugin, path, body)
    with entered(request, tenant) as caller:
        caller.must(READ)
        match = find(caller.tenant, plugin, request.method, path)
        if match is None and path.startswith(f"{EXPORT}/") and request.method == "GET":
            return export_list(caller, plugin, path)
        if match is None:
            raise _wrong_method(caller.tenant, plugin, path)
    own = Own(OwnApi(request, tenant, loop), Sealing(bearer(request), plugin, tenant))
    return _serve(request, caller.tenant, match, caller.person, caller.person, body, _perform_within_token(caller), own)


def _answer_stranger(request: Anywhere, slug: str, plugin: str, path: str, body: bytes) -> Response[bytes]:
    """Answer a request without a token: on a public route, of somebody signed in who reads, or of a demonstration. To everything
    else it is a stranger, be it there or not: the tenant, the plugin, the route, and what a public route has nothing of."""
    service = service_of(request)
    running = found_tenant(service, slug)
    if running is None:
        raise stranger()
    try:
        with running.store.read(running.id) as session:
            served = running.at(session)
            reader = find_reader(request, session, running.id)
    except Gone:  # deleted by another process
        service.installation.forget(slug)
        raise stranger() from None
    match = find(served, plugin, request.method, path)
    if match is not None and match.route.public:
        try:
            return _serve(request, served, match, "", "", body, _perform_for_nobody)
        except NotFound:
            raise stranger() from None
    if match is not None and request.method == "GET":
        if reader is not None:  # a page or a file, such as a link of ours leads to; it brings nothing about in the reader's name
            return _serve(request, served, match, reader.person, reader.person, body, _perform_for_nobody)
        if service.demo:
            return _serve(request, served, match, None, "", body, _perform_for_nobody)
    raise stranger()


def _perform_for_nobody(tenant: Tenant, request: ActRequest) -> Done:
    """``perform`` for a request that nobody has signed: the plugin may do its own types' actions as itself, and nothing in any
    person's name, whatever the request says of who sends it. Raises ``RequestError``."""
    if request.actor != PLATFORM or request.entered_by:
        raise stranger()
    return perform(tenant, request)


def _perform_within_token(caller: Caller) -> Callable[..., Any]:
    """``perform`` as far as the caller's token goes: a request brings about nothing that the token is not for, whether the plugin
    does it in the caller's name or in its own."""

    def perform_for(tenant: Tenant, request: ActRequest) -> Done:
        caller.must(request.action)
        return perform(tenant, replace(request, token=caller.token.id))

    return perform_for


def find(tenant: Tenant, plugin: str, method: str, path: str) -> RouteMatch | None:
    """Return the route of a plugin that is on in the tenant, if there is one at this address."""
    circle = tenant.snapshot.circle
    if not circle.has(plugin):
        return None
    for route in routes(circle, plugin):
        match = _pattern(route.path).fullmatch(path) if route.method == method else None
        if match:
            return RouteMatch(tenant, plugin, route, match.groupdict())
    return None


def _wrong_method(tenant: Tenant, plugin: str, path: str) -> RequestError:
    """Return the error for a request that leads to no route; it names the methods of the address, if it is one."""
    methods = [method for method in ("DELETE", "GET", "POST") if find(tenant, plugin, method, path)]
    allow = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])
    return RequestError(405, "wrong-method", headers={"Allow": allow}, allow=allow) if methods else nothing()


def routes(circle: TenantPlugins, plugin: str) -> tuple[Route, ...]:
    """Return the routes of one plugin."""
    return tuple(call.value for call in circle.once("routes") if call.plugin == plugin)


@lru_cache(1024)
def _pattern(path: str) -> re.Pattern[str]:
    """Return a route's path with its parameters, each within one part of the address."""
    parts = re.split(r"\{([a-z_]+)\}", path.strip("/"))
    return re.compile("".join(f"(?P<{part}>[^/]+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def _serve(
    request: Anywhere,
    tenant: Tenant,
    match: RouteMatch,
    by: str | None,
    caller: str,
    body: bytes,
    perform_for: Callable[..., Any],
    own: Own | None = None,
) -> Response[bytes]:
    hands = PluginContext(tenant, match.plugin, service_of(request).clock(), perform_for)
    plugin_request = PluginRequest(
        hands=hands,
        by=by,
        method=request.method,
        path=request.url.path,
        params=dict(match.params),
        query={name: values[-1] for name, values in query(request).items()},
        headers={name: value for name, value in request.headers.items() if name not in ("authorization", "cookie")},
        body=body,
        caller=caller,
        language=language_of(request),
        **({} if own is None else own._asdict()),
    )
    circle = tenant.snapshot.circle
    try:
        answer: Answer = circle.serve("routes", match.plugin, lambda: match.route.answer(plugin_request), Answer, PASSES)
    except PluginFailed as failed:
        raise broken(failed) from failed
    return _response(request, tenant, answer)


def _response(request: Anywhere, tenant: Tenant, answer: Answer) -> Response[bytes]:
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in OURS}
    if answer.media.startswith("text/html") and not answer.bare and service_of(request).demo:
        return framed(request, tenant.snapshot.slug, answer)
    content = answer.content.encode() if isinstance(answer.content, str) else answer.content
    policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}
    return Response(content, status_code=answer.status, headers={**headers, **policy, **_content_type(answer.media)})


def _content_type(media: str) -> dict[str, str]:
    """Return the header for a media type as the plugin gave it: the framework would say its charset once more."""
    return {"content-type": media}


def broken(failed: PluginFailed) -> RequestError:
    """Return the error for a plugin that could not do its part; everything else goes on."""
    fault = failed.fault
    return RequestError(502, "plugin-failed", plugin=fault.plugin, message=fault.message)


# Exports


def export_list(caller: Caller, plugin: str, path: str) -> Response[bytes]:
    """Return the records that the caller may see in a form that a plugin brings: ``export/<form>/<record type>``."""
    parts = path.split("/")
    circle = caller.tenant.snapshot.circle
    kind = caller.tenant.snapshot.types.get(parts[2]) if len(parts) == 3 else None
    exporters = [call.value for call in circle.once("exporters") if call.plugin == plugin and call.value.name == parts[1]]
    if kind is None or not exporters or not circle.has(plugin):
        raise nothing()
    exporter: Exporter = exporters[0]
    columns = tuple(columns_of(kind))
    hands = PluginContext(caller.tenant, plugin, caller.now)
    records = hands.records(kind.record_type, by=caller.person)
    try:
        content = circle.serve("exporters", plugin, lambda: b"".join(exporter.write(columns, records)), bytes, PASSES)
    except PluginFailed as failed:
        raise broken(failed) from failed
    name = f'attachment; filename="{kind.record_type}.{exporter.name}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store", **_content_type(exporter.media)}
    return Response(content, headers=headers)


# The OpenAPI document


def plugin_paths(circle: TenantPlugins, at: str) -> dict[str, Any]:
    """Return the paths of the plugins that are on, as far as their routes are told of."""
    paths: dict[str, Any] = {}
    for plugin in circle.plugins:
        for route in routes(circle, plugin.name) if circle.has(plugin.name) else ():
            paths.setdefault(f"{at}/x/{plugin.name}/{route.path.strip('/')}", {})[route.method.lower()] = _operation(
                plugin.name, route
            )
    return paths


def _operation(plugin: str, route: Route) -> dict[str, Any]:
    names = re.findall(r"\{([a-z_]+)\}", route.path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    codes = ("400", "401", "403", "404", "413", "414", "415", "422", "431", "500", "502", "503")
    problems = {code: {"$ref": f"#/components/responses/Problem{code}"} for code in codes}
    own = dict(route.operation)
    responses = {"200": {"description": "See the plugin's documentation"}, **problems, **own.pop("responses", {})}
    identity = {
        "operationId": f"x.{plugin}.{route.method.lower()}.{route.path}",
        "tags": [plugin],
        "summary": route.doc or route.path,
    }
    return {
        **identity,
        "parameters": parameters,
        "responses": responses,
        **({"security": []} if route.public else {}),
        **own,
    }
