"""What is held in memory is bounded, and a tenant that was let go of stays right for the requests that still use it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.databases import STORES
from tests.tenancy.board import NOW, SLUG, TENANT, apply, content

from steerco.cli.main import run
from steerco.committee import record_types
from steerco.config.findings import errors
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.extension.loader import Plugins, installed
from steerco.store.lru_cache import LRUCache, Same

NAMED = content((TENANT, 'en = "board"', 'en = "First"'))


@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from(["put", "get", "pop"]), st.integers(0, 6))))
def test_the_bound_holds_and_what_was_used_longest_ago_goes_first(most: int, steps: list[tuple[str, int]]) -> None:
    kept: LRUCache[int, str] = LRUCache(most)
    model: OrderedDict[int, str] = OrderedDict()
    for step, key in steps:
        if step == "put":
            kept.put(key, str(key))
            model.pop(key, None)
            model[key] = str(key)
            while len(model) > most:
                model.popitem(last=False)
        elif step == "pop":
            kept.pop(key)
            model.pop(key, None)
        else:
            assert kept.get(key) == model.get(key)
            if key in model:
                model.move_to_end(key)
        assert len(kept) == len(model) <= most


def test_what_is_heavy_leaves_room_for_less_and_the_latest_always_stays() -> None:
    kept: LRUCache[str, str] = LRUCache(10, len, 5)
    for word in ("ab", "cd", "e"):
        kept.put(word, word)
    assert len(kept) == 3
    kept.put("fg", "fg")
    assert [kept.get(word) for word in ("ab", "cd", "e", "fg")] == [None, "cd", "e", "fg"]
    kept.put("heavy", "far too heavy")
    assert len(kept) == 1
    assert kept.get("heavy")


@pytest.fixture
def small() -> Iterator[Installation]:
    """Two tenants, of which one is held at a time."""
    store = STORES.empty()
    installation = Installation(store, kept=1)
    apply(installation, content(), at=NOW)
    other = {path.replace(SLUG, "other"): text.replace(f'"{SLUG}"', '"other"') for path, text in content().items()}
    other = {path: text.replace(f"{SLUG}.csv", "other.csv") for path, text in other.items()}
    installation.apply("other", other, at=NOW, who="op", why="test", seed=lambda tenant, people, at: None)
    yield installation
    store.close()


def test_a_tenant_that_was_let_go_of_is_loaded_again(small: Installation) -> None:
    first = small.tenant(SLUG)
    assert small.tenant(SLUG) is first
    small.tenant("other")
    assert len(small._tenants) == 1
    again = small.tenant(SLUG)
    assert again is not first
    assert again.snapshot.digest == first.snapshot.digest


def test_a_request_under_way_ends_under_its_revision_and_no_old_tenant_answers_after_it(small: Installation) -> None:
    held = small.tenant(SLUG)
    with held.store.read(held.id) as under_way:
        mine = held.at(under_way)
        before = mine.directory(under_way)
        apply(Installation(small.store), NAMED)  # by another process
        small.tenant("other")  # this one lets go of it
        again = small.tenant(SLUG)
        assert again is not held
        assert (mine.snapshot.revision, again.snapshot.revision) == (1, 2)
        assert mine.directory(under_way) is before
        assert held.at(under_way).snapshot.revision == 1  # its moment is that of its session
    with held.store.read(held.id) as next_one:
        old, new = held.at(next_one), again.at(next_one)
        assert old.snapshot.revision == new.snapshot.revision == 2
        assert old.snapshot.digest == new.snapshot.digest
        assert old.directory(next_one) == new.directory(next_one)


@pytest.mark.parametrize("given_number", ["0", "-1", "many", "1e3"])
def test_how_many_are_held_is_a_number(
    given_number: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("STEERCO_TENANTS_KEPT", given_number)
    assert run(["work", "--once", "--home", str(tmp_path)]) != 0
    assert "STEERCO_TENANTS_KEPT" in capsys.readouterr().err
    monkeypatch.setenv("STEERCO_TENANTS_KEPT", "2")
    run(["work", "--once", "--home", str(tmp_path)])
    assert "STEERCO_TENANTS_KEPT" not in capsys.readouterr().err


def test_a_key_by_identity_holds_what_it_is_of() -> None:
    kept: LRUCache[Same[list[int]], int] = LRUCache(1000)
    for number in range(300):
        fresh = [number]
        assert kept.get(Same(fresh)) is None  # no address is given anew while its key is kept
        kept.put(Same(fresh), number)
    assert Same([1]) != Same([1])


def test_plugins_that_are_gone_are_missed_whatever_was_loaded_before() -> None:
    plugged = content((TENANT, "plugins = []", 'plugins = ["steerco_vn_law"]'))
    for _ in range(20):  # new ones come to lie where those before them lay
        assert not errors(load(SLUG, plugged, record_types(), Plugins(dict(installed().running))).findings)
        assert [f.code for f in load(SLUG, plugged, record_types(), Plugins()).findings] == ["no-plugin"]


def test_plugins_that_came_since_are_seen() -> None:
    plugged, plugins = content((TENANT, "plugins = []", 'plugins = ["steerco_vn_law"]')), Plugins()
    assert load(SLUG, plugged, record_types(), plugins).snapshot is None
    plugins.running.update(installed().running)
    assert load(SLUG, plugged, record_types(), plugins).snapshot is not None
