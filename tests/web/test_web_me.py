"""Who the caller is, what an input can name, and access decisions for a gateway."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, Api

ROOT = Path(__file__).parents[2]

CHAIR, EXPERT, DEPUTY = "thu-tuong", "chuyen-gia-do-thi", "bo-truong-tt-tt"


def asked(subject: str, action: str = "meeting.convene", **more: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "person", "id": subject},
        "action": {"name": action},
        "resource": {"type": action.partition(".")[0], "id": more.pop("id", "")},
        "context": more,
    }


class TestMe:
    def test_it_tells_seats_ways_to_act_and_powers_with_their_clauses(self, api: Api) -> None:
        me = api.as_("chair")("GET", "/me").json()
        assert me["person"] == CHAIR
        assert [(held["role"], held["body"]) for held in me["seats"]] == [("chair", "committee")]
        assert me["capacities"][0]["name"] == "chair"
        powers = {power["action"]: power for power in me["powers"]}
        assert "3.3" in powers["meeting.convene"]["because"]
        assert powers["meeting.convene"]["by_tie"] == []

    def test_powers_are_those_that_the_token_is_for(self, api: Api) -> None:
        me = api.as_("chair", NATIONAL, "read", "meeting.convene")("GET", "/me").json()
        assert [power["action"] for power in me["powers"]] == ["meeting.convene"]
        assert me["scopes"] == ["meeting.convene", "read"]

    @pytest.mark.parametrize(("who", "slug"), [("chair", NATIONAL), ("head", MOST), ("vice-chair", NATIONAL)])
    def test_whatever_explain_allows_is_among_the_powers(self, api: Api, who: str, slug: str) -> None:
        send = api.as_(who, slug)
        powers = {power["action"] for power in send("GET", "/me").json()["powers"]}
        every = [action["id"] for kind in send("GET", "/actions").json() for action in kind["actions"]]
        allowed = {do for do in every if send("POST", "/explain", {"do": do}).json().get("outcome") == "done"}
        assert allowed
        assert allowed <= powers

    def test_as_of_a_day_it_tells_what_was_held_then(self, api: Api) -> None:
        send = api.as_("chair")
        before, since = (send("GET", f"/me?at={day}").json() for day in ("2020-10-20", "2020-10-21"))
        assert (before["on"], before["seats"], since["seats"][0]["role"]) == ("2020-10-20", [], "chair")
        assert "meeting.convene" not in [power["action"] for power in before["powers"]]
        holders = [
            {row["id"]: row["holders"] for row in send("GET", f"/parties?sort=role&at={day}").json()["items"]}["chair"]
            for day in ("2020-10-20", "2020-10-21")
        ]
        assert holders == [[], [CHAIR]]
        assert {send("GET", f"/{of}?at=9999-01-01").status_code for of in ("me", "parties")} == {422}

    def test_a_stranger_is_nobody(self, api: Api) -> None:
        assert api.http.get(f"/t/{NATIONAL}/api/me").status_code == 401


class TestParties:
    def test_pages_together_are_the_whole_each_once(self, api: Api) -> None:
        send, found, after = api.as_("chair"), [], "0"
        while after is not None:
            page = send("GET", f"/parties?limit=7&after={after}").json()
            found += [(row["sort"], row["id"]) for row in page["items"]]
            after = page["next"]
        assert len(found) == len(set(found))
        assert {("person", CHAIR), ("role", "chair"), ("body", "committee")} <= set(found)

    def test_by_sort_and_by_words_without_marks(self, api: Api) -> None:
        rows = api.as_("chair")("GET", "/parties?sort=role&q=chu tich").json()["items"]
        assert {row["sort"] for row in rows} == {"role"}
        assert "chair" in [row["id"] for row in rows]

    def test_who_sees_no_persons_gets_none(self, api: Api) -> None:
        seen = {row["id"] for row in api.as_(EXPERT)("GET", "/person?limit=200").json()["items"]}
        told = api.as_(EXPERT)("GET", "/parties?sort=person&limit=200").json()["items"]
        assert {row["id"] for row in told} == seen
        everyone = api.as_(EXPERT)("GET", "/parties?limit=200").json()["items"]
        assert {person for row in everyone for person in row["holders"]} <= seen

    def test_a_sort_that_does_not_exist(self, api: Api) -> None:
        assert api.as_("chair")("GET", "/parties?sort=robot").json()["code"] == "bad-parameter"


class TestAccess:
    def test_it_is_the_decision_of_explain_with_its_clauses(self, api: Api) -> None:
        send = api.as_("chair")
        allowed = send("POST", "/access/v1/evaluation", asked(CHAIR, **{"with": {"kind": "ad-hoc"}})).json()
        assert allowed["decision"] is True
        assert "3.3" in allowed["context"]["clauses"]
        refused = send("POST", "/access/v1/evaluation", asked(DEPUTY, **{"with": {"kind": "ad-hoc"}})).json()
        assert refused["decision"] is False
        assert refused["context"]["outcome"] == "refused"
        assert "chair" in refused["context"]["who_may"]
        told = re.search(
            r'{"decision": false, "context": {"outcome": "(.*?)", "basis": "(.*?)"', (ROOT / "docs/api.md").read_text("utf-8")
        )
        assert told, "the page of the API shows a refusal"
        assert told.groups() == (refused["context"]["outcome"], refused["context"]["basis"])

    def test_several_in_their_order_with_shared_parts(self, api: Api) -> None:
        shared = asked(CHAIR, **{"with": {"kind": "ad-hoc"}})
        one, two = {"subject": {"type": "person", "id": CHAIR}}, {"subject": {"type": "person", "id": DEPUTY}}
        answer = api.as_("chair")("POST", "/access/v1/evaluations", {**shared, "evaluations": [one, two, one]}).json()
        assert [each["decision"] for each in answer["evaluations"]] == [True, False, True]

    @pytest.mark.parametrize(
        ("semantic", "decisions"), [("deny_on_first_deny", [True, False]), ("permit_on_first_permit", [True])]
    )
    def test_a_semantic_stops_early(self, api: Api, semantic: str, decisions: list[bool]) -> None:
        shared = asked(CHAIR, **{"with": {"kind": "ad-hoc"}})
        several = [{"subject": {"id": id}} for id in (CHAIR, DEPUTY, CHAIR)]
        body = {**shared, "evaluations": several, "options": {"evaluations_semantic": semantic}}
        answer = api.as_("chair")("POST", "/access/v1/evaluations", body).json()
        assert [each["decision"] for each in answer["evaluations"]] == decisions

    def test_one_that_cannot_be_answered_is_a_refusal_and_the_others_go_on(self, api: Api) -> None:
        shared = asked(CHAIR, **{"with": {"kind": "ad-hoc"}})
        body = {**shared, "evaluations": [{"subject": {"id": "nobody-here"}}, {"resource": {"type": "task"}}, 7, {}]}
        answers = api.as_("chair")("POST", "/access/v1/evaluations", body).json()["evaluations"]
        assert [each["decision"] for each in answers] == [False, False, False, True]
        assert [answers[at]["context"]["error"]["status"] for at in (0, 1, 2)] == [422, 422, 422]

    def test_a_record_that_the_asker_does_not_see_is_as_one_that_is_not_there(self, api: Api) -> None:
        made = api.as_("chair")("POST", "/meeting/convene", {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}).json()
        nowhere = "01976a4e-0000-7000-8000-000000000000"
        answers = [
            api.as_(EXPERT)("POST", "/access/v1/evaluation", asked(CHAIR, "meeting.cancel", id=id))
            for id in (made["record"]["id"], nowhere)
        ]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].content == answers[1].content

    def test_the_configuration_is_the_same_for_a_committee_and_for_none(self, api: Api) -> None:
        here, none = (api.http.get(f"/.well-known/authzen-configuration/t/{slug}") for slug in (NATIONAL, "nowhere"))
        assert here.status_code == none.status_code == 200
        assert here.text.replace(NATIONAL, "nowhere") == none.text
        assert here.json()["access_evaluation_endpoint"].endswith(f"/t/{NATIONAL}/api/access/v1/evaluation")
