"""How a running committee's configuration is changed at the command line, by one admin and by two."""

from __future__ import annotations

import json
import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import SLUG, Command, edit
from tests.databases import HOMES

from steerco.changes.plan import DatedChange, Plan
from steerco.cli.tenant.plan_report import print_plan

TENANT, CHARTER, POLICY = f"tenants/{SLUG}/tenant.toml", f"tenants/{SLUG}/charter.toml", f"policies/{SLUG}.csv"


@pytest.fixture
def second(home: Path, tmp_path: Path) -> Path:
    """The home of a second admin, on the same database."""
    other = tmp_path / "second"
    shutil.copytree(home, other)
    shutil.rmtree(other / "var")
    (other / "var").mkdir()
    HOMES.share(home, other)
    shutil.copytree(home / "var" / "seen", other / "var" / "seen")
    return other


def rename(home: Path, name: str) -> None:
    document = (home / TENANT).read_text("utf-8")
    now = tomllib.loads(document)["name"]["en"]
    edit(home / TENANT, f'en = "{now}"', f'en = "{name}"')


def listed(steerco: Command, home: Path) -> Any:
    return steerco("tenant list --json --home", home).json[0]


def drift(steerco: Command, home: Path) -> dict[str, str]:
    return {each["file"]: each["what"] for each in listed(steerco, home)["drift"]}


def test_a_change_that_is_refused_says_where_why_and_what_to_do(steerco: Command, home: Path) -> None:
    edit(home / CHARTER, 'every = "quarter"', 'every = "month"')
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert [each["code"] for each in plan["refused"]] == ["version-rewritten"]
    said = steerco(f"tenant plan {SLUG} --home", home).out
    assert "WOULD BE REFUSED" in said
    ran = steerco(f"tenant apply {SLUG} --json --home", home)
    assert (ran.code, ran.error["error"]) == (1, "unsafe")
    line = (home / CHARTER).read_text("utf-8").splitlines().index("[[cadence]]") + 1
    assert ran.error["message"].startswith(f"{CHARTER}:{line}: ")
    assert "--correct" in ran.error["do"]
    assert ran.error["refused"] == plan["refused"]
    assert steerco(f"tenant apply {SLUG} --correct --home", home).code == 2
    assert "set right" not in said
    corrected = steerco(f"tenant apply {SLUG} --correct --json --home {home} --why", "clause 2.1 says month")
    assert corrected.json["revision"] == 2
    assert steerco(f"log rebuild {SLUG} --json --home", home).json["ok"] is True


def test_a_later_version_is_told_by_what_it_says_otherwise(steerco: Command, home: Path) -> None:
    later = (home / CHARTER).read_text("utf-8").replace("effective = 2020-01-01", "effective = 2090-01-01")
    later = later.replace('every = "quarter"', 'every = "month"')
    number = tomllib.loads(later)["instrument"]["id"]
    (home / "tenants" / SLUG / "later.toml").write_text(later.replace(f'id = "{number}"', 'id = "later"', 1), "utf-8")
    edit(home / TENANT, 'charters = ["charter.toml"]', 'charters = ["charter.toml", "later.toml"]')
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert [(each["instrument"], each["name"], each["what"]) for each in plan["duties"]] == [
        ("later", "quarterly-meeting", "changed")
    ]
    (added,) = plan["clauses"]
    assert added["text"] == f"in force from 2090-01-01, in place of {number}"
    assert (plan["gained"], plan["lost"], plan["refused"]) == ([], [], [])


