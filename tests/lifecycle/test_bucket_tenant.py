"""A committee whose files lie in a bucket: exported, brought back under another name, and erased; the other keeps its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.lifecycle.conftest import BOARD, LATER, sound
from tests.lifecycle.test_bucket import KEY, SECRET, pytestmark
from tests.lifecycle.test_bucket import stored as stored

from steerco.configuration.installation import Installation
from steerco.operations import erasure, lifecycle
from steerco.operations.archive.exporter import export
from steerco.operations.archive.importer import bring
from steerco.operations.file_transfer import copy_all
from steerco.store.bucket import Bucket, StoreAccess
from steerco.store.bucket_files import BucketFiles
from steerco.store.checkpoint import Seal

pytestmark = pytestmark


def test_a_committee_comes_and_goes_and_another_keeps_its_files(
    installation: Installation, stored: tuple[str, Path], tmp_path: Path
) -> None:
    (stored[1] / "moved").mkdir()
    files = BucketFiles(Bucket("s3://moved", StoreAccess(stored[0], "us-east-1", KEY, SECRET)))
    copy_all(installation.files, files)
    moved, seal = Installation(installation.store, files=files), Seal(tmp_path)
    board = moved.tenant(BOARD)
    papers = set(files.all(board.id))
    export(board, tmp_path / "board.zip", seal, at=LATER)
    again = bring(moved, tmp_path / "board.zip", "river-board", at=LATER, who="op", why="test")
    assert set(files.all(again.number)) == papers != set()
    sound(moved, "river-board")
    lifecycle.request_deletion(moved, BOARD, at=LATER, who="op", why="over", waiting=timedelta(days=1))
    assert erasure.carry_out(moved, seal, LATER + timedelta(days=2)) == [BOARD]
    assert (set(files.all(board.id)), set(files.all(again.number))) == (set(), papers)
    assert files.numbers() == [again.number]
