"""``python -m steerco.store.migrations.revision "message"``: write the next migration from the tables as declared.

Options: ``--fresh`` writes version 0001 anew (until the first release); ``--import PACKAGE`` (again and again) names the
packages whose modules declare tables, by default ``steerco.committee`` and ``steerco.records``.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import subprocess
import sys

from alembic import command
from alembic.script import ScriptDirectory

from steerco.store.base import Base
from steerco.store.engine import Store
from steerco.store.migrations import CORE, Line, config

PACKAGES = ("steerco.records", "steerco.committee")


def load(packages: tuple[str, ...] = PACKAGES) -> None:
    """Import every module of the packages, so that their tables are known."""
    importlib.import_module("steerco.store.tables")
    for package in packages:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            importlib.import_module(found.name)


def write(message: str, *, fresh: bool = False, line: Line = CORE) -> str:
    """Write a version file and give its path. ``fresh``: take the older ones away first; ``line``: whose tables are looked at."""
    if fresh:
        for path in line.folder.glob("[0-9]*.py"):
            path.unlink()
    before = (line,) if line.prefix else ()
    store = Store.memory()
    try:
        if line.prefix or not fresh:
            store.upgrade(lines=() if fresh else before)
        with store.operator_connection() as connection:
            made = config(connection, Base.metadata, line)
            made.attributes["writing"] = True
            made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            number = len(list(ScriptDirectory.from_config(made).walk_revisions())) + 1
            script = command.revision(made, message, autogenerate=True, rev_id=f"{number:04d}")
    finally:
        store.close()
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no version")
    return str(script.path)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m steerco.store.migrations.revision", description=__doc__)
    parser.add_argument("message")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--import", dest="packages", action="append", metavar="PACKAGE")
    given = parser.parse_args()
    load(tuple(given.packages or PACKAGES))
    path = write(given.message, fresh=given.fresh)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", path], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "check", "-q", "--fix", path], check=False)
    print(path)


if __name__ == "__main__":
    main()
