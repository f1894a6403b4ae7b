"""A class of matters that the policy leaves without a way is found."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command


def test_a_class_that_nobody_can_vote_on_or_decide_is_found(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new pond --kind voting-council --language en --home", tmp_path)
    policy = tmp_path / "policies/pond.csv"
    text = policy.read_text("utf-8")
    assert steerco("tenant check pond --json --home", tmp_path).json == []
    policy.write_text(text.replace("matter,      vote,              -,", "matter,      vote, class=motion,"), "utf-8")
    found = steerco("tenant check pond --json --home", tmp_path).json
    assert "unknown-facet" in {each["code"] for each in found} or "class-without-powers" in {each["code"] for each in found}
    policy.write_text("\n".join(line for line in text.splitlines() if "decide," not in line), "utf-8")
    found = steerco("tenant check pond --json --home", tmp_path).json
    assert {each["code"] for each in found} == {"class-without-powers"}
    assert any("matter.decide" in each["message"] and "'amendment'" in each["message"] for each in found)
