"""Days far off in a configuration: told where they are mistyped, and never a standstill where they are taken."""

from __future__ import annotations

import pytest
from tests.databases import STORES
from tests.tenancy.board import CHARTER, LATER, NOW, PEOPLE, SLUG, TENANT, apply, content

from steerco.changes.plan import plan
from steerco.committee import record_types
from steerco.config.findings import errors
from steerco.configuration.installation import Installation
from steerco.configuration.load import load

PLACES = {
    "effective": (CHARTER, "effective = 2020-01-01", "effective = {}"),
    "date": (CHARTER, "effective = 2020-01-01", "effective = 2020-01-01\ndate = {}"),
    "not_before": (CHARTER, "effective = 2020-01-01", "effective = 2020-01-01\nnot_before = {}"),
}
OF_ACTS = {
    "kept_from": (TENANT, "plugins = []", "plugins = []\nkept_from = {}"),
    "holidays": (TENANT, "", "\n[calendar]\nholidays = [{}]\n"),
    "from": (PEOPLE, "from = 2020-01-01", "from = {}"),
}


@pytest.mark.parametrize("day", ["0001-01-01", '"0001"', "0202-01-01", '"0999-12"', "2201-01-01", '"9999"', "9999-12-31"])
@pytest.mark.parametrize("place", PLACES)
def test_a_day_of_an_instrument_outside_the_calendar_is_told(place: str, day: str) -> None:
    file, old, new = PLACES[place]
    found = errors(load(SLUG, content((file, old, new.format(day))), record_types()).findings)
    assert [(each.file, each.line > 1, "the years 1000 to 2200" in each.message) for each in found] == [(file, True, True)]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
@pytest.mark.parametrize("place", OF_ACTS)
def test_a_day_that_no_act_can_name_is_told(place: str, day: str) -> None:
    file, old, new = OF_ACTS[place]
    found = errors(load(SLUG, content((file, old, new.format(day))), record_types()).findings)
    assert {(each.file, each.line > 1, each.code in ("too-small", "too-large")) for each in found} == {(file, True, True)}


@pytest.mark.parametrize("day", ["1000-01-01", '"1000"', "1863-02-09"])
def test_an_old_charter_can_be_applied_planned_and_changed(day: str) -> None:
    installation = Installation(STORES.empty())
    old = (CHARTER, "effective = 2020-01-01", f"effective = {day}")
    apply(installation, content(old), at=NOW)
    for number, title in enumerate(("An example", "Another"), 2):
        texts = content(old, (CHARTER, "Operating regulation (an example)", title))
        tenant, after = installation.tenant(SLUG), load(SLUG, texts, record_types()).snapshot
        assert after is not None
        with tenant.store.read(tenant.id) as session:
            assert plan(tenant, session, after, tenant.snapshot.local(LATER)).next == number
        assert apply(installation, texts, at=LATER).snapshot.revision == number


@pytest.mark.parametrize("day", ["2200-12-31", '"2200"'])
def test_a_charter_of_a_far_day_beside_one_in_force(day: str) -> None:
    installation = Installation(STORES.empty())
    apply(installation, content(), at=NOW)
    texts = content((TENANT, 'charters = ["charter.toml"]', 'charters = ["charter.toml", "later.toml"]'))
    later = texts[CHARTER].replace("effective = 2020-01-01", f"effective = {day}").replace('id = "1/EXAMPLE"', 'id = "2/EXAMPLE"')
    texts[CHARTER.replace("charter.toml", "later.toml")] = later
    assert apply(installation, texts, at=LATER).snapshot.revision == 2
    assert apply(installation, content(), at=LATER).snapshot.revision == 3
