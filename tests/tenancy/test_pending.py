"""Changes that wait to be applied: kept for all administrators, brought onto another revision, taken away with a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.web.conftest import NATIONAL, START, installed

from steerco.cases.trial import STILL, Trials
from steerco.changes import pending
from steerco.changes.pending import ChangeDraft, Trial
from steerco.changes.prepared import in_use
from steerco.configuration.installation import Installation
from steerco.operations.background import Background
from steerco.operations.erasure import erase_person

OWN, LAW = f"tenants/{NATIONAL}/house.toml", f"tenants/{NATIONAL}/tenant.toml"


@pytest.fixture
def installation() -> Installation:
    return installed()


def kept(installation: Installation, person: str = "thu-tuong", text: str = "x") -> str:
    return pending.keep(installation.tenant(NATIONAL), ChangeDraft("account", person, "files", 1, {OWN: text}), START)


def waiting(installation: Installation) -> list[str]:
    tenant = installation.tenant(NATIONAL)
    with tenant.store.read(tenant.id) as session:
        return [row.id for row in pending.waiting(session)]


def test_what_waited_too_long_goes_and_so_does_the_oldest_of_too_many(installation: Installation) -> None:
    tenant = installation.tenant(NATIONAL)
    old = kept(installation)
    later = START + pending.KEPT + timedelta(days=1)
    new = pending.keep(tenant, ChangeDraft("account", "thu-tuong", "files", 1, {}), later)
    assert waiting(installation) == [new]
    more = [pending.keep(tenant, ChangeDraft("account", "thu-tuong", "files", 1, {}), later) for _ in range(pending.MOST)]
    assert set(waiting(installation)) == set(more)
    assert old not in waiting(installation)


def test_an_erased_person_leaves_nothing_prepared_and_nothing_that_names_them(installation: Installation) -> None:
    kept(installation, "pho-thu-tuong")
    kept(installation, "thu-tuong", 'person = "pho-thu-tuong"')
    other = kept(installation, "thu-tuong", "harmless")
    erase_person(installation, NATIONAL, "pho-thu-tuong", at=START, who="operator", why="asked")
    assert waiting(installation) == [other]


def test_what_both_sides_changed_is_a_conflict_and_what_one_did_stays(installation: Installation) -> None:
    current = in_use(installation, NATIONAL)
    assert current is not None
    was = current.content
    mine: dict[str, str | None] = {OWN: was[OWN].replace('heading = { vi = "Danh bạ"', 'heading = { vi = "Sổ danh bạ"')}
    there = {**was, OWN: was[OWN].replace('en = "Recording appointments"', 'en = "Appointments"'), LAW: was[LAW] + "# theirs\n"}
    brought = pending.rebased(mine, was, there)
    assert not brought.conflicts
    assert set(brought.files) == {OWN}
    assert "Sổ danh bạ" in str(brought.files[OWN])
    assert 'en = "Appointments"' in str(brought.files[OWN])
    clash = {**was, OWN: was[OWN].replace('heading = { vi = "Danh bạ"', 'heading = { vi = "Danh mục"')}
    assert set(pending.rebased(mine, was, clash).conflicts) == {OWN}
    assert pending.rebased({OWN: None}, was, there).conflicts  # one side took away what the other changed


def test_a_trial_that_was_cut_off_is_known_from_one_that_goes_on(installation: Installation) -> None:
    trials = Trials(installation, None, lambda: START + STILL + timedelta(seconds=1), Background())
    assert trials.stands_still(NATIONAL, "of another process", Trial("cases", START))
    assert not trials.stands_still(NATIONAL, "of another process", Trial("cases", START + STILL))
    assert not trials.stands_still(NATIONAL, "over", Trial("done", START))
