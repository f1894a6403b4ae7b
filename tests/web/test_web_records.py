"""Records over HTTP, as a client uses them: make, read, list, act, and be told why not."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, Api

from steerco.operations import tokens
from steerco.store import log

EXPERT = "chuyen-gia-do-thi"
"""Someone on record without a seat in either body."""
AD_HOC = {"kind": "ad-hoc", "starts_at": "2021-02-10T09:00:00"}


def meeting(api: Api, **given: Any) -> str:
    """A meeting convened by the Chair; its id."""
    answer = api.as_("chair")("POST", "/meeting/convene", {**AD_HOC, **given})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["record"]["id"])


class TestActing:
    def test_the_chair_convenes_and_reads_what_was_made(self, api: Api) -> None:
        chair = api.as_("chair")
        made = chair("POST", "/meeting/convene", AD_HOC)
        assert made.status_code == 201
        body = made.json()
        assert body["outcome"] == "done"
        assert body["decision"]["basis"] == "clause"
        assert "3.3" in [each["clause"] for each in body["decision"]["because"]]
        read = api.http.get(made.headers["location"], headers={"Authorization": f"Bearer {api.token(NATIONAL, 'chair')}"})
        assert read.status_code == 200
        assert read.json()["state"] == "convened"
        assert read.json()["ref"] == body["record"]["ref"]
        assert read.json()["starts_at"] == "2021-02-10T02:00:00Z"  # nine in the morning, where the committee is

    def test_a_vice_chair_is_refused_and_told_who_may(self, api: Api) -> None:
        answer = api.as_("vice-chair")("POST", "/meeting/convene", AD_HOC)
        assert answer.status_code == 403
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (problem["code"], problem["outcome"], problem["basis"]) == ("refused", "refused", "clause")
        assert "3.3" in [each["clause"] for each in problem["because"]]
        assert all(each["gloss"]["vi"] and each["file"] for each in problem["because"])
        assert "chair" in [each["subject"] for each in problem["who_may"]]
        assert "thu-tuong" in problem["next"]

    def test_the_other_committee_lets_the_deputy(self, api: Api) -> None:
        answer = api.as_("deputy-head", MOST)("POST", "/meeting/convene", AD_HOC)
        assert answer.status_code == 201
        assert "8.1.p2" in [each["clause"] for each in answer.json()["decision"]["because"]]

    def test_what_comes_too_early_names_its_basis(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        answer = chair("POST", f"/meeting/{id}/conclude", {"text": "Nothing yet"})
        assert answer.status_code == 409
        problem = answer.json()
        assert (problem["outcome"], problem["code"]) == ("out-of-order", "state")
        assert problem["because"]
        assert "open" in problem["detail"]

    def test_every_field_that_does_not_fit_is_named_at_once(self, api: Api) -> None:
        answer = api.as_("chair")("POST", "/meeting/convene", {"kind": "party", "starts_at": "soon", "colour": "red"})
        assert answer.status_code == 422
        problem = answer.json()
        assert problem["fields"].keys() == problem["reasons"].keys() == {"kind", "starts_at", "colour"}
        assert problem["reasons"]["starts_at"] == {"code": "bad-time", "params": {}}
        assert "ad-hoc" in problem["reasons"]["kind"]["params"]["known"]

    def test_what_is_wrong_is_told_in_the_language_asked_for(self, api: Api) -> None:
        chair, long = api.as_("chair"), {**AD_HOC, "place": "x" * 501}
        vi, en = (chair("POST", "/meeting/convene", long, headers={"Accept-Language": each}).json() for each in ("vi", "en"))
        assert en["fields"] == {"place": "must have at most 500 characters"}
        assert vi["fields"].keys() == {"place"}
        assert vi["fields"] != en["fields"]
        assert vi["reasons"] == en["reasons"] == {"place": {"code": "too-long", "params": {"most": 500}}}
        wrong = chair("GET", "/meeting?limit=many", headers={"Accept-Language": "vi"}).json()
        assert wrong["fields"]["limit"].startswith("phải")

    def test_a_reference_names_a_record_as_its_id_does(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        ref = chair("GET", f"/meeting/{id}").json()["ref"]
        assert chair("GET", f"/meeting/{ref}").json()["id"] == id
        assert chair("POST", f"/meeting/{ref}/postpone", {"starts_at": "2021-03-01T09:00:00", "reason": "Tet"}).status_code == 200

    def test_a_capacity_can_be_asked_for(self, api: Api) -> None:
        chair = api.as_("chair")
        assert chair("POST", "/meeting/convene?capacity=chair", AD_HOC).status_code == 201
        refused = chair("POST", "/meeting/convene?capacity=vice-chair", AD_HOC)
        assert refused.status_code == 422
        assert "capacity" in refused.json()["fields"]

    def test_a_dry_run_keeps_nothing(self, api: Api) -> None:
        chair = api.as_("chair")
        before = chair("GET", "/events?after=0&limit=200").json()["next"]
        answer = chair("POST", "/meeting/convene?dry_run=1", AD_HOC)
        assert answer.status_code == 200
        assert answer.json()["dry_run"] is True
        assert answer.json()["event"] is None
        assert "location" not in answer.headers
        assert chair("GET", f"/meeting/{answer.json()['record']['id']}").status_code == 404
        assert chair("GET", "/events?after=0&limit=200").json()["next"] == before
        assert api.as_("vice-chair")("POST", "/meeting/convene?dry_run=1", AD_HOC).status_code == 403


def test_an_event_says_by_which_token_it_was_asked_for(api: Api) -> None:
    chair = api.as_("chair")
    made = chair("POST", "/meeting/convene", {"kind": "ad-hoc", "starts_at": "2021-03-10T09:00:00"}).json()
    tenant = api.tenant(NATIONAL)
    (row,) = [row for row in tokens.all_tokens(tenant) if row.hash == tokens.hashed(api.token(NATIONAL, "chair"))]
    with tenant.store.read(tenant.id) as session:
        (event,) = log.entries(session, made["event"] - 1, 1)
    assert json.loads(event["body"])["token"] == row.id
    assert row.id not in chair("GET", f"/events?after={made['event'] - 1}").text, "which is nobody's but the operator's to know"


class TestVersions:
    def test_an_act_on_a_version_seen_goes_through_once(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        tag = chair("GET", f"/meeting/{id}").headers["etag"]
        later = {"starts_at": "2021-03-01T09:00:00", "reason": "Tet"}
        assert chair("POST", f"/meeting/{id}/postpone", later, headers={"If-Match": tag}).status_code == 200
        stale = chair("POST", f"/meeting/{id}/postpone", later, headers={"If-Match": tag})
        assert stale.status_code == 412
        assert stale.json()["params"] == {"version": 2, "seen": 1}
        again = {**later, "starts_at": "2021-03-02T09:00:00"}
        assert chair("POST", f"/meeting/{id}/postpone", again, headers={"If-Match": '"2"'}).status_code == 200
        assert chair("POST", f"/meeting/{id}/postpone", later, headers={"If-Match": "*"}).status_code == 200

    @pytest.mark.parametrize("tag", ["", "x", '"x"', '"1", "2"', '"99999999999999999999999"', '"-1"', "\u00b9"])
    def test_what_is_no_version_is_said(self, api: Api, tag: str) -> None:
        id = meeting(api)
        headers = {"If-Match": tag.encode()}
        answer = api.as_("chair")("POST", f"/meeting/{id}/cancel", {"reason": "No need"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-if-match")

    def test_what_the_client_has_is_not_sent_again(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        for path in (f"/meeting/{id}", "/meeting", "/charter", "/actions", "/duties"):
            first = chair("GET", path)
            again = chair("GET", path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        chair("POST", f"/meeting/{id}/cancel", {"reason": "No need"})
        assert chair("GET", f"/meeting/{id}", headers={"If-None-Match": first.headers["etag"]}).status_code == 200

    def test_an_etag_moves_with_what_is_shown(self, api: Api) -> None:
        """A consent to an absence changes the list of attendees, and not the meeting's own version."""
        chair, id = api.as_("chair"), meeting(api)
        chair("POST", f"/meeting/{id}/set-attendees", {"attendees": ["bo-truong-cong-an"]})
        before = chair("GET", f"/meeting/{id}").headers["etag"]
        asked = api.as_("bo-truong-cong-an")("POST", "/absence-request", {"meeting": id, "reason": "Abroad"})
        assert asked.status_code == 201, asked.text
        consent = chair("POST", f"/absence-request/{asked.json()['record']['id']}/consent", {})
        assert consent.status_code == 200, consent.text
        assert chair("GET", f"/meeting/{id}", headers={"If-None-Match": before}).status_code == 200


