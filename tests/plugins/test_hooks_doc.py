"""The reference of hooks says what the specifications say, and its examples are hooks that the program takes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pluggy
import pytest

from steerco.extension import api
from steerco.extension.hookspecs import CAPABILITIES, PROJECT, SPECS, Hooks
from steerco.extension.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"


def test_the_page_is_as_the_specifications_are() -> None:
    assert PAGE.read_text("utf-8") == reference(), "make docs writes it anew"


@pytest.mark.parametrize("hook", list(SPECS))
def test_an_example_is_a_hook_that_the_program_takes(hook: str) -> None:
    module = ModuleType(f"example_{hook}")
    names = {name: getattr(api, name) for name in api.__all__}
    source = "\n".join(line.removeprefix("            ") for line in SPECS[hook].example.splitlines())
    exec(compile(source, f"<example of {hook}>", "exec"), {**names, "__name__": module.__name__}, vars(module))
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(module, "example")
    manager.check_pending()
    assert [impl.plugin for impl in getattr(manager.hook, hook).get_hookimpls()] == [module]


def test_every_capability_is_of_some_use() -> None:
    assert {spec.capability for spec in SPECS.values()} <= CAPABILITIES
    assert CAPABILITIES - {spec.capability for spec in SPECS.values()} == {"tables", "commands", "network"}
