"""What a client asks of lists and records: some values alone, its own, words, a day of the past; and names that nobody has."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, Api

EXPERT = "chuyen-gia-do-thi"


@pytest.fixture(scope="module", autouse=True)
def convened(api: Api) -> dict[str, Any]:
    """A meeting of the National Committee, and a task of each Vice Chair's committee member."""
    body = {"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00", "place": "Hội trường Ba Đình"}
    answer = api.as_("chair")("POST", "/meeting/convene", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["record"]
    return made


class TestFields:
    def test_a_list_tells_these_alone_beside_id_and_type(self, api: Api) -> None:
        page = api.as_("chair")("GET", "/meeting?fields=state,starts_at").json()
        assert [set(item) for item in page["items"]] == [{"id", "type", "state", "starts_at"}]
        whole = api.as_("chair")("GET", "/meeting").json()["items"][0]
        assert page["items"][0] == {name: whole[name] for name in ("id", "type", "state", "starts_at")}

    def test_pages_go_on_in_an_order_that_is_not_told(self, api: Api) -> None:
        chair, found, after = api.as_("chair"), [], ""
        while after is not None:
            page = chair("GET", f"/person?fields=state&sort=-ref&limit=3{after and '&after=' + after}").json()
            found += [item["id"] for item in page["items"]]
            after = page["next"]
        every = [item["id"] for item in chair("GET", "/person?limit=200&sort=-ref").json()["items"]]
        assert found == every
        assert len(found) > 3

    def test_a_record_tells_a_part_alone(self, api: Api, convened: dict[str, Any]) -> None:
        told = api.as_("chair")("GET", f"/meeting/{convened['ref']}?fields=agenda").json()
        assert told.keys() == {"id", "type", "agenda"}

    @pytest.mark.parametrize("path", ["/meeting", "/meeting/{id}"])
    def test_a_value_that_there_is_not_is_named_with_those_that_there_are(
        self, api: Api, convened: dict[str, Any], path: str
    ) -> None:
        answer = api.as_("chair")("GET", f"{path.format(**convened)}?fields=state,colour")
        assert answer.status_code == 400
        told = answer.json()["reasons"]["fields"]["params"]
        assert told["given"] == "colour"
        assert "starts_at" in told["known"]


class TestSorting:
    def test_by_several_columns_each_in_its_direction(self, api: Api) -> None:
        chair, found, after = api.as_("chair"), [], ""
        while after is not None:
            page = chair("GET", f"/person?fields=state,ref&sort=state,-ref&limit=4{after and '&after=' + after}").json()
            found += [(item["state"], item["ref"]) for item in page["items"]]
            after = page["next"]
        assert len(found) > 8
        assert found == sorted(sorted(found, key=lambda each: each[1], reverse=True), key=lambda each: each[0])

    @pytest.mark.parametrize(
        ("sort", "code"),
        [
            ("state,colour", "no-column"),
            ("state,", "no-column"),
            (",", "no-column"),
            ("--state", "no-column"),
            ("state,-state", "key-twice"),
            ("state,kind,ref,version,place", "too-many-keys"),
            (",".join(["state"] * 500), "too-many-keys"),
            ("state&sort=ref", "repeated"),
        ],
        ids=range(8),
    )
    def test_an_order_that_cannot_be(self, api: Api, sort: str, code: str) -> None:
        answer = api.as_("chair")("GET", f"/meeting?sort={sort}")
        assert answer.status_code == (422 if code == "key-twice" else 400)
        assert answer.json()["reasons"]["sort"]["code"] == code

    def test_a_cursor_goes_on_in_its_own_order_alone(self, api: Api) -> None:
        chair = api.as_("chair")
        after = chair("GET", "/person?sort=state,-ref&limit=2").json()["next"]
        for sort in ("state,ref", "state", "-state,-ref", "ref"):
            assert chair("GET", f"/person?sort={sort}&limit=2&after={after}").json()["code"] == "bad-cursor"

    def test_more_than_can_be_sorted_is_refused_with_what_to_do(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("steerco.store.query_plans.SORTED", 3)
        answer = api.as_("chair")("GET", "/person?sort=state,-ref,id&limit=2")
        assert answer.status_code == 400, answer.text
        assert answer.json()["reasons"]["sort"]["code"] == "too-many-to-sort"
        assert "name a filter" in answer.json()["fields"]["sort"]
        assert api.as_("chair")("GET", "/person?sort=state&limit=2").status_code == 200


class TestExpand:
    def test_parties_that_are_mentioned_are_told_by_name(self, api: Api, convened: dict[str, Any]) -> None:
        chair = api.as_("chair")
        page = chair("GET", "/meeting?expand=parties&fields=author").json()
        person = api.person(NATIONAL, "chair")
        assert page["expanded"][person]["sort"] == "person"
        directory = {row["id"]: row["label"] for row in chair("GET", "/parties?limit=200").json()["items"]}
        assert {id: each["label"] for id, each in page["expanded"].items()} == {id: directory[id] for id in page["expanded"]}
        whole = chair("GET", f"/meeting/{convened['id']}?expand=parties").json()
        assert {whole["author"], whole["body"]} <= set(whole["expanded"])
        assert "expanded" not in chair("GET", "/meeting").json()

    def test_who_may_not_be_seen_is_not_named(self, api: Api) -> None:
        page = api.as_(EXPERT)("GET", "/person?expand=parties").json()
        seen = {item["id"] for item in page["items"]}
        assert {id for id, each in page["expanded"].items() if each["sort"] == "person"} <= seen

    def test_what_cannot_be_expanded(self, api: Api, convened: dict[str, Any]) -> None:
        assert api.as_("chair")("GET", "/meeting?expand=rooms").status_code == 400
        assert api.as_("chair")("GET", f"/meeting/{convened['id']}?expand=parties&at=2021-02-02").status_code == 422


class TestMine:
    def test_me_is_every_name_of_the_caller(self, api: Api, convened: dict[str, Any]) -> None:
        chair = api.as_("chair")
        assert [row["id"] for row in chair("GET", "/meeting?presiding=me").json()["items"]] == [convened["id"]]
        assert api.as_("vice-chair")("GET", "/meeting?presiding=me").json()["items"] == []

    def test_the_duties_of_the_caller(self, api: Api) -> None:
        chair, person = api.as_("chair"), api.person(NATIONAL, "chair")
        mine, by_name = (chair("GET", f"/duties?of={of}&at=2021-12-31").json()["items"] for of in ("me", person))
        assert mine == by_name
        assert mine


class TestUnknownNames:
    @pytest.mark.parametrize("path", ["/duties?of=nobody-here", "/meeting?presiding=nobody-here", "/task?lead=nobody-here"])
    def test_who_is_nobody_is_told_on_every_route(self, api: Api, path: str) -> None:
        answer = api.as_("chair")("GET", path)
        assert answer.status_code == 422
        (why,) = answer.json()["reasons"].values()
        assert why == {"code": "unknown-party", "params": {"given": "nobody-here"}}

    def test_a_clause_that_there_is_not(self, api: Api) -> None:
        answer = api.as_("chair")("GET", "/duties?clause=99.9")
        assert answer.status_code == 422
        assert answer.json()["reasons"]["clause"]["code"] == "no-clause"

    def test_who_is_hidden_is_told_as_who_is_not_there(self, api: Api) -> None:
        ask = api.as_(EXPERT)
        hidden, none = (ask("GET", f"/duties?of={of}").json()["reasons"]["of"] for of in ("thu-tuong", "nobody-here"))
        assert hidden["code"] == none["code"] == "unknown-party"

    @pytest.mark.parametrize("of", ["chair", "committee", "thu-tuong", "bo-tt-tt"])
    def test_roles_bodies_persons_and_agencies_are_known(self, api: Api, of: str) -> None:
        assert api.as_("chair")("GET", f"/duties?of={of}").status_code == 200


class TestSearch:
    def test_words_without_marks_find_what_the_caller_may_see(self, api: Api, convened: dict[str, Any]) -> None:
        found = api.as_("chair")("GET", "/search?q=ba dinh").json()["items"]
        assert (convened["id"], "meeting", "ad-hoc", "convened") in [
            (row["id"], row["type"], row["kind"], row["state"]) for row in found
        ]
        assert api.as_(EXPERT)("GET", "/search?q=ba dinh").json() == {"items": [], "next": None}

    def test_pages_together_are_the_whole_each_once(self, api: Api) -> None:
        chair = api.as_("chair")
        for day in range(1, 8):
            api.as_("chair")(
                "POST", "/meeting/convene", {"kind": "ad-hoc", "starts_at": f"2021-04-0{day}T09:00:00", "place": "Bến Nghé"}
            )
        found, after = [], ""
        while after is not None:
            page = chair("GET", f"/search?q=ben nghe&limit=3{after and '&after=' + after}").json()
            found += [row["id"] for row in page["items"]]
            after = page["next"]
        assert len(found) == len(set(found)) == 7
        assert [row["type"] for row in chair("GET", "/search?q=ben nghe&of=task").json()["items"]] == []

    def test_a_day_finds_the_meeting_of_that_day(self, api: Api, convened: dict[str, Any]) -> None:
        found = api.as_("chair")("GET", "/search?q=2021-03-01&of=meeting").json()["items"]
        assert [row["id"] for row in found] == [convened["id"]]

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("q=!!", 422, "bad-parameter"),
            ("", 422, "bad-parameter"),
            ("q=x&of=robot", 404, "no-such-type"),
            ("q=x&after=robot:1", 422, "bad-cursor"),
        ],
    )
    def test_what_cannot_be_looked_for(self, api: Api, query: str, status: int, code: str) -> None:
        answer = api.as_("chair")("GET", f"/search?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_who_made_a_record_may_be_me(api: Api, convened: dict[str, Any]) -> None:
    assert convened["id"] in [item["id"] for item in api.as_("chair")("GET", "/meeting?author=me").json()["items"]]
    assert api.as_("chair")("GET", "/meeting?author=nobody-here").status_code == 422


class TestPast:
    def test_a_record_of_a_day_is_as_it_was_then(self, api: Api, convened: dict[str, Any]) -> None:
        chair, now = api.as_("chair"), api.clock.now
        api.clock.now = now.replace(day=20)
        try:
            body = {"starts_at": "2021-05-01T09:00:00", "reason": "Tet"}
            assert chair("POST", f"/meeting/{convened['id']}/postpone", body).status_code == 200
            then, before = (chair("GET", f"/meeting/{convened['ref']}?at={day}") for day in ("2021-02-10", "2021-02-01"))
            today = chair("GET", f"/meeting/{convened['ref']}?at=2021-02-20").json()
            assert chair("GET", f"/meeting/{convened['ref']}?at=2021-02-21").status_code == 422
            assert chair("GET", f"/meeting/{convened['ref']}?at=2021-02-10&fields=state").status_code == 422
        finally:
            api.clock.now = now
        assert then.json()["values"]["starts_at"] == "2021-03-01T02:00:00Z"
        assert (then.json()["on"], then.json()["version"]) == ("2021-02-10", 1)
        assert before.status_code == 404
        assert today["starts_at"] == "2021-05-01T02:00:00Z"

    @pytest.mark.parametrize(
        ("path", "instead"),
        [
            ("search?q=x", "with at"),
            ("actions", "charter"),
        ],
    )
    def test_what_is_of_today_alone_says_what_to_ask_instead(self, api: Api, path: str, instead: str) -> None:
        joined = "&" if "?" in path else "?"
        answer = api.as_("head", MOST)("GET", f"/{path}{joined}at=2021-02-01")
        assert answer.status_code == 400
        assert instead in answer.json()["fields"]["at"]
