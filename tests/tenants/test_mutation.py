"""Every policy line of both tenants says something that some case notices."""

from __future__ import annotations

import pytest
from tests.tenants.mutation import ROOT, concerned, survivors

from steerco.cases.runner import find, run
from steerco.cases.world import Worlds
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load

PARTS = 4
SLUGS = ("most-steering-board", "national-committee")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("slug", SLUGS)
def test_no_policy_line_can_be_changed_without_a_case_noticing(slug: str, part: int) -> None:
    """In parts, which processes can share."""
    found = survivors(slug, part=slice(part, None, PARTS))
    assert [f"{line.source.line}: {what}: {line}" for line, what in found] == []


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
