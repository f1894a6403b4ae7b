"""What asking the plugins costs: our dispatch against pluggy's own call, and the thread in which plugins are asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from tests.bench.rows import Row, at_most, interleaved

from steerco.charter.model import Label
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.facts import TenantFacts
from steerco.extension.hookspecs import PROJECT, SPECS, Hooks, hookimpl
from steerco.extension.loader import Plugin
from steerco.extension.manifest import Manifest
from steerco.extension.results import Advice, Fragment
from steerco.extension.runs import Run

PLUGINS = 20
CALLS = 2_000
ROUNDS = 15
FACTS = TenantFacts("bench", Label(), "UTC", ("en",), "board", (), {})
ADVICE = Advice("told", "something", ("steerco:state",))


def run() -> list[Row]:
    """The rows of this bench."""
    page = {"slot": "tenant", "hands": None, "language": "en"}
    return [
        *_rows("nothing said", "advice", (), {}),
        *_rows("one result each", "advice", (ADVICE,), {}),
        *_rows("four arguments and one result each", "page_slot", (Fragment("<p>"),), page),
    ]


def _rows(what: str, hook: str, result: tuple[Any, ...], given: dict[str, Any]) -> list[Row]:
    circle, manager = _plugged(hook, result)
    seats, call = circle.seats[hook], getattr(manager.hook, hook)
    works: list[Callable[[], object]] = [
        lambda: call(tenant=FACTS, **given),
        lambda: Run(SPECS[hook], seats, given, circle.facts)(),
        lambda: circle.ask(hook, **given),
    ]
    pluggys, ours, asked = interleaved([_many(work) for work in works], ROUNDS)
    hop = (asked - ours) / CALLS * 1e6
    return [
        at_most(f"{PLUGINS} plugins asked, {what}: to pluggy's own call", ours / CALLS * 1e6, "µs", ours / pluggys, 1.3),
        Row(f"the thread in which they are asked, {what} (a call, not a plugin)", hop, "µs"),
    ]


def _many(call: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(CALLS):
            call()

    return repeated


def _plugged(hook: str, result: tuple[Any, ...]) -> tuple[TenantPlugins, pluggy.PluginManager]:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    plugins = []
    for number in range(PLUGINS):
        module = ModuleType(f"bench_{number}")

        @hookimpl
        def advice(tenant: TenantFacts) -> tuple[Any, ...]:
            return result

        @hookimpl
        def page_slot(tenant: TenantFacts, slot: str, hands: object, language: str) -> tuple[Any, ...]:
            return result

        setattr(module, hook, {"advice": advice, "page_slot": page_slot}[hook])
        manager.register(module, module.__name__)
        plugins.append(Plugin(Manifest(module.__name__, "1.0.0", "1.0", Label(), folder=Path(__file__)), module))
    facts = {plugin.name: FACTS for plugin in plugins}
    return TenantPlugins("bench", facts=facts).seated(plugins, lambda name: getattr(manager.hook, name).get_hookimpls()), manager
