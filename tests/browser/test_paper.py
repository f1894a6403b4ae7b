"""Pages on paper: the ledger, an agenda, conclusions, a week."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PageAt
from tests.browser.demonstration import Demonstration
from tests.browser.people import sign_in

from steerco.web.pages.work import week, whole_week

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

NATIONAL, MOST = "national-committee", "most-steering-board"
NOT_ON_PAPER = ".top, .within, .skip, .filtering, .pager, button, .button, .foot"


def printed(page: Page, path: Path) -> int:
    """Print the page; return the number of sheets."""
    page.pdf(path=str(path), prefer_css_page_size=True)
    return len(re.findall(rb"/Type /Page\b(?!s)", path.read_bytes()))


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_forty_duties_are_three_sheets(page_at: PageAt, tmp_path: Path, slug: str) -> None:
    page = page_at(1280, "vi")
    page.goto(f"/t/{slug}/duties")
    rows = page.locator("table.ledger tbody tr").count()
    assert rows >= 20
    assert printed(page, tmp_path / "ledger.pdf") <= ceil(3 * rows / 40)


@pytest.mark.parametrize("path", ["/duties", "/records/meeting/M-2021-008", "/charter/7.1"])
def test_a_sheet_says_whose_it_is_and_has_nothing_to_press(page_at: PageAt, path: str) -> None:
    page = page_at(688, "vi")
    page.emulate_media(media="print")
    page.goto(f"/t/{NATIONAL}{path}")
    (head,) = page.locator(".sheet").all()
    assert re.fullmatch(r"Ủy ban Quốc gia về Chính phủ điện tử · \d\d/\d\d/\d{4} · Bản cấu hình số \d+", head.inner_text())
    assert head.evaluate("e => getComputedStyle(e).display") == "table-header-group", "it stands on each sheet"
    assert not [each for each in page.locator(NOT_ON_PAPER).all() if each.is_visible()]
    for table in page.locator("main thead").all():
        assert table.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_where_the_system_is_dark_paper_is_not(page_at: PageAt) -> None:
    page = page_at(688, "vi", color_scheme="dark")
    page.goto(f"/t/{NATIONAL}/duties")
    ink, ground = "getComputedStyle(document.body).color", "getComputedStyle(document.querySelector('main')).backgroundColor"
    assert (page.evaluate(ink), page.evaluate(ground)) == ("rgb(228, 232, 236)", "rgb(23, 28, 34)")
    page.emulate_media(media="print")
    assert (page.evaluate(ink), page.evaluate(ground)) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


FULL = """parts => { for (const [id, most] of Object.entries(parts)) {
  const lines = document.querySelector(`#${id}`)?.parentElement.querySelector("ol, ul");
  while (lines && lines.children.length < most) lines.append(lines.lastElementChild.cloneNode(true)); } }"""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("path", "fits"), [(f"/t/{NATIONAL}/week", week.FITS), ("/week", whole_week.FITS)])
def test_a_full_week_is_one_sheet_of_a4_each_line_with_its_clause(
    page_at: PageAt, served: Demonstration, tmp_path: Path, language: str, path: str, fits: dict[str, int]
) -> None:
    page = page_at(688, language)
    sign_in(page, served, "chair", to=f"{path}?lang={language}")
    page.goto(f"{path}?lang={language}")
    owed = page.locator("#decide ~ ol li, #alone ~ ol li, #overdue ~ ul li, #due ~ ul li").all()
    assert owed
    assert all(line.locator("a").count() for line in owed)
    assert re.search(r"\d+", page.locator(".week").inner_text())
    page.evaluate(FULL, fits)
    assert printed(page, tmp_path / "week.pdf") == 1
    (box,) = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "week.pdf").read_bytes()))
    assert (round(float(box[0]) / 72 * 25.4), round(float(box[1]) / 72 * 25.4)) == (210, 297)
