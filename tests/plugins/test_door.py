"""One of everything that a plugin adds, in the committee where it is on; in the other nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.plugins.conftest import START, WITH, WITHOUT, Two

from steerco.following.consumers import Consumers
from steerco.kernel.duty_ledger import entries
from steerco.records import Invalid, OutOfOrder, Refused
from steerco.web.app import create_app

BOARD = "/x/steerco_fleet/board"


@pytest.fixture(scope="module")
def vehicle(two: Two) -> str:
    """A vehicle that the deputy head registered."""
    keeper = two.person("head")
    return two.do("deputy-head", "x-fleet-vehicle.register", name="Bus", seats=9, keeper=keeper).id


def test_its_record_type_is_kept_and_listed_like_any(two: Two, vehicle: str) -> None:
    listed = two.ask("head", "/api/x-fleet-vehicle").json()["items"]
    assert [(each["id"], each["name"], each["state"]) for each in listed] == [(vehicle, "Bus", "registered")]
    assert two.ask("head", f"/api/x-fleet-vehicle/{vehicle}").json()["seats"] == 9


def test_its_policy_line_grants_by_its_own_clause(two: Two, vehicle: str) -> None:
    done = two.do("head", "x-fleet-vehicle.book", vehicle, people=4)
    (because,) = done.decision.because
    assert (because.clause, because.layer, because.plugin) == ("circular-7:1", "law", "steerco_fleet")


def test_who_has_no_tie_is_refused_by_its_clause(two: Two, vehicle: str) -> None:
    with pytest.raises(Refused) as caught:
        two.do("wg-head", "x-fleet-vehicle.book", vehicle, people=4)
    assert [each.clause for each in caught.value.decision.because] == ["circular-7:1"]


def test_its_rule_refuses_with_its_clause_and_says_why(two: Two, vehicle: str) -> None:
    answer = two.ask("head", f"/api/x-fleet-vehicle/{vehicle}/book", method="POST", json={"people": 10})
    problem = answer.json()
    assert answer.status_code == 403
    assert [(each["clause"], each["plugin"]) for each in problem["because"]] == [("circular-7:2", "steerco_fleet")]
    assert problem["detail"] == "The vehicle has 9 seats."


def test_its_veto_on_a_core_action_stops_its_own_committee_only(two: Two) -> None:
    sunday = {"kind": "ad-hoc", "starts_at": "2021-02-14T09:00:00"}
    with pytest.raises(OutOfOrder) as caught:
        two.do("head", "meeting.convene", **sunday)
    assert caught.value.cites == ("circular-7:3",)
    assert two.do("chair", "meeting.convene", slug=WITHOUT, **sunday).state == "convened"


def test_a_question_gets_the_answer_that_the_act_would_get(two: Two) -> None:
    asked = two.ask(
        "head", "/api/explain", params={"do": "meeting.convene", "with": '{"kind":"ad-hoc","starts_at":"2021-02-14T09:00:00"}'}
    )
    assert (asked.json()["outcome"], asked.json()["because"][0]["clause"]) == ("out-of-order", "circular-7:3")


def test_its_duty_stands_in_the_ledger(two: Two, vehicle: str) -> None:
    tenant = two.tenant()
    with tenant.store.read(tenant.id) as session:
        found = [each for each in entries(tenant, session, tenant.snapshot.local(two.now)) if each.duty == "vehicle-in-use"]
    assert {each.cites for each in found} == {("circular-7:4",)}


def test_a_day_that_it_reckons_is_when_its_duty_falls_due(two: Two, vehicle: str) -> None:
    def inspection() -> tuple[str, list[str], bool]:
        listed = two.ask("head", "/api/duties").json()["items"]
        (found,) = [each for each in listed if (each["duty"], each["record"]) == ("vehicle-inspected", vehicle)]
        return found["due_on"], found["cites"], found["done_on"] is not None

    by = "2021-02-09"  # the last working day before the 14th: a Sunday, and Tết lies before it
    assert inspection() == (by, ["circular-7:5"], False)
    two.do("head", "x-fleet-vehicle.inspect", vehicle)
    assert inspection() == (by, ["circular-7:5"], True)


def test_its_pages_are_there_for_callers_of_its_committee(two: Two, vehicle: str) -> None:
    assert "<li>Bus</li>" in two.ask("head", BOARD).text
    assert two.ask("head", "/x/steerco_fleet/one/XV-2021-001").text == "Bus"
    assert two.ask("", BOARD).status_code == 401
    assert two.ask("", "/x/steerco_fleet/open").text == "the yard"


@pytest.fixture(scope="module")
def pages(two: Two) -> Iterator[TestClient[Any]]:
    """Whoever looks at both committees' pages."""
    with TestClient(create_app(two.installation, demo=True, clock=lambda: START)) as client:
        yield client


