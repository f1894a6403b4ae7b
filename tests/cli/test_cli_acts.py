"""Asking and acting as a person of the tenant."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command, edit

SHAPE = {"outcome", "basis", "because", "capacity", "acting_for", "facts", "who_may", "would_change", "revision", "remarks"}
REGULAR = json.dumps({"kind": "regular", "starts_at": "2027-02-01T09:00:00"})


def test_explain_gives_the_decision_with_its_clauses(steerco: Command, running: Path) -> None:
    yes = steerco(f"explain {SLUG} --by chair --do meeting.convene --json --home {running} --with", REGULAR)
    assert yes.code == 0
    assert set(yes.json) == SHAPE
    assert (yes.json["outcome"], yes.json["because"][0]["clause"], yes.json["basis"]) == ("done", "2.1", "clause")
    no = steerco(f"explain {SLUG} --by vice-chair --do meeting.convene --json --home {running} --with", REGULAR)
    assert no.code == 1
    assert set(no.json) == SHAPE
    assert no.json["who_may"][0]["people"] == ["the-chair"]
    assert no.json["would_change"][0]["code"] == "officer-absent"
    because = no.json["because"][0]
    assert "meeting.regular" in (running / because["file"]).read_text("utf-8").splitlines()[because["line"] - 1]


def test_explain_needs_only_what_the_power_depends_on(steerco: Command, running: Path) -> None:
    aimed = steerco(f"explain {SLUG} --by chair --do task.assign --json --home {running} --with", '{"to": "member-a"}')
    assert aimed.json["outcome"] == "done"
    elsewhere = steerco(f"explain {SLUG} --by chair --do task.assign --json --home {running} --with", '{"to": "the-secretary"}')
    assert elsewhere.json["outcome"] == "refused"


def test_explain_says_who_may_enter_it_for_another(steerco: Command, files: Path) -> None:
    question = f"explain {SLUG} --by {{}} --do meeting.convene --entered-by {{}} --at 2021-02-03 --json --home {files} --with"

    def asked(by: str, entered_by: str) -> tuple[str, list[str], list[str]]:
        found = steerco(question.format(by, entered_by), REGULAR).json
        return found["outcome"], [each["clause"] for each in found["because"]], [who["subject"] for who in found["who_may"]]

    assert asked("chair", "the-secretary") == ("refused", [], [])  # no rule speaks of it
    house = files / "tenants" / SLUG / "house.toml"
    house.write_text(house.read_text("utf-8") + '\n[[rule]]\nname = "entered-for-another"\nvalue = "secretary"\ncite = ["H.1"]\n')
    assert asked("chair", "the-secretary") == ("done", ["2.1"], [])
    assert asked("chair", "member-a") == ("refused", ["H.1"], ["secretary"])
    assert asked("vice-chair", "the-secretary")[:2] == ("refused", ["2.1"])  # entering lends no power
    assert "is nobody" in steerco(question.format("chair", "nobody-at-all"), REGULAR).err


def test_explain_says_what_is_out_of_order(steerco: Command, running: Path) -> None:
    ran = steerco(f"explain {SLUG} --by chair --do meeting.conclude --on M-2026-001 --json --home", running)
    record = steerco(f"log show {SLUG} --json --home", running).json[-1]
    ran = steerco(f"explain {SLUG} --by chair --do meeting.conclude --json --home {running} --on", record["ref"])
    assert ran.code == 1
    assert set(ran.json) == SHAPE
    assert ran.json["outcome"] == "out-of-order"
    assert ran.json["because"][0]["clause"] == "steerco:state"
    assert ran.json["would_change"] == [{"code": "state", "detail": "open"}]


def test_explain_of_a_question_that_is_none_keeps_the_shape(steerco: Command, running: Path) -> None:
    for words, outcome in (
        ("--do meeting.dance", "invalid"),
        ("--do meeting.conclude", "invalid"),
        ("--do meeting.conclude --on M-1999-001", "not-found"),
        ("--do meeting.convene --as emperor", "invalid"),
    ):
        ran = steerco(f"explain {SLUG} --by chair {words} --json --home", running)
        assert (ran.code, ran.json["outcome"]) == (1, outcome), words
        assert set(ran.json) >= SHAPE
    wrong = steerco(
        f"explain {SLUG} --by chair --do meeting.convene --json --home {running} --with", '{"kind": "secret", "x": 1}'
    )
    assert set(wrong.json["fields"]) == {"kind", "x"}


def test_a_tenant_that_was_never_applied_answers_from_its_files_and_stays_unapplied(steerco: Command, written: Path) -> None:
    ran = steerco(f"explain {SLUG} --by chair --do meeting.convene --at 2021-02-03 --json --home {written} --with", REGULAR)
    assert ran.json["outcome"] == "done"
    duties = steerco(f"duties {SLUG} --at 2021-02-03 --json --home", written).json
    assert [(d["duty"], d["period"], d["state"]) for d in duties] == [
        ("quarterly-meeting", "2021-Q1", "due"),
        ("quarterly-meeting", "2021-Q2", "upcoming"),
    ]
    assert set(duties[0]) >= {"duty", "holder", "period", "due_on", "state", "cites"}
    assert steerco("tenant list --json --home", written).json[0]["applied"] is False
    refused = steerco(f"do {SLUG} --by chair meeting.convene --json --home {written} --with", REGULAR)
    assert refused.code == 1
    assert refused.error["error"] == "no-tenant"
    assert "tenant apply" in refused.error["do"]


def test_doing_and_its_answer(steerco: Command, home: Path) -> None:
    done = steerco(f"do {SLUG} --by chair meeting.convene --json --home {home} --with", REGULAR)
    assert done.code == 0
    assert set(done.json) == {"outcome", "record", "decision"}
    record = done.json["record"]
    assert (done.json["outcome"], record["type"], record["state"], record["presiding"]) == (
        "done",
        "meeting",
        "convened",
        "chair",
    )
    assert set(done.json["decision"]) == SHAPE
    opened = steerco(f"do {SLUG} --by the-chair meeting.open --json --home {home} --on", record["ref"])
    assert opened.json["record"]["state"] == "open"
    text = steerco(f"do {SLUG} --by chair meeting.conclude --home {home} --on {record['id']} --with", '{"text": "Done."}')
    assert f"meeting {record['ref']} concluded" in text.out


def test_what_is_not_done_says_why_and_leaves_nothing(steerco: Command, home: Path) -> None:
    before = len(steerco(f"log show {SLUG} --json --home", home).json)
    refused = steerco(f"do {SLUG} --by vice-chair meeting.convene --json --home {home} --with", REGULAR)
    assert (refused.code, refused.json["outcome"], refused.json["record"]) == (1, "refused", None)
    assert refused.json["decision"]["because"][0]["clause"] == "2.1"
    invalid = steerco(f"do {SLUG} --by chair meeting.convene --json --home {home} --with", '{"kind": 7}')
    assert (invalid.code, invalid.json["outcome"], list(invalid.json["fields"])) == (1, "invalid", ["kind"])
    gone = steerco(f"do {SLUG} --by chair meeting.open --on M-1 --json --home", home)
    assert (gone.code, gone.json["outcome"]) == (1, "not-found")
    tried = steerco(f"do {SLUG} --by chair meeting.convene --dry-run --json --home {home} --with", REGULAR)
    assert (tried.code, tried.json["outcome"]) == (0, "done")
    assert len(steerco(f"log show {SLUG} --json --home", home).json) == before


def test_an_act_repeated_with_its_key_is_done_once(steerco: Command, home: Path) -> None:
    first = steerco(f"do {SLUG} --by chair meeting.convene --key k1 --json --home {home} --with", REGULAR).json["record"]
    again = steerco(f"do {SLUG} --by chair meeting.convene --key k1 --json --home {home} --with", REGULAR).json["record"]
    assert (again["id"], again["replayed"]) == (first["id"], True)
    other = steerco(f"do {SLUG} --by chair meeting.convene --key k1 --json --home {home} --with", '{"kind": "regular"}')
    assert (other.code, other.json["outcome"]) == (1, "conflict")


def test_input_may_come_from_a_file_and_hold_files(steerco: Command, home: Path, tmp_path: Path) -> None:
    name = "Tờ trình số 1.txt"
    content = b64encode("Nội dung".encode()).decode()
    (tmp_path / "input.json").write_text(json.dumps({"files": [{"name": name, "base64": content}]}), "utf-8")
    meeting = steerco(f"log show {SLUG} --json --home", home).json[-1]["ref"]
    ran = steerco(
        f"do {SLUG} --by secretary meeting.add-paper --on {meeting} --json --home {home} --with", f"@{tmp_path}/input.json"
    )
    assert ran.json["record"]["papers"][0]["file_name"] == name
    event = steerco(f"log show {SLUG} --json --home", home).json[-1]
    assert content not in json.dumps(event)
    assert set(event["input"]["files"][0]) == {"name", "$file"}


@pytest.mark.parametrize("given", ["{", "[]", "3", '"x"', "@/nowhere.json"])
def test_input_that_is_none_is_code_2(given: str, steerco: Command, running: Path) -> None:
    ran = steerco(f"do {SLUG} --by chair meeting.convene --home {running} --with", given)
    assert ran.code == 2
    assert "--with" in ran.err


def test_an_argument_that_is_no_text_is_told(steerco: Command, running: Path) -> None:
    """As Python hands on bytes that are no UTF-8."""
    ran = steerco(f"do {SLUG} --by chair meeting.open --home {running} --on", "\udcff")
    assert ran.code == 2
    assert "UTF-8" in ran.err


def test_who_is_meant_is_one_person_or_told(steerco: Command, home: Path) -> None:
    add = '{"name": "Member B", "id": "member-b"}'
    assert steerco(f"do {SLUG} --by secretary person.add --home {home} --with", add).code == 0
    seat = '{"person": "member-b", "seat": "member", "from": "2021-01-01"}'
    assert steerco(f"do {SLUG} --by secretary appointment.appoint --home {home} --with", seat).code == 0
    several = steerco(f"explain {SLUG} --by member --do meeting.convene --json --home", home)
    assert several.code == 1
    assert "member-a, member-b" in several.error["do"]
    nobody = steerco(f"explain {SLUG} --by member-bb --do meeting.convene --json --home", home)
    assert "member-b" in nobody.error["do"]
    platform = steerco(f"do {SLUG} --by steerco person.add --json --home {home} --with", add)
    assert (platform.code, platform.error["error"]) == (1, "nobody")


def test_duties_by_holder_and_by_clause(steerco: Command, running: Path) -> None:
    at = "--at 2027-02-01"
    everything = steerco(f"duties {SLUG} {at} --json --home", running).json
    assert everything
    assert steerco(f"duties {SLUG} {at} --of the-chair --json --home", running).json == everything
    assert steerco(f"duties {SLUG} {at} --of the-secretary --json --home", running).json == []
    assert steerco(f"duties {SLUG} {at} --clause 1.3 --json --home", running).json == []
    assert steerco(f"duties {SLUG} --of nobody --home", running).code == 1
    assert steerco(f"duties {SLUG} --clause 9.9 --home", running).code == 1
    assert steerco(f"duties {SLUG} --at yesterday --home", running).code == 2
    assert "quarterly-meeting" in steerco(f"duties {SLUG} {at} --home", running).out


def test_actions_of_a_charter_that_does_not_load_are_those_of_all_committees_after_what_is_wrong(
    steerco: Command, files: Path
) -> None:
    edit(files / f"tenants/{SLUG}/charter.toml", "[instrument]", "[instrument]\nbad_key = 3")
    told = steerco(f"actions {SLUG} meeting --json --home", files)
    assert told.code == 1
    assert "bad_key" in told.err
    assert [kind["type"] for kind in told.json] == ["meeting"]
    assert "meeting.convene" in {action["action"] for action in told.json[0]["actions"]}


def test_actions_tells_inputs_states_and_facets(steerco: Command, written: Path) -> None:
    types = {kind["type"]: kind for kind in steerco(f"actions {SLUG} --json --home", written).json}
    assert {"meeting", "task", "direction", "person", "appointment"} <= set(types)
    convene = next(action for action in types["meeting"]["actions"] if action["action"] == "meeting.convene")
    assert (convene["from"], convene["to"]) == (["new", "planned"], "convened")
    fields = {field["name"]: field for field in convene["input"]}
    assert (fields["starts_at"]["type"], fields["starts_at"]["required"]) == ("time", False)
    assert "member" in types["task"]["facets"]["to"]
    only = steerco(f"actions {SLUG} task --json --home", written).json
    assert [kind["type"] for kind in only] == ["task"]
    assert "did you mean 'meeting'" in steerco(f"actions {SLUG} meting --home", written).err


def test_a_change_of_files_counts_when_it_is_applied(steerco: Command, home: Path) -> None:
    policy = home / "policies" / f"{SLUG}.csv"
    edit(policy, "p, chair,                committee, direction, ", "p, vice-chair, committee, direction, ")
    question = f"explain {SLUG} --by chair --do direction.issue --json --home {home}"
    assert steerco(question).json["outcome"] == "done"
    assert steerco(f"tenant apply {SLUG} --home", home).code == 0
    assert (steerco(question).json["outcome"], steerco(question).json["revision"]) == ("refused", 2)
