"""What is not a record: what one may do and owes, the charter, the actions, the feed; and the document that describes it all."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, Api

from steerco.web.app import create_app
from steerco.web.openapi.examples import example, party_of

EXPERT = "chuyen-gia-do-thi"
AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"}


class TestExplain:
    def test_the_pair_that_differs(self, api: Api) -> None:
        asked = {"do": "meeting.convene", "with": {"kind": "ad-hoc"}}
        national = api.as_("chair")("POST", "/explain", {**asked, "by": "vice-chair"}).json()
        assert (national["outcome"], national["basis"]) == ("refused", "clause")
        assert "3.3" in [each["clause"] for each in national["because"]]
        assert {"code": "officer-absent", "detail": "chair"} not in national["would_change"]  # that is the Standing Vice Chair
        most = api.as_("head", MOST)("POST", "/explain", {**asked, "by": "deputy-head"}).json()
        assert most["outcome"] == "done"
        assert "8.1.p2" in [each["clause"] for each in most["because"]]

    def test_get_and_post_say_the_same(self, api: Api) -> None:
        chair = api.as_("chair")
        posted = chair(
            "POST", "/explain", {"do": "meeting.convene", "by": "vice-chair", "with": {"kind": "ad-hoc"}, "at": "2021-05-01"}
        )
        got = chair(
            "GET",
            "/explain",
            params={"do": "meeting.convene", "by": "vice-chair", "with": '{"kind": "ad-hoc"}', "at": "2021-05-01"},
        )
        assert posted.status_code == got.status_code == 200
        assert posted.json() == got.json()

    def test_it_is_the_answer_that_the_act_gets(self, api: Api) -> None:
        for who in ("chair", "vice-chair", "member", "wg-head"):
            asked = api.as_(who)("POST", "/explain", {"do": "meeting.convene", "with": AD_HOC}).json()
            done = api.as_(who)("POST", "/meeting/convene?dry_run=1", AD_HOC).json()
            decision = done.get("decision", done)
            assert asked["outcome"] == done["outcome"]
            assert asked["because"] == decision["because"]

    def test_a_record_that_is_not_seen_is_not_there(self, api: Api) -> None:
        id = api.as_("chair")("POST", "/meeting/convene", AD_HOC).json()["record"]["id"]
        expert = api.as_(EXPERT)
        answers = [expert("POST", "/explain", {"do": "meeting.cancel", "on": on}) for on in (id, "nothing")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        told = api.as_("chair")("POST", "/explain", {"do": "meeting.cancel", "on": id, "by": EXPERT})
        assert told.json()["outcome"] == "not-found"

    def test_asking_in_another_s_name_tells_nothing_of_what_one_may_not_see(self, api: Api) -> None:
        """The Chair sees the meeting and may draft its minutes; the expert learns neither that it is there nor whose it is."""
        chair, expert = api.as_("chair"), api.as_(EXPERT)
        id = chair("POST", "/meeting/convene", AD_HOC).json()["record"]["id"]
        for do in ("minutes.draft", "absence-request.request", "direction.issue"):
            for by in ("chair", "wg-head", "member-of-nothing"):
                asked = {"do": do, "by": by, "with": {"meeting": id}}
                there = expert("POST", "/explain", asked)
                absent = expert("POST", "/explain", {**asked, "with": {"meeting": "nothing"}})
                assert (there.status_code, there.content) == (absent.status_code, absent.content), asked
        asked = {"do": "minutes.draft", "by": "wg-head"}
        told, nothing = (chair("POST", "/explain", {**asked, "with": {"meeting": meeting}}) for meeting in (id, "nothing"))
        assert told.content != nothing.content, "the Chair sees it"

    def test_a_kind_that_is_not_said_is_asked_for_and_the_kinds_in_one_s_power_are_named(self, api: Api) -> None:
        asked = api.as_("chair")("POST", "/explain", {"do": "meeting.convene"})
        assert asked.status_code == 422
        assert set(asked.json()["fields"]) == {"kind"}
        refused = api.as_("vice-chair")("POST", "/explain", {"do": "meeting.convene"}).json()
        assert (refused["outcome"], refused["basis"]) == ("refused", "clause")
        assert "3.3" in [each["clause"] for each in refused["because"]]

    @pytest.mark.parametrize(
        ("given", "status", "field"),
        [
            ({}, 422, "do"),
            ({"do": 1}, 422, "do"),
            ({"do": "meeting.dance"}, 404, None),
            ({"do": "meeting.convene", "by": "member"}, 422, "by"),
            ({"do": "meeting.convene", "by": "nobody"}, 422, "by"),
            ({"do": "meeting.convene", "with": []}, 422, "with"),
            ({"do": "meeting.convene", "with": {"kind": "party"}}, 422, "kind"),
            ({"do": "meeting.convene", "with": {"colour": "red"}}, 422, "colour"),
            ({"do": "meeting.convene", "at": "soon"}, 422, "at"),
            ({"do": "meeting.convene", "at": "0001-01-01"}, 422, "at"),
            ({"do": "meeting.convene", "colour": "red"}, 422, "colour"),
            ({"do": "meeting.convene", "capacity": "king"}, 422, "capacity"),
            ({"do": "meeting.cancel"}, 422, "on"),
        ],
    )
    def test_what_is_no_question(self, api: Api, given: dict[str, Any], status: int, field: str | None) -> None:
        answer = api.as_("chair")("POST", "/explain", given)
        assert answer.status_code == status, answer.text
        assert field is None or field in answer.json()["fields"]

    def test_parameters_that_are_no_question(self, api: Api) -> None:
        chair = api.as_("chair")
        for query, status in (
            ("", 422),
            ("do=meeting.convene&with={", 400),
            ("do=meeting.convene&with=[]", 400),
            ("do=a&do=b", 400),
        ):
            assert chair("GET", f"/explain?{query}").status_code == status, query


class TestDuties:
    def test_a_day_and_a_clause(self, api: Api) -> None:
        chair = api.as_("chair")
        ledger = chair("GET", "/duties?at=2021-04-15").json()
        assert ledger["on"] == "2021-04-15"
        assert {"missed", "due"} & {each["state"] for each in ledger["items"]}
        one = next(each for each in ledger["items"] if each["cites"])
        cited = chair("GET", "/duties", params={"at": "2021-04-15", "clause": one["cites"][0]}).json()["items"]
        assert cited
        assert all(one["cites"][0] in each["cites"] for each in cited)
        missed = chair("GET", "/duties?at=2021-04-15&state=missed").json()["items"]
        assert {each["state"] for each in missed} <= {"missed"}

    def test_pages(self, api: Api) -> None:
        chair, found, after = api.as_("chair"), [], "0"
        while after is not None:
            page = chair("GET", f"/duties?at=2021-12-31&limit=3&after={after}").json()
            found += page["items"]
            after = page["next"]
        assert found == chair("GET", "/duties?at=2021-12-31").json()["items"]

    def test_who_has_no_seat_sees_what_they_owe(self, api: Api) -> None:
        assert api.as_("chair")("GET", "/duties").json()["items"]
        assert api.as_(EXPERT)("GET", "/duties").json()["items"] == []

    @pytest.mark.parametrize(
        "query", ["at=2021-13-01", "at=20210101", "at=0001-01-01", "state=asleep", "limit=0", "after=-1", "of=", "x=1"]
    )
    def test_what_is_no_question(self, api: Api, query: str) -> None:
        assert api.as_("chair")("GET", f"/duties?{query}").status_code == 400


class TestCharter:
    @pytest.mark.parametrize(("slug", "who", "clauses"), [(NATIONAL, "chair", 54), (MOST, "head", 59)])
    def test_every_clause_with_what_cites_it(self, api: Api, slug: str, who: str, clauses: int) -> None:
        charter = api.as_(who, slug)("GET", "/charter").json()
        own, house = charter["instruments"][:2]
        assert (own["kind"], house["kind"]) == ("charter", "house")
        assert len(own["clauses"]) == clauses
        assert all(each["gloss"]["vi"] and each["gloss"]["en"] for each in own["clauses"])
        assert {each["basis"] for each in house["clauses"]} == {"house"}
        cited = [each for each in own["clauses"] if each["powers"]]
        assert any("meeting" in power for each in cited for power in each["powers"])

    def test_actions_say_what_goes_in(self, api: Api) -> None:
        types = {each["type"]: each for each in api.as_("chair")("GET", "/actions").json()}
        convene = next(each for each in types["meeting"]["actions"] if each["id"] == "meeting.convene")
        assert convene["creates"]
        assert convene["to"] == "convened"
        fields = {each["name"]: each for each in convene["input"]}
        assert set(fields["kind"]["choices"]) == {"regular", "ad-hoc", "extended", "working-session"}
        assert fields["starts_at"]["type"] == "time"


class TestFeed:
    def test_following_next_misses_nothing(self, api: Api) -> None:
        chair = api.as_("chair")
        start = chair("GET", "/events?after=0&limit=200").json()
        while start["more"]:
            start = chair("GET", f"/events?after={start['next']}&limit=200").json()
        made = [chair("POST", "/meeting/convene", AD_HOC).json()["record"]["id"] for _ in range(3)]
        chair("POST", f"/meeting/{made[0]}/cancel", {"reason": "No need"})
        found, after, more = [], start["next"], True
        while more:
            page = chair("GET", f"/events?after={after}&limit=1").json()
            found += [(each["action"], each["record"], each["state"]) for each in page["items"]]
            after, more = page["next"], page["more"]
        assert found == [
            *(("meeting.convene", id, "convened") for id in made),
            ("meeting.cancel", made[0], "canceled"),
        ]
        assert chair("GET", f"/events?after={after}").json() == {"items": [], "next": after, "more": False}

    def test_an_event_says_who_and_why(self, api: Api) -> None:
        chair = api.as_("chair")
        seq = chair("POST", "/meeting/convene", AD_HOC).json()["event"]
        (change,) = chair("GET", f"/events?after={seq - 1}").json()["items"]
        assert (change["person"], change["capacity"], change["version"]) == ("thu-tuong", "chair", 1)
        assert "3.3" in change["because"]

    def test_others_events_move_the_cursor_and_do_not_show(self, api: Api) -> None:
        chair, expert = api.as_("chair"), api.as_(EXPERT)
        before = expert("GET", "/events?after=0&limit=200").json()
        chair("POST", "/meeting/convene", AD_HOC)
        after = expert("GET", f"/events?after={before['next']}").json()
        assert after["items"] == []
        assert after["next"] == before["next"] + 1

    @pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "1.5", "\u0661"])
    def test_what_is_no_cursor(self, api: Api, after: str) -> None:
        assert api.as_("chair")("GET", "/events", params={"after": after}).status_code == 400

    def test_a_cursor_beyond_the_end(self, api: Api) -> None:
        answer = api.as_("chair")("GET", "/events?after=1000000")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-cursor")


class TestDocument:
    @pytest.fixture(scope="class")
    @classmethod
    def document(cls, api: Api) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"}
        found: dict[str, Any] = api.http.get(f"/t/{NATIONAL}/schema/openapi.json", headers=headers).json()
        return found

    def test_names_every_operation_once(self, document: dict[str, Any], api: Api) -> None:
        assert document["openapi"] == "3.1.0"
        names = document["components"]["schemas"]
        assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9]+", name)] == [], "clients take a dot for a package"
        assert set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))) <= set(names)
        operations = [o for path in document["paths"].values() for method, o in path.items() if method in ("get", "post")]
        names = [each["operationId"] for each in operations]
        assert len(names) == len(set(names))
        types, named = api.tenant(NATIONAL).snapshot.types.values(), {name.removesuffix(".new") for name in names}
        assert {a.id for kind in types for a in kind.acts().values()} <= named
        assert not {f"{kind.record_type}.{name}" for kind in types for name in kind.platform_acts} & named
        assert all({"400", "401", "403", "404", "500", "503"} <= each["responses"].keys() for each in operations)
        posts = [o for path in document["paths"].values() for method, o in path.items() if method == "post"]
        assert all({"413", "415", "422"} <= each["responses"].keys() for each in posts)

    def test_making_a_record_requires_more_than_going_on_with_one(self, document: dict[str, Any]) -> None:
        made, planned = (
            document["paths"][f"/t/{NATIONAL}/api/meeting{path}/convene"]["post"]["requestBody"] for path in ("", "/{id}")
        )
        named, needed = made["content"]["application/json"]["schema"]["allOf"]
        assert needed == {"required": ["kind", "starts_at"]}
        assert made["required"]
        assert planned["content"]["application/json"]["schema"] == named

    def test_refers_to_nothing_that_is_not_there(self, document: dict[str, Any]) -> None:
        def references(value: Any) -> Any:
            if isinstance(value, dict):
                yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
                for each in value.values():
                    yield from references(each)
            elif isinstance(value, list):
                for each in value:
                    yield from references(each)

        named = set(references(document))
        assert len(named) > 10
        for reference in named:
            found: Any = document
            for part in reference.removeprefix("#/").split("/"):
                assert part in found, reference
                found = found[part]

    def test_its_schemas_are_schemas(self, document: dict[str, Any]) -> None:
        assert document["components"]["schemas"]
        for schema in document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_its_examples_fit(self, api: Api) -> None:
        for slug in (NATIONAL, MOST):
            snapshot = api.tenant(slug).snapshot
            for kind in snapshot.types.values():
                for action in kind.acts().values():
                    msgspec.convert(example(action, party_of(snapshot)), action.input)

    def test_it_is_the_tenants_own(self, document: dict[str, Any]) -> None:
        assert all(path.startswith(f"/t/{NATIONAL}/") for path in document["paths"])
        assert MOST not in json.dumps(document)

    def test_it_needs_a_token_save_in_a_demonstration(self, api: Api) -> None:
        path = f"/t/{NATIONAL}/schema/openapi.json"
        assert api.http.get(path).status_code == 401
        with TestClient(create_app(api.installation, clock=api.clock, demo=True)) as client:
            assert client.get(path).status_code == 200
            assert client.get("/t/nowhere/schema/openapi.json").status_code == 404
            assert client.get(f"/t/{NATIONAL}/api/meeting").status_code == 401

    def test_every_link_can_be_followed(self, document: dict[str, Any], api: Api) -> None:
        """What was made is acted on by each operation that the answer links to: whatever it says, it finds the record."""
        chair = api.as_("chair")
        at = {o["operationId"]: (p, m) for p, path in document["paths"].items() for m, o in path.items() if m in ("get", "post")}
        made = 0
        for path, methods in document["paths"].items():
            operation = methods.get("post", {})
            links = operation.get("responses", {}).get("201", {}).get("links")
            if not links:
                continue
            shown = operation["requestBody"]["content"]["application/json"]["examples"]["example"]["value"]
            answer = chair("POST", path.partition("/api")[2], shown)
            assert answer.status_code in (201, 403, 409, 422), answer.text
            if answer.status_code != 201:
                continue
            made += 1
            for link in links.values():
                where, method = at[link["operationId"]]
                address = where.replace("{id}", answer.json()["record"]["id"]).partition("/api")[2]
                followed = chair(method.upper(), address, {} if method == "post" else None)
                assert followed.status_code not in (404, 405), address
        assert made >= 3
