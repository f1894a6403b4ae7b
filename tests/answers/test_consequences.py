"""At check what leads nowhere is a warning; a plan shows what could be done anew by chains of acts."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import msgspec
import pytest
from tests.answers.planted import ROOT

from steerco.answers import consequences
from steerco.changes.plan import Plan
from steerco.cli.main import run
from steerco.cli.tenant.plan_report import print_plan

MOST = "most-steering-board"
BAR = "p, relation:holder, *, appointment, appoint, -, deny, H.5\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("tenants", "policies"):
        copytree(ROOT / name, tmp_path / name)
    return tmp_path


def edit(home: Path, old: str, new: str) -> None:
    path = home / "policies" / f"{MOST}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def answered(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> object:
    run(["--home", str(home), "--json", *words])
    return json.loads(capsys.readouterr().out)


def test_check_warns_of_what_leads_nowhere_and_still_passes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(home, "p, relation:presiding, *, minutes, approve, -, allow, H.8\n", "")
    assert run(["--home", str(home), "--json", "tenant", "check", MOST]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["level"] for each in found} == {"warning"}, found
    finding, _ = [each for each in found if each["code"] == "state-without-exit"]  # of each of the two bodies
    assert finding["file"] == f"policies/{MOST}.csv"
    assert "minutes.approve" in finding["message"]


def test_a_plan_shows_the_chains_that_are_new(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered(home, capsys, "tenant", "apply", MOST)
    edit(home, BAR, "")
    plan = answered(home, capsys, "tenant", "plan", MOST)
    assert isinstance(plan, dict)
    chains = [each for each in plan["consequences"] if each["kind"] == "chain"]
    assert plan["weight"] == "risky"
    assert any("alone" in each["text"]["en"] and each["cite"] == ["H.5"] for each in chains)
    assert all(each["text"]["vi"] != each["text"]["en"] for each in chains)
    edit(home, "# ", "#  ")
    path = home / "policies" / f"{MOST}.csv"
    path.write_text(path.read_text("utf-8") + BAR, "utf-8")
    again = answered(home, capsys, "tenant", "plan", MOST)
    assert isinstance(again, dict)
    assert (again["consequences"], again["mends"], again["untried"]) == ([], [], "")


APPROVES = "p, relation:presiding, *, minutes, approve, -, allow, H.8\n"
UNREAD = '[[clause]]\nid = "99"\ngloss = { vi = "Ban Chỉ đạo họp kín.", en = "The Board meets in private." }\n'


def test_a_plan_tells_dead_ends_and_clauses_that_nothing_reads_and_what_it_mends(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(home, APPROVES, "")
    answered(home, capsys, "tenant", "apply", MOST)
    path = home / "policies" / f"{MOST}.csv"
    path.write_text(f"# one line more\n{path.read_text('utf-8')}{APPROVES}", "utf-8")
    plan = answered(home, capsys, "tenant", "plan", MOST)
    assert isinstance(plan, dict)
    assert plan["consequences"] == []
    assert {(each["code"], tuple(each["cite"])) for each in plan["mends"]} >= {("state-without-exit", ("H.8",))}
    charter = home / "tenants" / MOST / "charter.toml"
    charter.write_text(charter.read_text("utf-8").replace("[[clause]]\n", f"{UNREAD}\n[[clause]]\n", 1), "utf-8")
    plan = answered(home, capsys, "tenant", "plan", MOST)
    assert isinstance(plan, dict)
    (unread,) = plan["consequences"]
    assert (unread["code"], unread["level"], unread["cite"]) == ("clause-unread", "information", ["99"])
    print_plan(msgspec.convert(plan, Plan))
    said = capsys.readouterr().out
    assert "new, for information" in said
    assert "what it mends, tried out" in said


def test_of_many_people_conflicts_are_told_and_that_nothing_was_tried(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "MANY", 10)
    answered(home, capsys, "tenant", "apply", MOST)
    path = home / "policies" / f"{MOST}.csv"
    against = "p, head, board, meeting.regular, convene, -, deny, 9.1\n"
    path.write_text(path.read_text("utf-8") + against, "utf-8")
    plan = answered(home, capsys, "tenant", "plan", MOST)
    assert isinstance(plan, dict)
    assert plan["untried"] == "many-people"
    assert {(each["kind"], each["code"]) for each in plan["consequences"]} == {("conflicts", "line-against-line")}
    assert {"3.3", "9.1"} <= {clause for each in plan["consequences"] for clause in each["cite"]}
    print_plan(msgspec.convert(plan, Plan))
    said = capsys.readouterr().out
    assert "NEW RISKS, read off the texts" in said
    assert "too many people" in said
