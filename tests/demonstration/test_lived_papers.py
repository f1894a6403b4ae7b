"""What the lived year leaves on paper and between offices: papers of every kind, an inspection, a check, a report."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from tests.databases import STORES
from tests.demonstration.lived import MOST, NATIONAL, Lived, Year

from steerco.changes.amending import effect
from steerco.committee.documents.transmission import KINDS
from steerco.committee.work.amendment import Amendment
from steerco.configuration.installation import Installation
from steerco.configuration.snapshot import Snapshot
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.amending import bring_into_use

pytestmark = pytest.mark.xdist_group("lived-year")
BOTH = (NATIONAL, MOST)


def words_of(year: Year, lived: Lived, digest: str) -> str:
    with year.installation.files.open(lived.tenant.id, digest) as file:
        pages = PdfReader(BytesIO(file.read())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_papers_of_every_kind_were_signed_and_issued_between_the_two(year: Year) -> None:
    papers = [(slug, paper) for slug in BOTH for paper in year[slug].all("document")]
    assert {paper["kind"] for _, paper in papers} == set(KINDS.split())
    for slug, paper in papers:
        assert paper["state"] in ("issued", "archived")
        said = words_of(year, year[slug], paper["printed"])
        assert f"Số: {paper['number']}/{paper['symbol']}" in said
        known = said.replace("Kèm theo Văn bản số …", "")
        for unread in ("ngày… tháng…", "ngày… tháng 10"):  # of the Board's own decision, and of 3395/QĐ-BKHCN
            known = known.replace(unread, "")
        assert "…" not in known or paper["kind"] in (
            "official-letter",
            "commendation-proposal",
        )


@pytest.mark.parametrize("slug", BOTH)
def test_the_numbers_of_a_year_follow_each_other_without_a_gap(year: Year, slug: str) -> None:
    by_year: dict[int, list[str]] = {}
    for paper in sorted(year[slug].all("document"), key=lambda each: (each["issued_on"], each["serial"])):
        by_year.setdefault(paper["issued_on"].year, []).append(paper["number"])
    for numbers in by_year.values():
        assert numbers == [f"{number:02d}" for number in range(1, len(numbers) + 1)]


def test_what_the_inspection_found_was_remedied_before_its_day(national: Lived) -> None:
    inspection = national.one("inspection")
    assert (inspection["state"], inspection["timeliness"]) == ("closed", "done-on-time")
    assert inspection["answered_on"] < inspection["due_on"] == date(2021, 11, 26)
    (owed,) = [e for e in national.ledger(clause="10.1", of="bo-truong-y-te") if e.duty == "remedy-finding"]
    assert owed.state == "done"


def test_the_check_was_answered_in_time_and_closed_by_the_ministers_successor(national: Lived) -> None:
    check = national.one("check")
    assert (check["state"], check["timeliness"]) == ("closed", "done-on-time")
    (closed,) = [e for e in national.events() if e["action"] == "check.close"]
    (opened,) = [e for e in national.events() if e["action"] == "check.open"]
    assert (opened["person"], closed["person"]) == ("bo-truong-xay-dung", "bo-truong-xay-dung-moi")


def test_a_replacement_is_owed_in_one_committee_and_may_not_be_asked_for_in_the_other(national: Lived, most: Lived) -> None:
    first, second = national.all("secondment")
    assert (first["state"], second["state"], second["replaces"]) == ("ended", "active", first["id"])
    assert {e.state for e in national.ledger() if e.duty == "replace-seconded"} == {"done"}
    assert "secondment.request-replacement" not in {e["action"] for e in most.events()}


def test_the_boards_report_went_over_the_channel_and_was_received(national: Lived, most: Lived) -> None:
    (sent,), (came,) = most.all("transmission"), national.all("transmission")
    assert (sent["state"], came["state"], came["origin"]) == ("received", "received", MOST)
    assert came["title"] == sent["title"]
    assert {proof["tenant"] for proof in sent["proofs"]} >= {NATIONAL}


@pytest.mark.parametrize(("slug", "holder"), [(NATIONAL, "member@bo-kh-cn"), (MOST, "member@vu-ke-hoach-tai-chinh")])
def test_a_field_of_work_is_in_a_members_charge(year: Year, slug: str, holder: str) -> None:
    portfolio = year[slug].one("portfolio")
    assert (portfolio["holder"], portfolio["state"]) == (holder, "assigned")


def test_the_amendment_tells_its_effect_before_it_is_decided_and_counts_from_its_day(year: Year) -> None:
    store = STORES.copy(year.installation.store)
    copytree(year.installation.store.folder / "files", store.folder / "files", dirs_exist_ok=True)
    board = Installation(store)
    tenant, at = board.tenant(MOST), datetime(2022, 1, 6, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    waiting = Lived(tenant).one("amendment")
    assert (waiting["state"], waiting["effective_on"], waiting["clauses"]) == ("submitted", date(2022, 2, 1), ["8.3"])
    with tenant.store.read(tenant.id) as session:
        told = effect(board, tenant, session, session.get_one(Amendment, (tenant.id, waiting["id"])), at)
    assert told.wrong == ()
    assert told.after is not None
    assert how_often(tenant.snapshot, date(2022, 2, 1)) == {"month"}
    perform(tenant, ActRequest("bo-truong-khcn", "amendment.adopt", at, on=waiting["id"]))
    bring_into_use(board, tenant, at)
    after = board.tenant(MOST)
    assert Lived(after).one("amendment")["revision"] == after.snapshot.revision
    assert [how_often(after.snapshot, day) for day in (date(2022, 1, 31), date(2022, 2, 1))] == [{"month"}, {"quarter"}]
    missed = {e.period for e in Lived(after).ledger(of="wg-head", clause="8.3") if e.state == "missed"}
    assert missed == {"2021-08"}, "what was owed under the version before stays as it was"
    store.close()


def how_often(snapshot: Snapshot, day: date) -> set[str]:
    """How often the Working Group meets by the version in force on a day."""
    return {str(each.every) for each in snapshot.regime_on(day).charter.cadences if "8.3" in each.cite}
