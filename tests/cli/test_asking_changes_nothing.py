"""A command that asks leaves the home as it was: no database where there was none, no key, no row, no file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import click
import pytest
from tests.cli.command import SLUG, Command

from steerco.cli.frame.command import CommandGroup
from steerco.cli.main import COMMANDS

ASKS = {
    "account list": SLUG,
    "actions": SLUG,
    "charter calendar": f"{SLUG} --year 2027",
    "charter conflicts": SLUG,
    "charter coverage": SLUG,
    "charter dead-ends": SLUG,
    "charter diff": f"{SLUG} --from 2026-01-01 --to 2027-01-01",
    "charter export": f"{SLUG} --akn --to /dev/null",
    "charter not-stated": SLUG,
    "charter print": f"{SLUG} --output /dev/null",
    "charter proposals": SLUG,
    "charter reach": f"{SLUG} chair --steps 1",
    "charter show": f"{SLUG} 2.1",
    "charter silences": SLUG,
    "charter todo": SLUG,
    "competence": "",
    "config": "",
    "doctor": "",
    "duties": SLUG,
    "explain": f"{SLUG} --by chair --do meeting.convene",
    "log origins": SLUG,
    "log rebuild": SLUG,
    "log replay": SLUG,
    "log show": SLUG,
    "log verify": SLUG,
    "plan": f"{SLUG} meeting.convene --by 2027-02-01",
    "plugin list": "",
    "tenant check": SLUG,
    "tenant list": "",
    "tenant register": SLUG,
    "tenant revisions": SLUG,
    "tenant test": SLUG,
    "token list": SLUG,
    "week": f"{SLUG} chair",
}
"""The commands that only ask, with what follows them."""
CHANGES = {
    "account": "drop-factor invite lock reset sign-out unlock",
    "charter": "accept import propose refuse",
    "db": "upgrade",
    "files": "copy",
    "exchange": "key take write",  # the key is made where there is none, and how far was written is kept
    "log": "head",
    "plugin": "drop migration new",
    "tenant": "apply delete erase-person import link new people pull resume rollback suspend",
    "token": "issue revoke",
}
"""The commands that change something, by their group."""
REMEMBERS = {"tenant plan": "var/seen keeps which revision was looked at, so that an apply knows it"}
ELSEWHERE = {
    "backup": "writes a folder of its own",
    "document export": "writes a file, signed by the key of the home",
    "document verify": "reads a file alone",
    "paper prove": "writes a file, signed by the key of the home",
    "paper register": "reads files alone",
    "paper verify": "reads a file alone",
    "plugin check": "looks at a package",
    "restore": "makes a home",
    "tenant export": "writes a file, signed by the key of the home",
    "tenant verify": "reads a file alone",
}
ALONE = {"do", "serve", "work", "x"}
"""Commands without a group that act, and the one whose commands are those of plugins."""


def commands(command: click.Command, name: str = "") -> Iterator[str]:
    if not isinstance(command, CommandGroup) or name == "x":
        yield name
        return
    for each in command.list_commands(click.Context(command)):
        below = command.get_command(click.Context(command), each)
        assert below is not None
        yield from commands(below, f"{name} {each}".strip())


def kept(home: Path) -> dict[str, str]:
    """What lies in a home, by path; of a database its content, since its pages are moved by who reads it, too."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not name.endswith(("-wal", "-shm")):
            found[name] = content(path)
        elif path.is_dir():
            found[f"{name}/"] = ""
    return found


def content(path: Path) -> str:
    if path.suffix != ".db":
        return sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(path)) as file:
        return "\n".join(file.iterdump())


def changed_by_asking(steerco: Command, home: Path) -> dict[str, set[str]]:
    """What each command that asks has changed in a home."""
    changed, before = {}, kept(home)
    for name, words in ASKS.items():
        ran = steerco(f"{name} {words} --home", home)
        assert ran.code in (0, 1), (name, ran.err)
        assert "unexpected" not in ran.err
        if (after := kept(home)) != before:
            changed[name] = {path for path in before | after if before.get(path) != after.get(path)}
            before = after
    return changed


def test_each_command_asks_or_changes() -> None:
    """A new command says here which it is; one that asks is then walked below."""
    listed = {
        *ASKS,
        *REMEMBERS,
        *ELSEWHERE,
        *ALONE,
        *(f"{group} {each}" for group, all in CHANGES.items() for each in all.split()),
    }
    assert listed == set(commands(CommandGroup(lazy=COMMANDS)))


def test_asking_leaves_a_home_without_data_as_it_is(steerco: Command, files: Path) -> None:
    assert changed_by_asking(steerco, files) == {}


def test_asking_leaves_a_home_that_runs_as_it_is(steerco: Command, home: Path) -> None:
    assert changed_by_asking(steerco, home) == {}


@pytest.mark.parametrize("words", ["serve --port 8993", "work --once", f"tenant suspend {SLUG} --why x", f"log head {SLUG}"])
def test_what_needs_a_database_makes_none(words: str, steerco: Command, files: Path) -> None:
    ran = steerco(f"{words} --home", files)
    assert ran.code == 1
    assert "steerco tenant apply" in ran.err
    assert not (files / "var").exists()
