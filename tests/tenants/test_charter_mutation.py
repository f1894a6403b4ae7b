"""Every row of both charters that the last whole run tried says something that a case notices, or a list says why not."""

from __future__ import annotations

import random

import pytest
from tests.tenants.charter_mutation import SLUGS, SURVIVORS, Trial, configured, listed, mutants
from tests.tenants.tried import digest, tried

from steerco.cases.runner import run

SAMPLE = 40
"""How many changes are tried here, drawn anew whenever the committee's files change; `make mutate` tries them all."""


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_no_row_of_a_charter_can_be_changed_without_a_case_noticing(slug: str) -> None:
    trial = Trial(slug)
    known = tried(slug, "charter")
    owed = [at for at, mutant in enumerate(trial.mutants) if not listed(slug, mutant.name) and digest(mutant.name) in known]
    drawn = random.Random(configured(slug).digest).sample(owed, SAMPLE)
    assert [trial.mutants[at].name for at in drawn if not trial.noticed(at)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_list_names_what_is_there_with_a_reason(slug: str) -> None:
    names = [mutant.name for mutant in mutants(configured(slug))]
    assert len(names) == len(set(names))
    assert [pattern for pattern, why in SURVIVORS[slug].items() if len(why) < 20] == []
    assert set(SURVIVORS[slug]) == {pattern for name in names if (pattern := listed(slug, name))}


@pytest.mark.parametrize("slug", SLUGS)
def test_under_the_charter_as_it_stands_the_same_cases_pass(slug: str) -> None:
    """Else every change would be noticed, for no good reason."""
    trial = Trial(slug)
    trial.worlds.instead[slug] = configured(slug)
    drawn = random.Random(slug).sample(trial.cases, 25)
    assert [case.name for case in drawn if run(case, slug, trial.worlds).failed] == []


def test_rows_are_changed_in_every_way() -> None:
    """A duty: dropped, and without each thing that it says, or with another one in its place."""
    names = {mutant.name for mutant in mutants(configured("national-committee"))}
    duty = "duty task-of-member: "
    assert {name.removeprefix(duty) for name in names if name.startswith(duty)} >= {
        *(
            "dropped",
            "another holder",
            "another done_by",
            "another clause",
            "without after",
            "without where",
            "without undone_by",
        ),
        *("without waived_by", "without due", "without lead in where", "without accountable in where"),
    }
    assert any(name.startswith("finance") for name in names)
    assert any(name.startswith("bound") for name in names)
