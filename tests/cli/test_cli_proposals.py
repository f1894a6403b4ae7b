"""`charter import` proposes rows beside the charter; a person accepts or refuses them, and nothing else changes a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from tests.cli.command import Command

from steerco.charter import load

COUNCIL = Path(__file__).parents[1] / "charter" / "sample-council.txt"


@pytest.fixture
def garden(steerco: Command, tmp_path: Path) -> Path:
    """A home with one imported charter."""
    ran = steerco(f"charter import --tenant garden --home {tmp_path}", COUNCIL)
    assert ran.code == 0, ran.err
    assert "rows proposed in" in ran.err
    return tmp_path


def charter(home: Path) -> str:
    return (home / "tenants/garden/charter.toml").read_text("utf-8")


def states(home: Path) -> dict[str, str]:
    rows = tomllib.loads((home / "tenants/garden/charter.proposed.toml").read_text("utf-8"))["proposal"]
    return {row["id"]: row["state"] for row in rows}


def test_all_above_a_confidence_are_accepted_and_the_charter_loads(steerco: Command, garden: Path) -> None:
    before = charter(garden)
    ran = steerco(f"charter accept garden --above 60 --home {garden}")
    assert ran.code == 0, ran.err
    assert set(states(garden).values()) == {"accepted"}
    after = charter(garden)
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
    found, wrong = load.read(after.replace("[instrument]", "[instrument]\neffective = 2024-01-01", 1), "charter", "charter.toml")
    assert wrong == []
    assert found is not None
    assert [cadence.every for cadence in found.cadences] == ["half-year"]
    policy = (garden / "policies/garden.csv").read_text("utf-8")
    assert "p, chair, council, meeting.regular, convene, -, allow, 3.1" in policy
    assert steerco(f"charter accept garden --above 60 --home {garden}").code == 2, "nothing is left"


def test_one_is_accepted_and_tried_before(steerco: Command, garden: Path) -> None:
    before = charter(garden)
    tried = steerco(f"charter accept garden cadence:council-meeting:5.1 --dry-run --home {garden}")
    assert tried.code == 0
    assert 'every = "half-year"' in tried.out
    assert charter(garden) == before
    assert steerco(f"charter accept garden cadence:council-meeting:5.1 --home {garden}").code == 0
    assert tomllib.loads(charter(garden))["cadence"][0]["cite"] == ["5.1", "3.1"]
    again = steerco(f"charter accept garden cadence:council-meeting:5.1 --home {garden}")
    assert again.code == 1
    assert "was accepted before" in again.out


def test_a_refused_one_is_accepted_by_nothing_and_stays_refused(steerco: Command, garden: Path) -> None:
    assert steerco(f"charter refuse garden rule:notice:5.2 --home {garden}").code == 0
    assert states(garden)["rule:notice:5.2"] == "refused"
    assert steerco(f"charter propose garden --home {garden}").code == 0
    assert states(garden)["rule:notice:5.2"] == "refused"
    before = charter(garden)
    assert steerco(f"charter accept garden rule:notice:5.2 --home {garden}").code == 1
    assert charter(garden) == before
    listed = json.loads(steerco(f"charter proposals garden --json --home {garden}").out)
    assert listed["open"] == len(listed["proposals"]) - 1


def test_all_or_none_and_a_hint(steerco: Command, garden: Path) -> None:
    file = garden / "tenants/garden/charter.toml"
    file.write_text(
        charter(garden) + '\n[[decision]]\nid = "vote"\nlabel = { vi = "x" }\nbody = "council"\nrule = "vote"\n', "utf-8"
    )
    before = charter(garden)
    ran = steerco(f"charter accept garden --above 60 --home {garden}")
    assert ran.code == 1
    assert "stands in the charter already" in ran.out
    assert charter(garden) == before
    assert not (garden / "policies/garden.csv").exists()
    missing = steerco(f"charter accept garden rule:notice:5.9 --home {garden}")
    assert missing.code == 1
    assert "rule:notice:5.2" in missing.err


def test_a_charter_without_words_or_proposals(steerco: Command, files: Path) -> None:
    ran = steerco(f"charter proposals nobody --home {files}")
    assert ran.code != 0
    assert "charter propose" in ran.err
    assert steerco(f"charter propose nobody --home {files}").code == 2


def test_a_seat_by_office_brings_what_it_refers_to(steerco: Command, garden: Path) -> None:
    assert steerco(f"charter accept garden seat:member-vuon-uom:4.1 --home {garden}").code == 0
    written = tomllib.loads(charter(garden))
    assert [row["id"] for row in written["body"]] == ["council"]
    assert [row["id"] for row in written["role"]] == ["member"]
    people = tomllib.loads((garden / "tenants/garden/people.toml").read_text("utf-8"))
    assert people["office"] == [{"id": "giam-doc-vuon-uom", "title": {"vi": "Giám đốc Vườn ươm"}, "agency": "vuon-uom"}]
    assert [row["id"] for row in people["agency"]] == ["vuon-uom"]


@pytest.mark.parametrize("steps", [("accept", "new"), ("new", "accept")], ids=" then ".join)
def test_a_new_tenant_keeps_what_was_accepted(steerco: Command, garden: Path, steps: tuple[str, str]) -> None:
    words = {"accept": "charter accept garden --above 60", "new": "tenant new garden --kind one-decides"}
    for step in steps:
        assert steerco(f"{words[step]} --home {garden}").code == 0
    findings = json.loads(steerco(f"tenant check garden --json --home {garden}").out)
    told = [each["message"] for each in findings if each["level"] == "error"]
    assert told == ["instrument, effective: is missing"], "the day of effect is what this text does not say"
    assert "p, chair, council, meeting.regular, convene, -, allow, 3.1" in (garden / "policies/garden.csv").read_text("utf-8")
    assert "giam-doc-vuon-uom" in (garden / "tenants/garden/people.toml").read_text("utf-8")
