"""Which process takes which tests, and in what order: what is made for a file is made once, and what takes long begins first."""

from __future__ import annotations

from collections import Counter

import pytest
from xdist.scheduler import LoadGroupScheduling

SPREAD = (
    "tests/docs/test_docs_followed.py",
    "tests/kill/test_kill.py",
    "tests/tenants/test_charter_mutation.py",
    "tests/tenants/test_mutation.py",
    "tests/web/test_web_fuzz.py",
)
"""Files of long tests that share nothing: any process takes one of them."""


class ByFile(LoadGroupScheduling):
    """The tests of a file are kept on one process, as those of a group are: an installation, a server or an application that is
    made for them is made once, and not once on each process."""

    def _split_scope(self, nodeid: str) -> str:
        grouped: str = super()._split_scope(nodeid)
        return grouped if grouped != nodeid else unit(nodeid)


def unit(nodeid: str, marked: str = "") -> str:
    """Return what one process takes whole, of which a test is part. ``marked``: the group that it is marked with."""
    file = nodeid.partition("::")[0]
    return marked or (nodeid if file in SPREAD else file)


def scheduler(config: pytest.Config, log: object) -> ByFile:
    """Return the scheduler of a run; units are taken in the order of ``ordered``."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def ordered(items: list[pytest.Item]) -> list[pytest.Item]:
    """Units in which something is marked as slow first, then those of many tests: at the end no process is left with a long one
    when the others are done."""
    units = {item: unit(item.nodeid, group(item)) for item in items}
    slow = {units[item] for item in items if item.get_closest_marker("slow")}
    sizes = Counter(units.values())
    first = {name: at for at, name in reversed(list(enumerate(units.values())))}
    return sorted(items, key=lambda item: (units[item] not in slow, -sizes[units[item]], first[units[item]]))


def ungrouped(nodeid: str) -> str:
    """The id of a test as it is without processes, which is how ``--last-failed`` finds it again."""
    return nodeid.rpartition("@")[0] if nodeid.rfind("@") > nodeid.rfind("]") else nodeid


def group(item: pytest.Item) -> str:
    """Return the group that a test is marked with, if any."""
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""
