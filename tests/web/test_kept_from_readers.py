"""What a reader of a record is not told by its history, its past, its lists and searches: votes, drafts, others' opinions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from tests.committee.conftest import MORNING, Board
from tests.committee.test_ballots import DECISION, POLICY
from tests.databases import STORES
from tests.kernel.conftest import revised
from tests.web.conftest import Api, Clock
from tests.web.signed_in import Browser, signed_in

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.testkit import SAMPLE
from steerco.web.app import create_app

REASON = "Xyzzyq"
BASE = "/t/library-board"


@pytest.fixture
def library() -> Iterator[Installation]:
    home, installation = Home(SAMPLE), Installation(STORES.empty())
    for slug in home.slugs():
        installation.apply(slug, home.content(slug), at=MORNING, who=PLATFORM, why="test", seed=seed)
    yield installation
    installation.store.close()


def tells(browser: Browser, ref: str) -> list[str]:
    """The pages on which a reader is told a vote's reason, or finds the matter by it."""
    told = [path for path in (f"records/matter/{ref}", "log", "log.csv") if REASON in browser.get(f"{BASE}/{path}").text]
    return told + (["search"] if ref in browser.get(f"{BASE}/search?q={REASON}").text else [])


@pytest.mark.parametrize("ballot", ["hide = 'until-closed'", "secret = true"])
def test_a_vote_that_is_hidden_stands_in_no_history_and_no_search(library: Installation, ballot: str) -> None:
    charter = DECISION.replace("MORE", 'ballot = "week"').replace("BALLOT", ballot)
    board = Board(revised(library, charter=charter, policy=POLICY))
    id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="against", reason=REASON)
    ref = board.done[-1].ref
    with TestClient(create_app(library, clock=Clock(board.now), home=Home(SAMPLE))) as client:
        other, voter = (signed_in(client, library, "library-board", who) for who in ("cuc", "em"))
        assert tells(other, ref) == []
        assert tells(voter, ref) == [f"records/matter/{ref}", "log", "log.csv"]
        board.do("an", "matter.close", id)
        assert bool(tells(other, ref)) is ("hide" in ballot), "what was hidden until the end is told then"


def test_who_gives_one_opinion_is_not_told_of_the_others(api: Api) -> None:
    chair, other = api.as_("chair"), api.as_("bo-truong-y-te")
    asked = {"question": "Dự thảo", "to": ["bo-truong-kh-cn", "bo-y-te", "bo-cong-an"], "due_on": "2021-02-20"}
    id = chair("POST", "/consultation/open", asked).json()["record"]["id"]
    api.as_("bo-truong-kh-cn")("POST", f"/consultation/{id}/answer", {"position": "disagree", "text": "Chưa rõ"})
    assert other("POST", f"/consultation/{id}/answer", {"position": "agree"}).status_code == 200
    handled = {"who": "bo-truong-kh-cn", "taken_up": "no", "reason": "Đã nêu trong dự thảo"}
    assert chair("POST", f"/consultation/{id}/handle", handled).status_code == 200
    assert chair("POST", f"/consultation/{id}/close", {}).status_code == 200
    for answer in (other("GET", f"/consultation/{id}").json(), other("GET", "/consultation").json()["items"][0]):
        assert (answer["to"], answer["tabulation"]) == ([], None)
    assert chair("GET", f"/consultation/{id}").json()["tabulation"]["disagree"] == 1
    assert chair("GET", "/consultation").json()["items"][0]["to"][1:] == ["bo-y-te", "bo-cong-an"]


def test_what_may_not_be_read_in_a_state_is_not_read_later_in_history_and_past(library: Installation) -> None:
    board = Board(revised(library, policy="p, trustee, board, matter, read, state=raised, deny, 2.5"))
    id = board.do("an", "matter.raise", title="Purchase", text=REASON)
    ref = board.done[-1].ref
    assert not board.sees("cuc", "matter", id)
    board.now += timedelta(days=1)
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    with TestClient(create_app(library, clock=Clock(board.now), home=Home(SAMPLE))) as client:
        other, secretary = (signed_in(client, library, "library-board", who) for who in ("cuc", "giang"))
        path, past = f"{BASE}/records/matter/{ref}", {"on": MORNING.date().isoformat()}
        assert other.get(path).status_code == 200
        for page in (f"{BASE}/log", f"{BASE}/log.csv"):
            assert ref in other.get(page).text
            assert REASON not in other.get(page).text
            assert REASON in secretary.get(page).text
        assert (other.get(path, params=past).status_code, secretary.get(path, params=past).status_code) == (404, 200)
