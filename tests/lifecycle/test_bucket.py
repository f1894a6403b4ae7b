"""Backups in an object store, under a real one on this machine: whole or not there, sent once, thinned, and brought back."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cli.command import Command
from tests.cli.conftest import steerco as steerco
from tests.lifecycle.conftest import BOARD, LATER, act, hashes
from tests.lifecycle.test_backup import home as home
from tests.lifecycle.test_backup import installation as installation
from tests.lifecycle.test_backup import original as original
from tests.lifecycle.test_backup import running

from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.operations.backup import backup
from steerco.operations.backup_bucket import UNNAMED, names_in, send, thin
from steerco.store.bucket import BadBucket, Bucket, StoreAccess

pytestmark = pytest.mark.skipif(
    find_spec("nanio") is None, reason="NOT TESTED: no object store is installed (pip install --no-deps nanio; make does it)"
)
KEY, SECRET = "key-of-the-test", "secret-of-the-test"
SERVE = "from nanio.cli import main; import sys; sys.exit(main())"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A store that speaks S3 and checks signatures: its address, and the folder in which its buckets are folders."""
    folder = tmp_path_factory.mktemp("store")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    environment = {**os.environ, "NANIO_ACCESS_KEY": KEY, "NANIO_SECRET_KEY": SECRET}
    with (folder.parent / "store.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", SERVE, *words], env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder.parent / "store.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", folder
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def address(stored: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A series of the test's own in a bucket of its own, and the environment by which commands reach it."""
    (tmp_path / "secret").write_text(SECRET + "\n")
    given = {"ENDPOINT": stored[0], "REGION": "us-east-1", "KEY": KEY, "SECRET_FILE": str(tmp_path / "secret")}
    for name, value in given.items():
        monkeypatch.setenv(f"STEERCO_S3_{name}", value)
    bucket = tmp_path.name.replace("_", "-")
    (stored[1] / bucket).mkdir()
    return f"s3://{bucket}/river"


@pytest.fixture
def bucket(stored: tuple[str, Path], address: str) -> Bucket:
    return Bucket(address, StoreAccess(stored[0], "us-east-1", KEY, SECRET))


def test_what_is_restored_from_a_bucket_is_what_was_backed_up(
    steerco: Command, home: Home, installation: Installation, address: str, tmp_path: Path
) -> None:
    before = hashes(installation, BOARD)
    made = steerco(f"backup --json --home {home.folder} --into {address}")
    assert made.code == 0, made.err
    where = made.json["folder"]
    assert where.startswith(f"{address}/steerco-")
    act(installation.tenant(BOARD), "an", "task.assign", title="Later", to="binh")
    assert steerco(f"restore {where} --check").code == 0
    assert "was restored in" in steerco(f"restore {where} --rehearse").err
    assert steerco(f"restore {where} --home {tmp_path / 'other'}").code == 0
    for again in running(Home(tmp_path / "other")):
        assert hashes(again, BOARD) == before
        assert list(again.files.all(1)) == list(installation.files.all(1)) != []
    told = steerco(f"restore {where} --check --json").json["heads"][BOARD]
    assert (told["seq"], told["head"]) == (len(before), before[-1].hex())


def test_what_is_there_is_not_sent_again_and_the_oldest_go(home: Home, bucket: Bucket, tmp_path: Path) -> None:
    made = []
    for days in range(3):
        folder = tmp_path / f"made-{days}"
        backup(home, folder, at=LATER)
        before = bucket.held("objects/")
        made.append(send(folder, bucket, at=LATER + timedelta(days=days)))
        after = bucket.held("objects/")
        if days:
            assert after == before  # nothing has changed, so nothing was written
    assert names_in(bucket) == made
    bucket.put("objects/old", b"what a run that was cut off left")
    assert thin(bucket, 2, at=LATER) == made[:1]
    assert "objects/old" in bucket.held()
    later = max(one.at for one in bucket.held().values()) + UNNAMED * 2
    assert thin(bucket, 1, at=later) == made[1:2]
    assert "objects/old" not in bucket.held()
    assert bucket.held("objects/") == before


def test_a_run_that_is_cut_off_leaves_no_backup_and_the_next_one_goes_on(home: Home, bucket: Bucket, tmp_path: Path) -> None:
    backup(home, tmp_path / "made", at=LATER)
    at = next(iter(bucket.held().values()), None)
    assert at is None
    sent: list[int] = []

    def cut(done: int, total: int, what: str) -> None:
        sent.append(done)
        if done == total - 1:
            raise KeyboardInterrupt

    now = LATER
    with pytest.raises(KeyboardInterrupt):
        send(tmp_path / "made", bucket, at=now, progress=cut)
    assert names_in(bucket) == []
    there = bucket.held("objects/")
    assert len(there) == len(sent)
    now = max(one.at for one in there.values())
    again: list[int] = []
    name = send(tmp_path / "made", bucket, at=now, progress=lambda done, total, what: again.append(total))
    assert again == [1]
    assert names_in(bucket) == [name]


@pytest.mark.parametrize(
    ("name", "value", "says", "do"),
    [
        ("SECRET_FILE", "wrong", "SignatureDoesNotMatch", "STEERCO_S3_SECRET"),
        ("KEY", "nobody", "InvalidAccessKeyId", "STEERCO_S3_KEY"),
        ("ENDPOINT", "http://127.0.0.1:9", "error sending request", "run it again"),
        ("", "s3://absent/river", "NoSuchBucket", "make the bucket"),
        ("", "s3://", "no address", "run it again"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_told_with_what_to_do(
    steerco: Command,
    home: Home,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    says: str,
    do: str,
) -> None:
    monkeypatch.setattr("steerco.store.bucket.PATIENCE", timedelta(seconds=1))
    if name == "SECRET_FILE":
        (tmp_path / "secret").write_text(value)
    elif name:
        monkeypatch.setenv(f"STEERCO_S3_{name}", value)
    ran = steerco(f"backup --json --home {home.folder} --into {address if name else value}")
    assert ran.code != 0
    assert ran.error["error"] == "bucket"
    assert says in ran.error["message"]
    assert do in ran.error["do"]
    assert SECRET not in ran.err


def test_a_full_store_keeps_no_half(
    home: Home, stored: tuple[str, Path], bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = stored[1] / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("NOT TESTED: no small disk can be mounted here (it takes root)")
    try:
        monkeypatch.setattr("steerco.store.bucket.PATIENCE", timedelta(seconds=1))
        full = Bucket("s3://small", StoreAccess(stored[0], "us-east-1", KEY, SECRET))
        backup(home, tmp_path / "made", at=LATER)
        with pytest.raises(BadBucket) as refused:
            send(tmp_path / "made", full, at=LATER)
        assert refused.value.kind == "failed"
        assert names_in(full) == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_backup_that_is_not_there_or_not_whole_is_not_restored(
    steerco: Command, home: Home, bucket: Bucket, address: str, tmp_path: Path
) -> None:
    where = steerco(f"backup --json --home {home.folder} --into {address}").json["folder"]
    absent = steerco(f"restore --json {address}/steerco-20200101T000000Z --home {tmp_path / 'other'}")
    assert absent.error["error"] == "bad-backup"
    assert where.rpartition("/")[2] in absent.error["message"]
    largest = max(bucket.held("objects/").items(), key=lambda item: item[1].size)[0]
    bucket.put(largest, b"something else")
    changed = steerco(f"restore --json {where} --home {tmp_path / 'other'}")
    assert changed.error["error"] == "bad-backup"
    bucket.delete([largest])
    lost = steerco(f"restore --json {where} --home {tmp_path / 'other'}")
    assert "is lost" in lost.error["message"]
    assert not (tmp_path / "other" / "var").exists()


def test_an_address_with_a_secret_in_it_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadBucket) as refused:
        Bucket("s3://key:s3cret@backups/river", StoreAccess())
    assert refused.value.kind == "denied"
    assert "s3cret" not in str(refused.value)


def test_files_move_into_a_bucket_and_are_backed_up_restored_and_brought_back_from_there(
    steerco: Command, home: Home, bucket: Bucket, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, kept = f"{address}/files", tmp_path / "made" / "data" / "files"
    moved = steerco(f"files copy --json --home {home.folder} --to {place}").json
    assert moved["copied"] > 0
    assert steerco(f"files copy --json --home {home.folder} --to {place}").json == {
        **moved,
        "copied": 0,
        "there": moved["copied"],
    }
    shutil.rmtree(home.data / "files")
    monkeypatch.setenv("STEERCO_FILES", place)
    assert steerco(f"backup --home {home.folder} --to {tmp_path / 'made'}").code == 0
    assert len([path for path in kept.rglob("*") if path.is_file()]) == moved["copied"]
    mixed = steerco(f"restore {tmp_path / 'made'} --json --home {tmp_path / 'other'}")
    assert mixed.error["error"] == "not-empty"
    assert not (tmp_path / "other" / "var").exists()
    monkeypatch.setenv("STEERCO_FILES", f"{address}/again")
    assert steerco(f"restore {tmp_path / 'made'} --home {tmp_path / 'other'}").code == 0
    assert not (tmp_path / "other" / "var" / "files").exists()
    assert len(bucket.held("again")) == moved["copied"] + 1  # and the mark whose they are

    first, *_ = sorted(bucket.held("again"))
    bucket.put(first, b"something else")
    told = steerco(f"doctor --json --home {tmp_path / 'other'}").json["checks"]
    assert any(check["state"] == "problem" and "files copy --from" in check["mend"] for check in told)
    back = steerco(f"files copy --json --home {tmp_path / 'other'} --from {kept}").json
    assert (back["copied"], back["damaged"]) == (1, [])
    told = steerco(f"doctor --json --home {tmp_path / 'other'}").json["checks"]
    assert not [check for check in told if check["state"] == "problem" and check["what"].startswith("files")]

    stranger = Path(shutil.copytree(home.folder, tmp_path / "stranger"))
    for name in ("checkpoint.key", "checkpoint.pub"):
        (stranger / "var" / name).unlink()
    held = bucket.held("again")
    refused = steerco(f"work --once --json --home {stranger}")
    assert (refused.error["error"], "STEERCO_FILES of its own" in refused.error["do"]) == ("others-files", True)
    told = steerco(f"doctor --json --home {stranger}").json["checks"]
    assert [check["state"] for check in told if "another installation" in check["said"]] == ["problem"]
    assert bucket.held("again") == held
