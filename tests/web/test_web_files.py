"""Files over the API: whole, in parts, not again where the client has them, and to nobody who does not see their record."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.conftest import Api

CONTENT = bytes(range(256)) * 700  # more than two pieces


@pytest.fixture(scope="module")
def path(api: Api) -> str:
    """The address of a paper of a meeting."""
    body = {"kind": "ad-hoc", "starts_at": "2021-04-15T08:00:00"}
    made = api.as_("chair")("POST", "/meeting/convene", body).json()["record"]["id"]
    file = {"name": "plan.bin", "base64": b64encode(CONTENT).decode()}
    assert api.as_("wg-member")("POST", f"/meeting/{made}/add-paper", {"files": [file]}).status_code == 200
    return f"/meeting/{made}/files/{sha256(CONTENT).hexdigest()}"


def asked(api: Api, path: str, method: str = "GET", who: str = "chair", **headers: str) -> Any:
    return api.as_(who)(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_whole_with_its_length_and_its_tag(api: Api, path: str) -> None:
    answer = asked(api, path)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["accept-ranges"] == "bytes"
    head = asked(api, path, "HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(CONTENT)))
    again = asked(api, path, If_None_Match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, len(CONTENT)), min_size=1, max_size=4, unique=True).map(sorted))
def test_the_parts_together_are_the_whole(api: Api, path: str, cuts: list[int]) -> None:
    bounds = [0, *(cut for cut in cuts if 0 < cut < len(CONTENT)), len(CONTENT)]
    found = b""
    for first, end in pairwise(bounds):
        answer = asked(api, path, Range=f"bytes={first}-{end - 1}")
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{len(CONTENT)}"
        assert int(answer.headers["content-length"]) == len(answer.content)
        found += answer.content
    assert found == CONTENT


@pytest.mark.parametrize(
    ("given", "status", "first"),
    [
        ("bytes=100-", 206, 100),
        ("bytes=-100", 206, -100),
        ("bytes=-999999999", 206, 0),
        ("bytes=0-999999999", 206, 0),
        ("bytes=5-4", 200, 0),
        ("bytes=0-1,5-6", 200, 0),
        ("bytes=-", 200, 0),
        ("lines=0-1", 200, 0),
        ("bytes=" + "9" * 30 + "-", 200, 0),
    ],
)
def test_what_else_a_range_can_be(api: Api, path: str, given: str, status: int, first: int) -> None:
    answer = asked(api, path, Range=given)
    assert (answer.status_code, answer.content) == (status, CONTENT[first:])


def test_a_part_beyond_the_end_is_a_problem(api: Api, path: str) -> None:
    answer = asked(api, path, Range=f"bytes={len(CONTENT)}-")
    assert (answer.status_code, answer.json()["code"]) == (416, "beyond-the-file")
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert asked(api, path, Range="bytes=-0").status_code == 416


def test_a_part_of_another_version_is_the_whole(api: Api, path: str) -> None:
    assert asked(api, path, Range="bytes=0-1", If_Range='"other"').status_code == 200
    assert asked(api, path, Range="bytes=0-1", If_Range=asked(api, path, "HEAD").headers["etag"]).content == CONTENT[:2]


def test_a_range_tells_nobody_of_a_file_that_they_do_not_see(api: Api, path: str) -> None:
    digest = sha256(CONTENT).hexdigest()
    tried = ({}, {"Range": "bytes=0-1"}, {"Range": "bytes=999999999-"}, {"If-None-Match": f'"{digest}"'}, {"If-None-Match": "*"})
    for headers in tried:
        places = (path, path.replace(digest, "0" * 64))
        unseen, absent = (api.as_("chuyen-gia-do-thi")("GET", where, headers=headers) for where in places)
        assert (unseen.status_code, unseen.content) == (404, absent.content)
