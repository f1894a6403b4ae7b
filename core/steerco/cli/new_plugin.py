"""A new plugin's package: a rule that refuses with its clause, with tests that pass, to be put the real thing in place of."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from steerco.cli.problems import USAGE, CommandProblem
from steerco.extension.manifest import NAME

FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "plugin.toml": "{name}/plugin.toml",
    "circular.toml": "{name}/circular.toml",
    "init.py": "{name}/__init__.py",
    "conftest.py": "tests/conftest.py",
    "test.py": "tests/test_{name}.py",
}


def write(name: str, place: Path) -> list[str]:
    """Write the package of the plugin ``name`` in ``place`` and return its paths. Raises ``CommandProblem``."""
    name = name.replace("-", "_")
    if not re.fullmatch(NAME, name) or len(name) > 60:
        do = "use small Latin letters, digits and single underscores, for example steerco_my_ministry"
        raise CommandProblem("bad-name", f"{name!r} is no plugin's name", do, exit=USAGE)
    folder = place / name
    if folder.exists():
        raise CommandProblem("exists", f"{folder} exists already", "choose another name, or another folder with --to", exit=USAGE)
    source = files("steerco.cli") / "skeleton_plugin"
    written = []
    for file, path in FILES.items():
        text = (source / f"{file}.txt").read_text("utf-8").replace("NAME", name).replace("DIST", name.replace("_", "-"))
        target = folder / path.format(name=name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
        written.append(target.as_posix())
    return written