class TestRepeats:
    def test_a_repeat_gets_the_first_answer(self, api: Api) -> None:
        chair, key = api.as_("chair"), {"Idempotency-Key": "one-of-a-kind"}
        first, again = (chair("POST", "/meeting/convene", AD_HOC, headers=key) for _ in range(2))
        assert first.status_code == again.status_code == 201
        assert first.json()["record"] == again.json()["record"]
        assert (first.json()["replayed"], again.json()["replayed"]) == (False, True)
        assert again.headers["idempotency-replayed"] == "true"

    def test_another_act_under_the_same_key_is_refused(self, api: Api) -> None:
        chair, key = api.as_("chair"), {"Idempotency-Key": "twice"}
        chair("POST", "/meeting/convene", AD_HOC, headers=key)
        other = chair("POST", "/meeting/convene", {**AD_HOC, "place": "Elsewhere"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "key-reused")

    def test_two_at_once_make_one_record(self, api: Api) -> None:
        chair, key, answers = api.as_("chair"), {"Idempotency-Key": "race"}, []

        def send() -> None:
            answers.append(chair("POST", "/meeting/convene", AD_HOC, headers=key))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["record"]["id"] for answer in answers}) == 1

    @pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\tb"])
    def test_a_key_is_short_and_printable(self, api: Api, key: str) -> None:
        answer = api.as_("chair")("POST", "/meeting/convene", AD_HOC, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-idempotency-key")


@pytest.fixture(scope="module")
def tasks(api: Api) -> None:
    """Five tasks, of which one has no due day."""
    chair = api.as_("chair")
    for number, lead in enumerate(("bo-cong-an", "bo-xay-dung", "bo-cong-an", "bo-kh-cn", "bo-cong-an")):
        due = {} if number == 3 else {"due_on": f"2021-0{number + 3}-01"}
        answer = chair("POST", "/task", {"title": f"Task {number}", "lead": lead, **due})
        assert answer.status_code == 201, answer.text


@pytest.mark.usefixtures("tasks")
class TestLists:
    def titles(self, api: Api, query: str) -> list[str]:
        answer = api.as_("chair")("GET", f"/task?{query}")
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    def test_a_bare_day_is_the_whole_day_where_the_committee_is(self, api: Api) -> None:
        chair = api.as_("chair")
        hours = ("2021-04-11T23:59:00", "2021-04-12T00:00:00", "2021-04-12T23:59:00", "2021-04-13T00:00:00")
        made = [chair("POST", "/meeting/convene", {"kind": "ad-hoc", "starts_at": hour}).json()["record"]["id"] for hour in hours]
        expected = {
            "starts_at=2021-04-12": made[1:3],
            "starts_at[gte]=2021-04-12": made[1:],
            "starts_at[lte]=2021-04-12": made[:3],
            "starts_at[gte]=2021-04-12&starts_at[lte]=2021-04-12": made[1:3],
        }
        for query, ids in expected.items():
            found = {row["id"] for row in chair("GET", f"/meeting?limit=200&{query}").json()["items"]}
            assert found & set(made) == set(ids), query
        assert chair("GET", "/meeting?starts_at=2021-02-30").json()["code"] == "bad-parameter"

    def test_filters(self, api: Api) -> None:
        assert self.titles(api, "lead=bo-cong-an") == ["Task 0", "Task 2", "Task 4"]
        assert self.titles(api, "lead=bo-kh-cn&lead=bo-xay-dung") == ["Task 1", "Task 3"]
        assert self.titles(api, "due_on[lte]=2021-04-01") == ["Task 0", "Task 1"]
        assert self.titles(api, "due_on[gte]=2021-04-01&due_on[lte]=2021-05-01") == ["Task 1", "Task 2"]
        assert self.titles(api, "due_on[none]=1") == ["Task 3"]
        assert self.titles(api, "state=assigned&state=done&title=Task 4") == ["Task 4"]
        assert self.titles(api, "state=done") == []

    def test_orders(self, api: Api) -> None:
        assert self.titles(api, "sort=-title&limit=2") == ["Task 4", "Task 3"]
        assert self.titles(api, "sort=due_on") == ["Task 0", "Task 1", "Task 2", "Task 4", "Task 3"]
        assert self.titles(api, "sort=-due_on") == ["Task 4", "Task 2", "Task 1", "Task 0", "Task 3"]

    @pytest.mark.parametrize("query", ["", "sort=-due_on", "sort=lead", "lead=bo-cong-an&sort=-title"])
    def test_pages_are_the_whole_without_gap_or_repeat(self, api: Api, query: str) -> None:
        chair, found, path = api.as_("chair"), [], f"/task?limit=2&{query}"
        while path:
            answer = chair("GET", path)
            found += [item["title"] for item in answer.json()["items"]]
            link = answer.links.get("next", {}).get("url", "")
            assert bool(link) == (answer.json()["next"] is not None)
            path = link.partition("/api")[2]
        assert found == self.titles(api, query)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=ten", "limit"),
            ("limit=1&limit=2", "limit"),
            ("sort=colour", "sort"),
            ("sort=id,titel", "sort"),
            ("colour=red", "colour"),
            ("due_on=tomorrow", "due_on"),
            ("due_on[lt]=2021-01-01", "due_on[lt]"),
            ("state=asleep", "state"),
            ("version=99999999999999999999", "version"),
            ("version[gte]=1&version[gte]=2", "version[gte]"),
            ("created_at=0001-01-01T00:00:00Z", "created_at"),
        ],
    )
    def test_what_is_wrong_with_a_query_is_said_where(self, api: Api, query: str, field: str) -> None:
        answer = api.as_("chair")("GET", f"/task?{query}")
        assert answer.status_code == 400
        assert field in answer.json()["fields"]

    def test_a_cursor_belongs_to_one_list(self, api: Api) -> None:
        chair = api.as_("chair")
        cursor = chair("GET", "/task?limit=2").json()["next"]
        assert chair("GET", f"/task?limit=2&after={cursor}").status_code == 200
        for path in (
            f"/meeting?after={cursor}",
            f"/task?sort=title&after={cursor}",
            "/task?after=x",
            f"/task?after={cursor[:-2]}",
        ):
            assert chair("GET", path).json()["code"] == "bad-cursor", path
        assert api.as_("head", MOST)("GET", f"/task?after={cursor}").json()["code"] == "bad-cursor"


