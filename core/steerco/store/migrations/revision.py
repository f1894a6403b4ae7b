"""``python -m steerco.store.migrations.revision "message"``: write the next migration from the tables as declared.

It is for the program's own tables, in a checkout of its source; ``steerco plugin migration NAME`` writes a plugin's, into the
plugin's folder.
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
from steerco.store.migration_lines import MigrationLine
from steerco.store.migrations import CORE, config, upgrade

PACKAGES = ("steerco.records", "steerco.committee")
INSTALLED = {"site-packages", "dist-packages"}


class Installed(Exception):
    """The program lies among installed packages: its next release brings its versions, and nobody writes one there."""


def load() -> None:
    """Import every module of the program that declares tables: one that is not known would be dropped."""
    importlib.import_module("steerco.store.tables")
    for package in PACKAGES:
        module = importlib.import_module(package)
        for module_info in pkgutil.walk_packages(module.__path__, f"{package}."):
            importlib.import_module(module_info.name)


def write(message: str, *, line: MigrationLine = CORE) -> str:
    """Write a version file and return its path. ``line``: whose tables are looked at.

    The modules that declare the tables must have been imported. Raises ``Installed`` for the program's own line outside a
    checkout.
    """
    if not line.prefix and INSTALLED.intersection(line.folder.parts):
        raise Installed(f"{line.folder} is installed; run this in a checkout of the source")
    before = (line,) if line.prefix else ()
    store = Store.memory()
    try:
        with store.operator_connection() as connection:
            upgrade(connection, Base.metadata, before)  # not that of the store, which refuses where tables are still to come
        with store.operator_connection() as connection:
            settings = config(connection, Base.metadata, line)
            settings.attributes["writing"] = True
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
            script = command.revision(settings, message, autogenerate=True, rev_id=f"{number:04d}")
    finally:
        store.close()
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no version")
    return str(script.path)


def tidied(path: str) -> str:
    """Return the file laid out by ruff, where that is installed."""
    for words in (("format", "-q"), ("check", "-q", "--fix")):
        subprocess.run([sys.executable, "-m", "ruff", *words, path], check=False, capture_output=True)
    return path


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m steerco.store.migrations.revision", description=__doc__)
    parser.add_argument("message")
    arguments = parser.parse_args()
    load()
    try:
        print(tidied(write(arguments.message)))
    except Installed as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
