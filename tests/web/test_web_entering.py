"""Entering for another: a minister signs paper, somebody with the right to do so enters it, and the event names both."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Api, Clock, installed

from steerco.cases.world import lessened
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import File, Refused
from steerco.web.app import create_app

HEAD, ENTERER, STRANGER = "head", "wg-head", "gd-cntt"
PAPER = {"name": "Phiếu ý kiến.pdf", "text": "signed by hand"}
SIGNED = {"entered_for": {"who": HEAD, "evidence": PAPER}}


def raised(api: Api) -> str:
    """A matter for the Head to decide; its id."""
    answer = api.as_("wg-head", MOST)("POST", "/matter", {"title": "Which way"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["record"]["id"])


def decided(api: Api, who: str, matter: str, more: Any = SIGNED, **rest: Any) -> httpx.Response:
    return api.as_(who, MOST)("POST", f"/matter/{matter}/decide", {"outcome": "Agreed", **more}, **rest)


def last_event(api: Api) -> dict[str, Any]:
    head = api.as_(HEAD, MOST)
    after = 0
    while (page := head("GET", f"/events?after={after}&limit=200").json())["more"]:
        after = page["next"]
    found: dict[str, Any] = page["items"][-1]
    return found


class TestEntering:
    def test_the_event_names_whose_act_it_is_and_who_entered_it_on_which_paper(self, api: Api) -> None:
        matter = raised(api)
        answer = decided(api, ENTERER, matter)
        assert answer.status_code == 200, answer.text
        assert "2.1" in [each["clause"] for each in answer.json()["decision"]["because"]], "the power is the Head's"
        event = last_event(api)
        assert (event["action"], event["person"]) == ("matter.decide", api.person(MOST, HEAD))
        assert event["entered_by"] == api.person(MOST, ENTERER)
        paper = api.as_(HEAD, MOST)("GET", f"/matter/{matter}/files/{event['evidence']}")
        assert (paper.status_code, paper.text) == (200, PAPER["text"])
        assert paper.headers["content-disposition"].startswith("attachment")

    def test_a_record_is_made_in_the_name_of_the_one_who_signed(self, api: Api) -> None:
        given = {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00", **SIGNED}
        answer = api.as_(ENTERER, MOST)("POST", "/meeting/convene", given)
        assert answer.status_code == 201, answer.text
        made = api.as_(HEAD, MOST)("GET", f"/meeting/{answer.json()['record']['id']}").json()
        assert made["author"] == api.person(MOST, HEAD)

    def test_a_stranger_is_refused_by_the_house_rule_and_told_who_may(self, api: Api) -> None:
        answer = decided(api, STRANGER, raised(api))
        assert answer.status_code == 403
        problem = answer.json()
        assert (problem["basis"], [each["clause"] for each in problem["because"]]) == ("house", ["H.12"])
        assert [each["subject"] for each in problem["who_may"]] == ["wg-head"]
        assert "enter" in problem["detail"]

    def test_nothing_is_entered_for_the_platform_itself(self, api: Api) -> None:
        paper, given = (
            {"entered_for": {"who": PLATFORM, "evidence": PAPER}},
            {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"},
        )
        for matter in (raised(api), "M-2021-999"):
            assert decided(api, ENTERER, matter, paper).status_code == 422
        scan = File(PAPER["name"], text=PAPER["text"])
        asked = ActRequest(
            PLATFORM, "meeting.convene", START, input=given, entered_by=api.person(NATIONAL, "wg-head"), evidence=scan
        )
        with pytest.raises(Refused):
            perform(api.installation.tenant(NATIONAL), asked)

    def test_a_stranger_learns_nothing_of_what_the_other_sees(self, api: Api) -> None:
        there, nowhere = (decided(api, STRANGER, each) for each in (raised(api), "M-2021-999"))
        assert there.status_code == nowhere.status_code == 403
        assert there.json() | {"instance": ""} == nowhere.json() | {"instance": ""}

    def test_what_is_not_in_the_others_power_stays_refused(self, api: Api) -> None:
        answer = decided(api, ENTERER, raised(api), {"entered_for": {"who": "deputy-head", "evidence": PAPER}})
        assert answer.status_code == 403
        assert "2.1" in [each["clause"] for each in answer.json()["because"]]

    def test_a_person_of_the_other_committee_is_nobody_here(self, api: Api) -> None:
        matter, foreign = raised(api), api.person(NATIONAL, "chair")
        answers = [
            decided(api, ENTERER, matter, {"entered_for": {"who": who, "evidence": PAPER}}) for who in (foreign, "no-such")
        ]
        assert [each.status_code for each in answers] == [422, 422]
        texts = [each.text.replace(who, "…") for each, who in zip(answers, (foreign, "no-such"), strict=True)]
        assert texts[0] == texts[1]

    @pytest.mark.parametrize("who", ["steerco", "working-group", "", "x" * 81, 7, None, ["head"]])
    def test_only_one_person_can_have_signed(self, api: Api, who: Any) -> None:
        answer = decided(api, ENTERER, raised(api), {"entered_for": {"who": who, "evidence": PAPER}})
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == ["entered_for.who"]

    def test_nobody_enters_for_themselves(self, api: Api) -> None:
        answer = decided(api, HEAD, raised(api))
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["entered_for.who"])

    @pytest.mark.parametrize(
        ("said", "path"),
        [
            ({"who": HEAD}, "entered_for.evidence"),
            ({"who": HEAD, "evidence": {"name": "x"}}, "entered_for.evidence"),
            ({"who": HEAD, "evidence": {"name": "x", "base64": "not base64"}}, "entered_for.evidence"),
            ({"who": HEAD, "evidence": PAPER, "when": "today"}, "entered_for.when"),
            ("head", "entered_for"),
        ],
    )
    def test_the_signed_paper_is_required(self, api: Api, said: Any, path: str) -> None:
        answer = decided(api, ENTERER, raised(api), {"entered_for": said})
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == [path]

    def test_a_dry_run_keeps_neither_act_nor_paper(self, api: Api) -> None:
        matter = raised(api)
        content = {"name": "scan.pdf", "base64": b64encode(b"only tried").decode()}
        before = last_event(api)["seq"]
        path = f"/matter/{matter}/decide?dry_run=1"
        said = {"outcome": "Agreed", "entered_for": {"who": HEAD, "evidence": content}}
        answer = api.as_(ENTERER, MOST)("POST", path, said)
        assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
        assert last_event(api)["seq"] == before

    def test_the_token_must_be_for_the_act(self, api: Api) -> None:
        answer = api.as_(ENTERER, MOST, "read")("POST", f"/matter/{raised(api)}/decide", {"outcome": "Agreed", **SIGNED})
        assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")


class TestRepeats:
    def test_a_repeat_gets_the_first_answer(self, api: Api) -> None:
        matter, key = raised(api), {"Idempotency-Key": "paper-1"}
        first, again = (decided(api, ENTERER, matter, headers=key) for _ in range(2))
        assert first.status_code == again.status_code == 200
        assert (first.json()["event"], again.json()["replayed"]) == (again.json()["event"], True)

    def test_another_paper_or_signatory_with_the_same_key_is_another_act(self, api: Api) -> None:
        matter, key = raised(api), {"Idempotency-Key": "paper-2"}
        assert decided(api, ENTERER, matter, headers=key).status_code == 200
        for other in ({"who": HEAD, "evidence": {"name": "x", "text": "y"}}, {"who": "deputy-head", "evidence": PAPER}):
            answer = decided(api, ENTERER, matter, {"entered_for": other}, headers=key)
            assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")

    def test_a_key_is_the_senders_own(self, api: Api) -> None:
        """Whoever signed may use the same key for an act of their own: the two clients know nothing of each other."""
        key = {"Idempotency-Key": "paper-3"}
        assert decided(api, ENTERER, raised(api), headers=key).status_code == 200
        assert decided(api, HEAD, raised(api), {}, headers=key).status_code == 200


class TestAsking:
    def test_whether_one_may_enter_it_can_be_asked(self, api: Api) -> None:
        matter = raised(api)
        ask = api.as_(HEAD, MOST)
        question = {"do": "matter.decide", "by": HEAD, "on": matter}
        assert ask("POST", "/explain", {**question, "entered_by": ENTERER}).json()["outcome"] == "done"
        refused = ask("POST", "/explain", {**question, "entered_by": STRANGER}).json()
        assert (refused["outcome"], refused["because"][0]["clause"]) == ("refused", "H.12")
        asked = ask("GET", f"/explain?do=matter.decide&by={HEAD}&on={matter}&entered_by={STRANGER}").json()
        assert asked == refused

    def test_where_no_rule_allows_it_no_clause_does(self) -> None:
        installation, clock = installed(), Clock()
        tenant = installation.tenant(MOST)
        tenant.snapshot = lessened(tenant.snapshot, {"house"})
        with TestClient(create_app(installation, clock=clock)) as client:
            answer = Api(installation, clock, client).as_(ENTERER, MOST)("POST", "/matter", {"title": "Which way", **SIGNED})
        installation.store.close()
        problem = answer.json()
        assert (answer.status_code, problem["basis"], problem["because"], problem["who_may"]) == (403, "no-clause", [], [])
        assert "No rule" in problem["detail"]


def test_the_document_declares_it(api: Api) -> None:
    document = api.http.get(f"/t/{MOST}/schema/openapi.json", headers={"Authorization": f"Bearer {api.token(MOST, HEAD)}"}).json()
    schemas = document["components"]["schemas"]
    assert schemas["EnteredFor"]["required"] == ["who", "evidence"]
    for name in ("MatterDecide", "MeetingConvene"):
        assert {"$ref": "#/components/schemas/EnteredFor"} in schemas[name]["properties"]["entered_for"]["anyOf"]
        assert "entered_for" not in schemas[name].get("required", ())
