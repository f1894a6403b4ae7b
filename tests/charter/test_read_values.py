"""Which named values the program goes by: the list that coverage counts by is what the code asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from steerco.charter import values
from steerco.charter.values import NAMED

ROOT = Path(__file__).parents[2]
SHARED = {name: value for name, value in vars(values).items() if name.isupper() and isinstance(value, str)}
"""Names of values that several modules have from one place."""
SHOWS = ("core/steerco/cases/claims.py",)
"""Asks for whatever value a case names."""


def asked(path: Path) -> Iterator[str]:
    """The names that a module asks ``effective`` for, and those that a plugin's rule takes out of ``act.values``."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = SHARED | {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="effective"), args=[ast.Name(id=name), *_]) if name in texts:
                yield texts[name]
            case ast.Call(func=ast.Name(id="effective"), args=[ast.Constant(value=str() as name), *_]):
                yield name
            case ast.Subscript(ast.Attribute(value=ast.Name(id="act"), attr="values"), ast.Constant(value=str() as name)):
                yield name


def test_the_values_that_are_said_to_be_read_are_those_that_are_asked_for() -> None:
    paths = [*(ROOT / "core").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    assert {name for path in paths if path.relative_to(ROOT).as_posix() not in SHOWS for name in asked(path)} == {
        name for name, known in NAMED.items() if known.read
    }
