"""Shares of requests: one token's, one committee's, and none of another's."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, Api
from tests.web.test_web_listeners import asked, served

from steerco.web.app import create_app
from steerco.web.http.limits import Limits
from steerco.web.http.windows import Windows

LEFT = re.compile(r'"(token|tenant)";r=(\d+);t=(\d+)')


@pytest.fixture
def narrow(api: Api) -> Iterator[Api]:
    """The API where a token may ask five times a minute, and a committee eight times."""
    with TestClient(
        create_app(api.installation, clock=api.clock, limits=Limits(token=5, tenant=8, streams=1, stream=0.2))
    ) as client:
        yield replace(api, http=client)


def test_answers_tell_what_is_left_and_one_too_many_when_to_come_back(narrow: Api) -> None:
    chair = narrow.as_("chair")
    first = chair("GET", "/me")
    assert first.headers["ratelimit-policy"] == '"token";q=5;w=60, "tenant";q=8;w=60'
    left = LEFT.fullmatch(first.headers["ratelimit"])
    assert left is not None
    assert (left[1], left[2]) == ("token", "4")
    assert 0 < int(left[3]) <= 60
    assert [chair("GET", "/me").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    over = chair("POST", "/meeting/convene", {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"})
    assert (over.status_code, over.json()["code"]) == (429, "rate-limit")
    assert 0 < int(over.headers["retry-after"]) <= 60
    assert over.headers["ratelimit"].startswith('"token";r=0')
    assert "5" in over.json()["detail"]


def test_a_committee_that_asks_too_much_keeps_no_other_from_asking(narrow: Api) -> None:
    for who in ("chair", "vice-chair"):
        answers = [narrow.as_(who)("GET", "/me").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert narrow.as_("chuyen-gia-do-thi")("GET", "/charter").json()["code"] == "rate-limit"
    assert narrow.as_("head", MOST)("GET", "/me").status_code == 200


def test_what_a_token_asks_beyond_its_share_uses_up_nothing_of_the_committees(narrow: Api) -> None:
    assert [narrow.as_("chair")("GET", "/me").status_code for _ in range(12)].count(429) == 7
    assert narrow.as_("vice-chair")("GET", "/me").status_code == 200


def test_strangers_are_told_nothing_of_shares(narrow: Api) -> None:
    answers = [narrow.http.get(f"/t/{slug}/api/me") for slug in (NATIONAL, "nowhere")]
    assert not any("ratelimit" in answer.headers for answer in answers)


def test_without_limits_no_header_speaks_of_them(api: Api) -> None:
    assert "ratelimit" not in api.as_("chair")("GET", "/me").headers


def test_a_stream_is_one_request_however_often_it_looks(narrow: Api) -> None:
    chair = narrow.as_("chair")
    assert chair("GET", "/events/stream").status_code == 200
    left = LEFT.fullmatch(chair("GET", "/me").headers["ratelimit"])
    assert left is not None
    assert left[2] == "3"


def test_a_token_keeps_as_many_streams_open_as_it_may(api: Api) -> None:
    app = create_app(api.installation, clock=api.clock, limits=Limits(streams=1, stream=30.0))
    path, secret = f"/t/{NATIONAL}/api/events/stream", api.token(NATIONAL, "chair")
    with served(app) as place, closing(asked(place, path, secret)) as first:
        told = first.recv(4096)
        assert b" 200 " in told.partition(b"\r\n")[0]
        while b"retry:" not in told:  # the stream has begun
            told += first.recv(4096)
        for waiting in (path, f"/t/{NATIONAL}/api/events?after=0&wait=5&limit=1"):
            with closing(asked(place, waiting, secret)) as second:
                told = second.recv(4096)
                assert (b" 429 " in told) == (waiting == path)  # a page that has something to tell does not wait
        with closing(asked(place, path, api.token(NATIONAL, "vice-chair"))) as other:
            assert b" 200 " in other.recv(4096).partition(b"\r\n")[0]


def test_a_clock_that_is_set_back_locks_nobody_out_and_counting_starts_no_thread() -> None:
    """The wall clock plays no part: a window ends when its time has passed."""
    passed = 0.0
    windows = Windows(lambda: passed)
    counts, twice = FixedWindowRateLimiter(windows), RateLimitItemPerMinute(2)
    before = threading.active_count()
    assert [counts.hit(twice, "a") for _ in range(3)] == [True, True, False]
    assert not counts.test(twice, "a")
    assert counts.test(twice, "b")
    passed = 59.0
    assert not counts.hit(twice, "a")
    assert counts.get_window_stats(twice, "a") == (60.0, 0)
    assert counts.hit(twice, "b")
    assert counts.get_window_stats(twice, "b") == (119.0, 1)
    passed = 60.0
    assert counts.test(twice, "a")
    assert counts.hit(twice, "a")
    assert windows.until(counts.get_window_stats(twice, "a").reset_time) == 60.0
    passed = 200.0
    assert counts.hit(twice, "c")
    assert len(windows) == 1  # windows that have ended fill no memory
    assert threading.active_count() == before
