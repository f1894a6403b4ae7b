"""Committees as their files would make them, in stores of their own where nothing stays.

A question to a committee that is not applied, the rehearsal of its people and the template of its cases all begin by entering the
first people, which takes longer than the question itself. So such a store is kept in a folder, under the digest of the files, the
time, the program and its plugins: whoever asks again copies a file. The folder may be emptied at any time; the ``KEPT`` stores
used last stay in it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration.file_times import as_they_lie, of_program
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.regime import PLATFORM
from steerco.extension.loader import folders, installed
from steerco.operations.onboarding import seeding
from steerco.store import file_modes
from steerco.store.engine import Store

KEPT = 8
"""So many stores stay in the folder: of two committees what a question, a check and the cases go by."""
SUFFIX = ".db"

Contents = Mapping[str, Mapping[str, str]]
"""The texts of tenants' files, by tenant and path."""
Moments = Mapping[str, datetime]
"""Since when each tenant is there."""


def empty(new: Callable[[], Store] = Store.memory) -> Store:
    """Return a store with every table and no row, in memory where nothing else is said."""
    record_types()  # declares the tables
    installed()  # and those of plugins
    store = new()
    store.create_schema()
    return store


class Scratch:
    """Makes stores with onboarded tenants. ``folder``: where they are kept beyond this process (None: nowhere)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.compiled = Compiled(folder / "compiled" if folder else None)

    def installation(self, store: Store) -> Installation:
        """Return the tenants of such a store, which shares the folder of what was parsed."""
        return Installation(store, compiled=self.compiled if self.folder else None)

    def store(self, contents: Contents, at: Moments, empty: Callable[[], Store] = empty) -> Store:
        """Return a store of one's own in which these tenants were onboarded: a copy of the kept one, else made now.

        ``empty`` makes the store to begin with. Raises ``NotApplied`` for files that cannot be applied.
        """
        path = self._path(contents, at)
        return self._copied(path) or self._made(path, contents, at, empty)

    def rehearse(self, slug: str, content: Mapping[str, str], at: datetime) -> list[Finding]:
        """Return the findings for which a first apply of these files would be refused."""
        contents, moments = {slug: content}, {slug: at}
        path = self._path(contents, moments)
        if path is not None and path.is_file():
            return []
        try:
            self._made(path, contents, moments, empty).close()
        except NotApplied as error:
            return error.findings
        return []

    def forget(self) -> None:
        """Take every kept store away: one person's data were erased."""
        if self.folder is not None:
            for path in self.folder.glob(f"*{SUFFIX}"):
                path.unlink(missing_ok=True)

    def _made(self, path: Path | None, contents: Contents, at: Moments, empty: Callable[[], Store]) -> Store:
        store = empty()
        installation = self.installation(store)
        try:
            for slug, content in contents.items():
                installation.apply(slug, content, at=at[slug], who=PLATFORM, why="read from its files", seed=seeding())
        except NotApplied:
            store.close()
            raise
        if path is not None:
            self._keep(store, path)
        return store

    def _copied(self, path: Path | None) -> Store | None:
        if path is None or not path.is_file():
            return None
        record_types()
        installed()
        store = Store.memory()
        try:
            store.fill(path)
            os.utime(path)
        except (OSError, sqlite3.Error):  # cut short, or taken away meanwhile: made anew
            store.close()
            return None
        return store

    def _keep(self, store: Store, path: Path) -> None:
        with suppress(OSError, sqlite3.Error):  # a folder that cannot be written costs time and nothing else
            file_modes.folder(path.parent)
            new = path.with_suffix(f".{os.getpid()}")
            file_modes.file(new)
            store.save(new)
            new.replace(path)
            kept = sorted(path.parent.glob(f"*{SUFFIX}"), key=lambda each: each.stat().st_mtime, reverse=True)
            for old in kept[KEPT:]:
                old.unlink(missing_ok=True)

    def _path(self, contents: Contents, at: Moments) -> Path | None:
        if self.folder is None:
            return None
        parts = [_program(), contents, {slug: moment.isoformat() for slug, moment in at.items()}]
        return self.folder / (sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest() + SUFFIX)


@cache
def _program() -> str:
    """Return the program and its plugins as they lie on the disk: a changed line of code makes every store anew."""
    plugins = installed()
    parts = [of_program(), as_they_lie(folders()), *sorted(plugins.running), "", *sorted(plugins.quarantined)]
    return sha256("\n".join(parts).encode()).hexdigest()
