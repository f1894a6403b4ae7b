"""Of a secret vote nobody learns a choice: two committees in which the voters swapped their choices look the same to everybody.

Whatever a reader asks, the answers of both are equal, less what is drawn anew each time (ids, hashes, tokens).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from litestar.testing import TestClient
from tests.committee.conftest import MORNING, Board
from tests.committee.test_ballots import DECISION
from tests.committee.test_ballots import POLICY as BALLOTS
from tests.committee.test_elections import CHARTER
from tests.committee.test_elections import POLICY as ELECTIONS
from tests.databases import STORES
from tests.kernel.conftest import revised
from tests.web.conftest import Clock
from tests.web.signed_in import signed_in

from steerco.cases.world import seed
from steerco.cli.log.report import event_rows
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.following import feed
from steerco.kernel.authority import Authority
from steerco.kernel.event import decode
from steerco.operations import period_archive, tokens
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.testkit import SAMPLE
from steerco.web.app import create_app

pytestmark = pytest.mark.slow
SLUG, REASON = "library-board", "Xyzzyq"
DRAWN = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"[0-9a-f]{64}",
    r'(?<=name="form_token" value=")[^"]+',
    r'(?<=name="key" value=")[^"]+',
    r'(?<=nonce[=-]")[^"]+',
)
"""What is another in every world: ids, hashes, the token and the key of a form."""
READERS = ("an", "binh", "giang")
"""The chair, another voter, and somebody who has no vote."""


@dataclass
class World:
    """A committee that votes, its pages and its API."""

    board: Board
    client: TestClient[Any]
    installation: Installation
    seen: dict[str, str] = field(default_factory=dict)

    def look(self, moment: str, paths: Mapping[str, str], tries: Mapping[str, tuple[str, Any]]) -> None:
        """Keep every answer that a reader gets; ``paths`` are pages and answers, ``tries`` dry runs, by what they are."""
        for who in READERS:
            browser = signed_in(self.client, self.installation, SLUG, who)
            secret = tokens.issue(self.board.tenant, who, ("*",), now=self.board.now).secret
            headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json"}
            for name, path in paths.items():
                api = path.startswith("/api")
                asked = f"/t/{SLUG}{path}"
                answer = self.client.get(asked, headers=headers) if api else browser.get(asked)
                self.keep(moment, who, name, f"{answer.status_code} {answer.text}")
            for name, (path, given) in tries.items():
                answer = self.client.post(f"/t/{SLUG}/api{path}", headers=headers, json=given)
                self.keep(moment, who, name, f"{answer.status_code} {answer.text}")
        with self.board.tenant.store.read(self.board.tenant.id) as session:
            told = [decode(row["body"]).told for row in log.entries(session)]
            fed = feed.changes(Authority(self.board.tenant, session, "an", self.board.now), 0, 500)
        self.keep(moment, "plugins", "told", repr(told))
        self.keep(moment, "plugins", "feed", repr(fed))
        self.keep(moment, "operator", "log show", repr(event_rows(self.board.tenant, 0, 0, "")))

    def keep(self, *at_and_what: str) -> None:
        *at, what = at_and_what
        for drawn in DRAWN:
            what = re.sub(drawn, "·", what)
        self.seen[" ".join(at)] = what


@pytest.fixture
def world() -> Iterator[Callable[..., World]]:
    """A committee under a revision; every call makes another installation."""
    opened: list[Any] = []

    def made(charter: str, policy: str) -> World:
        home, installation = Home(SAMPLE), Installation(STORES.empty())
        for slug in home.slugs():
            installation.apply(slug, home.content(slug), at=MORNING, who=PLATFORM, why="test", seed=seed)
        board = Board(revised(installation, charter=charter, policy=policy))
        client = TestClient(create_app(installation, clock=Clock(board.now), home=home))
        opened.append((client.__enter__(), installation))
        return World(board, client, installation)

    yield made
    for client, installation in opened:
        client.__exit__(None, None, None)
        installation.store.close()


def same(one: World, other: World) -> None:
    """The same was asked of both, and every answer is the same."""
    assert one.seen.keys() == other.seen.keys()
    assert [at for at, what in one.seen.items() if what != other.seen[at]] == []


def paths_for(type: str, id: str, ref: str, *words: str) -> dict[str, str]:
    """Every road to a record and to the acts on it."""
    yesterday = (MORNING - timedelta(days=1)).date().isoformat()
    pages = {
        "record": f"/records/{type}/{ref}",
        "as of": f"/records/{type}/{ref}?on={MORNING.date().isoformat()}",
        "the day before": f"/records/{type}/{ref}?on={yesterday}",
        "list": f"/records/{type}",
        "log": "/log",
        "csv": "/log.csv",
        "notices": "/notices",
        "work": "",
        "duties page": "/duties",
        "person": "/people/em",
        "form": f"/records/{type}/{ref}/do/vote",
        "api record": f"/api/{type}/{id}",
        "api list": f"/api/{type}",
        "api feed": "/api/events",
        "api duties": "/api/duties",
        "api me": "/api/me",
    }
    return pages | {f"search {word}": f"/search?q={word}" for word in words}


def elected(made: Callable[..., World], choices: Mapping[str, str], tmp_path: Path) -> World:
    """A secret election in which three vote; looked at after the first vote, before and after the count."""
    world = made(CHARTER.replace("ELECTION", "system = 'plurality'\nsecret = true"), ELECTIONS)
    board = world.board
    id = board.do("an", "election.call", election="yearly")
    ref = board.done[-1].ref
    for person in ("hoa", "khanh"):
        board.do("an", "election.nominate", id, person=person)
    board.do("an", "election.open-voting", id)
    paths = paths_for("election", id, ref, "hoa", "khanh")
    tries = {
        "dry run of the count": (f"/election/{id}/count?dry_run=1", {}),
        "dry run of a vote": (f"/election/{id}/vote?dry_run=1", {"choices": ["hoa"]}),
        "dry run of a vote for nobody": (f"/election/{id}/vote?dry_run=1", {"choices": ["em"]}),
    }
    count = f"/records/election/{ref}/do/count"
    asked = {"explain count": f"/api/explain?by=an&do=election.count&on={id}", "form of the count": count}
    for number, (who, choice) in enumerate(choices.items()):
        board.do(who, "election.vote", id, choices=[choice])
        if number in (1, 3):
            world.look(f"after {number}", paths | asked, tries)
    board.do("an", "election.count", id)
    world.look("counted", paths | asked, {})
    package = tmp_path / f"{choices['em']}.zip"
    seal = Seal(tmp_path)
    period_archive.export(board.tenant, package, seal, date(2021, 1, 1), date(2021, 12, 31), board.now)
    with ZipFile(package) as held:
        listed = held.read(period_archive.LIST).decode()
    world.keep("counted", "archive", "list", re.sub(r'"tenant".*', "", listed))
    return world


def test_of_a_secret_election_nobody_learns_who_voted_for_whom(world: Callable[..., World], tmp_path: Path) -> None:
    votes = {"em": "hoa", "cuc": "khanh", "an": "hoa", "dung": "hoa"}
    one = elected(world, votes, tmp_path)
    other = elected(world, votes | {"em": "khanh", "cuc": "hoa"}, tmp_path)
    same(one, other)
    shown = msgspec.json.decode(one.seen["counted an api record"].partition(" ")[2])
    assert shown["result"]["votes"] == {"hoa": 3, "khanh": 1}, "what may be read is read"
    assert one.seen["after 1 an form of the count"].startswith("200"), "it can be counted"
    assert "count-not-tried" in one.seen["after 1 an dry run of the count"]


def decided(made: Callable[..., World], positions: Mapping[str, str]) -> World:
    """A secret vote on a matter, with reasons; looked at while it is open, when it is closed and when it is decided."""
    world = made(DECISION.replace("MORE", 'ballot = "week"').replace("BALLOT", "secret = true"), BALLOTS)
    board = world.board
    id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})
    ref = board.done[-1].ref
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("an", "matter.open-ballot", id)
    paths = paths_for("matter", id, ref, *(f"{REASON}{position}" for position in ("for", "against")))
    later = board.now.date() + timedelta(days=60)
    asked = {
        "explain decide": f"/api/explain?by=an&do=matter.decide&on={id}",
        "way to decide": f"/api/plan?do=matter.decide&on={id}&by={later}",
        "way on a page": f"/charter/answers?show=plan&do=matter.decide&on={id}&by={later}&lang=en",
    }
    tries = {
        "dry run of the close": (f"/matter/{id}/close?dry_run=1", {}),
        "dry run of the decision": (f"/matter/{id}/decide?dry_run=1", {"outcome": "passed"}),
        "dry run of a vote": (f"/matter/{id}/vote?dry_run=1", {"position": "for"}),
    }
    for number, (who, position) in enumerate(positions.items()):
        board.do(who, "matter.vote", id, position=position, reason=f"{REASON}{position}")
        if number in (1, 3):
            world.look(f"after {number}", paths | asked, tries)
    board.do("an", "matter.close", id)
    world.look("closed", paths | asked, tries)
    board.do("an", "matter.decide", id, outcome="passed")
    world.look("decided", paths | asked, {})
    return world


def test_of_a_secret_vote_on_a_matter_nobody_learns_who_voted_how(world: Callable[..., World]) -> None:
    votes = {"em": "for", "cuc": "against", "an": "for", "dung": "for"}
    one = decided(world, votes)
    other = decided(world, votes | {"em": "against", "cuc": "for"})
    same(one, other)
    assert "secret-vote-not-tried" in one.seen["after 1 an way to decide"]
    assert "what a secret vote decides is not tried beforehand" in one.seen["after 1 an way on a page"]
    shown = msgspec.json.decode(one.seen["decided an api record"].partition(" ")[2])
    assert (shown["result"]["for"], shown["result"]["against"]) == (3, 1), "what may be read is read"
