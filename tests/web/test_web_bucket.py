"""The API over files in a bucket: uploads, ranges, and a store that is away."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from tests.lifecycle.test_bucket import KEY, SECRET, pytestmark
from tests.lifecycle.test_bucket import stored as stored
from tests.web.conftest import NATIONAL, Api, Clock, installed

from steerco.configuration.installation import Installation
from steerco.operations.rebuild import rebuild
from steerco.store.bucket import Bucket, StoreAccess
from steerco.store.bucket_files import BucketFiles
from steerco.store.engine import Store
from steerco.web.app import create_app

pytestmark = pytestmark
CONTENT = bytes(range(256)) * 1500  # more than a block
PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


def add(api: Api, meeting: str, file: dict[str, Any]) -> Any:
    return api.as_("wg-member")("POST", f"/meeting/{meeting}/add-paper", {"files": [file]})


def test_a_paper_goes_up_and_comes_down_and_of_an_outage_nothing_is_kept(stored: tuple[str, Path]) -> None:
    (stored[1] / "papers").mkdir()
    access = StoreAccess(stored[0], "us-east-1", KEY, SECRET)
    bucket, away = Bucket("s3://papers", access), StoreAccess("http://127.0.0.1:9", "us-east-1", KEY, SECRET)
    store = installed().store
    installation = Installation(store, files=(files := BucketFiles(bucket)))
    with TestClient(create_app(installation, clock=Clock())) as client:
        api = Api(installation, Clock(), client)
        body = {"kind": "ad-hoc", "starts_at": "2021-04-15T08:00:00"}
        meeting = api.as_("chair")("POST", "/meeting/convene", body).json()["record"]["id"]
        began = api.as_("wg-member")("POST", "/uploads", headers={"Upload-Length": str(len(CONTENT))})
        at = began.headers["location"].partition("/api")[2]
        for first, end in ((0, 1000), (1000, len(CONTENT))):
            headers = {**PIECE, "Upload-Offset": str(first)}
            assert api.as_("wg-member")("PATCH", at, content=CONTENT[first:end], headers=headers).status_code == 204
        assert add(api, meeting, {"name": "plan.bin", "upload": at.rpartition("/")[2]}).status_code == 200
        path = f"/meeting/{meeting}/files/{sha256(CONTENT).hexdigest()}"
        assert api.as_("chair")("GET", path).content == CONTENT
        part = api.as_("chair")("GET", path, headers={"Range": "bytes=300000-300009"})
        assert (part.status_code, part.content) == (206, CONTENT[300000:300010])

        files.bucket = Bucket("s3://papers", away, timedelta(milliseconds=50))
        other = {"name": "b.txt", "base64": b64encode(b"b").decode()}
        for answer in (add(api, meeting, other), api.as_("chair")("GET", path)):
            assert (answer.status_code, answer.json()["code"]) == (503, "files-away")
            assert answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
        assert api.as_("chair")("POST", "/meeting/convene", body).status_code == 201  # what needs no file goes on
        files.bucket = bucket
        papers = api.as_("chair")("GET", f"/meeting/{meeting}?fields=papers").json()["papers"]
        assert [paper["file_name"] for paper in papers] == ["plan.bin"]
        assert add(api, meeting, other).status_code == 200
    scratch = Store.memory()
    scratch.create_schema()
    assert rebuild(installation, NATIONAL, scratch=scratch).differences == ()
    scratch.close()
    store.close()
