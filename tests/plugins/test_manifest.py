"""What is wrong with a plugin is said with what to do; it is left out, and everything else runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.plugins.conftest import WITH, switched_on

from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.load import load
from steerco.configuration.plugin_wiring import advice
from steerco.extension.loader import Plugins

GOOD = {
    "name": '"{name}"',
    "version": '"1.0.0"',
    "api": '"1.0"',
    "title": '{{ vi = "Mẫu", en = "Sample" }}',
    "capabilities": '["advice"]',
}
CODE = """
from steerco.extension.api import Advice, hookimpl

@hookimpl
def advice(tenant):
    return [Advice("told", "something", ("steerco:state",))]
"""


def plugin(folder: Path, package: str, code: str = CODE, **changed: str) -> Path:
    """A plugin's package whose manifest differs from a good one."""
    made = folder / package
    made.mkdir()
    lines = {key: value.format(name=package) for key, value in GOOD.items()} | changed
    (made / "plugin.toml").write_text("\n".join(f"{key} = {value}" for key, value in lines.items() if value), "utf-8")
    (made / "__init__.py").write_text(code)
    return made


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


WRONG = {
    "an API that is not there": ({"api": '"2.0"'}, CODE, "other-api", "install a version of it made for 1.x"),
    "a newer API": ({"api": '"1.9"'}, CODE, "other-api", "this program has 1.0"),
    "an undeclared capability": ({"capabilities": "[]"}, CODE, "undeclared-capability", "add it to capabilities"),
    "an unknown capability": ({"capabilities": '["magic"]'}, CODE, "not-allowed", "magic"),
    "a requirement that is missing": ({"requires": '["steerco_nowhere"]'}, CODE, "missing-requirement", "install it"),
    "no version": ({"version": '"one"'}, CODE, "no-version", "1.0.0"),
    "another name": ({"name": '"steerco_other"'}, CODE, "other-name", "make them the same"),
    "a schema that is none": ({"settings": '{ a = { type = "colour" } }'}, CODE, "no-schema", "Cerberus"),
    "an action that is none": ({"judges": '["convene"]'}, CODE, "no-action", "type.action"),
    "an import that fails": ({}, "import nowhere_at_all", "import-failed", "nowhere_at_all"),
    "an import that exits": ({}, "raise SystemExit(3)", "import-failed", "SystemExit"),
    "a hook that is none": (
        {},
        "from steerco.extension.api import hookimpl\n@hookimpl\ndef advise(tenant):\n    return []",
        "unknown-hook",
        "no such hook",
    ),
    "an argument that is none": (
        {},
        "from steerco.extension.api import hookimpl\n@hookimpl\ndef advice(tenant, clock):\n    return []",
        "wrong-hook",
        "docs/hooks.md",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_plugin_is_said_and_it_alone_is_left_out(what: str, place: Path) -> None:
    changed, code, expected, told = WRONG[what]
    number = list(WRONG).index(what)
    found = [plugin(place, f"steerco_wrong_{number}", code, **changed), plugin(place, f"steerco_right_{number}")]
    plugins = Plugins().add(found)
    assert list(plugins.running) == [f"steerco_right_{number}"]
    (out,) = plugins.quarantined.values()
    assert told in out.message
    assert out.code == expected


def test_one_that_is_required_goes_first_and_a_circle_is_told(place: Path) -> None:
    found = [
        plugin(place, "steerco_needs", requires='["steerco_needed>=1.0"]'),
        plugin(place, "steerco_needed"),
        plugin(place, "steerco_newer", requires='["steerco_needed>=2.0"]'),
        plugin(place, "steerco_one", requires='["steerco_two"]'),
        plugin(place, "steerco_two", requires='["steerco_one"]'),
    ]
    plugins = Plugins().add(found)
    assert list(plugins.running) == ["steerco_needed", "steerco_needs"]
    assert {name: out.code for name, out in plugins.quarantined.items()} == {
        "steerco_newer": "missing-requirement",
        "steerco_one": "circle",
        "steerco_two": "circle",
    }


def test_without_plugins_nothing_of_one_is_imported(place: Path) -> None:
    trace = place / "imported"
    made = plugin(place, "steerco_traced", f"open({str(trace)!r}, 'w').close()\n{CODE}")
    plugins = Plugins().add([made], importing=False)
    assert not trace.exists()
    assert plugins.quarantined["steerco_traced"].code == "plugins-off"
    Plugins().add([made])
    assert trace.exists()


def only(*names: str, settings: str = "") -> dict[str, str]:
    """The files of a committee with these plugins on and no others."""
    content = Home(shipped()).content(WITH)
    path = f"tenants/{WITH}/tenant.toml"
    plain = "\n".join("plugins = []" if line.startswith("plugins") else line for line in content[path].splitlines())
    return switched_on({**content, path: plain}, WITH, *names, settings=settings)


def checked(plugins: Plugins, *names: str, settings: str = "", stored: bool = False) -> list[tuple[str, str, int]]:
    """What a check of the committee says with these plugins on: level, code and line."""
    content = only(*names, settings=settings)
    loaded = load(WITH, content, record_types(), plugins, stored=stored)
    told = advice(loaded.snapshot.circle, "tenant.toml", date(2021, 2, 3)) if loaded.snapshot else []
    return [(each.level, each.code, each.line) for each in (*loaded.findings, *told) if each.file.endswith("tenant.toml")]


def test_settings_are_checked_by_the_plugins_schema_with_file_and_line(place: Path) -> None:
    made = plugin(
        place, "steerco_set", settings='{ most = { type = "integer", max = 9 }, where = { type = "string", required = true } }'
    )
    plugins = Plugins().add([made])
    content = only("steerco_set", settings="\n[settings.steerco_set]\nmost = 10\n")
    line = content[f"tenants/{WITH}/tenant.toml"].splitlines().index("most = 10") + 1
    findings = [each for each in load(WITH, content, record_types(), plugins).findings if each.level == "error"]
    assert line in {each.line for each in findings}
    assert len(findings) == 2, "one too large, one missing, both told at once"


def test_a_plugin_that_is_not_there_stops_an_apply_and_not_a_revision_in_use() -> None:
    plugins = Plugins()
    assert "no-plugin" in {code for level, code, _ in checked(plugins, "steerco_gone") if level == "error"}
    stored = checked(plugins, "steerco_gone", stored=True)
    assert "no-plugin" in {code for level, code, _ in stored if level == "warning"}
    assert not [each for each in stored if each[0] == "error"]


def test_advice_is_a_warning_of_the_check(place: Path) -> None:
    plugins = Plugins().add([plugin(place, "steerco_advising")])
    assert ("warning", "told", 0) in checked(plugins, "steerco_advising")


def test_advice_that_cannot_be_given_is_told_by_the_check_and_stops_nothing(place: Path) -> None:
    code = CODE.replace('Advice("told"', "Advice(None")
    plugins = Plugins().add([plugin(place, "steerco_tongue_tied", code)])
    assert ("error", "plugin-failed", 0) in checked(plugins, "steerco_tongue_tied")
    assert load(WITH, only("steerco_tongue_tied"), record_types(), plugins).snapshot is not None, "it can be applied"
