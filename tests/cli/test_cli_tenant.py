"""From files to a committee that runs, as its operator goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command, edit


def charter(home: Path) -> Path:
    return home / "tenants" / SLUG / "charter.toml"


def policy(home: Path) -> Path:
    return home / "policies" / f"{SLUG}.csv"


def test_a_new_tenant_is_sound_and_its_cases_pass(steerco: Command, written: Path) -> None:
    check = steerco(f"tenant check {SLUG} --json --home", written)
    assert (check.code, check.json) == (0, [])
    test = steerco(f"tenant test {SLUG} --json --home", written)
    assert test.code == 0
    assert (test.json["passed"], test.json["failed"]) == (4, 0)
    coverage = steerco(f"charter coverage {SLUG} --json --home", written).json
    assert coverage["covered"] == coverage["total"] == 5


def test_new_files_name_a_schema_that_is_there(written: Path) -> None:
    for path in [*written.glob("tenants/*/*.toml"), *written.glob("tenants/*/cases/*.toml")]:
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("#:schema ")
        assert (path.parent / first.removeprefix("#:schema ")).is_file()


def test_new_never_writes_over(steerco: Command, files: Path) -> None:
    edit(charter(files), "1/EXAMPLE", "7/OURS")
    ran = steerco(f"tenant new {SLUG} --home", files)
    assert ran.code == 1
    assert "exists already" in ran.err
    assert "7/OURS" in charter(files).read_text("utf-8")


@pytest.mark.parametrize("slug", ["Board", "a_b", "../x", "-a", "a" * 61, "a/b", "."])
def test_a_tenants_name_is_checked_before_anything_is_written(slug: str, steerco: Command, tmp_path: Path) -> None:
    ran = steerco("tenant new --home", tmp_path, "--", slug)
    assert ran.code == 2
    assert list(tmp_path.iterdir()) == []


def test_check_tells_every_fault_with_file_and_line(steerco: Command, files: Path) -> None:
    edit(policy(files), "set-agenda, ", "set-agendum,")
    edit(charter(files), 'holder = "chair"', 'holder = "cheir"')
    ran = steerco("tenant check --json --home", files)
    assert ran.code == 1
    assert {frozenset(finding) for finding in ran.json} == {frozenset({"file", "line", "code", "message", "level"})}
    agenda = next(f for f in ran.json if f["file"] == f"policies/{SLUG}.csv")
    lines = policy(files).read_text("utf-8").splitlines()
    assert "set-agendum" in lines[agenda["line"] - 1]
    assert "set-agenda" in agenda["message"]
    assert any("cheir" in f["message"] and f["file"].endswith("charter.toml") for f in ran.json)
    text = steerco("tenant check --home", files)
    assert text.code == 1
    assert f"policies/{SLUG}.csv:{agenda['line']}: error:" in text.out


def test_check_reads_cases_too(steerco: Command, files: Path) -> None:
    (files / "tenants" / SLUG / "cases" / "second.toml").write_text("[[case]]\nname = 3\n")
    ran = steerco(f"tenant check {SLUG} --json --home", files)
    assert ran.code == 1
    assert ran.json[0]["file"] == f"tenants/{SLUG}/cases/second.toml"


def test_a_warning_alone_is_no_failure(steerco: Command, files: Path) -> None:
    edit(
        policy(files),
        "p, secretary,            committee, meeting,         add-paper,       -,           allow, 1.4",
        "p, secretary, committee, meeting, add-paper, -, allow, 1.4\np, secretary, committee, meeting, add-paper, -, deny, 1.4",
    )
    ran = steerco("tenant check --json --home", files)
    assert ran.code == 0
    assert [finding["level"] for finding in ran.json] == ["warning"]


def test_what_cannot_be_checked_is_not_applied(steerco: Command, files: Path) -> None:
    edit(charter(files), 'cite = ["2.1"]', 'cite = ["9.9"]')
    ran = steerco(f"tenant apply {SLUG} --json --home", files)
    assert ran.code == 1
    assert ran.error["error"] == "not-applicable"
    assert ran.error["findings"][0]["line"] > 0
    assert steerco("tenant list --json --home", files).json[0]["applied"] is False


def test_applying_gives_numbers_and_the_same_again_changes_nothing(steerco: Command, home: Path) -> None:
    again = steerco(f"tenant apply {SLUG} --json --home", home).json
    assert (again["revision"], again["changed"]) == (1, False)
    edit(policy(home), "allow, H.3", "allow, 1.1")
    listed = steerco("tenant list --json --home", home).json[0]
    assert (listed["applied"], listed["revision"], listed["changed"]) == (True, 1, True)
    changed = steerco(f"tenant apply {SLUG} --json --why because --home", home).json
    assert (changed["was"], changed["revision"], changed["changed"]) == (1, 2, True)
    event = steerco(f"log show {SLUG} --json --home", home).json[-1]
    assert (event["action"], event["revision"]) == ("tenant.apply", 2)


def test_applying_for_the_first_time_shows_progress_and_enters_the_people(steerco: Command, files: Path) -> None:
    ran = steerco(f"tenant apply {SLUG} --home", files)
    assert ran.out.strip() == f"{SLUG}: revision 1"
    log = steerco(f"log show {SLUG} --json --home", files).json
    assert [event["action"] for event in log[:2]] == ["tenant.apply", "agency.add"]
    assert sum(event["action"] == "person.add" for event in log) == 4


def test_plan_says_what_would_change_and_for_whom(steerco: Command, home: Path) -> None:
    nothing = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert (nothing["revision"], nothing["next"], nothing["files"]) == (1, 1, {})
    edit(
        policy(home),
        "p, secretary,            committee, meeting,         set-agenda,",
        "p, member, committee, meeting, set-agenda,",
    )
    edit(charter(home), 'every = "quarter"', 'every = "month"')
    edit(charter(home), '[[seat]]\nid = "chair" ', '[[seat]]\nid = "chair-seat" ')
    edit(charter(home), "Members carry out the tasks", "Members do the tasks")
    edit(home / "tenants" / SLUG / "people.toml", 'seat = "chair"', 'seat = "chair-seat"')
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert (plan["revision"], plan["next"]) == (1, 2)
    assert [(p["subject"], p["act"], p["clause"]) for p in plan["gained"]] == [("member", "set-agenda", "1.4")]
    assert plan["gained"][0]["people"] == ["member-a"]
    assert plan["lost"][0]["people"] == ["the-secretary"]
    assert {change["name"] for change in plan["clauses"]} == {"1.3"}
    assert {(change["name"], change["what"]) for change in plan["seats"]} == {("chair", "removed"), ("chair-seat", "added")}
    assert plan["duties"][0]["name"] == "quarterly-meeting"
    states = {(each["period"], each["state"], each["new_state"]) for each in plan["dates"]}
    assert any(period.count("Q") and not new for period, _, new in states)
    assert any(new and not old for _, old, new in states)
    assert "person.add" in plan["notes"][0]
    text = steerco(f"tenant plan {SLUG} --home", home).out
    assert "Member [member] (member-a) may set the agenda of a meeting in committee, by 1.4" in text
    assert "every changed from quarter to month" in text
    assert steerco("tenant list --json --home", home).json[0]["revision"] == 1


def test_plan_of_a_new_tenant_counts(steerco: Command, written: Path) -> None:
    plan = steerco(f"tenant plan {SLUG} --json --home", written).json
    assert (plan["revision"], plan["next"]) == (0, 1)
    assert plan["counts"]["clauses"] == 5


def test_the_cases_report_has_the_promised_shape(steerco: Command, written: Path, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        """
[[case]]
name = "The Secretary convenes"
cites = ["2.1"]
at = 2021-02-03
  [[case.step]]
  by = "chair"
  do = "meeting.convene"
  with = { kind = "regular", starts_at = 2021-02-10T09:00:00 }
  [[case.step]]
  by = "secretary"
  do = "meeting.convene"
  with = { kind = "regular", starts_at = 2021-02-10T09:00:00 }
