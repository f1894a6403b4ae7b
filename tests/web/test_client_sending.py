"""The client where the way to the server is bad: lost answers, a spent share, a server that cannot; and the same by asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from itertools import islice

import httpx2
import pytest
from tests.web.conftest import NATIONAL, Api
from tests.web.test_web_listeners import served

from steerco.web.app import create_app
from steerco.web.http.limits import Limits
from steerco_client import (
    Act,
    ActRefused,
    AsyncClient,
    Client,
    InvalidInput,
    NoAnswer,
    NotVisible,
    Patience,
    TokenRefused,
    TooOften,
    paper,
)
from steerco_client.sending import Sending

AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00", "place": "Bến Thành"}
HASTY = Patience(attempts=3, first=0.01, longest=0.05)


@pytest.fixture(scope="module")
def url(api: Api) -> Iterator[str]:
    """A real server over both committees."""
    with served(create_app(api.installation, clock=api.clock)) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture
def chair(api: Api, url: str) -> Iterator[Client]:
    with Client(url, NATIONAL, api.token(NATIONAL, "chair"), patience=HASTY) as client:
        yield client


class Losing(httpx2.HTTPTransport):
    """A way to the server on which the first answers are lost, after the server has done what was asked."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self.lost, self.sent = lost, 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = super().handle_request(request)
        self.sent += 1
        if self.sent <= self.lost:
            answer.close()
            raise httpx2.ReadTimeout("the answer is lost", request=request)
        return answer


class TestRetries:
    def test_an_act_whose_answer_is_lost_is_done_once(self, api: Api, url: str) -> None:
        way, begun = Losing(2), api.as_("chair")("GET", "/events?after=0&limit=200").json()["next"]
        with Client(url, NATIONAL, api.token(NATIONAL, "chair"), patience=HASTY, transport=way) as client:
            done = client.act("meeting.convene", AD_HOC)
        assert (done.replayed, way.sent) == (True, 3)
        events = api.as_("chair")("GET", f"/events?after={begun}").json()["items"]
        assert [event["record"] for event in events if event["action"] == "meeting.convene"] == [done.id]

    def test_where_no_answer_comes_the_key_is_told(self, api: Api, url: str) -> None:
        secret = api.token(NATIONAL, "chair")
        with Client(url, NATIONAL, secret, patience=HASTY, transport=Losing(9)) as client, pytest.raises(NoAnswer) as none:
            client.act("meeting.convene", AD_HOC)
        assert len(none.value.key) == 32
        with Client(url, NATIONAL, api.token(NATIONAL, "chair")) as client:
            assert client.act("meeting.convene", AD_HOC, how=Act(key=none.value.key)).replayed

    def test_a_spent_share_is_waited_for_no_longer_than_one_has_patience(self, api: Api) -> None:
        app, secret = create_app(api.installation, clock=api.clock, limits=Limits(token=2)), api.token(NATIONAL, "chair")
        with served(app) as (host, port), Client(f"http://{host}:{port}", NATIONAL, secret, patience=HASTY) as client:
            client.me()
            client.me()
            with pytest.raises(TooOften) as often:
                client.me()
        assert often.value.retry_after is not None
        assert 0 < often.value.retry_after <= 60

    def test_pauses_double_keep_what_is_asked_for_and_end(self) -> None:
        patience = Patience(attempts=4, first=1.0, longest=10.0)
        assert 0.5 <= patience.pause(1, None) <= 1.0 <= patience.pause(2, None) <= 2.0 <= patience.pause(3, None) <= 4.0  # type: ignore[operator]  # None would fail, and rightly
        assert patience.pause(1, 7.0) == 7.0
        assert patience.pause(1, 11.0) is None
        assert patience.pause(4, None) is None

    def test_nothing_is_sent_again_that_was_refused(self, api: Api, url: str) -> None:
        way, secret = Losing(0), api.token(NATIONAL, "vice-chair")
        with Client(url, NATIONAL, secret, patience=HASTY, transport=way) as client, pytest.raises(ActRefused) as refused:
            client.act("meeting.convene", AD_HOC)
        assert way.sent == 1
        assert "3.3" in refused.value.clauses
        assert "chair" in [who.subject for who in refused.value.who_may]
        assert refused.value.request_id


