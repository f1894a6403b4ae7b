"""The MOST Board's own rule beyond its cases (``cases/urging.toml``): it is counted as a hook of the clause that it rests on."""

from __future__ import annotations

from pathlib import Path

import steerco_most
from steerco.committee import record_types
from steerco.configuration import plugin_wiring
from steerco.configuration.home import Home
from steerco.configuration.load import load

SLUG = "most-steering-board"


def test_its_rule_and_its_lines_rest_on_the_one_clause() -> None:
    snapshot = load(SLUG, Home(Path(__file__).parents[2]).content(SLUG), record_types()).snapshot
    assert snapshot is not None
    named = [(cite, name) for cite, name in plugin_wiring.named(snapshot.circle) if name.startswith("steerco_most")]
    assert [cite for cite, _ in named] == [steerco_most.CLAUSE]
    lines = [line for lines in snapshot.policies.values() for line in lines if line.plugin == "steerco_most"]
    assert {(line.subject, line.clause) for line in lines} == {("wg-member", "7.3")}
