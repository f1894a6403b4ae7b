"""Writes a new plugin's package from a skeleton, to be made one's own. ``new_tenant`` writes committees."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.extension.manifest import NAME

PARTS = ("rule", "record", "page", "notify")
"""What a new plugin can come with: a rule with its clause, a record type with its table, a page, a channel for notices."""
PLUGIN = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "plugin.toml": "{name}/plugin.toml",
    "circular.toml": "{name}/circular.toml",
    "init.py": "{name}/__init__.py",
    "note.py": "{name}/note.py",
    "words.vi.toml": "{name}/words/vi.toml",
    "words.en.toml": "{name}/words/en.toml",
    "versions.py": "{name}/versions/0001_notes.py",
    "conftest.py": "tests/conftest.py",
    "test.py": "tests/test_{name}.py",
}
ONLY = {
    "circular.toml": {"rule", "record"},
    **{file: {"record"} for file in ("note.py", "words.vi.toml", "words.en.toml", "versions.py")},
}
"""The files that some parts alone have."""
CAPABILITIES = {
    "rule": ("layers", "rules"),
    "record": ("records", "tables", "layers", "policy"),
    "page": ("routes", "pages"),
    "notify": ("deliver", "network"),
}
IMPORTED = (
    "Act", "Answer", "Fragment", "Hands", "LayerText", "Notice", "PolicyText", "Record", "Request", "Route", "Rule", "Ruling",
    "TenantFacts", "escape", "hookimpl", "resource",
)  # fmt: skip
"""What a skeleton may import from the interface of plugins, as far as it uses it."""


def write_plugin(name: str, place: Path, parts: Collection[str] = ("rule",)) -> list[str]:
    """Write the package of the plugin ``name`` in ``place`` and return its paths. Raises ``CommandProblem``.

    It comes with these ``PARTS``, a test for each, and tests that pass.
    """
    name = name.replace("-", "_")
    if not re.fullmatch(NAME, name) or len(name) > 60:
        do = "use small Latin letters, digits and single underscores, for example steerco_my_ministry"
        raise CommandProblem("bad-name", f"{name!r} is no plugin's name", do, exit=USAGE)
    folder = place / name
    if folder.exists():
        raise CommandProblem("exists", f"{folder} exists already", "choose another name, or another folder with --to", exit=USAGE)
    source = files("steerco.cli.plugin") / "skeleton"
    targets = {
        file: folder / path.format(name=name)
        for file, path in PLUGIN.items()
        if file not in ONLY or not ONLY[file].isdisjoint(parts)
    }
    for file, target in targets.items():
        write(target, _filled((source / f"{file}.txt").read_text("utf-8"), name, parts))
    return [target.as_posix() for target in targets.values()]


def _filled(skeleton: str, name: str, parts: Collection[str]) -> str:
    """Return the text of a file: what stands between ``#if`` with a part and ``#end`` only where the plugin has that part."""
    kept, lines = True, list[str]()
    for line in skeleton.splitlines():
        if line.startswith("#if "):
            kept = not set(line.split()[1:]).isdisjoint(parts)
        elif line in ("#else", "#end"):
            kept = not kept if line == "#else" else True
        elif kept:
            lines.append(line)
    text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines) + "\n")
    short = name.removeprefix("steerco_")
    words = {
        "TYPE": f"x-{short.replace('_', '-')}-note",
        "TABLE": f"x_{short}_note",
        "CAPABILITIES": ", ".join(f'"{each}"' for each in dict.fromkeys(each for part in parts for each in CAPABILITIES[part])),
        "IMPORTED": _imported(text),
        "RECORDS": "2" if "rule" in parts else "1",
        "TITLE_VI": _title(parts, "vi"),
        "TITLE_EN": _title(parts, "en"),
        "NAME": name,
        "DIST": name.replace("_", "-"),
    }
    for word, instead in words.items():
        text = text.replace(word, instead)
    return text


def _title(parts: Collection[str], language: str) -> str:
    """Return the names of the parts in their order, to be made a title of one's own."""
    titles = tomllib.loads((files("steerco.cli.plugin") / "skeleton/titles.toml").read_text("utf-8"))
    named = ", ".join(titles[part][language] for part in PARTS if part in parts)
    return named[:1].upper() + named[1:]


def _imported(text: str) -> str:
    """Return the names of the interface that a text uses, as an import has them."""
    used = [name for name in IMPORTED if re.search(rf"(?<![\w.]){name}(?!\w)", text)]
    line = ", ".join(used)
    return line if len(line) <= 95 else "(\n" + "".join(f"    {name},\n" for name in used) + ")"


def write(target: Path, text: str) -> None:
    """Write a file and the folders above it. Raises ``FileExistsError``: nothing is written over."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
