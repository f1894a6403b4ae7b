"""What an auditor asks of a log, and what is found in one that was tampered with."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from tests.cli.command import SLUG, Command, edit
from tests.databases import HOMES


def test_a_log_as_it_was_written_is_sound_decides_and_performs_the_same(steerco: Command, home: Path) -> None:
    verify = steerco(f"log verify {SLUG} --json --home", home)
    assert (verify.code, verify.json["ok"], verify.json["breaks"]) == (0, True, [])
    replay = steerco(f"log replay {SLUG} --json --home", home)
    assert (replay.code, replay.json["ok"], replay.json["differences"]) == (0, True, [])
    rebuild = steerco(f"log rebuild {SLUG} --json --home", home)
    assert (rebuild.code, rebuild.json["ok"], rebuild.json["differences"]) == (0, True, [])
    assert rebuild.json["rows"]["meeting"] == 1
    assert rebuild.json["events"] == verify.json["events"] == 11


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("update event set body = replace(body, '2.1', '1.4') where action = 'meeting.convene'", "changed"),
        ("update event set person = 'the-vice-chair' where action = 'meeting.convene'", "changed"),
        ("delete from event where seq = 5", "gap"),
        ("delete from event where seq > 8", "cut"),
    ],
)
def test_a_log_that_was_changed_is_found(statement: str, kind: str, steerco: Command, home: Path) -> None:
    assert steerco(f"log head {SLUG} --home", home).code == 0
    HOMES.behind(home, statement)
    ran = steerco(f"log verify {SLUG} --json --home", home)
    assert ran.code == 1
    assert kind in {each["kind"] for each in ran.json["breaks"]}
    assert "NOT SOUND" in steerco(f"log verify {SLUG} --home", home).out
    doctor = steerco("doctor --json --home", home)
    assert doctor.code == 1
    assert any(check["state"] == "problem" and check["what"] == f"log of {SLUG}" for check in doctor.json["checks"])


FORGED = {
    "a token of nobody's": (
        "INSERT INTO token (tenant_id, id, person, hash, scopes, created_at) SELECT tenant_id, 'forged', person, 'x', scopes,"
        " created_at FROM token WHERE revoked_at IS NOT NULL",
        "no event tells that the token forged",
    ),
    "more than it was for": ("UPDATE token SET scopes = '[\"*\"]' WHERE revoked_at IS NULL", "is not as it was issued: scopes"),
    "another person": ("UPDATE token SET person = 'the-chair' WHERE revoked_at IS NULL", "person"),
    "another secret": ("UPDATE token SET hash = 'x' WHERE revoked_at IS NULL", "hash"),
    "longer than it was for": (
        "UPDATE token SET expires_at = '2999-01-01 00:00:00.000000' WHERE revoked_at IS NULL",
        "expires_at",
    ),
    "good again": ("UPDATE token SET revoked_at = NULL", "was revoked, and is good again"),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_token_that_was_not_issued_so_is_found(what: str, steerco: Command, home: Path) -> None:
    first = steerco(f"token issue {SLUG} --person secretary --json --home", home).json
    assert steerco(f"token issue {SLUG} --person secretary --scope read --json --home", home).code == 0
    assert steerco(f"token revoke {SLUG} {first['id']} --home", home).code == 0
    assert steerco(f"log verify {SLUG} --home", home).code == 0
    assert steerco(f"log rebuild {SLUG} --home", home).code == 0
    statement, said = FORGED[what]
    HOMES.behind(home, statement)
    ran = steerco(f"log verify {SLUG} --json --home", home)
    assert ran.code == 1
    (found,) = ran.json["breaks"]
    assert found["kind"] == "token"
    assert said in found["detail"]
    checks = steerco("doctor --json --home", home).json["checks"]
    assert [
        each["mend"] for each in checks if each["state"] == "problem" and said in each["said"] and "token revoke" in each["mend"]
    ]


def test_the_log_tells_of_tokens_and_never_their_secrets(steerco: Command, home: Path) -> None:
    issued = steerco(f"token issue {SLUG} --person secretary --scope meeting.* --json --home", home).json
    steerco(f"token revoke {SLUG} {issued['id']} --home", home)
    bodies = HOMES.behind(home, "SELECT action, body FROM event WHERE action LIKE 'token.%' ORDER BY seq")
    assert [action for action, _ in bodies] == ["token.issue", "token.revoke"]
    assert json.loads(bodies[0][1])["scopes"] == ["meeting.*"]
    assert all(json.loads(body)["id"] == issued["id"] and json.loads(body)["who"] for _, body in bodies)
    assert issued["secret"] not in str(bodies)
    assert issued["secret"].removeprefix("steerco_") not in str(bodies)


def test_a_cut_log_is_found_by_a_checkpoint_that_left_the_house(steerco: Command, home: Path, tmp_path: Path) -> None:
    checkpoint = steerco(f"log head {SLUG} --json --home", home)
    (tmp_path / "kept.json").write_text(checkpoint.out)
    (home / "var" / "checkpoints" / f"{SLUG}.jsonl").unlink()
    HOMES.behind(home, "delete from event where seq > 8")
    HOMES.behind(
        home, "update log_head set seq = 8, hash = (select hash from event where seq = 8)"
    )  # PostgreSQL keeps the end apart
    kinds = [each["kind"] for each in steerco(f"log verify {SLUG} --json --home", home).json["breaks"]]
    assert kinds == ["lost"], "the end of the log is also kept beside the database"
    (home / "var" / "log.ends").unlink()
    assert steerco(f"log verify {SLUG} --home", home).code == 0
    against = steerco(f"log verify {SLUG} --json --home {home} --against", tmp_path / "kept.json")
    assert (against.code, against.json["breaks"][0]["kind"]) == (1, "cut")
    forged = json.loads(checkpoint.out) | {"seq": 3}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    aside = steerco(f"log verify {SLUG} --json --home {home} --against", tmp_path / "forged.json")
    assert (aside.json["checkpoints"], len(aside.json["set_aside"])) == (0, 1)
    (tmp_path / "none.json").write_text("no checkpoint")
    assert steerco(f"log verify {SLUG} --home {home} --against", tmp_path / "none.json").code == 2


def test_replay_finds_a_reason_that_is_not_the_policys(steerco: Command, home: Path) -> None:
    HOMES.behind(
        home,
        """update event set body = replace(body, '"because":["2.1"]', '"because":["1.4"]') where action = 'meeting.convene'""",
    )
    ran = steerco(f"log replay {SLUG} --json --home", home)
    assert ran.code == 1
    [difference] = ran.json["differences"]
    assert (difference["what"], difference["logged"], difference["again"]) == ("because", "1.4", "2.1")


def test_replay_finds_an_act_that_was_nobodys_power(steerco: Command, home: Path) -> None:
    HOMES.behind(
        home, """update event set body = replace(body, '"chair","committee"', '"committee"') where action = 'meeting.convene'"""
    )
    ran = steerco(f"log replay {SLUG} --json --home", home)
    assert ran.code == 1
    assert {each["what"] for each in ran.json["differences"]} == {"basis"}
    assert "refused" in ran.json["differences"][0]["again"]


def test_rebuild_finds_a_row_that_no_act_left(steerco: Command, home: Path) -> None:
    HOMES.behind(home, "update meeting set place = 'elsewhere'")
    ran = steerco(f"log rebuild {SLUG} --json --home", home)
    assert ran.code == 1
    [difference] = ran.json["differences"]
    assert difference["action"] == "meeting"
    assert "elsewhere" in difference["logged"]
    assert "elsewhere" not in difference["again"]


def test_each_event_is_decided_again_under_its_own_revision(steerco: Command, home: Path) -> None:
    edit(
        home / "policies" / f"{SLUG}.csv",
        "p, chair,                committee, meeting.regular, ",
        "p, secretary, committee, meeting.regular, ",
    )
    assert steerco(f"tenant apply {SLUG} --home", home).code == 0
    meeting = '{"kind": "regular", "starts_at": "2027-03-01T09:00:00"}'
    assert steerco(f"do {SLUG} --by secretary meeting.convene --home {home} --with", meeting).code == 0
    assert steerco(f"do {SLUG} --by chair meeting.convene --home {home} --with", meeting).code == 1
    assert steerco(f"log replay {SLUG} --json --home", home).json["ok"] is True
    assert steerco(f"log rebuild {SLUG} --json --home", home).json["ok"] is True


def test_show_pages_and_follows_a_record(steerco: Command, running: Path) -> None:
    log = steerco(f"log show {SLUG} --json --home", running).json
    assert [event["seq"] for event in log] == list(range(1, 12))
    assert (log[-1]["person"], log[-1]["capacity"], log[-1]["because"]) == ("the-chair", "chair", ["2.1"])
    assert [event["seq"] for event in steerco(f"log show {SLUG} --after 3 --limit 2 --json --home", running).json] == [4, 5]
    ref = log[-1]["ref"]
    assert [event["seq"] for event in steerco(f"log show {SLUG} --json --home {running} --on", ref).json] == [11]
    assert "meeting.convene" in steerco(f"log show {SLUG} --home", running).out


def test_names_of_persons_are_not_in_the_log(steerco: Command, running: Path) -> None:
    bodies = " ".join(row[0] for row in HOMES.behind(running, "select body from event where action = 'person.add'"))
    assert "$personal" in bodies
    assert "The Chair" not in bodies


def test_a_log_is_decided_again_under_a_draft(steerco: Command, home: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    copytree(home, draft, ignore=ignore_patterns("*.db*", "files", "scratch"))
    same = steerco(f"log replay {SLUG} --under {draft} --json --home", home)
    assert (same.code, same.json["flips"], same.json["duties"]) == (0, [], []), same.err
    policy = draft / "policies" / f"{SLUG}.csv"
    lines = policy.read_text("utf-8").splitlines()
    policy.write_text("\n".join("" if "convene" in line and line.startswith("p,") else line for line in lines), "utf-8")
    changed = steerco(f"log replay {SLUG} --under {draft} --json --home", home)
    assert changed.code == 1
    assert "meeting.convene" in {each["action"] for each in changed.json["flips"]}
    told = steerco(f"log replay {SLUG} --under {draft} --home", home)
    assert "come out otherwise" in told.out


def test_a_draft_with_errors_is_answered_with_its_findings_first(steerco: Command, home: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    copytree(home, draft, ignore=ignore_patterns("*.db*", "files", "scratch"))
    with (draft / "policies" / f"{SLUG}.csv").open("a", encoding="utf-8") as policy:
        policy.write("\np, nobody-such, *, meeting, convene, -, allow, 99.99\n")
    ran = steerco(f"log replay {SLUG} --under {draft} --home", home)
    assert ran.code == 1
    assert "unknown subject 'nobody-such'" in ran.err.splitlines()[1]
    for wrong in (f"--under {tmp_path}", "--from 2021-01-01", f"--under {home} --from soon"):
        ran = steerco(f"log replay {SLUG} {wrong} --home", home)
        assert (ran.code, ran.err.startswith("steerco: ")) == (2, True), ran.err
