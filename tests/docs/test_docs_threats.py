"""The page of threats names walls that stand: each test that it cites is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threats.md"
CITED = re.compile(r"`(tests/[\w/]+\.py)`|`(test_\w+)`")


def test_every_test_that_the_page_cites_is_there() -> None:
    file, cited = "", 0
    for path, name in CITED.findall(PAGE.read_text("utf-8")):
        if path:
            file = path
            assert (ROOT / file).is_file(), file
        else:
            cited += 1
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}: {name}"
    assert cited >= 25


def test_every_row_of_a_threat_has_its_test() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| to ")]
    assert len(rows) >= 12
    assert [row for row in rows if "`test_" not in row] == []
