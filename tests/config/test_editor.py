"""What somebody is offered who writes a committee's files in an editor: asked of a real TOML language server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import Editor, editing

from steerco.config.kinds import SCHEMAS
from steerco.configuration.home import Home, shipped
from steerco.founding.new_tenant import NewTenant, write_tenant

SEAT = '\n[[seat]]\nid = "extra"\n\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one new committee, as ``steerco tenant new`` writes it."""
    folder = tmp_path_factory.mktemp("home")
    write_tenant(Home(folder), NewTenant("lake", language="en"))
    return folder


@pytest.fixture(scope="module")
def editor(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with editing(home, tmp_path_factory.mktemp("cache")) as found:
        yield found


def changed(home: Path, name: str, text: str) -> tuple[Path, list[str]]:
    """Return a copy of a file of the committee with this text after it, and its lines."""
    own = home / "tenants" / "lake" / name
    copy = own.with_name(f"{own.stem}-{abs(hash(text))}.toml")
    copy.write_text(own.read_text("utf-8") + text, "utf-8")
    return copy, copy.read_text("utf-8").split("\n")


def test_it_offers_the_keys_of_a_row_with_what_each_means(home: Path, editor: Editor) -> None:
    file, lines = changed(home, "charter.toml", SEAT)
    editor.open(file)
    offered = {offer.label: offer.about for offer in editor.complete(file, len(lines) - 2)}
    assert {"role", "office", "agency", "count", "stands_for", "reading"} <= set(offered)
    assert "The office whose holder holds the seat." in offered["office"]
    assert "every" not in offered  # a key of another table
    assert set(offered) <= set(SCHEMAS["charter"]["seat"]["schema"]["schema"])


def test_it_offers_the_tables_of_the_file(home: Path, editor: Editor) -> None:
    file = home / "tenants" / "lake" / "begun.toml"
    file.write_text(f"{(home / 'tenants/lake/charter.toml').read_text('utf-8').splitlines()[0]}\n\n", "utf-8")
    editor.open(file)
    offered = {offer.label: offer.about for offer in editor.complete(file, 1)}
    assert set(offered) <= set(SCHEMAS["charter"])
    assert {"instrument", "clause", "body", "role", "seat", "decision", "clock"} <= set(offered)
    assert "The document: its number, title and day of effect." in offered["instrument"]


def test_it_offers_the_values_that_a_key_takes(home: Path, editor: Editor) -> None:
    file, lines = changed(home, "charter.toml", '\n[[decision]]\nid = "motion"\nrule = \n')
    editor.open(file)
    offered = editor.complete(file, lines.index("rule = "), len("rule = "))
    assert {'"one-decides"', '"consensus"', '"vote"', '"consent"', '"lazy"'} <= {offer.label for offer in offered}


@pytest.mark.parametrize("name", ["charter.toml", "people.toml", "house.toml", "tenant.toml", "cases/first.toml"])
def test_it_finds_nothing_wrong_with_the_files_of_a_new_committee(home: Path, editor: Editor, name: str) -> None:
    file = home / "tenants" / "lake" / name
    assert file.read_text("utf-8").startswith("#:schema ")
    assert editor.open(file) == []


def test_a_key_that_is_none_is_marked_on_its_line(home: Path, editor: Editor) -> None:
    file, lines = changed(home, "charter.toml", f'{SEAT}role = "member"\ncite = ["1"]\noffise = "x"\n')
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("offise"))
    assert any(told.startswith(f"{at}: ") and "offise" in told for told in editor.open(file))


@pytest.mark.parametrize("name", ["most-steering-board", "national-committee"])
def test_it_finds_nothing_wrong_with_a_charter_that_comes_with_the_program(home: Path, editor: Editor, name: str) -> None:
    first = (home / "tenants/lake/charter.toml").read_text("utf-8").splitlines()[0]
    copy = home / "tenants" / "lake" / f"{name}.toml"
    copy.write_text(f"{first}\n{(shipped() / 'tenants' / name / 'charter.toml').read_text('utf-8')}", "utf-8")
    assert editor.open(copy) == []
