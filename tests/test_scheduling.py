"""Tests of a file are kept together, long ones begin first, and what failed is found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import scheduling

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("test", "taken"),
    [
        ("tests/web/test_x.py::test_a", "tests/web/test_x.py"),
        ("tests/web/test_x.py::TestB::test_a[1]", "tests/web/test_x.py"),
        ("tests/web/test_x.py::test_a[an@address]", "tests/web/test_x.py"),
        ("tests/web/test_x.py::test_a@browser", "browser"),
        ("tests/web/test_x.py::test_a[1]@browser", "browser"),
        (f"{scheduling.SPREAD[0]}::test_a[1]", f"{scheduling.SPREAD[0]}::test_a[1]"),
    ],
)
def test_one_process_takes_a_group_or_a_file_or_of_some_files_one_test(test: str, taken: str) -> None:
    assert scheduling.ByFile.__new__(scheduling.ByFile)._split_scope(test) == taken


@pytest.mark.parametrize("file", scheduling.SPREAD)
def test_what_is_spread_is_there(file: str) -> None:
    assert (ROOT / file).is_file()


@pytest.mark.parametrize(
    ("told", "test"),
    [
        ("tests/test_x.py::test_a@browser", "tests/test_x.py::test_a"),
        ("tests/test_x.py::test_a[1]@browser", "tests/test_x.py::test_a[1]"),
        ("tests/test_x.py::test_a[an@address]", "tests/test_x.py::test_a[an@address]"),
        ("tests/test_x.py::test_a", "tests/test_x.py::test_a"),
    ],
)
def test_what_failed_is_kept_by_the_name_by_which_it_is_found_again(told: str, test: str) -> None:
    assert scheduling.ungrouped(told) == test


def test_what_holds_something_slow_begins_then_what_has_most_tests(request: pytest.FixtureRequest) -> None:
    """Of a made-up list: x has three tests, y two of which one is slow, z one; two tests of z and x are a group of their own."""
    spread = scheduling.SPREAD[0]
    named: dict[str, tuple[pytest.MarkDecorator, ...]] = {
        "tests/test_z.py::test_a": (),
        "tests/test_x.py::test_a": (),
        "tests/test_y.py::test_a": (),
        "tests/test_x.py::test_b": (),
        f"{spread}::test_a": (),
        "tests/test_z.py::test_b": (pytest.mark.xdist_group("g"),),
        f"{spread}::test_b": (pytest.mark.slow,),
        "tests/test_x.py::test_c": (),
        "tests/test_x.py::test_d": (pytest.mark.xdist_group("g"),),
        "tests/test_y.py::test_b": (pytest.mark.slow,),
    }
    items: list[pytest.Item] = [MadeUp.from_parent(request.session, name=name, nodeid=name) for name in named]
    for item in items:
        for mark in named[item.nodeid]:
            item.add_marker(mark)
    assert [item.nodeid for item in scheduling.ordered(items)] == [
        "tests/test_y.py::test_a",
        "tests/test_y.py::test_b",
        f"{spread}::test_b",
        "tests/test_x.py::test_a",
        "tests/test_x.py::test_b",
        "tests/test_x.py::test_c",
        "tests/test_z.py::test_b",
        "tests/test_x.py::test_d",
        "tests/test_z.py::test_a",
        f"{spread}::test_a",
    ]


class MadeUp(pytest.Item):
    """A test that is in a list and never runs."""

    def runtest(self) -> None:
        raise NotImplementedError