class TestAsking:
    def test_who_one_is_and_what_one_may(self, chair: Client) -> None:
        me = chair.me()
        assert me.person == "thu-tuong"
        assert me.capacities[0] == "chair"
        assert "3.3" in me.powers["meeting.convene"]
        ruling = chair.explain("meeting.convene", {"kind": "ad-hoc"}, by="bo-truong-tt-tt")
        assert not ruling.allowed
        assert "3.3" in ruling.clauses

    def test_a_dry_run_keeps_nothing(self, chair: Client) -> None:
        would = chair.act("meeting.convene", AD_HOC, how=Act(dry_run=True))
        assert (would.dry_run, would.event) == (True, None)
        with pytest.raises(NotVisible):
            chair.read("meeting", would.id)

    def test_papers_words_days_and_parties(self, api: Api, url: str, chair: Client) -> None:
        made = chair.act("meeting.convene", AD_HOC)
        with Client(url, NATIONAL, api.token(NATIONAL, "wg-head")) as group:
            group.act("meeting.add-paper", {"title": "Plan", "files": [paper("plan.txt", b"the plan")]}, on=made.ref)
        whole = chair.read("meeting", made.ref)
        assert chair.file("meeting", made.ref, whole["papers"][0]["digest"]) == b"the plan"
        assert chair.read("meeting", made.ref, fields=["place"]) == {"id": made.id, "type": "meeting", "place": "Bến Thành"}
        assert made.id in {found.id for found in chair.search("ben thanh")}
        with pytest.raises(NotVisible):
            chair.read("meeting", made.ref, at=date(2021, 1, 1))
        where = {"starts_at[gte]": date(2021, 3, 1), "state": ["convened", "open"], "presiding": "me"}
        assert made.id in {record["id"] for record in chair.list("meeting", where=where, sort="-starts_at", size=2)}
        assert "committee" in {party.id for party in chair.parties(sort="body")}
        assert chair.charter()["instruments"]

    def test_what_happens_is_followed(self, chair: Client) -> None:
        *_, last = chair.changes()
        made = chair.act("meeting.convene", AD_HOC)
        first = next(iter(chair.follow(last.seq, wait=1)))
        assert (first.action, first.record) == ("meeting.convene", made.id)
        assert [event.seq for event in islice(chair.changes(), 3)] == sorted(event.seq for event in islice(chair.changes(), 3))

    def test_a_wrong_name_and_a_wrong_token(self, chair: Client, url: str) -> None:
        with pytest.raises(InvalidInput) as wrong:
            list(chair.list("meeting", where={"presiding": "nobody-here"}))
        assert "presiding" in wrong.value.fields
        with Client(url, NATIONAL, "steerco_none") as stranger, pytest.raises(TokenRefused):
            stranger.me()


def test_the_same_by_asyncio(api: Api, url: str) -> None:
    async def live() -> None:
        async with AsyncClient(url, NATIONAL, api.token(NATIONAL, "chair"), patience=HASTY) as chair:
            for _ in range(2):
                await chair.act("meeting.convene", AD_HOC)
            made = await chair.act("meeting.convene", AD_HOC)
            every = [record["id"] async for record in chair.list("meeting", size=2)]
            assert made.id in every
            assert len(every) == len(set(every)) > 2
            assert (await chair.read("meeting", made.ref))["state"] == "convened"
            assert [event async for event in chair.changes(made.event or 0)] == []
            seen = [found.id async for found in chair.search("ben thanh")]
            assert made.id in seen
            me, ruling = await asyncio.gather(chair.me(), chair.explain("meeting.convene", {"kind": "ad-hoc"}))
            assert (me.person, ruling.allowed) == ("thu-tuong", True)
        async with AsyncClient(url, NATIONAL, api.token(NATIONAL, "vice-chair")) as other:
            with pytest.raises(ActRefused):
                await other.act("meeting.convene", AD_HOC)

    asyncio.run(live())


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    sync, other = ({name for name in vars(each) if not name.startswith("_")} for each in (Client, AsyncClient))
    assert sync == other
    for name in sync:
        arguments = [
            getattr(each, name).__code__.co_varnames[: getattr(each, name).__code__.co_argcount] for each in (Client, AsyncClient)
        ]
        assert arguments[0] == arguments[1], name


def test_a_proxy_that_tells_no_problem_is_told_as_trouble() -> None:
    from steerco_client.calls import me

    sending = Sending(me(None), Patience(attempts=1))
    with pytest.raises(Exception, match="502"):
        sending.answered(httpx2.Response(502, text="<html>Bad gateway</html>"))
