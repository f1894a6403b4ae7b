"""Every page of a tenant, asked with what is another tenant's: it is the page of what does not exist."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from tests.isolation.neighbours import Neighbour, Pair, Trial, absent, side_by_side
from tests.web.conftest import Api, Clock, installed

from steerco.configuration.home import Home, shipped
from steerco.web.app import create_app

pytestmark = pytest.mark.slow
ASKED = ("by", "on", "of", "type", "clause")
"""What some page asks for in its address; a page leaves what it does not know."""


@pytest.fixture(scope="module")
def neighbours() -> Iterator[dict[str, Neighbour]]:
    installation, clock = installed(), Clock()
    app = create_app(installation, clock=clock, demo=True, home=Home(shipped()))
    with TestClient(app) as client:
        yield side_by_side(Api(installation, clock, client), app.app)
    installation.store.close()


def pages(of: Neighbour) -> Iterator[str]:
    """The address of every page of a tenant, with its parameters as the application has them."""
    assert of.app is not None
    for route in of.app.routes:
        ours = isinstance(route, HTTPRoute) and route.path.startswith("/t/{tenant") and "/api" not in route.path
        if ours and "schema" not in route.path and {"GET"} & set(route.methods):
            yield route.path.replace("{tenant:str}", of.slug)


def addresses(mine: Neighbour, theirs: Neighbour) -> Iterator[tuple[str, str, str]]:
    """(before, id, after) of every address of a page with something of the other's in it: of a page of records, of each type."""
    for path in pages(mine):
        for name in mine.tenant.snapshot.types:
            before, mark, rest = path.replace("{type:str}", name).partition("{")
            if mark:
                for given in (theirs.id(name), theirs.person):
                    yield before, given, rest.partition("}")[2]


def test_ids_in_the_addresses_of_pages(trial: Trial) -> None:
    """Each address once: most pages are of no type, and a type of which the other has no record is asked for with its meeting."""
    mine = trial.mine
    for before, given, end in dict.fromkeys(addresses(mine, trial.theirs)):
        trial.same(
            Pair("an id", given, absent(given)),
            f"{before}{{}}{end}",
            lambda v, b=before, e=end: mine.api.http.get(f"{b}{v}{e}", headers={"Accept": "text/html"}),
        )


def test_what_pages_are_asked_for(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    meeting, person = theirs.id("meeting"), theirs.person
    for path in pages(mine):
        at = path.replace("{type:str}", "meeting").replace("{id:str}", mine.ref("meeting"))
        at = at.replace("{clause:str}", "3.3") if "{" in at else at
        for name in ASKED:
            given = person if name in ("by", "of") else meeting
            more = {"do": "meeting.open", "by": mine.who} if path.endswith("/ask") else {}
            trial.same(
                Pair("an id", given, absent(given)),
                f"{path}?{name}",
                lambda v, n=name, a=at, m=more: mine.api.http.get(a, params={**m, n: v}, headers={"Accept": "text/html"}),
            )
