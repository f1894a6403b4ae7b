"""The tracker of reports: a row for each agency, figures against targets, the same in the chart; each reader sees their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.web.conftest import NATIONAL
from tests.web.stage import Committee, Stage

PERIOD = "2021-Q1"
CALLED = datetime(2021, 2, 3, 3, 0, tzinfo=UTC)
HEALTH = {
    "online-services-level-4": 35.5,
    "files-processed-online": 92,
    "systems-on-platform": 3,
    "architecture-issued": True,
}


@pytest.fixture(scope="module")
def committee() -> Iterator[Committee]:
    stage = Stage()
    with stage.http:
        made = Committee(stage, NATIONAL)
        for agency in ("bo-y-te", "ubnd-tinh-lao-cai"):
            made.act("vice-chair", "report.call", template="e-government-quarter", period=PERIOD, agency=agency, at=CALLED)
        made.act("bo-truong-y-te", "report.file", "R-2021-001", values=HEALTH, at=CALLED)
        yield made
    stage.installation.store.close()


def test_each_agency_has_a_row_with_its_figures_against_the_targets(committee: Committee) -> None:
    page = committee.page("chair", "reports", lang="en")
    said = page.text
    assert "1 of 2 reports have been filed." in said
    assert "35.5 not reached" in said
    assert "92 reached" in said
    assert "80 %" in said
    assert "749/QĐ-TTg" in said
    assert "filed on 3 February 2021" in said
    assert "not filed yet; due on 15 April 2021" in said
    assert len([each for each in page.of("a") if "/records/report/R-2021-00" in each.get("href", "")]) == 2


def test_the_chart_draws_what_the_table_says(committee: Committee) -> None:
    page = committee.page("chair", "reports", lang="vi")
    bars = [each for each in page.of("rect") if "bar" in each.get("class", "")]
    lines = [each for each in page.of("line") if each.get("class") == "target"]
    assert len(bars) == len(lines) == 1
    assert float(bars[0]["width"]) / float(lines[0]["x1"]) == pytest.approx(35.5 / 80, abs=0.01)
    assert "35,5 %" in page.text
    assert {each.get("role") for each in page.of("svg")} == {"img"}


def test_another_indicator_is_drawn_on_request_and_a_wrong_one_is_named(committee: Committee) -> None:
    other = committee.as_("chair").get(
        committee.path("reports"), params={"lang": "en", "indicator": "systems-on-platform", "period": PERIOD}
    )
    assert other.status_code == 200
    assert 'class="bar"' in other.text
    assert "bar short" not in other.text
    wrong = committee.as_("chair").get(committee.path("reports"), params={"lang": "en", "period": "2021-H1", "indicator": "x"})
    assert wrong.status_code == 400
    assert 'id="error-period"' in wrong.text
    assert 'id="error-indicator"' in wrong.text


def test_an_agency_sees_its_own_report_and_no_other(committee: Committee) -> None:
    said = committee.page("chu-tich-lao-cai", "reports", lang="en").text
    assert "0 of 1 reports have been filed." in said
    assert "35.5" not in said


def test_a_period_without_reports_says_so(committee: Committee) -> None:
    page = committee.as_("chair").get(committee.path("reports"), params={"lang": "en", "period": "2020-Q1"})
    assert "No report has been called for." in page.text


def test_a_report_shows_each_figure_beside_its_target_and_no_id(committee: Committee) -> None:
    page = committee.page("chair", "records", "report", "R-2021-001", lang="vi")
    said = page.text
    assert "Tỷ lệ dịch vụ công trực tuyến mức độ 4" in said
    assert "35,5 % chưa đạt" in said
    assert "749/QĐ-TTg" in said
    assert "online-services-level-4" not in said
    assert "e-government-quarter" not in said


def test_the_form_to_file_a_report_names_each_figure_that_is_asked_for(committee: Committee) -> None:
    page = committee.page("chu-tich-lao-cai", "records", "report", "R-2021-002", "do", "file", lang="vi")
    named = {each.get("value", "") for each in page.of("input")}
    assert "Tỷ lệ dịch vụ công trực tuyến mức độ 4" in named
    assert "Số hệ thống đã kết nối nền tảng tích hợp, chia sẻ dữ liệu quốc gia" in named


def test_a_guest_to_whom_no_report_belongs_finds_no_tracker(committee: Committee) -> None:
    assert committee.as_("chuyen-gia-do-thi").get(committee.path("reports")).status_code == 404
    assert committee.as_("bo-truong-y-te").get(committee.path("reports")).status_code == 200