def test_its_piece_stands_on_the_first_page_of_its_own_committee(pages: TestClient[Any]) -> None:
    mine, other = (pages.get(f"/t/{slug}/").text for slug in (WITH, WITHOUT))
    assert "<p>Vehicles are kept here.</p>" in mine
    assert "Vehicles" not in other


@pytest.mark.parametrize(("language", "type", "action"), [("vi", "Xe", "đăng ký xe"), ("en", "Vehicle", "register a vehicle")])
def test_its_own_words_are_shown_in_the_readers_language(
    pages: TestClient[Any], vehicle: str, language: str, type: str, action: str
) -> None:
    shown = pages.get(f"/t/{WITH}/records/x-fleet-vehicle/{vehicle}?lang={language}").text
    assert type in shown
    assert action in shown


def test_its_page_stands_in_the_committees_frame(pages: TestClient[Any], vehicle: str) -> None:
    shown = pages.get(f"/t/{WITH}{BOARD}?lang=en").text
    assert "<li>Bus</li>" in shown
    assert f'href="/t/{WITH}/charter' in shown, "with the way back to the committee's other pages"


def test_its_export_holds_what_the_caller_sees(two: Two, vehicle: str) -> None:
    answer = two.ask("head", "/x/steerco_fleet/export/csv/x-fleet-vehicle")
    assert "Bus" in answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="x-fleet-vehicle.csv"'


def test_the_openapi_document_tells_of_it(two: Two) -> None:
    mine, other = (two.ask("head" if slug == WITH else "chair", "/schema/openapi.json", slug).json() for slug in (WITH, WITHOUT))
    assert {f"/t/{WITH}/api/x-fleet-vehicle", f"/t/{WITH}{BOARD}"} <= mine["paths"].keys()
    making = mine["paths"][f"/t/{WITH}/x/steerco_ical/feeds"]["post"]
    assert making["requestBody"]["content"]["application/json"]["schema"]["required"] == ["kind"], "as its author tells of it"
    assert not [path for path in other["paths"] if "fleet" in path]


@pytest.mark.parametrize("path", ["/api/x-fleet-vehicle", BOARD, "/x/steerco_fleet/open", "/x/steerco_fleet/export/csv/task"])
def test_where_it_is_off_it_is_as_if_it_did_not_exist(two: Two, path: str) -> None:
    off, unknown = (two.ask("chair", path.replace("fleet", name), WITHOUT) for name in ("fleet", "nosuch"))
    assert off.status_code == 404
    assert {**off.json(), "instance": ""} == {**unknown.json(), "instance": ""}


def test_where_it_is_off_its_actions_are_unknown(two: Two) -> None:
    with pytest.raises(Invalid):
        two.do("chair", "x-fleet-vehicle.register", slug=WITHOUT, name="Bus", seats=9, keeper="chair")


def test_it_is_told_of_every_event_once_and_in_order(two: Two) -> None:
    from steerco_fleet import SEEN

    SEEN.clear()
    consumers = Consumers()
    consumers.step(two.tenant(), two.now)
    first = list(SEEN)
    assert first == sorted(set(first))
    done = two.do("deputy-head", "x-fleet-vehicle.register", name="Car", seats=4, keeper="head")
    for slug in (WITH, WITHOUT):
        consumers.step(two.tenant(slug), two.now)
    assert [*first, done.seq] == SEEN


def test_its_channel_tells_those_who_are_to_be_told(two: Two) -> None:
    from steerco_fleet import TOLD

    consumers = Consumers()
    consumers.step(two.tenant(), two.now)
    TOLD.clear()
    two.do("deputy-head", "x-fleet-vehicle.register", name="Van", seats=6, keeper="head")
    consumers.step(two.tenant(), two.now)
    assert [(two.person("head"), "x-fleet-vehicle.register")] == TOLD


def test_its_facet_narrows_its_power(two: Two) -> None:
    stranger = two.person("wg-head")
    with pytest.raises(Refused) as caught:
        two.do("deputy-head", "x-fleet-vehicle.register", name="Bike", seats=1, keeper=stranger)
    assert ("aim", "keeper=head") in [(each.code, each.detail) for each in caught.value.decision.would_change]
