"""A home as `tenant new` makes it, applied once and copied for each test; and the command, run in this process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command, Ran

from steerco.cli.main import run as run_command


@pytest.fixture
def steerco(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command; words are split at blanks, further arguments taken as they are."""
    for name in ("STEERCO_HOME", "STEERCO_DATABASE_URL", "STEERCO_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(words: str, *more: object) -> Ran:
        capsys.readouterr()
        code = run_command([*words.split(), *map(str, more)])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the files of one new tenant."""
    home = tmp_path_factory.mktemp("written")
    assert run_command(["tenant", "new", SLUG, "--home", str(home)]) == 0
    return home


@pytest.fixture(scope="session")
def running(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, applied, with one meeting on record."""
    home = tmp_path_factory.mktemp("running") / "home"
    shutil.copytree(written, home)
    assert run_command(["tenant", "apply", SLUG, "--home", str(home)]) == 0
    meeting = json.dumps({"kind": "regular", "starts_at": "2027-01-05T09:00:00"})
    assert run_command(["do", SLUG, "--by", "chair", "meeting.convene", "--with", meeting, "--home", str(home)]) == 0
    return home


@pytest.fixture
def files(written: Path, tmp_path: Path) -> Path:
    """A home with files only, to change."""
    return Path(shutil.copytree(written, tmp_path / "home"))


@pytest.fixture
def home(running: Path, tmp_path: Path) -> Path:
    """A home that runs, to change."""
    return Path(shutil.copytree(running, tmp_path / "home"))
