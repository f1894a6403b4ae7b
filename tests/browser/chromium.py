"""Chromium, driven by Playwright from a thread of its own.

A thread of its own, because while Playwright's synchronous driver is open in a thread, no ``asyncio.run()`` works there any more:
tests that come later in the same process would fail. ``work`` hands a function over to it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCH = "STEERCO_BROWSER"
"""``required``: where no browser is, its tests fail instead of being left out."""
MISSING = f"no {NAMES[0]} on the PATH (on Debian: apt-get install chromium)"
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
HEIGHTS = {360: 740, 768: 1024, 1280: 800}
"""Widths at which pages are looked at, with the heights of the screens that have them."""
ZONE = "Asia/Ho_Chi_Minh"
PATIENCE = 120_000
"""Milliseconds after which an answer of a page is given up: the machine may be busy with other tests."""

T = TypeVar("T")


def program() -> str:
    """Where the browser is; empty where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


def required() -> bool:
    """Whether a run without a browser is a failure."""
    return os.environ.get(SWITCH, "") == "required"


class Chromium:
    """One running browser and the thread that drives it. Everything of Playwright happens inside ``work``."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chromium")
        self._playwright: Playwright
        self._browser: Browser
        self.work(self._start)

    def work(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        """Call a function in the browser's thread and answer what it does."""
        return self._thread.submit(call, *given, **named).result()

    def context(self, width: int = 1280, language: str = "vi", *, script: bool = True, **more: Any) -> BrowserContext:
        """A fresh profile, as wide as a device; from within ``work`` only."""
        given: dict[str, Any] = {
            "viewport": {"width": width, "height": HEIGHTS.get(width, 800)},
            "locale": {"vi": "vi-VN", "en": "en-GB"}[language],
            "timezone_id": ZONE,
            "java_script_enabled": script,
            **more,
        }
        made = self._browser.new_context(**given)
        made.set_default_timeout(PATIENCE)
        return made

    def close(self) -> None:
        self.work(self._end)
        self._thread.shutdown()

    def _start(self) -> None:
        from playwright.sync_api import expect, sync_playwright

        expect.set_options(timeout=PATIENCE)
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=program(), args=list(FLAGS))

    def _end(self) -> None:
        self._browser.close()
        self._playwright.stop()