def test_a_later_policy_is_told_line_by_line(steerco: Command, home: Path) -> None:
    later = (home / CHARTER).read_text("utf-8").replace("effective = 2020-01-01", "effective = 2090-01-01")
    number = tomllib.loads(later)["instrument"]["id"]
    later = later.replace(f'id = "{number}"', 'id = "later"', 1).replace(f'policy = "{SLUG}.csv"', 'policy = "later.csv"')
    (home / "tenants" / SLUG / "later.toml").write_text(later, "utf-8")
    edit(home / TENANT, 'charters = ["charter.toml"]', 'charters = ["charter.toml", "later.toml"]')
    (home / "policies/later.csv").write_text((home / POLICY).read_text("utf-8"), "utf-8")
    convene = next(line for line in (home / POLICY).read_text("utf-8").splitlines() if "meeting.regular, convene" in line)
    edit(home / "policies/later.csv", convene, "p, vice-chair, committee, meeting.regular, convene, -, allow, 1.2")
    agenda = next(line for line in (home / POLICY).read_text("utf-8").splitlines() if "set-agenda" in line)
    edit(home / "policies/later.csv", agenda, "p, secretary, committee, meeting, set-agenda, -, allow, 1.1")
    with (home / "policies/later.csv").open("a", encoding="utf-8") as file:
        file.write("p, member, committee, meeting, add-paper, -, deny, 1.3\n")
    words = f"charter diff {SLUG} --from 2021-01-01 --to 2090-02-01"
    found = steerco(f"{words} --json --home", home).json["changes"]
    assert [(each["what"], each["table"], each["name"], each["cite"]) for each in found if each["table"] in ("power", "ban")] == [
        ("removed", "power", "chair, committee, meeting.regular, convene", ["2.1"]),
        ("added", "power", "vice-chair, committee, meeting.regular, convene", ["1.2"]),
        ("changed", "power", "secretary, committee, meeting, set-agenda", ["1.1"]),
        ("added", "ban", "member, committee, meeting, add-paper", ["1.3"]),
    ]
    assert (
        "power 'secretary, committee, meeting, set-agenda' changed: by 1.1 instead of 1.4" in steerco(f"{words} --home", home).out
    )


def test_days_off_are_told(steerco: Command, home: Path) -> None:
    with (home / TENANT).open("a", encoding="utf-8") as file:
        file.write("\n[calendar]\nholidays = [2027-03-01, 2027-03-02]\n")
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert plan["settings"] == ["calendar holidays: nothing becomes 2027-03-01, 2027-03-02"]


def test_a_line_that_changes_nothing_for_its_holder_says_so(steerco: Command, home: Path) -> None:
    with (home / POLICY).open("a", encoding="utf-8") as file:
        file.write("\np, chair, committee, meeting.regular, convene, -, allow, 1.1\n")
        file.write("p, secretary, committee, meeting.regular, convene, -, allow, 1.4\n")
    said = steerco(f"tenant plan {SLUG} --home", home).out
    by_chair, by_secretary = (next(line for line in said.splitlines() if f"[{who}]" in line) for who in ("chair", "secretary"))
    assert by_chair.endswith(
        "may convene a meeting (regular) in committee, by 1.1; for the-chair nothing changes, by other lines"
    )
    assert by_secretary.endswith("may convene a meeting (regular) in committee, by 1.4")


def test_many_periods_of_one_duty_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def owed(period: str, state: str, new_state: str) -> DatedChange:
        return DatedChange("meeting", "chair", period, "", None, None, state, new_state)

    gone = [owed(f"2021-Q{number}", "missed" if number > 1 else "done", "") for number in range(1, 5)]
    moved = [
        DatedChange("report", "chair", f"202{year}", "", date(2021, 1, 1), date(2021, 2, 1), "due", "due") for year in range(5)
    ]
    print_plan(Plan("a", 1, 2, {}, dates=(*gone, owed("2021-01", "", "due"), *moved)))
    said = capsys.readouterr().out
    assert "meeting of chair for 2021-Q1 to 2021-Q4, 4 times: owed no more (were 1 done, 3 missed)" in said
    assert "meeting of chair for 2021-01: owed anew, due" in said
    assert said.count("due 2021-01-01 becomes 2021-02-01") == 5


def test_the_plan_has_one_shape(steerco: Command, home: Path) -> None:
    rename(home, "River")
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert set(plan) == {
        *("slug", "revision", "next", "files", "gained", "lost", "persons", "clauses", "seats", "duties", "rules", "dates"),
        *("stranded", "plugins", "laws", "settings", "notes", "counts", "weight", "risky", "refused"),
        *("consequences", "mends", "untried"),
    }
    assert (plan["weight"], plan["risky"], plan["files"]) == ("harmless", [], {TENANT: "changed"})
    assert plan["settings"] == ["name: river-board becomes River"]


def test_revisions_are_listed_and_gone_back_to(steerco: Command, home: Path) -> None:
    rename(home, "River")
    steerco(f"tenant apply {SLUG} --why renamed --who lan --home", home)
    back = steerco(f"tenant rollback {SLUG} 1 --json --home", home)
    assert (back.code, back.json["revision"], back.json["back_to"]) == (0, 3, 1)
    found = steerco(f"tenant revisions {SLUG} --json --home", home).json
    assert [(each["number"], each["why"], each["back_to"], each["weight"]) for each in found] == [
        (3, "back to revision 1", 1, "harmless"),
        (2, "renamed", 0, "harmless"),
        (1, "", 0, "risky"),
    ]
    assert found[0]["digest"] == found[2]["digest"] != found[1]["digest"]
    assert found[1]["who"] == "lan"
    assert "lan (operator)" in steerco(f"tenant revisions {SLUG} --home", home).out
    assert drift(steerco, home) == {TENANT: "changed there"}
    assert steerco(f"tenant rollback {SLUG} 9 --home", home).code == 2
    assert steerco(f"tenant rollback {SLUG} 1 --json --home", home).json["revision"] == 3  # it is that already


