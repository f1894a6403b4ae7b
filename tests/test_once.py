"""What the run on PostgreSQL leaves out is there, each with its reason; and a run is on the database that it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests import databases

ROOT = Path(__file__).parents[1]
LISTED = [(place, reason) for places in databases.ONCE.values() for place, reason in places.items()]


@pytest.mark.parametrize(("place", "reason"), LISTED, ids=[place for place, _ in LISTED])
def test_what_is_left_out_is_there_and_has_a_reason(place: str, reason: str) -> None:
    path, _, test = place.partition("::")
    assert (ROOT / path).exists()
    name, _, parameter = test.partition("[")
    text = (ROOT / path).read_text("utf-8") if test else ""
    first = name.partition("::")[0]
    assert not test or f"def {first}(" in text or f"class {first}(" in text
    assert parameter.rstrip("]") in text
    assert reason


def test_nothing_is_left_out_by_a_name_that_only_begins_alike() -> None:
    assert databases.once("tests/charter/test_load.py::test_x[1]")
    assert databases.once("tests/store/test_store_engine.py::test_x")
    assert not databases.once("tests/charters/test_load.py::test_x")
    assert not databases.once("tests/store_more.py")


def test_the_run_is_on_the_database_that_it_says() -> None:
    """Else a run on PostgreSQL could say nothing about it."""
    store = databases.STORES.empty()
    assert store.is_walled() == databases.ON_POSTGRESQL
    store.close()


@pytest.mark.xdist_group("grouped")
def test_tests_of_a_group_are_kept_on_one_process(request: pytest.FixtureRequest) -> None:
    """Else what they share (a year that was lived, a browser) is made once more on each process."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("the tests run on one process")
    assert request.node.nodeid.endswith("@grouped")
