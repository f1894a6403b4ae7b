"""A new tenant's files: an invented example that works, with comments that say what to put in its place."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from steerco.cli.problems import CommandProblem
from steerco.configuration.home import SLUG, BadSlug, Home

FILES = {
    "tenant.toml": "tenants/{slug}/tenant.toml",
    "charter.toml": "tenants/{slug}/charter.toml",
    "house.toml": "tenants/{slug}/house.toml",
    "people.toml": "tenants/{slug}/people.toml",
    "cases.toml": "tenants/{slug}/cases/first.toml",
    "policy.csv": "policies/{slug}.csv",
}


def write(home: Home, slug: str) -> list[str]:
    """Write the files of a new tenant, and the editor's schemas where the home has none; their paths relative to the home.

    Nothing is written over. Raises ``BadSlug``, and ``CommandProblem`` where a file is there already.
    """
    if not SLUG.match(slug) or len(slug) > 60:
        raise BadSlug(slug)
    targets = {name: home.folder / path.format(slug=slug) for name, path in FILES.items()}
    if there := [path for path in targets.values() if path.exists()]:
        shown = there[0].relative_to(home.folder)
        raise CommandProblem(
            "exists", f"{shown} exists already", f"choose another name, or go on with `steerco tenant check {slug}`"
        )
    schemas = _schemas(home)
    source = files("steerco.cli") / "skeleton"
    written = []
    for name, target in targets.items():
        text = (source / name).read_text("utf-8").replace("SLUG", slug)
        relative = os.path.relpath(schemas, target.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text.replace("#:schema SCHEMA", f"#:schema {relative}"))
        written.append(target.relative_to(home.folder).as_posix())
    return written


def _schemas(home: Home) -> Path:
    """The folder with the JSON Schemas that an editor completes and checks by."""
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