def test_going_back_is_as_safe_as_going_on(steerco: Command, home: Path) -> None:
    edit(home / CHARTER, 'every = "quarter"', 'every = "month"')
    steerco(f"tenant apply {SLUG} --correct --why paper --home", home)
    ran = steerco(f"tenant rollback {SLUG} 1 --json --home", home)
    assert (ran.code, ran.error["error"]) == (1, "unsafe")


def test_a_person_applies_by_their_own_power(steerco: Command, home: Path) -> None:
    with (home / TENANT).open("a", encoding="utf-8") as file:
        file.write('\n[administration]\nrisky = ["chair"]\nharmless = ["secretary"]\n')
    assert steerco(f"tenant apply {SLUG} --by the-chair --home", home).code == 1  # nobody may, until the operator says who
    assert steerco(f"tenant apply {SLUG} --home", home).code == 0
    rename(home, "River")
    light = steerco(f"tenant apply {SLUG} --by the-secretary --json --home", home)
    assert light.json["revision"] == 3
    edit(home / POLICY, "allow, H.3", "allow, 1.1")
    barred = steerco(f"tenant apply {SLUG} --by the-secretary --json --home", home)
    assert (barred.code, barred.error["error"], barred.error["changes"]) == (1, "barred", [POLICY])
    assert [(who["subject"], who["people"]) for who in barred.error["who_may"]] == [("chair", ["the-chair"])]
    assert barred.error["basis"] == "platform"  # a setting says who may, no clause
    assert [each["clause"] for each in barred.error["because"]] == ["steerco:administration"]
    assert steerco(f"tenant apply {SLUG} --by the-chair --home", home).code == 0
    assert [each["by"] for each in steerco(f"tenant revisions {SLUG} --json --home", home).json] == [
        "the-chair",
        "the-secretary",
        "",
        "",
    ]
    assert steerco(f"log show {SLUG} --json --home", home).json[-1]["person"] == "the-chair"


def test_a_colour_is_told_in_the_plan_and_one_that_cannot_be_read_is_refused(steerco: Command, home: Path) -> None:
    before = (home / TENANT).read_text("utf-8")
    (home / TENANT).write_text(f'{before}\n[appearance]\ncolour = "#ffcc00"\n', "utf-8")
    (finding,) = steerco(f"tenant check {SLUG} --json --home", home).json
    assert (finding["file"], finding["line"]) == (TENANT, len(before.splitlines()) + 3)
    assert "1.34" in finding["message"]
    assert steerco(f"tenant apply {SLUG} --home", home).code == 1
    edit(home / TENANT, "#ffcc00", "#8b1a1a")
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert (plan["weight"], plan["risky"]) == ("harmless", [])
    assert plan["settings"] == ["appearance: in the program's own colour becomes in the colour #8b1a1a"]
    assert steerco(f"tenant apply {SLUG} --home", home).code == 0


# Two admins


def test_the_second_admin_is_told_pulls_and_loses_nothing(steerco: Command, home: Path, second: Path) -> None:
    for each in (home, second):
        steerco(f"tenant plan {SLUG} --home", each)
    rename(home, "River")
    assert steerco(f"tenant apply {SLUG} --who lan --why renamed --json --home", home).json["revision"] == 2
    edit(second / TENANT, 'languages = ["vi", "en"]', 'languages = ["en", "vi"]  # mine')
    told = steerco(f"tenant apply {SLUG} --json --home", second)
    assert (told.code, told.error["error"]) == (1, "outrun")
    assert (told.error["base"], told.error["newest"]["number"], told.error["newest"]["why"]) == (1, 2, "renamed")
    assert "lan" in told.error["message"]
    assert drift(steerco, second) == {TENANT: "changed on both sides"}
    note = steerco(f"tenant plan {SLUG} --json --home", second).json["notes"][0]
    assert "revision 1" in note
    assert "lan" in note
    pulled = steerco(f"tenant pull {SLUG} --json --home", second)
    assert (pulled.code, pulled.json["written"]) == (0, [TENANT])
    merged = (second / TENANT).read_text("utf-8")
    assert 'en = "River"' in merged
    assert 'languages = ["en", "vi"]  # mine' in merged
    assert "# days begin and end here" in merged
    assert drift(steerco, second) == {TENANT: "edited here"}
    assert steerco(f"tenant apply {SLUG} --json --home", second).json["revision"] == 3
    assert steerco(f"tenant pull {SLUG} --json --home", home).json["written"] == [TENANT]
    assert (home / TENANT).read_text("utf-8") == merged
    assert (drift(steerco, home), drift(steerco, second)) == ({}, {})


