"""Writes a new tenant's files and a new plugin's package from skeletons: examples that work, to be made one's own."""

from __future__ import annotations

import os
import re
from importlib.resources import files
from pathlib import Path

from steerco.cli.problems import USAGE, CommandProblem
from steerco.configuration.home import SLUG, BadSlug, Home
from steerco.extension.manifest import NAME

TENANT = {
    "tenant.toml": "tenants/{slug}/tenant.toml",
    "charter.toml": "tenants/{slug}/charter.toml",
    "house.toml": "tenants/{slug}/house.toml",
    "people.toml": "tenants/{slug}/people.toml",
    "cases.toml": "tenants/{slug}/cases/first.toml",
    "policy.csv": "policies/{slug}.csv",
}
PLUGIN = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "plugin.toml": "{name}/plugin.toml",
    "circular.toml": "{name}/circular.toml",
    "init.py": "{name}/__init__.py",
    "conftest.py": "tests/conftest.py",
    "test.py": "tests/test_{name}.py",
}


def write_tenant(home: Home, slug: str) -> list[str]:
    """Write the files of a new tenant, and the editor's schemas where the home has none; return their paths relative to the home.

    Nothing is written over. Raises ``BadSlug``, and ``CommandProblem`` where a file is there already.
    """
    if not SLUG.match(slug) or len(slug) > 60:
        raise BadSlug(slug)
    targets = {name: home.folder / path.format(slug=slug) for name, path in TENANT.items()}
    if existing := [path for path in targets.values() if path.exists()]:
        relative = existing[0].relative_to(home.folder)
        do = f"choose another name, or go on with `steerco tenant check {slug}`"
        raise CommandProblem("exists", f"{relative} exists already", do)
    schemas, source = _schemas(home), files("steerco.cli") / "skeleton"
    for name, target in targets.items():
        text = (source / name).read_text("utf-8").replace("SLUG", slug)
        _write(target, text.replace("#:schema SCHEMA", f"#:schema {os.path.relpath(schemas, target.parent)}"))
    return [target.relative_to(home.folder).as_posix() for target in targets.values()]


def _schemas(home: Home) -> Path:
    """Return the folder with the JSON Schemas that an editor completes and checks by; write them where there are none."""
    from steerco.config.jsonschema import written

    beside = home.folder / "docs" / "schema"
    if beside.is_dir():
        return beside
    folder = home.folder / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        if not (folder / name).exists():
            (folder / name).write_text(text, "utf-8")
    return folder


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
        _write(target, text.replace("NAME", name).replace("DIST", name.replace("_", "-")))
    return [target.as_posix() for target in targets.values()]


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
