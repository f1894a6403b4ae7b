"""Plugins switched off and on again, and released anew: what they are told of the time between, and people of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.plugins.conftest import SETTINGS, START, WITH, Two, switched_on

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.plugin_contributions import released
from steerco.configuration.revisions import brought_by
from steerco.extension.loader import Plugins, folders
from steerco.following.consumers import Consumers

OFF = Home(shipped()).content(WITH)
ON = switched_on(OFF, WITH, "steerco_fleet", settings=SETTINGS)


def applied(two: Two, content: dict[str, str]) -> None:
    two.installation.apply(WITH, content, at=START, who="operator", why="tests", seed=seed)


@pytest.mark.parametrize("looked", [True, False], ids=["the worker ran meanwhile", "the worker was away"])
def test_a_plugin_is_told_nothing_of_the_time_in_which_it_was_off(looked: bool, make: Callable[..., Two]) -> None:
    two, consumers = make("steerco_fleet"), Consumers()
    seen: list[int] = sys.modules["steerco_fleet"].SEEN

    def event(title: str) -> int:
        return two.do("deputy-head", "task.assign", title=title, to=two.person("standing-member")).seq

    def step() -> None:
        if looked:
            consumers.step(two.tenant(), two.now)

    consumers.step(two.tenant(), two.now)
    seen.clear()
    before = event("while it is on")
    step()
    applied(two, OFF)
    step()
    between = [event("while it is off"), event("and another")]
    step()
    applied(two, {**ON, f"tenants/{WITH}/people.toml": ON[f"tenants/{WITH}/people.toml"] + "\n# on, off, on"})
    step()
    applied(two, OFF)
    between.append(event("off once more"))
    step()
    applied(two, ON)
    after = event("on again")
    consumers.step(two.tenant(), two.now)
    consumers.step(two.tenant(), two.now)
    assert [seq for seq in seen if seq in {before, *between, after}] == [before, after]
    assert not consumers.late


MANIFEST = """
name = "steerco_moving"
version = "{version}"
api = "1.0"
title = {{ vi = "Đổi", en = "Moving" }}
capabilities = ["layers"]
instruments = ["circular-9"]
"""
SOURCE = """
from steerco.extension.api import *

@hookimpl
def layers(tenant):
    return [LayerText("circular-9.toml", resource(__name__, "circular-9.toml"))]
"""
LAW = """
[instrument]
id = "circular-9"
title = {{ vi = "Thông tư 9", en = "Circular 9" }}
kind = "law"
effective = 2020-01-01
[[clause]]
id = "1"
gloss = {{ vi = "Một", en = "{gloss}" }}
"""


def release(folder: Path, version: str, gloss: str) -> Plugins:
    """The plugin as a release has it, installed in a process of its own."""
    (folder / "plugin.toml").write_text(MANIFEST.format(version=version))
    (folder / "circular-9.toml").write_text(LAW.format(gloss=gloss))
    plugins = Plugins().add([*folders(), folder])
    assert folder.name in plugins.running
    return plugins


def test_what_a_new_release_brings_without_a_revision_is_told(
    tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "steerco_moving"
    folder.mkdir()
    (folder / "__init__.py").write_text(SOURCE)
    two = make(folder.name, settings="", plugins=release(folder, "1.0.0", "What it was"))

    def told(version: str, gloss: str) -> list[str]:
        tenant = Installation(two.installation.store, plugins=release(folder, version, gloss)).tenant(WITH)
        with tenant.store.read(tenant.id) as session:
            return released(brought_by(session, tenant.snapshot.revision), tenant.snapshot)

    assert told("1.0.0", "What it was") == []
    (same,) = told("1.0.1", "What it was")
    assert "steerco_moving 1.0.0 was installed when revision 2 was applied, 1.0.1 is now" in same
    assert "are the same" in same
    (other,) = told("1.1.0", "What nobody applied")
    assert "are others, and are in force without a revision" in other
    later = Two(Installation(two.installation.store, plugins=release(folder, "1.1.0", "What nobody applied")), two.http)
    path = f"tenants/{WITH}/people.toml"
    content = switched_on(OFF, WITH, folder.name)
    applied(later, {**content, path: content[path] + "\n# by the new release"})
    assert told("1.1.0", "What nobody applied") == []
