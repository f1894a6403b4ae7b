"""A pytest plugin for authors of plugins: ``pytest_plugins = ["steerco.testkit.kit"]`` in their top ``conftest.py``.

A test class names the plugin (``plugin = "steerco_x"``, ``settings = {…}``), or a test module does (``PLUGIN``, ``SETTINGS``);
then ``committee`` is a made-up committee with it on, ``committee.other`` the same without. ``PluginSuite`` is what every plugin
has to stand: derive from it. docs/plugins.md has an example.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from steerco.kernel.perform import Done
from steerco.records import OutOfOrder, Refused, Stopped
from steerco.testkit import SAMPLE
from steerco.testkit.committee import Clock, Committee, CommitteeSetup
from steerco.testkit.suite import PluginSuite

__all__ = ["Clock", "Committee", "PluginSuite", "assert_refused"]


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> CommitteeSetup:
    """The setup of the trial, as the test's class or module states it."""
    plugin = _setting(request, "plugin", "")
    if not plugin:
        pytest.fail('which plugin? Say plugin = "steerco_…" in the test class, or PLUGIN = "steerco_…" in the module')
    settings = tomlkit.dumps(_setting(request, "settings", {}))
    return CommitteeSetup(plugin, settings, Path(_setting(request, "home", SAMPLE)), _setting(request, "slug", ""))


def _setting(request: pytest.FixtureRequest, name: str, otherwise: Any) -> Any:
    mine = getattr(request.cls, name, None) if request.cls else None
    return mine or getattr(request.module, name.upper(), otherwise)


@pytest.fixture
def committee(ground: CommitteeSetup) -> Iterator[Committee]:
    """A committee of this test's own, with the plugin on."""
    fresh = Committee.made(ground)
    with fresh.closing:
        yield fresh


@pytest.fixture
def clock(committee: Committee) -> Clock:
    """The committee's time: ``clock.advance(days=3)``."""
    return committee.clock


@pytest.fixture
def actors(committee: Committee) -> Mapping[str, str]:
    """Per role, a person who holds it."""
    return committee.actors


@pytest.fixture
def perform(committee: Committee) -> Callable[..., Done]:
    """``perform(who, action, on, **input)``: an act in the committee."""
    return committee.do


@contextmanager
def assert_refused(because: str | Collection[str] = (), code: str = "") -> Iterator[list[Stopped]]:
    """The act inside is refused, or out of order, by these clauses (``<instrument>:<clause>`` for a plugin's own).

    ``code`` is that of the ruling. Gives a list, which afterwards holds what stopped the act.
    """
    caught: list[Stopped] = []
    try:
        yield caught
    except (Refused, OutOfOrder) as stopped:
        caught.append(stopped)
    assert caught, "nothing stopped the act"
    (why,) = caught
    cited = {reason.clause for reason in why.decision.because} if isinstance(why, Refused) else set(getattr(why, "cites", ()))
    expected = {because} if isinstance(because, str) else set(because)
    assert expected <= cited, f"stopped because of {sorted(cited)}, and not of {sorted(expected)}"
    stated = why.params.get("rule", why.code)
    assert code in ("", stated, why.code), f"stopped by {stated}, and not by {code}"
