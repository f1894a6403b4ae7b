"""A home as `tenant new` makes it, applied once and copied for each test; and the command, run in this process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command, Ran
from tests.databases import HOMES

from steerco.cli.main import run as run_command


@pytest.fixture
def steerco(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Command]:
    """The command; words are split at blanks, further arguments taken as they are. It works in the database of the home that it
    names, unless the test says in the environment which one."""
    for name in ("STEERCO_HOME", "STEERCO_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(words: str, *more: object) -> Ran:
        capsys.readouterr()
        given = [*words.split(), *map(str, more)]
        named = given[given.index("--home") + 1] if "--home" in given[:-1] else os.environ.get("STEERCO_HOME", "")
        with HOMES.inside(Path(named)) if named and not HOMES.overruled() else nullcontext():
            code = run_command(given)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    yield run
    HOMES.forget(tmp_path)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the files of one new tenant."""
    home = tmp_path_factory.mktemp("written")
    assert run_command(["tenant", "new", SLUG, "--home", str(home)]) == 0
    return home


@pytest.fixture(scope="session")
def running(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, applied, with one meeting on record."""
    home = Path(shutil.copytree(written, tmp_path_factory.mktemp("running") / "home"))
    with HOMES.inside(home):
        assert run_command(["tenant", "apply", SLUG, "--home", str(home)]) == 0
        meeting = json.dumps({"kind": "regular", "starts_at": "2027-01-05T09:00:00"})
        assert run_command(["do", SLUG, "--by", "chair", "meeting.convene", "--with", meeting, "--home", str(home)]) == 0
    return home


@pytest.fixture
def files(written: Path, tmp_path: Path) -> Path:
    """A home with files only, to change."""
    return Path(shutil.copytree(written, tmp_path / "home"))


@pytest.fixture
def home(running: Path, tmp_path: Path) -> Iterator[Path]:
    """A home that runs, to change; whatever else the test starts works in it too."""
    home = HOMES.copy(running, tmp_path / "home")
    with HOMES.inside(home):
        yield home
    HOMES.forget(tmp_path)
