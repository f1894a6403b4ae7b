"""The checks of ``doctor`` on the program, the home and the tenants, and the order of all checks. Every check reports its own."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import structs

from steerco import __version__
from steerco.cli.frame.problems import CommandProblem, problem_of
from steerco.cli.frame.shell import Shell, now
from steerco.cli.installation import doctor_database, doctor_grants, doctor_operations
from steerco.cli.installation.doctor_operations import Check

if TYPE_CHECKING:
    from steerco.configuration.snapshot import Snapshot
    from steerco.store.engine import Store


LEAST_FREE = 200 * 1024 * 1024
Part = tuple[str, Callable[[Shell], Iterator[Check]]]


def examine(shell: Shell) -> Iterator[Check]:
    """Yield every check, the simplest first; where the database is not whole, nothing further."""
    around: tuple[Part, ...] = (("program", _program), ("time zones", _zones), ("home", _home), ("data", _data))
    inside: tuple[Part, ...] = (
        ("database", _walled),
        ("tenants", _tenants),
        ("register", doctor_operations.standings),
        ("files", doctor_operations.papers),
        ("logs", doctor_operations.logs),
        ("records", doctor_database.records),
        ("authorisations", doctor_grants.authorisations),
        ("worker", doctor_operations.lease),
    )
    yield from _checks_of(shell, around)
    for part in (doctor_database.whole, _database):
        checks = list(_checks_of(shell, (("database", part),)))
        yield from checks
        if any(check.state == "problem" for check in checks):
            return
    yield from _checks_of(shell, inside)


def _checks_of(shell: Shell, parts: Iterable[Part]) -> Iterator[Check]:
    from steerco.configuration.installation import NotApplied

    for name, part in parts:
        try:
            yield from part(shell)
        except CommandProblem as problem:
            yield Check(name, "problem", problem.message, problem.do)
        except NotApplied as error:
            mend = "was a plugin taken away? install it again; otherwise restore a backup"
            yield Check(error.slug, "problem", f"its stored revision cannot be used: {error}", mend)
        except Exception as error:  # a doctor reports what it stumbles over
            problem_said = problem_of(error) or CommandProblem(
                "", f"{type(error).__name__}: {error}", "see STEERCO_DEBUG=1 steerco … for the whole trace"
            )
            yield Check(name, "problem", problem_said.message, problem_said.do)


def _program(shell: Shell) -> Iterator[Check]:
    yield Check("program", "ok", f"steerco {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    if sqlite3.sqlite_version_info < (3, 37):
        yield Check("SQLite", "problem", f"{sqlite3.sqlite_version} is too old", "use a Python that was built with 3.37 or newer")
    names = {(each.metadata["Name"] or "").lower() for each in distributions()}
    if "casbin" in names:
        mend = "pip uninstall casbin pycasbin, then pip install pycasbin"
        yield Check("Casbin", "problem", "the distribution casbin overwrites the files of pycasbin", mend)
    from steerco.policy.engine import model_text

    model_text()


def _zones(shell: Shell) -> Iterator[Check]:
    try:
        ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        yield Check("time zones", "problem", "no time zone data", "pip install tzdata")


def _home(shell: Shell) -> Iterator[Check]:
    home = shell.home
    slugs = home.slugs()
    names = f" ({', '.join(slugs)})" if slugs else ""
    yield Check("home", "ok", f"{home.folder}: {len(slugs)} tenants with files{names}")
    if not slugs and not shell.there:
        yield Check("home", "note", "no tenant has files here", "`steerco tenant new SLUG` makes one")
    for name in ("tenants", "policies"):
        if slugs and not (home.folder / name).is_dir():
            yield Check("home", "problem", f"there is no {name}/", "bring it back, or name the right folder by --home")


def _data(shell: Shell) -> Iterator[Check]:
    folder = shell.home.data
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    if not _writable(nearest):
        yield Check("data", "problem", f"{nearest} cannot be written", "make it writable for this user, or name another home")
        return
    for each in ("files", "checkpoints"):
        if (folder / each).exists() and not _writable(folder / each):
            mend = "make it a folder that this user can write: papers and checkpoints are kept there"
            yield Check("data", "problem", f"{folder / each} cannot be written", mend)
    free = shutil.disk_usage(nearest).free
    if free < LEAST_FREE:
        yield Check(
            "data", "problem", f"{free // 2**20} MiB are free in {nearest}", "free some space: a full disk stops every act"
        )
    yield Check("data", "ok", f"{folder}, {free // 2**20} MiB free")
    yield from _secret(folder)
    yield from _private(folder)


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _private(folder: Path) -> Iterator[Check]:
    """Check that no other account of the machine can read the data folder."""
    from steerco.store.file_modes import open_to_others

    public = {folder / "checkpoint.pub", folder / "checkpoint.key"}  # the one may be read, the other is told by itself
    readable = [path for path in open_to_others(folder) if path not in public and "known-keys" not in path.parts]
    if sys.platform != "win32" and readable:
        more = f" and {len(readable) - 1} more" if len(readable) > 1 else ""
        message = f"other accounts of this machine can get at {readable[0]}{more}: it holds personal data and what opens it"
        yield Check("data", "problem", message, f"chmod -R go= {folder}")


def _secret(folder: Path) -> Iterator[Check]:
    from steerco.store.checkpoint import Checkpoint, Seal

    key = folder / "checkpoint.key"
    if not key.exists():
        if (folder / "checkpoint.pub").exists():
            message = f"{key} is gone: a new one would be made, and what is signed with the old one be taken for forged"
            yield Check(
                "key", "problem", message, "bring it back from a backup, before `steerco serve` or `steerco work` runs again"
            )
        return
    if sys.platform != "win32" and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Check("key", "problem", f"{key} can be read by others", f"chmod 600 {key}; it signs the log's checkpoints")
    try:
        seal, bare = Seal(folder), Checkpoint("doctor", 0, "", now())
        fits = seal.check(structs.replace(bare, signature=seal.sign(bare.signed())))
    except (OSError, ValueError) as error:
        yield Check("key", "problem", f"{key} is no key that can be used: {error}", "bring it back from a backup")
        return
    if not fits:
        message = f"{key} and checkpoint.pub are not of one pair"
        yield Check("key", "problem", message, "bring both back from a backup: what is signed with this key is taken for forged")


def _database(shell: Shell) -> Iterator[Check]:
    from steerco.store.schema import newest, standing

    if not shell.there:
        if doctor_database.told_of(shell):
            message = "there is none, though checkpoints tell of tenants"
            yield Check("database", "problem", message, doctor_database.RESTORE)
        else:
            yield Check("database", "note", "none yet", "the first `steerco tenant apply` makes it")
        return
    where = "SQLite in the home" if shell.embedded else "STEERCO_DATABASE_URL"
    store = shell.opened()
    try:
        now_at = standing(store)
        mends = {
            "empty": "`steerco db upgrade` makes its tables",
            "older": "keep a copy, then `steerco db upgrade`",
            "newer": "install the release that it belongs to",
        }
        if now_at in mends:
            yield Check("database", "problem", f"{where}: {now_at}, this release has version {newest()}", mends[now_at])
        else:
            lost = [*doctor_database.tables(store), *_rightless(store)]
            yield from lost or [Check("database", "ok", f"{where}, at version {newest()}")]
    finally:
        store.close()


def _rightless(store: Store) -> Iterator[Check]:
    """Check that the serving role may use every table that it needs."""
    if lacking := store.lacking():
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        message = f"the role that serves has no right to {', '.join(lacking[:3])}{more}"
        yield Check(
            "database", "problem", message, "`steerco db upgrade --role ROLE`, ROLE being the one of STEERCO_DATABASE_URL"
        )


def _walled(shell: Shell) -> Iterator[Check]:
    if not shell.embedded and shell.store.dialect == "postgresql" and not shell.store.is_walled():
        message = "the role that serves is not held by row-level security: one of the walls between tenants is missing"
        mend = "serve by a role of its own: `steerco db upgrade --role ROLE`, and STEERCO_OPERATOR_URL for the owner"
        yield Check("database", "problem", message, mend)


def _tenants(shell: Shell) -> Iterator[Check]:
    from steerco.cli.checks.tenant_checks import findings_of

    applied, with_files = shell.applied(), shell.home.slugs()
    for slug in sorted({*applied, *with_files}):
        if slug in applied:
            unreadable = _unreadable(shell, slug)
            yield from [unreadable] if unreadable else _released(shell, slug)
        findings = findings_of(shell, slug, rehearsed=slug not in applied) if slug in with_files else []
        bad = [finding for finding in findings if finding.level == "error"]
        if bad:
            message = f"{len(bad)} errors in its files, first {bad[0].file}:{bad[0].line}: {bad[0].message}"
            yield Check(slug, "problem", message, f"`steerco tenant check {slug}` lists them")
        elif slug not in with_files:
            message = "it runs; its files are not in this home"
            yield Check(slug, "note", message, f"`steerco tenant pull {slug}` writes them from the revision in use")
        elif slug not in applied:
            yield Check(slug, "note", "its files are sound; it is not applied", f"`steerco tenant apply {slug}` makes it run")
        else:
            yield _drifted(shell, slug, len(findings))


def _unreadable(shell: Shell, slug: str) -> Check | None:
    """Return the problem of a tenant that cannot be served, because this release reads its files otherwise than the one that
    applied them."""
    from steerco.configuration.installation import NotApplied, NoTenant

    try:
        shell.installation.tenant(slug)
    except NotApplied as error:
        mend = f"mend the files and `steerco tenant apply {slug}`, or go back to the release that it was applied with"
        return Check(slug, "problem", f"the revision in use cannot be read: {error.findings[0]}", mend)
    except NoTenant:
        mend = f"`steerco tenant apply {slug}` goes on with it"
        return Check(slug, "problem", "its first apply was cut off before anything was stored", mend)
    return None


def _released(shell: Shell, slug: str) -> Iterator[Check]:
    """Report which contributions of the revision's plugins do not run, and which ones a later release brings into force."""
    from steerco.configuration.plugin_contributions import released
    from steerco.configuration.revisions import brought_by, stood_under

    tenant = shell.installation.tenant(slug)
    yield from _missing(tenant.snapshot)
    number = tenant.snapshot.revision
    with tenant.store.read(tenant.id) as session:
        was, could = brought_by(session, number), stood_under(session, number)
    for change in released(was, tenant.snapshot, could):
        mend = "see that plugin's changes; install its former release if they are not wanted; the next revision goes by this one"
        yield Check(slug, "note", change, mend)


