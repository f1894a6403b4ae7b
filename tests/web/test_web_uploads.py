"""Files beside base64: as parts of a request, and piece by piece, resumed after a fault, by nobody but who began them."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.conftest import MOST, Api

from steerco.kernel.attachments import sweep
from steerco.store import uploads as stored
from steerco.store.uploads import MOST as MOST_BEGUN
from steerco.store.uploads import TooManyUploads
from steerco.web.http import parts

CONTENT = bytes(range(256)) * 40
PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}
WHO = "wg-member"


@pytest.fixture(scope="module")
def meeting(api: Api) -> str:
    body = {"kind": "ad-hoc", "starts_at": "2021-04-15T08:00:00"}
    return str(api.as_("chair")("POST", "/meeting/convene", body).json()["record"]["id"])


@pytest.fixture(autouse=True)
def none_begun(api: Api) -> Any:
    yield
    api.tenant("national-committee").files.uploads.sweep(api.tenant("national-committee").id, -1)


def begun(api: Api, length: int = len(CONTENT), who: str = WHO) -> str:
    answer = api.as_(who)("POST", "/uploads", headers={"Upload-Length": str(length), "Tus-Resumable": "1.0.0"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["tus-resumable"] == "1.0.0"
    return answer.headers["location"].partition("/api")[2]


def add(api: Api, at: str, offset: int, piece: bytes, who: str = WHO) -> Any:
    return api.as_(who)("PATCH", at, content=piece, headers={**PIECE, "Upload-Offset": str(offset)})


def add_paper(api: Api, meeting: str, file: dict[str, Any], who: str = WHO) -> Any:
    return api.as_(who)("POST", f"/meeting/{meeting}/add-paper", {"files": [file]})


def kept(api: Api, meeting: str, content: bytes) -> bytes:
    answer = api.as_("chair")("GET", f"/meeting/{meeting}/files/{sha256(content).hexdigest()}")
    assert answer.status_code == 200
    return answer.content


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, len(CONTENT) - 1), max_size=4, unique=True).map(sorted), st.booleans())
def test_the_pieces_together_are_the_file(api: Api, meeting: str, cuts: list[int], broken: bool) -> None:
    content = os.urandom(8) + CONTENT[8:]
    at = begun(api)
    for first, end in pairwise([0, *cuts, len(content)]):
        if broken:  # the answer was lost: the piece comes once more, and is told where the upload stands
            assert add(api, at, first + 1, content[first:end]).status_code in (409, 413)
        answer = add(api, at, first, content[first:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
        head = api.as_(WHO)("HEAD", at)
        assert (head.headers["upload-offset"], head.headers["upload-length"]) == (str(end), str(len(content)))
    assert add_paper(api, meeting, {"name": "plan.bin", "upload": at.rpartition("/")[2]}).status_code == 200
    assert kept(api, meeting, content) == content
    assert api.as_(WHO)("DELETE", at).status_code == 204


def test_one_that_is_not_whole_is_named_and_nothing_is_done(api: Api, meeting: str) -> None:
    at = begun(api)
    add(api, at, 0, CONTENT[:100])
    answer = add_paper(api, meeting, {"name": "plan.bin", "upload": at.rpartition("/")[2]})
    assert (answer.status_code, answer.json()["reasons"]["upload"]["code"]) == (422, "upload-not-whole")
    assert sha256(CONTENT[:100]).hexdigest() not in list(api.tenant("national-committee").files.all(1))


def test_an_act_of_a_few_words_cannot_name_a_large_file_any_number_of_times(
    api: Api, meeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "AT_ONCE", 3 * len(CONTENT))
    at = begun(api)
    add(api, at, 0, CONTENT)
    asked = [{"name": f"plan-{n}.bin", "upload": at.rpartition("/")[2]} for n in range(4)]
    act, path = api.as_(WHO), f"/meeting/{meeting}/add-paper"
    assert act("POST", path, {"files": asked}).json()["code"] == "body-too-large"
    named = [{"name": f"plan-{n}.bin", "upload": "plan"} for n in range(4)]
    sent = {"input": (None, json.dumps({"files": named}), "application/json"), "plan": ("plan.bin", CONTENT)}
    assert act("POST", path, files=sent).status_code == 413
    assert act("POST", path, {"files": asked[:2]}).status_code == 200


def test_another_person_and_another_committee_cannot_see_go_on_or_name_it(api: Api, meeting: str) -> None:
    at = begun(api)
    add(api, at, 0, CONTENT)
    for who, slug in (("chair", "national-committee"), ("head", MOST)):
        ask = api.as_(who, slug)
        assert [ask(method, at).status_code for method in ("GET", "HEAD", "DELETE")] == [404, 404, 404]
        assert ask("PATCH", at, content=b"x", headers={**PIECE, "Upload-Offset": "0"}).status_code == 404
    answer = add_paper(api, meeting, {"name": "plan.bin", "upload": at.rpartition("/")[2]}, "chair")
    assert (answer.status_code, answer.json()["reasons"]["upload"]["code"]) == (422, "no-upload")
    nobody = api.http.get(f"/t/national-committee/api{at}", headers={"Authorization": "Bearer no"})
    assert nobody.status_code == 401


@pytest.mark.parametrize(
    ("method", "headers", "status", "code"),
    [
        ("POST", {}, 400, "bad-parameter"),
        ("POST", {"Upload-Length": "-1"}, 400, "bad-parameter"),
        ("POST", {"Upload-Length": "0"}, 400, "bad-parameter"),
        ("POST", {"Upload-Length": "9" * 12}, 413, "body-too-large"),
        ("POST", {"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412, "unknown-tus"),
        ("PATCH", {"Content-Type": "application/octet-stream", "Upload-Offset": "0"}, 415, "wrong-piece-type"),
        ("PATCH", {"Content-Type": PIECE["Content-Type"]}, 400, "bad-parameter"),
        ("PATCH", {"Content-Type": PIECE["Content-Type"], "Upload-Offset": "7"}, 409, "upload-offset"),
        ("PATCH", {"Content-Type": PIECE["Content-Type"], "Upload-Offset": str(len(CONTENT))}, 413, "body-too-large"),
    ],
    ids=range(9),
)
def test_what_does_not_fit_is_told(api: Api, method: str, headers: dict[str, str], status: int, code: str) -> None:
    at = "/uploads" if method == "POST" else begun(api)
    answer = api.as_(WHO)(method, at, content=b"xyz" if method == "PATCH" else b"", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if code == "upload-offset":
        assert answer.headers["upload-offset"] == "0"


def test_a_token_for_reading_begins_none_and_nobody_begins_any_number(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Upload-Length": "5"}
    assert api.as_(WHO, "national-committee", "read")("POST", "/uploads", headers=headers).status_code == 403
    monkeypatch.setattr(stored, "MOST", 2)
    assert [api.as_(WHO)("POST", "/uploads", headers=headers).status_code for _ in range(3)] == [201, 201, 409]
    assert api.as_("chair")("POST", "/uploads", headers=headers).status_code == 201


def test_of_many_that_begin_at_once_no_more_are_let_through(api: Api) -> None:
    tenant, told = api.tenant("national-committee"), Barrier(8)

    def begin(_: int) -> int:
        told.wait()
        done = 0
        with suppress(TooManyUploads):
            while done < MOST_BEGUN:
                tenant.files.uploads.begin(tenant.id, WHO, 1)
                done += 1
        return done

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(begin, range(8))) == MOST_BEGUN


def test_what_nobody_finished_is_swept(api: Api) -> None:
    tenant, at = api.tenant("national-committee"), begun(api)
    sweep(tenant)
    assert api.as_(WHO)("HEAD", at).status_code == 200
    sweep(tenant, grace=-1)
    assert api.as_(WHO)("HEAD", at).status_code == 404
    assert not list((Path(tenant.files.where(tenant.id)) / "uploads").iterdir())


class TestParts:
    def sent(self, api: Api, meeting: str, input: Any, who: str = WHO, **files: bytes) -> Any:
        parts = {name: (f"{name}.bin", content) for name, content in files.items()}
        body = {"input": (None, input if isinstance(input, str) else json.dumps(input), "application/json")}
        return api.as_(who)("POST", f"/meeting/{meeting}/add-paper", files={**body, **parts})

    def test_files_come_as_parts_beside_the_input(self, api: Api, meeting: str) -> None:
        one, two = os.urandom(50), os.urandom(60)
        given = {"files": [{"upload": "one"}, {"name": "zwei.bin", "upload": "two"}]}
        answer = self.sent(api, meeting, given, one=one, two=two)
        assert answer.status_code == 200, answer.text
        assert (kept(api, meeting, one), kept(api, meeting, two)) == (one, two)
        papers = api.as_("chair")("GET", f"/meeting/{meeting}?fields=papers").json()["papers"]
        assert {"one.bin", "zwei.bin"} <= {paper["file_name"] for paper in papers}

    def test_the_same_by_base64_is_the_same_act(self, api: Api, meeting: str) -> None:
        content = os.urandom(40)
        by_parts = self.sent(api, meeting, {"files": [{"name": "x.bin", "upload": "x"}]}, x=content).json()
        again = add_paper(api, meeting, {"name": "x.bin", "base64": b64encode(content).decode()}).json()
        assert (by_parts["outcome"], again["outcome"]) == ("done", "done")

    @pytest.mark.parametrize(
        ("input", "files", "status", "field"),
        [
            ({"files": []}, {"one": b"x"}, 422, "one"),
            ({"files": [{"upload": "two"}]}, {"one": b"x"}, 422, "one"),
            ({"files": [{"name": "a", "upload": "two"}]}, {}, 422, "upload"),
            ("{", {"one": b"x"}, 400, ""),
        ],
    )
    def test_what_names_nothing_is_told(
        self, api: Api, meeting: str, input: Any, files: dict[str, bytes], status: int, field: str
    ) -> None:
        answer = self.sent(api, meeting, input, **files)
        assert answer.status_code == status, answer.text
        assert not field or field in answer.json()["fields"]

    def test_who_may_not_is_refused_and_no_file_is_kept(self, api: Api, meeting: str) -> None:
        content = os.urandom(30)
        answer = self.sent(api, meeting, {"files": [{"name": "x", "upload": "x"}]}, who="chuyen-gia-do-thi", x=content)
        assert answer.status_code in (403, 404)
        tenant = api.tenant("national-committee")
        assert sha256(content).hexdigest() not in list(tenant.files.all(tenant.id))
