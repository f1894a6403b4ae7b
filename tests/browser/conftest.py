"""A browser over a running demonstration. Tests here are written plainly: each runs whole in the browser's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser import chromium
from tests.browser.chromium import Chromium
from tests.browser.demonstration import Demonstration, demonstration

PageAt = Callable[..., Page]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Where no browser is, nothing here is tested; whether that is a failure, whoever runs the tests says."""
    if not chromium.program():
        (pytest.fail if chromium.required() else pytest.skip)(f"NOT TESTED: {chromium.MISSING}")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test in the thread that drives the browser."""
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    browser = pyfuncitem.funcargs.get("browser")
    if browser is None:
        return None
    browser.work(pyfuncitem.obj, **given)
    return True


def _sharing(home: Path) -> None:
    """Both committees stand on the sheets of several committees, so that those pages show something."""
    for path in home.glob("tenants/*/tenant.toml"):
        path.write_text(f'shared = ["week", "subjects"]\n{path.read_text("utf-8")}', "utf-8")


@pytest.fixture(scope="session")
def served() -> Iterator[Demonstration]:
    """The demonstration, one for the run: what a test does in it stays, so each does its own."""
    with demonstration(_sharing) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    started = Chromium()
    yield started
    started.close()


@pytest.fixture
def page_at(browser: Chromium, served: Demonstration) -> Iterator[PageAt]:
    """A page of a fresh profile: ``page_at(width, language, script=True)``. Paths are those of the demonstration."""
    with ExitStack() as stack:

        def opened(width: int = 1280, language: str = "vi", *, script: bool = True, **more: Any) -> Page:
            context = browser.context(width, language, script=script, base_url=served.url, **more)
            stack.callback(browser.work, context.close)
            return context.new_page()

        yield opened