def test_a_home_that_never_looked_does_not_apply_blindly(steerco: Command, home: Path, second: Path) -> None:
    shutil.rmtree(second / "var" / "seen")
    rename(second, "Blind")
    ran = steerco(f"tenant apply {SLUG} --json --home", second)
    assert (ran.code, ran.error["error"]) == (1, "not-planned")
    assert steerco(f"tenant apply {SLUG} --base 0 --json --home", second).error["error"] == "outrun"
    assert steerco(f"tenant apply {SLUG} --base 1 --json --home", second).json["revision"] == 2
    assert drift(steerco, home) == {TENANT: "changed there"}


def test_the_same_change_by_both_is_one_revision(steerco: Command, home: Path, second: Path) -> None:
    for each in (home, second):
        rename(each, "River")
        assert steerco(f"tenant apply {SLUG} --json --home", each).json["revision"] == 2


# Pull


def test_what_both_changed_is_left_alone_and_told(steerco: Command, home: Path, second: Path) -> None:
    rename(home, "River")
    steerco(f"tenant apply {SLUG} --home", home)
    rename(second, "Lake")
    edit(second / POLICY, "allow, H.3", "allow, 1.1")
    before = (second / TENANT).read_text("utf-8")
    ran = steerco(f"tenant pull {SLUG} --json --home", second)
    assert ran.code == 1
    assert "name: en" in ran.json["conflicts"][TENANT]
    assert ran.json["kept"] == [POLICY]
    assert (second / TENANT).read_text("utf-8") == before
    taken = steerco(f"tenant pull {SLUG} --theirs --json --home", second)
    assert (taken.code, taken.json["beside"]) == (0, [f"{TENANT}.mine"])
    assert (second / f"{TENANT}.mine").read_text("utf-8") == before
    assert 'en = "River"' in (second / TENANT).read_text("utf-8")
    assert drift(steerco, second) == {POLICY: "edited here"}


def test_comments_stay_where_the_revision_has_none(steerco: Command, home: Path) -> None:
    """As where the program wrote the revision: it says the same values in its own way."""
    import tomlkit

    from steerco.cli.frame.shell import Shell, now
    from steerco.operations.onboarding import seeding

    shell = Shell(str(home))
    content = shell.content(SLUG)
    bare = tomllib.loads(content[TENANT])
    bare["name"]["en"] = "River"
    shell.installation.apply(
        SLUG, {**content, TENANT: tomlkit.dumps(bare)}, at=now(), who="program", why="adopted", seed=seeding()
    )
    shell.store.close()
    before = (home / TENANT).read_text("utf-8")
    assert steerco(f"tenant pull {SLUG} --json --home", home).json["written"] == [TENANT]
    after = (home / TENANT).read_text("utf-8")
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert [b.count("River") for _, b in changed] == [1]
    assert drift(steerco, home) == {TENANT: "comments only"}
    assert steerco(f"tenant pull {SLUG} --json --home", home).json["written"] == []


def test_files_that_are_gone_come_back(steerco: Command, home: Path) -> None:
    (home / POLICY).unlink()
    assert drift(steerco, home) == {POLICY: "missing here"}
    (home / TENANT).unlink()
    assert set(steerco(f"tenant pull {SLUG} --json --home", home).json["written"]) == {TENANT, POLICY}
    assert drift(steerco, home) == {}


