"""What the pages for developers name is there: symbols in their files, files, and commands of the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from steerco.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (
    *("trace.md", "tutorial.md", "add-a-record-type.md", "exchange.md", "configure.md", "operate.md", "isolation.md"),
    *("plugins.md", "plugin-tutorial.md", "hooks.md"),
)
SYMBOL = re.compile(r"`([\w./-]+\.py):([\w.]+)`")
PATH = re.compile(r"`((?:core|docs|tests|tenants|policies|plugins)/[\w./-]+)`")
MADE = {"core/steerco/committee/visit.py", "tenants/national-committee/cases/visits.toml"}
"""What the reader is to make."""


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


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


@pytest.mark.parametrize("page", PAGES)
def test_every_symbol_that_a_page_names_is_in_its_file(page: str) -> None:
    for file, symbol in SYMBOL.findall(text(page)):
        assert (ROOT / file).is_file(), f"docs/{page}: no file {file}"
        assert symbol in symbols(ROOT / file), f"docs/{page}: no {symbol} in {file}"


def test_the_trace_names_the_whole_road() -> None:
    named = SYMBOL.findall(text("trace.md"))
    assert len(named) >= 30
    files = {file for file, _ in named}
    for layer in ("web", "kernel", "configuration", "policy", "records", "committee", "store"):
        assert any(file.startswith(f"core/steerco/{layer}") for file in files), layer


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    for path in PATH.findall(text(page)):
        assert path in MADE or (ROOT / path).exists(), f"docs/{page}: no {path}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_is_one(page: str) -> None:
    for line in text(page).splitlines():
        for words in re.findall(r"(?:^|[ `/])steerco ([a-z]+)(?: ([a-z]+))?", line):
            if words[0] not in COMMANDS:
                assert words[0] in ("serves", "explains"), f"docs/{page}: no command steerco {words[0]}"
                continue
            command = cli.get_command(click.Context(cli), words[0])
            if isinstance(command, click.Group) and words[1]:
                assert command.get_command(click.Context(command), words[1]), f"docs/{page}: steerco {words[0]} {words[1]}"
