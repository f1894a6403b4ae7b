"""The application: one route table for all tenants, made once; what a tenant has follows from its snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.datastructures import State
from litestar.params import FromPath

from steerco import __version__
from steerco.answers.past_job import Pasts
from steerco.cases.trial import Trials
from steerco.config.settled_types import settle_types
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.i18n import words
from steerco.operations.background import Background
from steerco.store import log
from steerco.store.base import INSTALLATION
from steerco.store.schema import standing
from steerco.web import pages
from steerco.web.api import (
    access,
    annexes,
    answers,
    bulk_acts,
    machines,
    me,
    plugin_routes,
    questions,
    record_reading,
    records,
    searching,
    stream,
    uploads,
    weeks,
)
from steerco.web.http.auth import Service, check_sender
from steerco.web.http.limits import Edge, Limits
from steerco.web.http.methods import Methods
from steerco.web.http.problems import AT, HANDLERS, Anywhere, RequestError, language_of
from steerco.web.http.quotas import Quotas
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import WorkerPools, reading
from steerco.web.openapi import document

API = [
    *questions.ROUTES,
    *answers.ROUTES,
    *annexes.ROUTES,
    *weeks.ROUTES,
    *searching.ROUTES,
    *me.ROUTES,
    *access.ROUTES,
    *machines.ROUTES,
    *stream.ROUTES,
    *bulk_acts.ROUTES,
    *uploads.ROUTES,
    *record_reading.ROUTES,
    *records.ROUTES,
]
"""What a tenant's API answers."""


class ReservedName(TypeError):
    """Record types whose names are words of the API's addresses."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"no record type may be called {', '.join(sorted(names))}: the API has these words in its addresses")


def now() -> datetime:
    """Return the present time: the API has it from here alone."""
    return datetime.now(UTC)


def create_app(
    installation: Installation,
    *,
    demo: bool = False,
    clock: Callable[[], datetime] = now,
    limits: Limits = Limits(),
    routers: Sequence[Any] = (),
    home: Home | None = None,
    hosts: Collection[str] | None = None,
    wall: Callable[[], datetime] | None = None,
) -> Edge:
    """Return the ASGI application over an installation.

    ``demo``: strangers read every page, and OpenAPI documents are public. ``clock`` gives the time of every request;
    ``wall`` that of other people's clocks, where they differ.
    ``routers``: further Litestar routers or handlers. ``home`` is the folder whose cases the pages show. ``hosts``: the names
    under which it answers, beside addresses and ``localhost`` (None: every name). Raises ``ReservedName`` where a record type
    cannot have an address.
    """
    check_names(installation.types)
    settle_types()
    crews, service = (
        WorkerPools(installation.store.dialect),
        Service(installation, clock, demo, limits, wall, Quotas(limits.token, limits.tenant)),
    )
    background = Background()
    app = Litestar(
        route_handlers=[
            Router("/t/{tenant:str}/api", route_handlers=API),
            Router("/t/{tenant:str}/schema", route_handlers=[document.document]),
            *plugin_routes.ROUTES,
            access.configuration,
            machines.metadata,
            document.general_document,
            health,
            ready,
            problem_page,
            *pages.routes(),
            *routers,
        ],
        exception_handlers=pages.handlers(HANDLERS),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # the edge bounds it, also where no length is given
        state=State(
            {
                "service": service,
                "home": home,
                "crews": crews,
                "log_ends": stream.LogEnds(crews, limits.streams),
                "trials": Trials(installation, home, clock, background),
                "pasts": Pasts(installation, clock, background),
            }
        ),
        on_shutdown=[crews.end, background.end],
    )
    methods = app.state.methods = Methods(app)

    async def check(scope: Any) -> None:
        await crews.reads.run(check_sender, service, scope)

    return Edge(app, limits, methods, check, hosts, pages.page_of)


def check_names(types: Iterable[str]) -> None:
    """Check that every record type can have an address. Raises ``ReservedName``."""
    words_of_addresses = (each.RESERVED for each in (questions, answers, annexes, weeks, searching, bulk_acts, uploads))
    if clash := frozenset[str]().union(*words_of_addresses) & set(types):
        raise ReservedName(clash)


@get("/health")
@reading
def health(request: Anywhere) -> Response[bytes]:
    """Answer whether the database works, and nothing else; never wait for the writer."""
    service: Service = request.app.state.service
    with service.installation.store.read(INSTALLATION) as session:
        log.head(session)
    return plain({"status": "ok", "version": __version__})


@get("/ready")
@reading
def ready(request: Anywhere) -> Response[bytes]:
    """Answer whether requests may be sent here: the database works and has this release's tables; 503 during an upgrade."""
    service: Service = request.app.state.service
    at = standing(service.installation.store)
    if at != "current":
        raise RequestError(503, "not-ready", headers={"Retry-After": "5"}, standing=at)
    return plain({"status": "ready", "version": __version__})


@get(f"{AT}{{code:str}}", sync_to_thread=False)
def problem_page(request: Anywhere, code: FromPath[str]) -> Response[bytes]:
    """Answer what a problem's code means: its ``type`` leads here."""
    say = words(language_of(request))
    otherwise = "outcome-out-of-order" if say.has("stop", code) else ""
    if not otherwise and not say.has(f"problems.{code}", "title"):
        raise RequestError(404, "no-such-path")
    texts = {part: say.problem(code, part, {"code": code}, otherwise) for part in ("title", "detail", "next")}
    return plain({"code": code, **texts})