"""
    )
    (tmp_path / "b.toml").write_text("[[case]\n")
    ran = steerco(f"tenant test {SLUG} --json --home {written} --cases", tmp_path)
    assert ran.code == 1
    assert (ran.json["passed"], ran.json["failed"]) == (0, 2)
    keys = {"name", "file", "line", "cites", "ok", "step", "expected", "got"}
    assert all(set(case) == keys for case in ran.json["cases"])
    failed = next(case for case in ran.json["cases"] if case["cites"])
    assert (failed["step"], failed["line"], failed["expected"]) == (2, 10, "done")
    assert failed["got"].startswith("refused")
    broken = next(case for case in ran.json["cases"] if not case["cites"])
    assert (broken["ok"], broken["line"]) == (False, 1)


def test_no_cases_is_no_failure_and_a_missing_folder_is_told(steerco: Command, written: Path, tmp_path: Path) -> None:
    none = steerco(f"tenant test {SLUG} --json --home {written} --cases", tmp_path)
    assert (none.code, none.json["cases"]) == (0, [])
    assert steerco(f"tenant test {SLUG} --home {written} --cases", tmp_path / "gone").code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_told(steerco: Command, files: Path) -> None:
    files.chmod(0o500)
    ran = steerco(f"tenant apply {SLUG} --home", files)
    files.chmod(0o700)
    assert ran.code == 1
    assert "writable" in ran.err


def test_an_interrupted_first_apply_is_finished_by_the_next(
    steerco: Command, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steerco.operations import onboarding

    real, calls = onboarding.perform, []

    def failing(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == 5:
            raise OSError(28, "No space left on device")
        return real(*args, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(onboarding, "perform", failing)
    assert steerco(f"tenant apply {SLUG} --home", files).code == 1
    monkeypatch.setattr(onboarding, "perform", real)
    assert steerco(f"tenant apply {SLUG} --json --home", files).json["revision"] == 1
    events = steerco(f"log show {SLUG} --json --home", files).json
    assert [event["action"] for event in events].count("person.add") == 4
    assert len(events) == 10
    assert steerco(f"log rebuild {SLUG} --json --home", files).json["ok"] is True


@pytest.mark.parametrize("file", ["tenant", "charter", "house", "people", "policy"])
def test_a_file_as_a_windows_program_saves_it_is_read_or_told_by_name(steerco: Command, files: Path, file: str) -> None:
    path = policy(files) if file == "policy" else charter(files).with_name(f"{file}.toml")
    text, name = path.read_text("utf-8"), path.relative_to(files).as_posix()
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert steerco(f"tenant check {SLUG} --json --home", files).json == []
    path.write_bytes(text.encode("utf-16"))
    ran = steerco(f"tenant check {SLUG} --json --home", files)
    assert ran.code == 1
    assert [(each["file"], each["code"]) for each in ran.json] == [(name, "not-utf-8")]
    for command in ("tenant plan", "tenant apply", "tenant test"):
        ran = steerco(f"{command} {SLUG} --home", files)
        assert ran.code == 1
        assert f"{name}:1: is UTF-16 text; save it as UTF-8" in ran.err + ran.out
    path.write_text(text, "utf-8")
    (files / "policies" / "other.csv").write_bytes("p, Đ".encode("utf-16"))  # of another committee, and no concern of this one
    assert steerco(f"tenant check {SLUG} --json --home", files).code == 0


def test_an_empty_policy_is_told(steerco: Command, files: Path) -> None:
    policy(files).write_text("# nothing yet\n\n", "utf-8")
    ran = steerco(f"tenant check {SLUG} --json --home", files)
    assert ran.code == 1
    errors = [(each["file"], each["code"]) for each in ran.json if each["level"] == "error"]
    assert errors == [(f"policies/{SLUG}.csv", "policy-no-line")]


def test_people_who_cannot_be_entered_are_told_by_check_plan_and_apply_alike(steerco: Command, files: Path) -> None:
    path = charter(files).with_name("people.toml")
    right = path.read_text("utf-8")
    path.write_text(f"{right}\n[[appointment]]\nperson = 'the-chair'\nseat = 'member'\nfrom = 2020-01-01\n", "utf-8")
    again = "\n[[appointment]]\nperson = 'the-chair'\nseat = 'member'\nfrom = 2020-05-01\n"
    path.write_text(path.read_text("utf-8") + again, "utf-8")
    line = path.read_text("utf-8").count("\n") - 3
    told = f"tenants/{SLUG}/people.toml:{line}: "
    assert told in steerco(f"tenant check {SLUG} --home", files).out
    for command in ("tenant plan", "tenant apply"):
        ran = steerco(f"{command} {SLUG} --home", files)
        assert ran.code == 1
        assert told in ran.err
    assert steerco("tenant list --json --home", files).json[0]["applied"] is False
    path.write_text(right, "utf-8")
    assert steerco(f"tenant apply {SLUG} --home", files).code == 0


def test_an_error_of_the_files_is_told_once_and_not_for_every_case(steerco: Command, files: Path) -> None:
    edit(charter(files), 'holder = "chair"', 'holder = "cheir"')
    ran = steerco(f"tenant test {SLUG} --home", files)
    assert ran.code == 1
    assert (ran.out + ran.err).count("cheir") == 1


def test_a_case_that_fails_tells_clauses_and_no_innards(steerco: Command, files: Path, tmp_path: Path) -> None:
    case = tmp_path / "wrong.toml"
    case.write_text(
        '[[case]]\nname = "wrong"\ncites = "1.1"\nat = 2021-02-03\n[[case.step]]\nby = "member-a"\ndo = "meeting.convene"\n'
        'with = { kind = "regular", starts_at = 2021-02-10T09:00:00 }\nexpect = "done"\n',
        "utf-8",
    )
    ran = steerco(f"tenant test {SLUG} --cases", case, "--home", files)
    assert ran.code == 1
    assert "FAIL" in ran.out
    assert "because [" in ran.out
    assert "Facts(" not in ran.out
