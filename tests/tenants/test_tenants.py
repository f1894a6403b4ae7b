"""Both shipped tenants: their files hold together, Casbin agrees with the table, and every clause is covered."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from tests.policy.equality import EngineByAct, assert_equal

from steerco.charter.all_rules import ruled
from steerco.charter.model import NOT_STATED
from steerco.cli.main import run
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
    engine = EngineByAct(regime.engine, regime.table, regime.closures)
    assert_equal(regime.table, engine, for_policy(snapshot.types, regime.charter, {*regime.clauses, *ORDERS}))


def test_something_runs_under_every_clause_and_a_step_asserts_it(snapshot: Snapshot, capsys: pytest.CaptureFixture[str]) -> None:
    """Held against `charter coverage` itself, so that the two cannot tell different things."""
    assert run(["charter", "coverage", snapshot.slug, "--json", "--home", str(ROOT)]) == 0
    found = json.loads(capsys.readouterr().out)
    runs = [any(clause[part] for part in ("powers", "duties", "rules", "hooks")) for clause in found["clauses"]]
    open_ = {each["id"] for each, does in zip(found["clauses"], runs, strict=True) if not (does and each["cases"])}
    assert open_ == set(), "a clause lost what ran under it, or the step that asserted it"
    assert found["covered"] == found["total"] == CLAUSES[snapshot.slug]


def test_what_nothing_runs_says_so_in_the_file(snapshot: Snapshot) -> None:
    """Who there is does no more than be there, and what is not stated says that itself; all else that nothing runs is marked."""
    tables = ("rule", "cadence", "decision", "portfolio", "finance", "signing", "bound")
    idle = [
        item
        for layer in (*snapshot.charters, *snapshot.beside)
        for item in ruled(layer)
        if item.table in tables and not item.runs
    ]
    assert len(idle) > 10
    for item in idle:
        silent = NOT_STATED in (getattr(item.rule, "value", None), getattr(item.rule, "every", None))
        assert item.shown is not silent, f"{item.source.file}:{item.source.line}: {item}"