class TestVisibility:
    def test_what_cannot_be_seen_is_as_if_it_were_not_there(self, api: Api) -> None:
        expert, id = api.as_(EXPERT), meeting(api)
        nowhere = "01976a4e-0000-7000-8000-000000000000"
        for method, path in (("GET", "/meeting/{}"), ("HEAD", "/meeting/{}"), ("POST", "/meeting/{}/cancel")):
            given = {"json": {"reason": "No need"}} if method == "POST" else {}
            there, not_there = (expert(method, path.format(each), **given) for each in (id, nowhere))
            assert there.status_code == not_there.status_code == 404
            assert there.content == not_there.content
            apart = {name for name in there.headers if there.headers[name] != not_there.headers.get(name)}
            assert apart == {"x-request-id"}
            assert set(there.headers) == set(not_there.headers)

    def test_it_takes_as_many_statements(self, api: Api) -> None:
        from sqlalchemy import event

        expert, sent = api.as_(EXPERT), []
        id = meeting(api)
        engine = api.installation.store._reader  # counted below the fence

        def listener(*args: Any) -> None:
            sent.append(args[2])

        event.listen(engine, "before_cursor_execute", listener)
        try:
            counts = []
            for each in (id, "01976a4e-0000-7000-8000-000000000000"):
                sent.clear()
                expert("GET", f"/meeting/{each}")
                expert("POST", f"/meeting/{each}/cancel", {"reason": "No need"}, headers={"Idempotency-Key": "k"})
                counts.append(len(sent))
        finally:
            event.remove(engine, "before_cursor_execute", listener)
        assert counts[0] == counts[1]

    def test_a_guest_sees_the_meeting_and_nothing_else(self, api: Api) -> None:
        chair, expert, id = api.as_("chair"), api.as_(EXPERT), meeting(api)
        other = meeting(api)
        chair("POST", f"/meeting/{id}/invite", {"who": [EXPERT]})
        assert expert("GET", f"/meeting/{id}").status_code == 200
        assert [item["id"] for item in expert("GET", "/meeting").json()["items"]] == [id]
        assert expert("GET", f"/meeting/{other}").status_code == 404
        seen = expert("GET", "/events?after=0&limit=200").json()["items"]
        assert {change["record"] for change in seen} == {id}

    def test_a_record_of_the_other_committee_is_not_there(self, api: Api) -> None:
        id = meeting(api)
        assert api.as_("head", MOST)("GET", f"/meeting/{id}").status_code == 404

    def test_an_unknown_record_in_an_input_is_a_field(self, api: Api) -> None:
        answer = api.as_("bo-truong-cong-an")("POST", "/absence-request", {"meeting": "M-1999-001", "reason": "Abroad"})
        assert answer.status_code in (403, 422)
        assert (
            answer.json().get("reasons", {}).get("meeting", {}).get("code") == "no-such-record"
            or answer.json()["code"] == "refused"
        )


