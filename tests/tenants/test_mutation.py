"""Policy lines of both tenants say something that some case notices: one in ten of those tried at the last whole run."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests import sweep
from tests.tenants.mutation import ROOT, concerned, survivors
from tests.tenants.tried import tried

from steerco.cases.runner import find, run
from steerco.cases.world import Worlds
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.policy.reader import read

PARTS = 4
EACH = sweep.number(1, 10)
"""Of so many lines of a part one is changed here; each by `make sweep`, or by `python -m tests.tenants.mutation SLUG`."""
LISTED: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "policy_survivors.toml").read_text("utf-8"))
"""Changes that no case notices, each with its reason."""
SLUGS = ("most-steering-board", "national-committee")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("slug", SLUGS)
def test_no_policy_line_can_be_changed_without_a_case_noticing(slug: str, part: int) -> None:
    """In parts, which processes can share."""
    unnoticed = [
        f"{what}: {line}" for line, what in survivors(slug, part=slice(part, None, PARTS * EACH), only=tried(slug, "policy"))
    ]
    assert [change for change in unnoticed if change not in LISTED[slug]] == []


def test_what_is_listed_as_unnoticed_is_a_line_of_the_policy_and_has_a_reason() -> None:
    assert set(LISTED) == set(SLUGS)
    for slug, changes in LISTED.items():
        text = (ROOT / "policies" / f"{slug}.csv").read_text("utf-8")
        lines = {str(line) for line in read(text, f"policies/{slug}.csv")[0]}
        assert {change.partition(": ")[2] for change in changes} <= lines
        assert all(changes.values())


def test_under_the_policy_as_it_stands_the_same_cases_pass() -> None:
    """Else every change would be noticed, for no good reason."""
    slug = SLUGS[0]
    home = Home(ROOT)
    snapshot = load(slug, home.content(slug), record_types()).snapshot
    assert snapshot is not None
    (lines,) = snapshot.policies.values()
    worlds = Worlds(home, {slug: snapshot})
    cases = find(ROOT / "tenants" / slug / "cases")[0]
    assert [case.name for case in concerned(cases, lines[0]) if run(case, slug, worlds).failed] == []
