"""The surroundings of a command: the home, the database, the tenants. Opened when asked for, imported when opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from steerco.cli.frame.environment import FILES, HOME, OPERATOR_URL, TENANTS_KEPT, URL, value_of
from steerco.cli.frame.output import as_json
from steerco.cli.frame.problems import FINDINGS, USAGE, CommandProblem, not_applied

if TYPE_CHECKING:
    from steerco.config.findings import Finding
    from steerco.configuration.home import Home
    from steerco.configuration.installation import Installation
    from steerco.configuration.tenant import Tenant
    from steerco.operations.scratch import Scratch
    from steerco.store.engine import Store
    from steerco.store.files import FileStore


UNSOUND = "steerco.unsound"


def now() -> datetime:
    """Return the present time. The command line is an outermost layer, so it may look at the clock."""
    return datetime.now(UTC)


def user() -> str:
    """Return the name of the user who types the command, for the record."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


@dataclass
class Shell:
    """One run of the command. ``given`` is ``--home``, ``json`` whether JSON was asked for."""

    given: str = ""
    json: bool = False
    plugins_ready: bool = True
    """Whether the tables of plugins have to be up to date; not for a command that tells that they are not."""
    makes: bool = False
    """Whether the command makes an embedded database where there is none. A command that only asks leaves none behind."""

    apart: bool = False
    """Whether files are beside the data, whatever the environment says: of a home that is only looked at."""

    def report(self, value: Any, text: Callable[[], None], *, ok: bool = True) -> None:
        """Answer with ``value`` in JSON, or by what ``text`` prints. Raises ``Exit`` with code 1 where it is not ``ok``, or where
        the command was told that files are ``unsound``."""
        if self.json:
            click.echo(as_json(value))
        else:
            text()
        context = click.get_current_context(silent=True)
        if not ok or (context is not None and UNSOUND in context.meta):
            raise click.exceptions.Exit(FINDINGS)

    @staticmethod
    def unsound() -> None:
        """Note that the running command answers from files with errors."""
        context = click.get_current_context(silent=True)
        if context is not None:
            context.meta[UNSOUND] = True

    # The home

    @cached_property
    def home(self) -> Home:
        """The home folder. Raises ``CommandProblem`` where there is none."""
        home = self.home_to_be
        if not home.folder.is_dir():
            raise CommandProblem(
                "no-home", f"there is no folder {home.folder}", "`steerco tenant new SLUG` makes it, with a first tenant"
            )
        return home

    @cached_property
    def home_to_be(self) -> Home:
        """The same, whether or not the folder is there."""
        from steerco.configuration.home import Home, shipped

        if folder := self.given or os.environ.get(HOME, ""):
            return Home(Path(folder).absolute())
        current = Path.cwd()
        if (current / "tenants").is_dir():
            return Home(current)
        return Home(shipped(), user_data())

    def slugs(self, named: tuple[str, ...] = ()) -> list[str]:
        """Return the tenants named, or all that have files. Raises ``CommandProblem`` where there are none."""
        slugs_found = list(named) or self.home.slugs()
        if not slugs_found:
            raise CommandProblem(
                "no-tenants", f"no tenant has files in {self.home.folder}", "`steerco tenant new SLUG` makes one"
            )
        return slugs_found

    def content(self, slug: str) -> dict[str, str]:
        """Return the texts of a tenant's files. Raises ``CommandProblem`` where it has none."""
        texts = self.home.content(slug)
        if not any(path.startswith("tenants/") for path in texts):
            slugs = ", ".join(self.home.slugs()) or "none"
            do = f"tenants there: {slugs}; `steerco tenant new {slug}` makes one"
            raise CommandProblem("no-files", f"tenant {slug!r} has no files in {self.home.folder}", do)
        return texts

    def rehearse(self, slug: str) -> list[Finding]:
        """Return the findings for which a first apply of the tenant's files would be refused today."""
        return self.scratch.rehearse(slug, self.content(slug), self._begun(slug, now()))

    def _begun(self, slug: str, at: datetime) -> datetime:
        """Return the beginning of that day for the tenant: all who ask on one day share what is made for the first of them."""
        zone = self.home.zone(slug)
        return datetime.combine(at.astimezone(zone), time.min, zone)

    @cached_property
    def scratch(self) -> Scratch:
        """Where committees that are only tried are made: what they cost is kept in the user's cache folder."""
        from steerco.operations.scratch import Scratch

        return Scratch(user_cache())

    # The database

    @property
    def embedded(self) -> bool:
        """Whether the database is the file in the home."""
        return not value_of(URL)

    @property
    def there(self) -> bool:
        """Whether there is a database to look into."""
        from steerco.store.sqlite import FILE

        return not self.embedded or (self.home.data / FILE).is_file()

    @cached_property
    def store(self) -> Store:
        """The database, at the newest schema: an embedded one is made on the way if the command ``makes`` it.

        Raises ``CommandProblem``.
        """
        from steerco.cli.frame.schema_upgrade import ready

        if not self.there and not self.makes:
            raise CommandProblem(
                "no-database", f"there is no database in {self.home.data} yet", "the first `steerco tenant apply` makes it"
            )
        opened = self.opened()
        ready(opened, makes=self.embedded and self.makes, plugins=self.plugins_ready)
        return opened

    def opened(self) -> Store:
        """Return the database as it is. Raises ``CommandProblem`` where it cannot be opened."""
        from steerco.store.engine import Store

        try:
            return Store.open(value_of(URL), self.home.data, operator_url=value_of(OPERATOR_URL))
        except ValueError as error:
            raise CommandProblem(
                "bad-address", f"{URL}: {error}", "write postgresql+psycopg://user@host/name, or unset it"
            ) from None
        except OSError as error:
            where = "make the folder writable, or name another by --home"
            raise CommandProblem("not-writable", f"{error.filename or self.home.data}: {error.strerror}", where) from None

    @cached_property
    def installation(self) -> Installation:
        """The tenants of the database. Raises ``CommandProblem`` for a number of kept tenants that is none."""
        from steerco.configuration.installation import KEPT, Installation

        kept_value = os.environ.get(TENANTS_KEPT) or str(KEPT)
        if not (kept_value.isascii() and kept_value.isdecimal() and int(kept_value) > 0):
            do = f"give a whole number from 1 on, or unset it for {KEPT}"
            raise CommandProblem("not-a-number", f"{TENANTS_KEPT}: {kept_value!r} is no number of tenants", do, exit=USAGE)
        if self.files is not None:
            self.files.installation = self.key
        return Installation(self.store, kept=int(kept_value), files=self.files)

    def key(self) -> str:
        """Return the public key of the installation, which all its processes have from the folder of its data."""
        from steerco.store.checkpoint import Seal

        return Seal(self.home.data).key()

    @cached_property
    def files(self) -> FileStore | None:
        """Where files are kept; None for the folder beside the data. Raises ``CommandProblem``."""
        from steerco.cli.frame.file_place import files_at

        address = "" if self.apart else os.environ.get(FILES, "")
        return files_at(address) if address else None

    def applied(self) -> list[str]:
        """Return the tenants that run here; none where there is no database yet."""
        return self.installation.slugs() if self.there else []

    def tenant(self, slug: str) -> Tenant:
        """Return a tenant that was applied. Raises ``CommandProblem``."""
        if slug not in self.applied():
            raise not_applied(slug)
        return self.installation.tenant(slug)

    def present(self, slug: str) -> datetime:
        """Return the time by which a tenant lives: now, or that of its own for one that was played as a demonstration."""
        from steerco.configuration.installation import NotApplied, NoTenant
        from steerco.following.played import present

        try:
            own = present(self.installation.tenant(slug)) if slug in self.applied() else None
        except (NotApplied, NoTenant):  # this release cannot read it; or it was begun to be made, and no more
            own = None
        return own or now()

    def reading(self, slug: str, at: datetime) -> Tenant:
        """Return the tenant to ask: the one applied, else one read from its files as of ``at``, which nothing is written to."""
        if slug in self.applied():
            return self.installation.tenant(slug)
        self._asked = self.scratch.store({slug: self.content(slug)}, {slug: self._begun(slug, at)})
        if not self.json:
            click.echo(f"({slug} is not applied: this is what its files say)", err=True)
        return self.scratch.installation(self._asked).tenant(slug)


def user_cache() -> Path | None:
    """Return where the user keeps what can be made again; none where this user has no home folder."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "steerco"
    except RuntimeError:
        return None


def user_data() -> Path:
    """Return the folder for data that have no home of their own."""
    base = os.environ.get("XDG_DATA_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "steerco"
    except RuntimeError:
        do = "set HOME, or name a folder by --home"
        raise CommandProblem("no-home", "this user has no home folder to keep data in", do, exit=USAGE) from None
