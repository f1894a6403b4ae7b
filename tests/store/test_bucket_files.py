"""Files in a bucket, under a real object store on this machine: what a folder promises, to every process at once."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.lifecycle.test_bucket import KEY, SECRET, pytestmark
from tests.lifecycle.test_bucket import stored as stored
from tests.store.test_store_files import test_a_file_comes_back_by_its_digest as test_a_file_comes_back_by_its_digest
from tests.store.test_store_files import (
    test_a_tenant_without_files_has_nothing_to_sweep as test_a_tenant_without_files_has_nothing_to_sweep,
)
from tests.store.test_store_files import test_another_tenant_has_nothing_of_it as test_another_tenant_has_nothing_of_it
from tests.store.test_store_files import test_what_is_no_digest_is_no_path as test_what_is_no_digest_is_no_path

from steerco.store import bucket_files
from steerco.store.bucket import Bucket, StoreAccess
from steerco.store.bucket_files import BucketFiles
from steerco.store.fair_lock import StoreUnavailable
from steerco.store.files import LIMIT, OthersFiles, TooLarge
from steerco.store.folder_files import FolderFiles
from steerco.store.uploads import NoUpload, OtherOffset

pytestmark = pytestmark
DAY = 86_400.0
WHO = "người nộp"


@pytest.fixture
def address(stored: tuple[str, Path], tmp_path: Path) -> str:
    name = tmp_path.name.replace("_", "-")
    (stored[1] / name).mkdir()
    return f"s3://{name}/river"


def opened(stored: tuple[str, Path], address: str, limit: int = LIMIT) -> BucketFiles:
    """What a process of its own opens."""
    return BucketFiles(Bucket(address, StoreAccess(stored[0], "us-east-1", KEY, SECRET), timedelta(seconds=2)), limit)


@pytest.fixture
def files(stored: tuple[str, Path], address: str) -> BucketFiles:
    return opened(stored, address)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """So much time has passed since what was put so far."""
    now = time.time() + seconds
    monkeypatch.setattr(bucket_files.time, "time", lambda: now)


def test_what_one_machine_puts_another_has_at_once_and_no_name_can_be_guessed(
    stored: tuple[str, Path], address: str, files: BucketFiles
) -> None:
    other = opened(stored, address)
    digest = files.put(1, b"paper")
    assert other.open(1, digest).read() == b"paper"
    (name,) = files.bucket.held()
    assert name.startswith(f"1/files/{digest[:2]}/{digest}/")
    assert len(name.rpartition("/")[2]) == 36
    other.put(12, b"paper")
    assert (files.numbers(), files.remove_all(1)) == ([1, 12], 1)
    assert (other.has(1, digest), other.has(12, digest)) == (False, True)


def test_the_same_content_is_sent_once_and_anew_when_it_grows_old(files: BucketFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = files.put(1, b"x" * 10)
    before = files.bucket.held()
    assert files.put(1, io.BytesIO(b"x" * 10)) == digest
    assert files.bucket.held() == before
    reader = files.open(1, digest)
    later(monkeypatch, DAY)
    files.put(1, b"x" * 10)
    assert len(files.bucket.held()) == 1
    assert files.bucket.held().keys() != before.keys()
    assert reader.read() == b"x" * 10


def test_a_sweep_takes_what_it_saw_to_be_old_and_never_what_is_put_meanwhile(
    files: BucketFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    orphan, young, again = (files.put(1, content) for content in (b"orphan", b"young", b"again"))
    assert files.sweep(1, [orphan, young, again]) == []
    seen = files.bucket.held

    def put_meanwhile(below: str = "") -> object:
        held = seen(below)
        if below.endswith(again):  # it is put after the sweep has looked
            monkeypatch.setattr(files.bucket, "held", seen)
            files.put(1, b"again")
        return held

    later(monkeypatch, DAY + 60)
    monkeypatch.setattr(files.bucket, "held", put_meanwhile)
    assert list(files.older(1, DAY)) == sorted([orphan, young, again])
    files.sweep(1, [again])
    assert files.open(1, again).read() == b"again"
    assert files.sweep(1, [orphan]) == [orphan]
    assert set(files.all(1)) == {young, again}


def test_parts_are_read_where_they_begin_and_a_file_that_is_put_anew_is_read_on(
    files: BucketFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(bucket_files.FIRST_BLOCK + bucket_files.BLOCK + 1000)
    digest = files.put(1, content)
    assert files.size(1, digest) == len(content)
    for first in (0, 1, bucket_files.FIRST_BLOCK - 1, len(content) - 3, len(content), len(content) + 5):
        with files.open(1, digest, first) as file:
            assert file.read() == content[first:]
    file = files.open(1, digest)
    later(monkeypatch, DAY)
    files.put(1, content)
    assert file.seek(-5, os.SEEK_END) == len(content) - 5
    assert file.read() == content[-5:]


def test_a_place_is_the_installations_that_used_it_first(stored: tuple[str, Path], address: str, tmp_path: Path) -> None:
    """Two of them have the same numbers of committees, and neither knows what the other's records name."""
    for ours, theirs in (
        (opened(stored, address), opened(stored, address)),
        (FolderFiles(tmp_path / "shared"), FolderFiles(tmp_path / "shared")),
    ):
        ours.installation, theirs.installation = (lambda: "a" * 64), (lambda: "b" * 64)
        digest = ours.put(1, b"ours")
        assert (ours.marked(), theirs.marked()) == ("a" * 64, "a" * 64)
        for tried in (
            theirs.own,
            lambda theirs=theirs: theirs.put(1, b"theirs"),
            lambda theirs=theirs, digest=digest: theirs.sweep(1, [digest], older_than=-DAY),
            lambda theirs=theirs: theirs.remove_all(1),
        ):
            with pytest.raises(OthersFiles, match="another installation"):
                tried()
        assert (list(ours.all(1)), ours.numbers()) == ([digest], [1])
        assert ours.sweep(1, [digest], older_than=-DAY) == [digest]
    ours = opened(stored, address)
    ours.installation = lambda: "a" * 64
    ours.put(1, b"before")
    ours.bucket.put("installation", b"b" * 64)  # while it runs
    with pytest.raises(OthersFiles):
        ours.sweep(1, list(ours.all(1)), older_than=-DAY)


