"""The change feed as it happens: waiting for news, a stream of server-sent events, the envelope of CloudEvents."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import NATIONAL, Api

from steerco.operations import tokens
from steerco.web.app import create_app
from steerco.web.http.limits import Limits

EXPERT = "chuyen-gia-do-thi"
AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}


@pytest.fixture
def brief(api: Api) -> Iterator[Api]:
    """The API with streams that end after a second."""
    with TestClient(create_app(api.installation, clock=api.clock, limits=Limits(stream=1.0))) as client:
        yield replace(api, http=client)


def parsed(text: str) -> list[dict[str, str]]:
    """The events of a stream, as a browser reads them: those without data only move the id."""
    blocks = [[line for line in block.splitlines() if not line.startswith(":")] for block in text.split("\n\n")]
    return [dict(line.split(": ", 1) for line in block) for block in blocks if block]


def test_a_stream_tells_what_was_missed_and_what_follows(brief: Api) -> None:
    chair = brief.as_("chair")
    begun = chair("GET", "/events?limit=200").json()["next"]
    first = chair("POST", "/meeting/convene", AD_HOC).json()["event"]
    heard: dict[str, Any] = {}

    def listen() -> None:
        answer = chair("GET", "/events/stream", headers={"Last-Event-ID": str(begun)})
        heard.update(status=answer.status_code, kind=answer.headers["content-type"], text=answer.text)

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.2)  # the stream is open by then; were it not, the event would be told as one that was missed
    second = chair("POST", "/meeting/convene", AD_HOC).json()["event"]
    listener.join(timeout=120)
    assert heard["status"] == 200
    assert heard["kind"].startswith("text/event-stream")
    told = [block for block in parsed(heard["text"]) if "data" in block]
    assert [block["id"] for block in told] == [str(first), str(second)]
    event = json.loads(told[0]["data"])
    assert (event["specversion"], event["id"], event["source"]) == ("1.0", str(first), f"/t/{NATIONAL}")
    assert event["type"] == "steerco.meeting.convene"
    assert event["data"]["because"]


def test_others_events_move_the_place_and_show_nothing(brief: Api) -> None:
    before = brief.as_("chair")("GET", "/events?limit=200").json()["next"]
    made = brief.as_("chair")("POST", "/meeting/convene", AD_HOC).json()["event"]
    blocks = parsed(brief.as_(EXPERT)("GET", f"/events/stream?after={before}").text)
    assert [block for block in blocks if "data" in block] == []
    assert int(blocks[-1]["id"]) >= made > before


def test_a_token_that_is_revoked_ends_the_stream(api: Api) -> None:
    tenant = api.tenant(NATIONAL)
    issued = tokens.issue(tenant, api.person(NATIONAL, "chair"), ("read",), now=api.clock())
    answers: list[float] = []
    with TestClient(create_app(api.installation, clock=api.clock, limits=Limits(stream=60.0))) as client:

        def listen() -> None:
            client.get(f"/t/{NATIONAL}/api/events/stream", headers={"Authorization": f"Bearer {issued.secret}"})
            answers.append(time.monotonic())

        listener = threading.Thread(target=listen)
        listener.start()
        time.sleep(0.3)
        tokens.revoke(tenant, issued.id, now=api.clock())
        listener.join(timeout=50)
    assert answers, "the stream went on"


def test_a_page_waits_for_news_and_no_longer_than_asked(brief: Api) -> None:
    chair = brief.as_("chair")
    last = chair("GET", "/events?limit=200").json()
    while last["more"]:
        last = chair("GET", f"/events?limit=200&after={last['next']}").json()
    assert chair("GET", f"/events?after={last['next']}&wait=1").json()["items"] == []
    threading.Timer(0.3, chair, ("POST", "/meeting/convene", AD_HOC)).start()
    waited = chair("GET", f"/events?after={last['next']}&wait=20").json()
    assert [event["action"] for event in waited["items"]] == ["meeting.convene"]


def test_a_page_comes_in_the_envelope_that_is_asked_for(api: Api) -> None:
    api.as_("chair")("POST", "/meeting/convene", AD_HOC)
    answer = api.as_("chair")("GET", "/events?limit=200", headers={"Accept": "application/cloudevents-batch+json"})
    assert answer.headers["content-type"].startswith("application/cloudevents-batch+json")
    assert {event["specversion"] for event in answer.json()} == {"1.0"}
    assert 'rel="next"' in answer.headers["Link"]


BAD = [("after=x", 400), ("after=99999999", 422), ("after=1&after=2", 400)]


@pytest.mark.parametrize(("query", "status"), BAD)
def test_a_stream_that_cannot_begin_says_why(api: Api, query: str, status: int) -> None:
    answer = api.as_("chair")("GET", f"/events/stream?{query}")
    assert answer.status_code == status
    assert answer.json()["fields"]


def test_a_stranger_hears_nothing_and_head_ends_at_once(api: Api) -> None:
    assert api.http.get(f"/t/{NATIONAL}/api/events/stream").status_code == 401
    head = api.as_("chair")("HEAD", "/events/stream")
    assert (head.status_code, head.content) == (200, b"")
