"""The log as a page and as a file: filtered, and as far as its reader sees."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from tests.web.reading_room import MOST, NATIONAL, START, Page
from tests.web.test_reading_sight import NOTE, Room, room

from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import File
from steerco.web.http.spreadsheet import csv_lines

__all__ = ["room"]
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module", autouse=True)
def written(room: Room) -> None:
    """A title that a spreadsheet would run, and an act that was entered for somebody by a signed paper."""
    tenant = room.installation.tenant(room.slug)

    def do(action: str, by: str = PLATFORM, on: str | None = None, **more: Any) -> str:
        return perform(tenant, ActRequest(by, action, on=on, at=START, **more)).ref

    do("task.assign", input={"title": FORMULA, "lead": room.head, "to": room.head})
    paper = File("phieu.txt", text="Tôi dự họp.")
    clerk = enterer(room)
    do("meeting.reply", room.member, room.open, input={"answer": "accept"}, entered_by=clerk, evidence=paper)


def enterer(room: Room) -> str:
    """Who may enter acts for others, by the house rules."""
    tenant = room.installation.tenant(room.slug)
    role = {NATIONAL: "wg-member", MOST: "wg-head"}[room.slug]
    with tenant.store.read(tenant.id) as session:
        charter = tenant.snapshot.regime_on(START.date()).charter
        return tenant.directory(session).on(START.date(), charter).holders(role)[0]


def rows(room: Room, who: str, **filters: str) -> list[dict[str, str]]:
    given = room.browser(who).get(f"/t/{room.slug}/log.csv", params={"lang": "en", **filters})
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/csv; charset=utf-8"
    assert given.content.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads it as UTF-8"
    return list(csv.DictReader(StringIO(given.content.decode("utf-8-sig"))))


def test_the_file_holds_the_log_and_nothing_in_it_is_a_formula(room: Room) -> None:
    lines = rows(room, room.head)
    assert [int(line["No."]) for line in lines] == list(range(1, len(lines) + 1))
    assert any(f"Title: {FORMULA}" in line["Input"] for line in lines)
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]


def test_an_act_entered_for_somebody_names_both_and_the_paper(room: Room) -> None:
    entered = [line for line in rows(room, room.head) if line["Entered by"]]
    assert len(entered) == 1
    assert len(entered[0]["Fingerprint of the paper handed in"]) == 64
    assert "with the paper that was handed in" in room.page(room.head, "log", action="meeting.reply").text


def test_filters_hold_in_the_page_and_in_the_file(room: Room) -> None:
    for filters in ({"action": "meeting.convene"}, {"person": room.member}, {"type": "task"}, {"to": "2021-02-02"}):
        lines = rows(room, room.head, **filters)
        page = room.page(room.head, "log", **filters)
        shown = [attrs["id"] for attrs in page.of("tr") if attrs.get("id", "").startswith("e")]
        assert sorted(shown) == sorted(f"e{line['No.']}" for line in lines), filters
    assert len(rows(room, room.head, action="meeting.convene")) == 2
    assert rows(room, room.head, to="2021-02-02") == []


def test_a_period_that_ends_first_is_told_at_its_field(room: Room) -> None:
    given = room.browser(room.head).get(f"/t/{room.slug}/log", params={"from": "2021-02-05", "to": "2021-02-01", "lang": "en"})
    assert given.status_code == 400
    assert "ends before it begins" in Page(given.text).text


def test_the_file_is_there_for_whom_the_page_is(room: Room) -> None:
    guest, there = room.browser(room.guest), f"/t/{room.slug}/"
    assert guest.get(f"{there}log.csv").status_code == 404
    assert guest.get(f"{there}log.csv").text == guest.get(f"{there}nowhere").text
    stranger = room.client.get(f"{there}log.csv", headers={"Accept": "text/html"}, follow_redirects=False)
    assert stranger.status_code == 303


def test_the_reason_of_an_absence_is_in_the_file_of_whom_it_concerns_only(room: Room) -> None:
    told = {who: any(NOTE in line["Input"] for line in rows(room, who)) for who in (room.member, room.head)}
    assert told == {room.member: True, room.head: False}


def test_long_logs_come_in_pieces(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(room, room.head)
    monkeypatch.setattr("steerco.web.pages.reading.log.AT_ONCE", 7)
    assert rows(room, room.head) == whole


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(1)"])
def test_no_cell_begins_as_a_formula_does(cell: str) -> None:
    assert csv_lines([[cell, "plain"]]).lstrip('"').startswith("'")
