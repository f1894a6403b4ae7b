"""The sheet of a week, as a minister gets it on paper."""

from __future__ import annotations

import re

import pytest
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages

pytestmark = pytest.mark.xdist_group("work-pages")

HEAD = {NATIONAL: "chair", MOST: "head"}
CODE = re.compile(r"W\d\d-[A-Z2-9]{4}")


@pytest.mark.parametrize("slug", BOTH)
@pytest.mark.parametrize(
    ("lang", "title", "sign", "box"),
    [("vi", "Tuần 03/01/2022 - 09/01/2022", "Chữ ký", "☐"), ("en", "Week 3 January 2022 - 9 January 2022", "Signature", "☐")],
)
def test_what_waits_has_boxes_to_tick_and_the_sheet_a_code_and_a_place_to_sign(
    pages: LivedPages, slug: str, lang: str, title: str, sign: str, box: str
) -> None:
    text = pages.page(slug, HEAD[slug], "/week", lang=lang).text
    assert title in text
    assert sign in text
    assert text.count(box) >= 5  # two answers to the absence, the decision, and "otherwise" for each
    assert CODE.search(text)


def test_each_person_and_week_has_a_code_of_its_own(pages: LivedPages) -> None:
    codes = {
        CODE.findall(pages.page(NATIONAL, who, "/week", **{"from": day}).text)[0]
        for who in ("chair", "bo-truong-cong-an")
        for day in ("2022-01-05", "2022-01-12")
    }
    assert len(codes) == 4
    again = CODE.findall(pages.page(NATIONAL, "chair", "/week", **{"from": "2022-01-03"}).text)[0]
    assert again in codes


@pytest.mark.parametrize("slug", BOTH)
def test_the_week_of_the_meeting_names_it(pages: LivedPages, slug: str) -> None:
    text = pages.page(slug, HEAD[slug], "/week", **{"from": "2022-01-18"}).text
    calendar = text.partition("Lịch trong tuần")[2]
    assert re.search(r"Họp định kỳ quý I năm 2022[^☐]{0,40}Điều \d", calendar), "with the clause by which it was called"


def test_a_stranger_has_no_week(pages: LivedPages) -> None:
    assert pages.http.get(f"/t/{NATIONAL}/week", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    ("slug", "who", "acts", "clause"),
    [
        (NATIONAL, "chair", "Deputy Prime Minister acts", "Article 4, clause 1"),
        (MOST, "head", "Deputy Minister acts", "Article 4, clause 1"),
    ],
)
def test_the_sheet_says_who_acts_meanwhile_by_which_clause_and_as_of_which_entry(
    pages: LivedPages, slug: str, who: str, acts: str, clause: str
) -> None:
    text = pages.page(slug, who, "/week", lang="en").text
    away = text.partition("While you are away")[2]
    assert acts in away
    assert clause in away.partition("Sheet")[0]
    assert re.search(r"as of log entry \d+", text)


def test_who_heads_a_body_and_has_no_substitute_is_told_so(pages: LivedPages) -> None:
    text = pages.page(NATIONAL, "wg-head", "/week", lang="en").text
    assert "names nobody who stands in" in text.partition("While you are away")[2]
    member = pages.page(NATIONAL, "bo-truong-cong-an", "/week", lang="en").text
    assert "While you are away" not in member