class TestFiles:
    def test_a_paper_goes_in_and_comes_out(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        name = "Báo cáo quý I.docx"
        staff = api.as_("wg-member")
        added = staff("POST", f"/meeting/{id}/add-paper", {"files": [{"name": name, "text": "<script>alert(1)</script>"}]})
        assert added.status_code == 200, added.text
        (paper,) = chair("GET", f"/meeting/{id}").json()["papers"]
        assert paper["file_name"] == name
        file = chair("GET", f"/meeting/{id}/files/{paper['digest']}")
        assert file.text == "<script>alert(1)</script>"
        assert file.headers["content-type"] == "application/octet-stream"
        assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20qu%C3%BD%20I.docx"
        assert file.headers["x-content-type-options"] == "nosniff"
        assert api.as_(EXPERT)("GET", f"/meeting/{id}/files/{paper['digest']}").status_code == 404
        assert chair("GET", f"/meeting/{meeting(api)}/files/{paper['digest']}").status_code == 404
        assert chair("GET", f"/meeting/{id}/files/{'0' * 64}").status_code == 404
        assert chair("GET", f"/meeting/{id}/files/..%2f..%2fsteerco.db").status_code == 404

    def test_of_two_files_with_one_content_the_name_says_which(self, api: Api) -> None:
        chair, id = api.as_("chair"), meeting(api)
        files = [{"name": name, "text": "the same"} for name in ("a.txt", "b.txt")]
        assert api.as_("wg-member")("POST", f"/meeting/{id}/add-paper", {"files": files}).status_code == 200
        (digest,) = {paper["digest"] for paper in chair("GET", f"/meeting/{id}").json()["papers"]}
        for name in ("a.txt", "b.txt"):
            file = chair("GET", f"/meeting/{id}/files/{digest}?name={name}")
            assert file.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
        assert chair("GET", f"/meeting/{id}/files/{digest}?name=c.txt").status_code == 404

    @pytest.mark.parametrize(
        "file", [{"name": "a.txt"}, {"name": "a.txt", "base64": "!"}, {"name": "", "text": "x"}, {"text": "x"}]
    )
    def test_what_is_no_file_is_said(self, api: Api, file: dict[str, str]) -> None:
        answer = api.as_("wg-member")("POST", f"/meeting/{meeting(api)}/add-paper", {"files": [file]})
        assert answer.status_code == 422
        assert any(name.startswith("files") for name in answer.json()["fields"])
