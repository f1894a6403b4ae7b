"""Writes a new plugin's package from a skeleton, to be made one's own. ``new_tenant`` writes committees."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from steerco.cli.problems import USAGE, CommandProblem
from steerco.extension.manifest import NAME

PLUGIN = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "plugin.toml": "{name}/plugin.toml",
    "circular.toml": "{name}/circular.toml",
    "init.py": "{name}/__init__.py",
    "conftest.py": "tests/conftest.py",
    "test.py": "tests/test_{name}.py",
}


def write_plugin(name: str, place: Path) -> list[str]:
    """Write the package of the plugin ``name`` in ``place`` and return its paths. Raises ``CommandProblem``.

    The package has a rule that refuses with its clause, and tests that pass.
    """
    name = name.replace("-", "_")
    if not re.fullmatch(NAME, name) or len(name) > 60:
        do = "use small Latin letters, digits and single underscores, for example steerco_my_ministry"
        raise CommandProblem("bad-name", f"{name!r} is no plugin's name", do, exit=USAGE)
    folder = place / name
    if folder.exists():
        raise CommandProblem("exists", f"{folder} exists already", "choose another name, or another folder with --to", exit=USAGE)
    source = files("steerco.cli") / "skeleton_plugin"
    targets = {file: folder / path.format(name=name) for file, path in PLUGIN.items()}
    for file, target in targets.items():
        text = (source / f"{file}.txt").read_text("utf-8")
        write(target, text.replace("NAME", name).replace("DIST", name.replace("_", "-")))
    return [target.as_posix() for target in targets.values()]


def write(target: Path, text: str) -> None:
    """Write a file and the folders above it. Raises ``FileExistsError``: nothing is written over."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