def test_too_large_leaves_nothing_and_what_was_changed_is_found(stored: tuple[str, Path], address: str) -> None:
    files = opened(stored, address, limit=10)
    for content in (b"x" * 11, io.BytesIO(b"x" * 11)):
        with pytest.raises(TooLarge):
            files.put(1, content)
    assert files.bucket.held() == {}
    digest = files.put(1, b"x")
    assert files.damaged(1) == []
    files.bucket.put(next(iter(files.bucket.held())), b"z")
    assert files.damaged(1) == [digest]


def test_an_upload_goes_on_on_another_machine(stored: tuple[str, Path], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = (opened(stored, address).uploads for _ in range(2))
    begun = here.begin(1, WHO, 6)
    assert here.add(1, WHO, begun.id, 0, b"abc").offset == 3
    assert there.find(1, WHO, begun.id).offset == 3
    with pytest.raises(OtherOffset) as other:
        there.add(1, WHO, begun.id, 0, b"xyz")
    assert other.value.offset == 3
    with pytest.raises(OtherOffset):
        there.content(1, WHO, begun.id)
    with pytest.raises(TooLarge):
        there.add(1, WHO, begun.id, 3, b"defg")
    assert there.add(1, WHO, begun.id, 3, b"def").offset == 6
    assert here.content(1, WHO, begun.id) == b"abcdef"
    for tenant, who in ((1, "another"), (2, WHO)):
        with pytest.raises(NoUpload):
            here.find(tenant, who, begun.id)
    assert there.sweep(1) == 0
    here.drop(1, WHO, begun.id)
    with pytest.raises(NoUpload):
        there.content(1, WHO, begun.id)
    there.begin(1, WHO, 1)
    assert (here.sweep(1, -1), here.sweep(1, -1)) == (1, 0)


def test_a_store_that_is_away_is_an_outage_and_tells_no_secret(address: str) -> None:
    away = BucketFiles(Bucket(address, StoreAccess("http://127.0.0.1:9", "us-east-1", KEY, SECRET), timedelta(milliseconds=50)))
    digest = sha256(b"x").hexdigest()
    tries = (
        lambda: away.put(1, b"x"),
        lambda: away.put(1, io.BytesIO(b"x")),
        lambda: away.has(1, digest),
        lambda: away.open(1, digest),
        lambda: away.is_sound(1, digest),
        lambda: list(away.all(1)),
        lambda: away.sweep(1, [digest]),
        lambda: away.uploads.begin(1, WHO, 1),
    )
    for tried in tries:
        with pytest.raises(StoreUnavailable) as outage:
            tried()
        assert outage.value.code == "files-away"
        assert SECRET not in str(outage.value)
