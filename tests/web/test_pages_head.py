"""The head of a committee's pages: its entries are those under which the reader sees something."""

from __future__ import annotations

import pytest

from steerco.i18n import words
from steerco.web.pages.frame.links import Links
from steerco.web.pages.frame.navigation import Entry, Navigation

LINKS = Links("a", {})


def entries(here: str, *, signed_in: bool = True, administers: bool = False, without: str = "-") -> tuple[Entry, ...]:
    navigation = Navigation(words("vi"), LINKS, lambda path: without not in path, signed_in, administers)
    return navigation.entries(here)


def labels(found: tuple[Entry, ...]) -> list[str]:
    return [entry.label for entry in found]


def test_there_are_six_entries_at_most_the_last_for_administrators() -> None:
    every = ["Việc của tôi", "Lịch họp", "Nhiệm vụ", "Hồ sơ", "Quy chế", "Quản trị"]
    assert labels(entries("mine", administers=True)) == every
    assert labels(entries("mine")) == every[:5]


def test_a_stranger_has_no_work_and_no_notices() -> None:
    found = entries("overview", signed_in=False)
    assert labels(found)[0] == "Tổng quan"
    assert found[0].within == ()
    assert entries("mine")[0].within


@pytest.mark.parametrize("without", ["/t/a/calendar", "/t/a/duties"])
def test_what_is_no_page_of_the_application_is_no_entry(without: str) -> None:
    found = entries("charter", without=without)
    hrefs = [entry.href for each in found for entry in (each, *each.within)]
    assert without not in hrefs
    assert "/t/a/records" in hrefs


@pytest.mark.parametrize(
    ("here", "entry", "exact"), [("ask", "Quy chế", False), ("task", "Nhiệm vụ", True), ("week", "Việc của tôi", True)]
)
def test_the_entry_that_a_page_belongs_to_is_the_current_one(here: str, entry: str, exact: bool) -> None:
    (current,) = [each for each in entries(here) if each.current]
    assert (current.label, current.exact) == (entry, exact)