def test_a_link_is_not_followed(steerco: Command, home: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.toml"
    target.write_text((home / TENANT).read_text("utf-8"), "utf-8")
    (home / TENANT).unlink()
    (home / TENANT).symlink_to(target)
    steerco(f"tenant pull {SLUG} --home", home)
    before = target.read_text("utf-8")
    edit(home / POLICY, "allow, H.3", "allow, 1.1")
    rename(home, "River")
    steerco(f"tenant apply {SLUG} --home", home)
    ran = steerco(f"tenant rollback {SLUG} 1 --home", home)
    assert ran.code == 0
    ran = steerco(f"tenant pull {SLUG} --json --home", home)
    assert (ran.code, ran.error["error"]) == (1, "foreign-file")
    assert target.read_text("utf-8") != before  # edited by us, above, and by nobody else
    assert 'en = "River"' in target.read_text("utf-8")


# Rewritten past the program


def test_a_rewritten_revision_is_found_by_verify_and_doctor(steerco: Command, home: Path) -> None:
    assert steerco(f"log verify {SLUG} --home", home).code == 0
    HOMES.behind(home, "UPDATE revision SET content = replace(content, 'allow, H.3', 'allow, 1.1')")
    found = steerco(f"log verify {SLUG} --json --home", home)
    assert (found.code, [each["kind"] for each in found.json["breaks"]]) == (1, ["revision"])
    checks = json.loads(steerco("doctor --json --home", home).out)["checks"]
    assert [each["said"] for each in checks if each["what"] == f"log of {SLUG}" and each["state"] == "problem"]


def test_a_revision_that_cannot_be_read_is_told_with_its_mend(steerco: Command, home: Path) -> None:
    """As after an update that reads more strictly."""
    HOMES.behind(home, "UPDATE revision SET content = replace(content, 'set-agenda', 'set-agendum')")
    checks = json.loads(steerco("doctor --json --home", home).out)["checks"]
    said = [each for each in checks if each["what"] == SLUG and each["state"] == "problem"]
    assert "set-agendum" in said[0]["said"]
    assert f"tenant apply {SLUG}" in said[0]["mend"]
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert "cannot be read" in plan["notes"][0]
    rename(home, "River")
    assert steerco(f"tenant apply {SLUG} --json --home", home).json["revision"] == 2
    assert steerco(f"tenant plan {SLUG} --json --home", home).json["files"] == {}


def test_doctor_names_the_file_that_differs(steerco: Command, home: Path) -> None:
    rename(home, "River")
    checks = json.loads(steerco("doctor --json --home", home).out)["checks"]
    (said,) = [each["said"] for each in checks if each["what"] == SLUG]
    assert f"{TENANT} (edited here)" in said


def test_a_release_of_a_plugin_that_came_after_the_revision_is_told(steerco: Command, home: Path) -> None:
    edit(home / TENANT, "plugins = []", 'plugins = ["steerco_ical"]')
    assert steerco(f"tenant apply {SLUG} --json --home", home).code == 0
    assert not [each for each in checked_by_doctor(steerco, home) if "was installed when" in each]
    HOMES.behind(
        home, """UPDATE event SET body = replace(body, '"steerco_ical":"', '"steerco_ical":"0.')"""
    )  # by an older release
    (said,) = [each for each in checked_by_doctor(steerco, home) if "was installed when" in each]
    assert "steerco_ical 0." in said
    assert steerco(f"tenant plan {SLUG} --json --home", home).json["notes"] == [said]
    assert said in steerco(f"tenant plan {SLUG} --home", home).out


def checked_by_doctor(steerco: Command, home: Path) -> list[str]:
    checks = json.loads(steerco("doctor --json --home", home).out)["checks"]
    return [each["said"] for each in checks if each["what"] == SLUG]


def test_local_edits_are_given_up_and_kept_beside(steerco: Command, home: Path) -> None:
    before = {path: (home / path).read_text("utf-8") for path in (TENANT, CHARTER, POLICY)}
    edit(home / CHARTER, 'every = "quarter"', 'every = "month"')
    edited = (home / CHARTER).read_text("utf-8")
    extra = (home / CHARTER).with_name("later.toml")
    extra.write_text(edited, "utf-8")
    assert steerco(f"tenant apply {SLUG} --home", home).code == 1
    found = steerco(f"tenant pull {SLUG} --discard --json --home", home)
    assert found.code == 0
    assert found.json["written"] == [CHARTER]
    assert found.json["gone"] == [f"tenants/{SLUG}/later.toml"]
    assert {path: (home / path).read_text("utf-8") for path in before} == before
    assert (home / f"{CHARTER}.mine").read_text("utf-8") == edited
    assert not extra.exists()
    assert drift(steerco, home) == {}
    plan = steerco(f"tenant plan {SLUG} --json --home", home).json
    assert plan["revision"] == plan["next"]
