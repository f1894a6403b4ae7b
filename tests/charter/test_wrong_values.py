"""Whatever value stands at whatever key of a charter: findings with their place, never a fault of the program."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path as File
from random import Random
from typing import Any

import pytest
import tomlkit
from tests import sweep

from steerco.charter import load
from steerco.config.locate import Path

EXAMPLES = File(__file__).parents[2] / "tenants/_examples/tenants"
SLUGS = sorted(folder.name for folder in EXAMPLES.iterdir())
TRIED = sweep.number(400, 12)
"""Values a committee."""
WRONG = (
    *(0, -1, 10**30, 1.5, float("nan"), True, "", " ", "no-such-name", "not-stated", "none", "x" * 5000, "2020-99"),
    *([], [[]], ["a", "a"], [1, 2], {}, [{}], {"a": {"b": {"c": 1}}}, date(1, 1, 1), datetime(2020, 1, 1)),
)


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield what leads to each value, a row's keys included."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


def with_wrong(document: dict[str, Any], path: Path, value: Any) -> str:
    """Return the charter's text with another value at a place."""
    changed = deepcopy(document)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return tomlkit.dumps(changed)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_wrong_value_is_told_at_its_place_and_harms_nothing(slug: str) -> None:
    document = tomllib.loads((EXAMPLES / slug / "charter.toml").read_text("utf-8"))
    by_key: dict[Path, list[Path]] = {}
    for path in places(document):
        by_key.setdefault(tuple(step for step in path if isinstance(step, str)), []).append(path)
    chance, refused = Random(slug), 0
    for key in chance.choices(sorted(by_key), k=TRIED):
        path, value = chance.choice(by_key[key]), chance.choice(WRONG)
        text = with_wrong(document, path, value)
        charter, findings = load.read(text, "charter", "charter.toml")
        assert (charter is None) == bool(findings), (path, value)
        last = text.count("\n") + 1
        assert all(1 <= each.line <= last and each.message for each in findings), (path, value)
        refused += bool(findings)
    assert refused > TRIED / 3, "hardly anything was found wrong"
