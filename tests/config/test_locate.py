"""The line of any value, wherever an author puts it. tomlkit's parser is subclassed at private methods; this holds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.config.locate import Locator, Path

TEXT = '''\
a = 1
[x]
b.c = 2
list = [
  { k = 1 },
  { k = 2,
  },
]
[[r]]
id = 1
text = """
[[r]]
"""
[q]
z = 1
[[r]]
id = 2
  [[r.s]]
  u = 1
  [[r.s]]
  u = 2
[[q.m]]
j = true
[[r]]
id = 3
[t.u]
a = 1
[t]
b = 2
[r.deep]
k = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("x",), 2),
        (("x", "b", "c"), 3),
        (("x", "list", 0), 5),
        (("x", "list", 1, "k"), 6),
        (("r", 0), 9),
        (("r", 0, "text"), 11),
        (("q", "z"), 15),
        (("r", 1), 16),
        (("r", 1, "s", 0), 18),
        (("r", 1, "s", 1, "u"), 21),
        (("q", "m", 0, "j"), 23),
        (("r", 2, "id"), 25),
        (("t", "u", "a"), 27),
        (("t", "b"), 29),
        (("r", 2, "deep", "k"), 31),
        (("r", 2, "missing"), 24),
        (("nothing", 3), 1),
    ],
)
def test_lines(path: Path, line: int) -> None:
    assert Locator(TEXT)(path) == line


@given(st.lists(st.tuples(st.sampled_from(["duty", "role", "rule"]), st.integers(0, 3)), max_size=12))
def test_tables_in_any_order_are_found_where_they_stand(rows: list[tuple[str, int]]) -> None:
    lines: list[str] = []
    expected: dict[Path, int] = {}
    seen = dict.fromkeys(("duty", "role", "rule"), 0)
    for table, blanks in rows:
        lines += [""] * blanks + [f"[[{table}]]"]
        expected[table, seen[table]] = len(lines)
        lines.append('note = """\n[[duty]]\n"""')
        lines = "\n".join(lines).split("\n")
        expected[table, seen[table], "note"] = len(lines) - 2
        seen[table] += 1
    locate = Locator("\n".join(lines))
    assert {path: locate(path) for path in expected} == expected
