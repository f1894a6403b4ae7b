"""The shortest lawful way on a record that is there: from its state, by its people, around its meeting; performed as told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.answers.planted import EXAMPLES, lab
from tests.browser.demonstration import STEERCO
from tests.web.reading_room import Page
from tests.web.signed_in import signed_in

from steerco.answers.found_way import NoSuchWay, Way
from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.standing_records import StandingRecords
from steerco.answers.ways import way
from steerco.cli.main import run
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.operations import tokens
from steerco.records import OutOfOrder
from steerco.web.app import create_app

MOST, NATIONAL = "most-steering-board", "national-committee"
FIRST = {NATIONAL: "chair", MOST: "head"}
RAISES = {NATIONAL: "wg-head", MOST: "standing-member"}
JUNE = date(2021, 6, 18)


def did(of: Lab, who: str, action: str, on: str | None = None, **given: Any) -> Done:
    person = of.day.holders(who)[0] if of.day.holders(who) else who
    return perform(of.tenant, ActRequest(person, action, of.at, on=on, input=given))


@contextmanager
def standing(of: Lab) -> Iterator[Lab]:
    """The committee with its records, copied as they stand."""
    tenant = of.tenant
    with tenant.store.read(tenant.id) as session:
        copied = Lab.of_records(tenant, session, of.at)
    try:
        yield copied
    finally:
        copied.close()


def asked(of: Lab, goal: str, on: str, by: date = JUNE, **given: Any) -> Way:
    with standing(of) as copied:
        return way(copied, goal, by, given, on)


def done_again(of: Lab, found: Way, on: str) -> list[str]:
    """Perform a way in the committee itself, each act on its last day; return the states that it led through."""
    states, zone = [], of.snapshot.settings.zone
    for number, act in enumerate(found.acts):
        at = datetime.combine(act.latest, time(15, number), zone)
        states.append(perform(of.tenant, ActRequest(act.by, act.action, at, on=on, input=act.input)).state)
    return states


def called(of: Lab, meets: str, kind: str = "regular") -> Done:
    return did(of, FIRST[of.slug], "meeting.convene", kind=kind, starts_at=f"{meets}T14:00:00")


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_meeting_that_was_called_is_opened_on_its_day_and_concluded(slug: str) -> None:
    here = lab(slug)
    meeting = called(here, "2021-05-20")
    found = asked(here, "meeting.conclude", meeting.ref, text="Kết luận")
    assert (found.verdict, found.on) == ("way", meeting.ref)
    assert [(act.action, act.on) for act in found.acts] == [("meeting.open", meeting.ref), ("meeting.conclude", meeting.ref)]
    assert [str(act.latest) for act in found.acts] == ["2021-05-20", str(JUNE)]
    assert found.meets is not None
    assert {clause.clause for act in found.acts for clause in act.clauses} == {"3.3"}
    assert done_again(here, found, meeting.id) == ["open", "concluded"]


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_it_cannot_be_opened_before_its_day_and_the_first_day_is_told(slug: str) -> None:
    here = lab(slug)
    meeting = called(here, "2021-05-20")
    found = asked(here, "meeting.open", meeting.ref, date(2021, 5, 10))
    assert (found.verdict, found.first, found.short) == ("too-late", date(2021, 5, 20), 10)
    assert found.stop is not None
    assert (found.stop.code, found.stop.clauses) == ("meeting-on-its-day", ())


def test_a_proposal_goes_on_from_where_it_is_and_the_first_officers_absence_counts() -> None:
    here = lab(NATIONAL)
    matter = did(here, "wg-head", "matter.raise", **{"class": "proposal", "text": "Mở kho dữ liệu", "title": "Kho dữ liệu"})
    whole = asked(here, "matter.decide", matter.ref)
    assert [act.action for act in whole.acts] == ["matter.prepare-opinion", "matter.decide"]
    did(here, "wg-head", "matter.prepare-opinion", on=matter.id, text="Đồng ý")
    here.absent("chair", date(2021, 6, 14), date(2021, 6, 20))
    rest = asked(here, "matter.decide", matter.ref)
    (decide,) = rest.acts
    assert (decide.acting_for, [clause.clause for clause in decide.clauses]) == ("chair", ["2.1", "4.1"])
    assert rest.away == tuple(here.day.holders("chair"))


def test_what_does_not_pass_to_who_stands_in_is_told_with_its_clause_and_day() -> None:
    here = lab(NATIONAL, at=datetime(2021, 6, 14, 2, tzinfo=UTC))
    matter = did(here, "wg-head", "matter.raise", **{"class": "regulation", "text": "Sửa 8.3", "title": "Sửa quy chế"})
    here.absent("chair", date(2021, 6, 14), date(2021, 6, 20))
    found = asked(here, "matter.decide", matter.ref)
    assert (found.verdict, found.first) == ("too-late", date(2021, 6, 21))
    assert found.stop is not None
    assert "11.2" in {clause.clause for clause in found.stop.clauses}
    assert {who.subject for who in found.stop.who_may} == {"chair"}


def planned(at: datetime) -> tuple[Lab, Done]:
    """A council that lives by its clocks, with a meeting on 20 March in the calendar that nobody called yet."""
    here = lab("harbour-council", at=at)
    return here, did(here, "chair", "meeting.plan", kind="regular", starts_at="2026-03-20T14:00:00")


def test_the_notice_of_a_planned_meeting_is_counted_back_from_its_day() -> None:
    here, meeting = planned(datetime(2026, 2, 2, 9, tzinfo=UTC))
    found = asked(here, "meeting.open", meeting.ref, date(2026, 3, 31))
    assert [(act.action, str(act.latest)) for act in found.acts] == [
        ("meeting.convene", "2026-03-08"),  # twelve days before
        ("meeting.open", "2026-03-20"),
    ]
    assert [clause.clause for clause in found.acts[0].held_by] == ["4"]
    assert done_again(here, found, meeting.id) == ["convened", "open"]


def test_what_makes_it_impossible_and_who_may_shorten_the_time() -> None:
    here, meeting = planned(datetime(2026, 3, 12, 9, tzinfo=UTC))
    found = asked(here, "meeting.convene", meeting.ref, date(2026, 3, 20))
    assert (found.verdict, found.acts, found.short) == ("too-late", (), 4)
    assert found.stop is not None
    assert ([clause.clause for clause in found.stop.clauses], found.stop.params["last"]) == (["4"], "2026-03-08")
    assert [(each.by, each.to, each.cause) for each in found.stop.shorten] == [
        ("chair", "3 working", "urgent"),
        ("decision:no-objection", "none", ""),
    ]
    after = asked(here, "meeting.convene", meeting.ref, date(2026, 3, 31))  # its day is no later for that
    assert (after.verdict, after.acts) == ("too-late", ())
    with pytest.raises(OutOfOrder):
        did(here, "chair", "meeting.convene", on=meeting.id)
    assert did(here, "chair", "meeting.convene", on=meeting.id, shorten="urgent").state == "convened"


def test_a_record_whose_course_is_over_has_no_way_and_says_its_state() -> None:
    here = lab(MOST)
    meeting = called(here, "2021-05-20")
    did(here, "head", "meeting.cancel", on=meeting.id, reason="bão")
    found = asked(here, "meeting.open", meeting.ref)
    assert (found.verdict, found.acts) == ("not-found", ())
    assert found.stop is not None
    assert (found.stop.code, found.stop.params["state"]) == ("state", "canceled")


def test_an_example_goes_the_same_way() -> None:
    here = lab("water-board", at=datetime(2025, 3, 3, 8, tzinfo=UTC))
    zone = here.snapshot.settings.zone
    start = datetime(2025, 4, 2, 14, tzinfo=zone).isoformat()
    kind = here.snapshot.types["meeting"].kinds[0]
    convene = ActRequest("up", "meeting.convene", here.at, input={"kind": kind, "starts_at": start})
    meeting = perform(here.tenant, convene)
    found = asked(here, "meeting.open", meeting.ref, date(2025, 4, 30))
    assert found.verdict == "way", found.stop
    assert str(found.acts[-1].latest) == "2025-04-02"


def test_what_is_not_there_or_makes_its_own_record_is_named() -> None:
    here = lab(MOST)
    meeting = called(here, "2021-05-20")
    for goal, on in (("task.confirm", meeting.ref), ("meeting.open", "M-2021-999"), ("meeting.plan", meeting.ref)):
        with pytest.raises(NoSuchWay) as wrong:
            asked(here, goal, on)
        assert wrong.value.field == "on"


def test_a_record_that_the_asker_does_not_see_is_no_part_of_a_way() -> None:
    here = lab(NATIONAL)
    meeting = called(here, "2021-05-20")
    matter = did(here, "wg-head", "matter.raise", **{"class": "proposal", "text": "Mở kho dữ liệu", "title": "Kho dữ liệu"})
    with standing(here) as copied:
        chair, types = copied.day.holders("chair")[0], copied.snapshot.types
        assert way(copied, "meeting.open", JUNE, on=meeting.ref, asker=chair).on == meeting.ref
        with pytest.raises(NoSuchWay):
            way(copied, "meeting.open", JUNE, on=meeting.ref, asker=NEWCOMER)
        for asker, there in ((PLATFORM, True), (chair, True), (NEWCOMER, False)):
            records = StandingRecords(copied, asker)
            assert (records.named(types["matter"], matter.ref) is not None) == there


def test_nothing_of_it_stays_and_api_and_page_tell_it_to_whoever_sees_the_record() -> None:
    here = lab(NATIONAL)
    meeting = called(here, "2021-05-20")
    with TestClient(create_app(here.installation, demo=False, clock=lambda: here.at + timedelta(hours=2))) as http:
        browser = signed_in(http, here.installation, NATIONAL, "chair")
        secret = tokens.issue(here.tenant, browser.person, ("read",), now=here.at).secret
        headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json"}
        base = f"/t/{NATIONAL}/api/plan?do=meeting.conclude&by=2021-06-18&on="
        told = http.get(base + meeting.ref, headers=headers)
        assert told.status_code == 200, told.text
        assert [act["action"] for act in told.json()["acts"]] == ["meeting.open", "meeting.conclude"]
        assert http.get(f"{base}M-2021-999", headers=headers).status_code == 404
        assert PLATFORM not in told.text
        page = f"/t/{NATIONAL}/charter/answers?show=plan&do=meeting.conclude&by=2021-06-18&on="
        said = Page(browser.get(f"{page}{meeting.ref}&lang=en").text).text
        assert f"on {meeting.ref}" in said
        assert "is called for 20 May 2021 and has not opened yet" in said
        assert "chưa khai mạc" in browser.get(f"{page}{meeting.ref}&lang=vi").text
        assert browser.get(f"{page}M-2021-999").status_code == 404
        state = http.get(f"/t/{NATIONAL}/api/meeting/{meeting.ref}", headers=headers).json()
        assert state["state"] == "convened"


def told(words: list[str]) -> tuple[int, str, str]:
    """Ask in a process of its own: in this one, other tests may have declared tables that the database does not have."""
    ran = subprocess.run([*STEERCO, *words], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def test_the_command_asks_the_committee_of_the_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slug = "harbour-council"
    copytree(EXAMPLES.folder / "tenants" / slug, tmp_path / "tenants" / slug)
    copytree(EXAMPLES.folder / "policies", tmp_path / "policies")
    home = ["--home", str(tmp_path)]
    assert run([*home, "tenant", "apply", slug]) == 0
    year = datetime.now(UTC).year + 1
    given = f'{{"kind": "regular", "starts_at": "{year}-06-18T14:00:00"}}'
    assert run([*home, "do", slug, "meeting.plan", "--by", "chair", "--with", given]) == 0
    ref = next(word for word in capsys.readouterr().out.split() if word.startswith("M-")).rstrip(":,;.")
    words = [*home, "plan", slug, "meeting.open", "--by", f"{year}-06-30", "--on"]
    code, said, _ = told([*words, ref])
    assert code == 0
    assert f"ann as chair does meeting.convene on {ref}, by 4" in said
    assert f"is called for {year}-06-18 and has not opened yet" in said
    code, _, error = told([*words, "M-1999-001"])
    assert code == 2
    assert "there is no record M-1999-001 of the type meeting" in error
