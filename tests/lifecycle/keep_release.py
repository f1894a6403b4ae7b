"""Keeps the home of a release as test data, to be brought up by all later ones: ``python -m tests.lifecycle.keep_release 0.1``.

Run it once, at the commit of the release, and never again for that release: what a later program would write is no evidence.
The package holds the files of both shipped committees, the data folder, the database as SQL (``database.sql``, as SQLite tells
it), and the secret of a token (``token``). Papers are large when printed, so only parts of the first quarter were lived.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from steerco.cases.demonstration import play
from steerco.cli.frame.schema_upgrade import migrate
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.store.engine import Store

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("kept")
LIVED = {"national-committee": (0, 2, 3), "most-steering-board": (0, 1, 2)}
"""The cases of the first quarter that are played, by committee."""


def write_files(home: Path) -> None:
    """Copy the committees' files, with the first parts of the lived year alone."""
    shutil.copytree(ROOT / "policies", home / "policies")
    for slug, cases in LIVED.items():
        shutil.copytree(
            ROOT / "tenants" / slug, home / "tenants" / slug, ignore=shutil.ignore_patterns("cases", "2021-q[234]*", "2022*")
        )
        (quarter,) = (home / "tenants" / slug / "demonstration").glob("*.toml")
        head, *parts = quarter.read_text("utf-8").split("\n[[case]]\n")
        quarter.write_text("\n[[case]]\n".join([head, *(parts[number] for number in cases)]), "utf-8")


def live(home: Path) -> str:
    """Set up and use the installation as people do; the secret of a token."""
    store = Store.open(None, home / "var")
    migrate(store)
    for _ in play(Home(home), Installation(store)):
        pass
    store.close()
    run(home, "account", "invite", "national-committee", "--person", "chair", "--email", "chair@example.org")
    run(home, "tenant", "suspend", "most-steering-board", "--why", "kept")
    run(home, "tenant", "resume", "most-steering-board", "--why", "kept")
    words = ("--person", "chair", "--scope", "*", "--days", "3650", "--json")
    secret = str(json.loads(run(home, "token", "issue", "national-committee", *words))["secret"])
    run(home, "work", "--once")
    return secret


def run(home: Path, *words: str) -> str:
    """Run a command in the home."""
    program = [sys.executable, "-c", "from steerco.cli.main import main; main()", *words, "--home", str(home)]
    return subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True).stdout


def keep(release: str) -> Path:
    """Make the package of a release and return where it is."""
    target = KEPT / f"release-{release}.tar.xz"
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        write_files(home)
        secret = live(home)
        database = home / "var" / "steerco.db"
        with closing(sqlite3.connect(database)) as connection:
            (home / "database.sql").write_text("\n".join(connection.iterdump()), "utf-8")
        (home / "token").write_text(secret, "utf-8")
        for path in home.glob("var/steerco.db*"):
            path.unlink()
        with tarfile.open(target, "w:xz", preset=9) as package:
            package.add(home, "home")
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release")
    made = keep(parser.parse_args().release)
    print(f"{made}: {made.stat().st_size} bytes")
