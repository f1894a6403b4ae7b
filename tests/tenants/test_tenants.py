"""Both shipped tenants: their files hold together, Casbin agrees with the table, and every clause is covered or pending."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.policy.equality import assert_equal

from steerco.cases.runner import find
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.platform_orders import ORDERS
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.vocabulary import for_policy

ROOT = Path(__file__).parents[2]
HOME = Home(ROOT)
CLAUSES = {"national-committee": 54, "most-steering-board": 59}


@pytest.fixture(params=sorted(CLAUSES))
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    loaded = load(request.param, HOME.content(request.param), record_types())
    assert [found for found in loaded.findings if found.code != "days-expected"] == []
    assert loaded.snapshot is not None
    return loaded.snapshot


def test_every_clause_of_the_regulation_is_there_in_both_languages(snapshot: Snapshot) -> None:
    (charter,) = snapshot.charters
    assert len({clause.id for clause in charter.clauses}) == CLAUSES[snapshot.slug]
    for clause in charter.clauses:
        assert clause.gloss.vi, clause.id
        assert clause.gloss.en, clause.id
        assert clause.gloss.vi != clause.gloss.en, clause.id


def test_the_ids_are_those_of_the_regulation(snapshot: Snapshot) -> None:
    shared = ROOT.parent / "shared" / "clauses" / f"{snapshot.slug}.toml"
    if not shared.exists():
        pytest.skip(f"the list of clauses is not beside this checkout: {shared.name}")
    wanted = [clause["id"] for clause in tomllib.loads(shared.read_text("utf-8"))["clause"]]
    assert [clause.id for clause in snapshot.charters[0].clauses] == wanted


def test_the_table_is_casbins(snapshot: Snapshot) -> None:
    regime = snapshot.regime(snapshot.charters[0])
    assert_equal(regime.table, regime.engine, for_policy(snapshot.types, regime.charter, {*regime.clauses, *ORDERS}))


def test_a_clause_without_a_case_stands_in_the_list_of_what_is_pending(snapshot: Snapshot) -> None:
    pending = set(tomllib.loads((ROOT / "tests" / "pending.toml").read_text("utf-8"))[snapshot.slug]["clauses"])
    cases, findings = find(ROOT / "tenants" / snapshot.slug / "cases")
    assert findings == []
    cited = {cite for case in cases for cite in case.cites}
    clauses = {clause.id for clause in snapshot.charters[0].clauses}
    assert clauses - cited <= pending, "a clause lost its case"
    assert pending <= clauses - cited, "a clause has its case now: take it off the list"
