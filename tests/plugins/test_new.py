"""From nothing to a plugin: what ``plugin new`` writes, and the tutorial that makes a rule of it, followed to the letter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.following import blocks, says, steerco
from tests.plugins.environment import OFFLINE, Environment

PAGE = "plugin-tutorial.md"
PACKAGE, INSIDE = "steerco_my_ministry", "steerco_my_ministry/steerco_my_ministry"
EDITS = {
    'id = "2"\n': (f"{INSIDE}/circular.toml", None),
    "def rules(": (f"{INSIDE}/__init__.py", r"@hookimpl\ndef rules\(.*?\n(?=\n\n)"),
    "def not_at_the_last_moment(": (f"{INSIDE}/__init__.py", None),
    "days_before = {": (f"{INSIDE}/plugin.toml", None),
    "plugins = [": ("home/tenants/book-circle/tenant.toml", r"^plugins = .*?\n"),
    "def test_": (f"{PACKAGE}/tests/test_{PACKAGE}.py", None),
}
"""The page's blocks to be written into files, by words of each: into which, and in place of what (None: at its end)."""


def edited(folder: Path, words: str, block: str) -> None:
    """Do to a file what the page says."""
    path, instead = EDITS[words]
    text = (folder / path).read_text("utf-8")
    if instead is None:
        text += "\n" * (not block.startswith("days")) + block
    else:
        text, count = re.subn(instead, lambda _: block, text, count=1, flags=re.DOTALL | re.MULTILINE)
        assert count == 1, f"{path} has nothing like {instead!r}"
    (folder / path).write_text(text, "utf-8")


def followed(here: Environment) -> Iterator[tuple[str, str]]:
    """Does what the page says, block by block; gives each answer that it shows, with what was really said."""
    said, left = "", set(EDITS)
    for block in blocks(PAGE):
        if words := [each for each in EDITS if each in block]:
            edited(here.folder, words[0], block)
            left -= set(words)
            continue
        for part in block.split("\n\n"):
            if not part.startswith((".venv/", "cd ")):
                yield part, said
                continue
            done = here.shell(part.replace("pip install --no-deps", f"pip install {' '.join(OFFLINE)}"))
            assert done.returncode == 0 or "refused: " in done.stdout, done.stdout
            said = done.stdout
    assert not left, f"the page does not have {left} any more"


@pytest.mark.slow
@pytest.mark.xdist_group("installs")
def test_the_tutorial_goes_from_nothing_to_a_rule_that_refuses_with_its_clause(tmp_path: Path) -> None:
    answers = list(followed(Environment(tmp_path)))
    for shown, said in answers:
        assert says(shown, said), f"the page shows:\n{shown}\nand this was said:\n{said}"
    assert "by circular:2 (law)" in " ".join(said for _, said in answers)


@pytest.mark.slow
@pytest.mark.xdist_group("installs")
def test_each_part_that_is_asked_for_comes_with_a_test_that_passes(tmp_path: Path) -> None:
    here = Environment(tmp_path)
    assert here.steerco("plugin", "new", "steerco_whole", "--rule", "--record", "--page", "--notify").returncode == 0
    here.pip("install", *OFFLINE, "-e", "steerco_whole")
    checked = here.steerco("plugin", "check", "steerco_whole")
    assert checked.returncode == 0, checked.stdout
    own = "day_off or other_day or note or page_shows or gateway"
    tested = here.shell(f"cd steerco_whole && ../.venv/bin/python -m pytest -k '{own}'")
    assert "5 passed" in tested.stdout, tested.stdout


@pytest.mark.parametrize(
    ("parts", "title", "clauses"),
    [
        (("page",), "A page of meetings", []),
        (("notify",), "A channel for notices", []),
        (("record",), "Notes", ["1"]),
        (("record", "rule"), "Rules, notes", ["1", "2"]),
        (("rule", "notify"), "Rules, a channel for notices", ["1"]),
    ],
)
def test_what_is_written_has_the_parts_that_are_asked_for_and_no_others(
    tmp_path: Path, parts: tuple[str, ...], title: str, clauses: list[str]
) -> None:
    code, _ = steerco(tmp_path, ["plugin", "new", "steerco_some", *(f"--{part}" for part in parts)])
    assert code == 0
    text = (tmp_path / "steerco_some/steerco_some/__init__.py").read_text("utf-8")
    hooks = {"rule": "def rules(", "record": "def record_types(", "page": "def page_slot(", "notify": "def deliver("}
    assert {part for part, hook in hooks.items() if hook in text} == set(parts)
    assert (tmp_path / "steerco_some/steerco_some/note.py").exists() == ("record" in parts)
    inside = tmp_path / "steerco_some/steerco_some"
    assert tomllib.loads((inside / "plugin.toml").read_text("utf-8"))["title"]["en"] == title
    assert title in (tmp_path / "steerco_some/pyproject.toml").read_text("utf-8")
    circular = inside / "circular.toml"
    told = tomllib.loads(circular.read_text("utf-8"))["clause"] if circular.exists() else []
    assert [clause["id"] for clause in told] == clauses
    assert set(re.findall(r"circular:(\d+)", text)) == set(clauses)
    for file in (tmp_path / "steerco_some").rglob("*.py"):
        compile(file.read_text("utf-8"), file, "exec")
        assert "#if" not in file.read_text("utf-8")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "steerco_there").mkdir()
    code, said = steerco(tmp_path, ["plugin", "new", "steerco_there"])
    assert code == 2
    assert "exists already" in said
    code, said = steerco(tmp_path, ["plugin", "new", "Ministry!"])
    assert code == 2
    assert "small Latin letters" in said