def _missing(snapshot: Snapshot) -> Iterator[Check]:
    """Report the acts that are refused because a plugin does not run here."""
    for name, (fault, _) in snapshot.circle.absent.items():
        closed = snapshot.circle.closed(name)
        acts = ", ".join(sorted(closed)) or "no act" if closed is not None else "every act, since nobody knows which it judged"
        message = f"its plugin {name} does not run here ({fault.code}); refused meanwhile: {acts}"
        mend = f"install it again; or take it out of plugins in tenants/{snapshot.slug}/tenant.toml and apply"
        yield Check(snapshot.slug, "problem", message, mend)


def _drifted(shell: Shell, slug: str, warnings: int) -> Check:
    from steerco.cli.tenant.revision_report import drifted, in_use

    current = in_use(shell, slug)
    if current is None:
        return Check(slug, "note", "nothing is in use yet")
    if drifts := drifted(shell, slug, current):
        where = ", ".join(f"{drift.file} ({drift.what})" for drift in drifts[:3]) + (", …" if len(drifts) > 3 else "")
        mend = f"`steerco tenant plan {slug}` shows how, `tenant pull {slug}` brings the files to it"
        return Check(slug, "note", f"its files differ from revision {current[0]}: {where}", mend)
    return Check(slug, "ok", f"revision {current[0]}, {warnings} warnings")
