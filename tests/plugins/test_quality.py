"""``plugin check``: the shipped plugins pass, and each thing that is wrong with a bad one is told, with what to do."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from steerco.cli.main import run
from steerco.cli.plugin.check import checked
from steerco.extension.quality import CHECKS

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["steerco.plugins"])

MANIFEST = """
name = "steerco_bad"
version = "1.0.0"
api = "1.0"
title = { vi = "Hỏng", en = "Bad" }
capabilities = ["records", "tables", "layers", "policy", "rules", "calendar"]
migrations = "versions"

[settings]
depot = { type = "string", required = true, minlength = 2 }
"""
CODE = '''
from steerco.extension.api import Line, Do, LayerText, PolicyText, Record, Rule, hookimpl, resource
from steerco.store.engine import Store
from sqlalchemy.orm import Mapped

SEEN = []
LAST = 0


class Bad(Record, type="x-bad-thing", states="made gone", prefix="XB"):
    """Something."""

    name: Mapped[str]


@Bad.action(to="made")
def make(do: Do, b: Bad, *, name: Line) -> None:
    """Made."""


@hookimpl
def record_types():
    return [Bad]


@hookimpl
def layers(tenant):
    return [LayerText("notice-1.toml", resource(__name__, "notice-1.toml"))]


@hookimpl
def policy(tenant):
    return [PolicyText("bad.csv", f"p, {tenant.main_body}, *, x-bad-thing, make, -, allow, notice-1:9")]


@hookimpl
def rules(tenant):
    return [Rule(on="meeting.convene", cite=("2.1",), judge=judge)]


def judge(act):
    global LAST
    LAST = act.today
    SEEN.append(act.action)
'''
NOTICE = """
[instrument]
id = "notice-1"
title = { vi = "Thông báo", en = "Notice" }
kind = "law"
effective = 2020-01-01

[[clause]]
id = "1"
gloss = { vi = "Một", en = "One" }
"""
WORDS = '[type]\nx-bad-thing = "Bad"\n'
FOUND = {
    "manifest": ("declares 'calendar' and answers no hook calendar",),
    "words": ("vi: no [type] x-bad-thing", "en: no [action] x-bad-thing.make", "en: no [state] gone"),
    "cites": ("bad.csv:1: notice-1:9", "the rule on meeting.convene: 2.1"),
    "declared": ("judges meeting.convene, which is not in judges", "brings notice-1, which is not in instruments"),
    "docstrings": ("steerco_bad/__init__.py:", "steerco_bad itself"),
    "migrations": ("add table x_bad_thing",),
    "imports": ("__init__.py:3 steerco.store.engine",),
    "state": ("global LAST", "SEEN.append(…)"),
    "readme": ("there is no README.md",),
    "tests": ("no test in",),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plugin that loads, and has everything against it that the list knows."""
    tree = tmp_path_factory.mktemp("tree")
    folder = tree / "steerco_bad"
    (folder / "versions").mkdir(parents=True)
    (tree / "pyproject.toml").write_text("")
    files = {"plugin.toml": MANIFEST, "__init__.py": CODE, "notice-1.toml": NOTICE}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_plugin_passes(name: str) -> None:
    assert [f"{each.check}: {each.said}" for each in checked(name) if not each.ok] == []


def test_each_thing_that_is_wrong_is_told_with_what_to_do(bad: Path) -> None:
    found = {each.check: each for each in checked(str(bad))}
    assert list(found) == list(CHECKS)
    for name, said in FOUND.items():
        assert not found[name].ok
        assert found[name].mend
        assert [text for text in said if text not in found[name].said] == [], found[name].said


def test_an_exemption_is_shown_and_allowed_and_one_from_nothing_is_not(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '\n[exemptions]\ntests = "it is tested elsewhere"\nbeauty = "it is ugly, and so be it"\n'
    (bad / "plugin.toml").write_text(MANIFEST + more, "utf-8")
    code = run(["plugin", "check", str(bad), "--json"])
    answer = json.loads(capsys.readouterr().out)
    items: Mapping[str, Mapping[str, str]] = {each["check"]: each for each in answer["checks"]}
    assert (code, answer["ok"]) == (1, False)
    assert (items["tests"]["ok"], items["tests"]["exempt"]) == (True, "it is tested elsewhere")
    assert "exempts from 'beauty', which is no check" in items["manifest"]["said"]


def test_a_plugin_that_does_not_run_is_told_why(tmp_path: Path) -> None:
    folder = tmp_path / "steerco_unread"
    folder.mkdir()
    (folder / "plugin.toml").write_text('name = "steerco_other"')
    (only,) = checked(str(folder))
    assert (only.check, only.ok) == ("manifest", False)
    assert "required" in only.said or "title" in only.said


QUIET: Mapping[str, str] = {
    "a local name": "KEPT = []\ndef f():\n    KEPT = []\n    KEPT.append(1)\n",
    "a parameter": "KEPT = []\ndef f(KEPT):\n    KEPT.append(1)\n",
    "reading": "KEPT = {1: 2}\ndef f():\n    return KEPT[1]\n",
    "filled where it stands": "KEPT = []\nKEPT.append(1)\n",
}
TOLD: Mapping[str, str] = {
    "an item": "KEPT = {}\ndef f():\n    KEPT[1] = 2\n",
    "a method": "KEPT = set()\nclass A:\n    def f(self):\n        KEPT.add(1)\n",
    "an attribute of a class": "class A:\n    n = 0\ndef f():\n    A.n = 1\n",
    "of another module": "from a import KEPT\ndef f():\n    KEPT.clear()\n",
    "inside a function in a function": "KEPT = []\ndef f():\n    def g():\n        KEPT.append(1)\n    return g\n",
}


@pytest.mark.parametrize(("source", "wanted"), [*((each, 0) for each in QUIET.values()), *((each, 1) for each in TOLD.values())])
def test_what_is_changed_at_run_time_is_seen_and_nothing_else(source: str, wanted: int, reads: Callable[..., int]) -> None:
    assert reads(source) == wanted


@pytest.fixture
def reads(tmp_path: Path) -> Callable[..., int]:
    """How many places the check names in a package of this source, beside which another module keeps a list."""
    from steerco.extension.sources import changing, trees

    def count(source: str) -> int:
        (tmp_path / "a.py").write_text("KEPT = []\n")
        (tmp_path / "b.py").write_text(source)
        return len(list(changing(trees(tmp_path))))

    return count
