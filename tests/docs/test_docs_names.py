"""What the pages for developers name is there: symbols in their files, files, and commands of the program."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from steerco.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")), "../README.md"]
SYMBOL = re.compile(r"`([\w./-]+\.py):([\w.]+)`")
PATH = re.compile(r"`((?:core|docs|tests|tenants|policies|plugins)/[\w./-]+)`")
MADE = {"core/steerco/committee/work/visit.py", "tenants/national-committee/cases/visits.toml"}
"""What the reader is to make."""
VERBS = ("serves", "explains")
"""What the program does, after its name in a sentence."""


COMMAND = re.compile(r"(?:^|[ `/])steerco ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?", re.MULTILINE)


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def naming(pattern: re.Pattern[str]) -> list[tuple[str, Any]]:
    """What each page names, page by page: a page that names nothing is in no test."""
    return [(page, name) for page in PAGES for name in dict.fromkeys(pattern.findall(text(page)))]


def symbols(file: Path) -> set[str]:
    """The names that a module declares: ``name``, and ``Class.member``."""
    return set(_declared(ast.parse(file.read_text("utf-8")).body, ""))


def _declared(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _declared(node.body, f"{prefix}{node.name}.")
        for target in node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []:
            if isinstance(target, ast.Name):
                yield prefix + target.id


@pytest.mark.parametrize(("page", "name"), naming(SYMBOL))
def test_every_symbol_that_a_page_names_is_in_its_file(page: str, name: tuple[str, str]) -> None:
    file, symbol = name
    assert (ROOT / file).is_file(), f"docs/{page}: no file {file}"
    assert symbol in symbols(ROOT / file), f"docs/{page}: no {symbol} in {file}"


def test_the_trace_names_the_whole_road() -> None:
    named = SYMBOL.findall(text("trace.md"))
    assert len(named) >= 30
    files = {file for file, _ in named}
    for layer in ("web", "kernel", "configuration", "policy", "records", "committee", "store"):
        assert any(file.startswith(f"core/steerco/{layer}") for file in files), layer


@pytest.mark.parametrize(("page", "path"), naming(PATH))
def test_every_path_that_a_page_names_is_there(page: str, path: str) -> None:
    assert path in MADE or (ROOT / path).exists(), f"docs/{page}: no {path}"


@pytest.mark.parametrize(("page", "words"), naming(COMMAND))
def test_every_command_that_a_page_names_is_one(page: str, words: tuple[str, str]) -> None:
    group, name = words
    assert group in COMMANDS or group in VERBS, f"docs/{page}: no command steerco {group}"
    command = cli.get_command(click.Context(cli), group) if group in COMMANDS else None
    if isinstance(command, click.Group) and name:
        assert command.get_command(click.Context(command), name), f"docs/{page}: steerco {group} {name}"


def steps(schema: Any) -> Iterator[set[str]]:
    """The keys of a step in the schema of cases."""
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from steps(each)
    if isinstance(schema, dict) and {"do", "expect", "advance"} <= set(schema.get("properties", ())):
        yield set(schema["properties"])


def test_the_page_on_cases_names_every_key_of_a_step() -> None:
    known = set().union(*steps(json.loads((DOCS / "schema/cases.schema.json").read_text("utf-8"))))
    page = (DOCS / "cases.md").read_text("utf-8")
    table = {name for line in page.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)}
    assert len(known) > 20
    assert known <= table, sorted(known - table)


def test_every_page_for_developers_names_something() -> None:
    """So that the tests above are about them: what a page is about stands in it by its name."""
    named = {page for pattern in (SYMBOL, PATH, COMMAND) for page, _ in naming(pattern)}
    assert named >= {
        "trace.md",
        "pages.md",
        "tutorial.md",
        "add-a-record-type.md",
        "exchange.md",
        "configure.md",
        "operate.md",
        "plugin-tutorial.md",
    }


LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize(("page", "target"), naming(LINK))
def test_every_link_of_a_page_leads_to_a_file(page: str, target: str) -> None:
    assert ((DOCS / page).parent / target).exists(), f"docs/{page}: no {target}"


def test_every_dependency_has_its_line_and_no_line_is_of_another() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = text("dependencies.md")
    runtime, extras = page.split("The extra `test`")
    rows = {row.split(" |")[0] for row in re.findall(r"^\| (.+)$", runtime, re.MULTILINE)} - {"package"}
    assert {row.split()[0].rstrip(",") for row in rows} == {_distribution(each) for each in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        for each in extra:
            assert re.search(rf"\b{re.escape(_distribution(each))}\b", extras, re.IGNORECASE), each


def _distribution(requirement: str) -> str:
    """The name of a distribution, without extras and versions."""
    return re.split(r"[\[<>=]", requirement)[0]
