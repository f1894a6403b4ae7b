"""Files of tenants: kept whole, apart, and swept only when nothing needs them."""

from __future__ import annotations

import io
import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from steerco.store.files import FileStore, TooLarge
from steerco.store.folder_files import FolderFiles


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FolderFiles(tmp_path, limit=1000)


def test_a_file_comes_back_by_its_digest(files: FileStore) -> None:
    digest = files.put(1, "biên bản họp".encode())
    assert digest == sha256("biên bản họp".encode()).hexdigest()
    with files.open(1, digest) as found:
        assert found.read().decode() == "biên bản họp"
    assert files.size(1, digest) == len("biên bản họp".encode())
    assert files.put(1, io.BytesIO("biên bản họp".encode())) == digest
    assert list(files.all(1)) == [digest]


def test_another_tenant_has_nothing_of_it(files: FileStore) -> None:
    digest = files.put(1, b"secret")
    assert files.has(1, digest)
    assert not files.has(2, digest)
    with pytest.raises(FileNotFoundError):
        files.open(2, digest)


@pytest.mark.parametrize("name", ["", "../1/x", "A" * 64, "0" * 63, "0" * 64 + "\n", "/etc/passwd"])
def test_what_is_no_digest_is_no_path(files: FileStore, name: str) -> None:
    assert not files.has(1, name)
    with pytest.raises(FileNotFoundError):
        files.open(1, name)


def test_a_file_too_large_leaves_nothing(files: FileStore, tmp_path: Path) -> None:
    files.put(1, b"x" * 1000)
    with pytest.raises(TooLarge) as refused:
        files.put(1, io.BytesIO(b"y" * 1001))
    assert refused.value.limit == 1000
    assert len(list(files.all(1))) == 1
    assert not list((tmp_path / "1").glob("put-*"))


def test_a_sweep_takes_old_orphans_only(files: FileStore, tmp_path: Path) -> None:
    used, orphan, young = (files.put(1, content) for content in (b"used", b"orphan", b"young"))
    other = files.put(2, b"orphan")
    left = tmp_path / "1" / "put-left"
    left.write_bytes(b"half")
    old = time.time() - 100_000
    for path in (left, *(tmp_path / "1" / one[:2] / one for one in (used, orphan))):
        os.utime(path, (old, old))
    assert list(files.older(1, 86_400)) == sorted([used, orphan])
    assert files.sweep(1, [orphan, young]) == [orphan]
    assert set(files.all(1)) == {used, young}
    assert not left.exists()
    assert files.has(2, other)


def test_a_file_stored_again_is_young_again(files: FileStore, tmp_path: Path) -> None:
    digest = files.put(1, b"x")
    os.utime(tmp_path / "1" / digest[:2] / digest, (0, 0))
    files.put(1, b"x")
    assert list(files.older(1, 86_400)) == []
    assert files.sweep(1, [digest]) == []
    assert files.has(1, digest)


def test_a_tenant_without_files_has_nothing_to_sweep(files: FileStore) -> None:
    assert files.sweep(3, ["0" * 64]) == []


def test_damage_is_found(files: FileStore, tmp_path: Path) -> None:
    digest, sound = files.put(1, b"x"), files.put(1, b"y")
    assert files.damaged(1) == []
    (tmp_path / "1" / digest[:2] / digest).write_bytes(b"z")
    assert files.damaged(1) == [digest]
    assert sound in files.all(1)
