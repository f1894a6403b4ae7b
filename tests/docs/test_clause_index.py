"""The page of all clauses says what the charters, policies and cases say, and leads to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steerco.cli.charter.clause_index import index
from steerco.cli.frame.shell import Shell

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "clauses.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text("utf-8")


def test_the_page_is_as_charters_policies_and_cases_are(page: str) -> None:
    assert page == index(Shell(given=str(ROOT))), "make docs writes it anew"


def test_every_clause_of_both_regulations_has_its_row(page: str) -> None:
    board, committee = page.split("\n## ")[1:]
    for part, count in ((board, 59), (committee, 54)):
        rows = re.findall(r"^\| \*\*(\S+)\*\* ", part, re.MULTILINE)
        assert len(rows) == len(set(rows)) == count


def test_its_links_lead_to_files(page: str) -> None:
    targets = set(re.findall(r"\]\(([^)]+)\)", page))
    assert len(targets) > 40
    assert [target for target in targets if not (PAGE.parent / target).is_file()] == []
