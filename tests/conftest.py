"""What every test may ask for: the server of the run, and cases on the database of the run."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from tests import databases, scheduling
from tests.store import postgres

from steerco.cases import world
from steerco.config.settled_types import settle_types
from steerco.extension.budget import BUDGET
from steerco.store import engine
from steerco.store.engine import Store
from steerco.web import app, pages

settings.register_profile(
    "untimed",
    deadline=None,  # a machine that is busy with something else breaks no law
    derandomize=bool(os.environ.get("STEERCO_SAME_EXAMPLES")),  # the gate says the same of the same tree
)
settings.load_profile("untimed")

BUDGET.least = 60.0  # seconds: nor is it a plugin's fault; who tries one that hangs gives it less (``longest``)
engine.PATIENCE = 60.0  # seconds: nor is a thread's turn to write missed for it
NO_STORE = "opens no store"
NOT_TESTED = "NOT TESTED"
"""So begins the reason of a test that is left out for want of a program: the run says each at its end."""

pytest_plugins = ["steerco.testkit.kit"]
world.stores = databases.STORES
_cache = tempfile.TemporaryDirectory(prefix="steerco-cache-")
os.environ["XDG_CACHE_HOME"] = _cache.name  # what the commands keep is the run's own


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left with it when the others are done; on PostgreSQL what is listed as
    running once is left out."""
    if databases.ON_POSTGRESQL:
        left_out = [item for item in items if databases.once(item.nodeid)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items[:] = scheduling.ordered(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> scheduling.ByFile | None:
    """With ``--dist loadgroup``, files are kept together as groups are."""
    return scheduling.scheduler(config, log) if config.option.dist == "loadgroup" else None


class Reports:
    """What the process that reads the reports of the others makes of them."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Processes name the group in the id of its tests, by which what failed would not be found to be tried again."""
        report.nodeid = scheduling.ungrouped(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(Reports())


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests wait for the browsers, servers and commands that they start."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Tests start threads over types that nothing has used before; and hundreds make an application of the same handlers, whose
    signatures are worked out once here (a third of the time that an application takes, measured)."""
    settle_types()
    for handler in (*app.API, *pages.routes()):
        assert handler.parsed_fn_signature


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What is listed as opening no store opens none."""
    if not databases.once(item.nodeid, NO_STORE):
        return (yield)

    def refused(*_: object) -> None:
        raise AssertionError(f"a store is opened by a test that is listed under {NO_STORE!r} in tests/once.toml")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "__init__", refused)
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A run says what it leaves out, and why: on PostgreSQL, and where a program is missing."""
    if databases.ON_POSTGRESQL:
        terminalreporter.section("not on PostgreSQL (tests/once.toml)")
        for kind, places in databases.ONCE.items():
            terminalreporter.line(f"{kind}:")
            for place, reason in places.items():
                terminalreporter.line(f"    {place}: {reason}")
    left_out = Counter(reason for report in terminalreporter.getreports("skipped") if (reason := _not_tested(report)))
    if left_out:
        terminalreporter.section(NOT_TESTED, red=True, bold=True)
        for reason, count in left_out.items():
            terminalreporter.line(f"{count} tests were left out: {reason}")


def _not_tested(report: Any) -> str:
    """Return why a test was left out where the machine lacks a program that it needs, else nothing."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    return str(told).partition(f"{NOT_TESTED}: ")[2]


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """A PostgreSQL server, whatever the database of the run."""
    return databases.server()
