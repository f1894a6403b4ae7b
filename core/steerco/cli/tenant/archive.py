"""``tenant export``, ``import`` and ``verify``: one tenant as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.output import ProgressBar
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now, user

if TYPE_CHECKING:
    from steerco.operations.archive.check import ArchiveReport

KEY = "The sender's public key (its checkpoint.pub): refuse what is signed with any other."


@click.command("export", cls=Command)
@click.argument("slug")
@click.option("--to", type=click.Path(path_type=Path), help="The file to write; by default SLUG-DAY.steerco.zip here.")
@click.option("--without-missing", is_flag=True, help="Export although files are missing; the archive names them.")
@pass_shell
def export_(shell: Shell, slug: str, to: Path | None, without_missing: bool) -> None:
    """Write a tenant into one archive: its records, files, log with a signed checkpoint, and revisions.

    Tokens are not in it: they are secrets. The archive holds personal data and is readable by its owner only.
    """
    from steerco.operations.archive.exporter import FilesMissing, export
    from steerco.store.checkpoint import Seal
    from steerco.store.rows import UnknownTables

    tenant = shell.tenant(slug)
    target = to or Path(f"{slug}-{now():%Y-%m-%d}.steerco.zip")
    if not target.parent.is_dir():
        raise CommandProblem("no-folder", f"there is no folder {target.parent}", "make it, or name another by --to", exit=USAGE)
    progress = ProgressBar(f"{slug}: exporting")
    try:
        manifest = export(tenant, target, Seal(shell.home.data), at=now(), without_missing=without_missing, progress=progress)
    except FileExistsError:
        raise CommandProblem("exists", f"{target} is there already", "name another file by --to", exit=USAGE) from None
    except FilesMissing as error:
        do = "`steerco doctor` tells which; bring them back from a backup, or export --without-missing"
        raise CommandProblem("files-missing", str(error), do, digests=error.digests) from None
    except UnknownTables as error:
        raise CommandProblem(
            "unknown-tables", f"no installed program knows: {error}", "install the plugin that they belong to"
        ) from None
    rows, size = sum(entry.rows for entry in manifest.tables.values()), target.stat().st_size
    answer = {
        "slug": slug,
        "file": str(target),
        "size": size,
        "rows": rows,
        "files": len(manifest.files),
        "missing": manifest.missing,
    }
    answer |= {"events": manifest.seq, "head": manifest.head, "revisions": manifest.revisions, "left_out": manifest.left_out}

    def text() -> None:
        click.echo(f"{target}: {rows} rows, {len(manifest.files)} files, {manifest.revisions} revisions, {size} bytes")
        click.echo(f"the log ends at event {manifest.seq}, hash {manifest.head}")
        for name, why in manifest.left_out.items():
            click.echo(f"left out: {name} ({why})", err=True)

    shell.report(answer, text)


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "slug", default="", metavar="SLUG", help="Import it under this name instead of its own.")
@click.option("--check", is_flag=True, help="Only verify the archive, as `tenant verify` does.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=KEY)
@click.option("--why", default="", help="Why, for the record.")
@pass_shell
def import_(shell: Shell, file: Path, slug: str, check: bool, key: Path | None, why: str) -> None:
    """Make a tenant of an archive, all or nothing; its log goes on where it ended.

    Nobody can sign in before tokens are issued anew. `tenant pull` then writes the tenant's files into the home.
    """
    if check:
        _answer(shell, file, _checked(shell, file, key))
        return
    from steerco.operations.archive.check import BadArchive
    from steerco.operations.archive.importer import Taken, bring
    from steerco.store.checkpoint import Seal

    fresh = not shell.home_to_be.folder.exists()
    if key or fresh:
        _checked(shell, file, key)
    if fresh:  # as `restore` does: an archive is how an installation may begin
        shell.home_to_be.folder.mkdir(parents=True)
    shell.makes = True
    try:
        progress = ProgressBar(f"{file.name}: importing")
        imported = bring(shell.installation, file, slug, at=now(), who=user(), why=why, progress=progress)
    except BadArchive as error:
        raise bad(file, error) from None
    except Taken as error:
        do = "import it --as another name, or delete that one first"
        raise CommandProblem("exists", str(error), do) from None
    seal, tenant = Seal(shell.home.data), shell.installation.tenant(imported.slug)
    _marked(shell, imported.slug, imported.number)
    key_known = seal.knows(imported.checked.key)
    answer = {"slug": imported.slug, "rows": imported.rows, "files": imported.files, "revision": tenant.snapshot.revision}
    answer |= {
        "events": imported.checked.manifest.seq,
        "head": imported.checked.manifest.head,
        "key": imported.checked.key,
        "known_key": key_known,
        "erased": imported.erased,
    }

    def text() -> None:
        click.echo(f"{imported.slug}: {imported.rows} rows, {imported.files} files, revision {tenant.snapshot.revision}")
        _signed(imported.checked, key_known)
        for person in imported.erased:
            message = f"{person} was erased here since this archive was written, and is back"
            click.echo(f"{message}: `steerco tenant erase-person {imported.slug} {person} --why …`", err=True)
        click.echo(f"next: `steerco log rebuild {imported.slug}` proves the rows, `steerco token issue` lets people in", err=True)
        if imported.slug not in shell.home.slugs():
            click.echo(f"`steerco tenant pull {imported.slug}` writes its files into this home", err=True)

    shell.report(answer, text)


def _marked(shell: Shell, slug: str, number: int) -> None:
    """Sign a first checkpoint here. Those of a former tenant of this name are put aside."""
    from steerco.cli.log.report import signed_head, verified
    from steerco.store.checkpoint import Seal

    if not verified(shell, slug, ())["ok"]:
        Seal(shell.home.data).retire(slug, f"{slug}~before-{number}")
    signed_head(shell, slug, now())


@click.command("verify", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=KEY)
@pass_shell
def verify(shell: Shell, file: Path, key: Path | None) -> None:
    """Verify that an archive is whole and unchanged: digests, the log's chain, its checkpoint, revisions, files.

    Needs no database. Exit code 1 if it is not.
    """
    _answer(shell, file, _checked(shell, file, key))


def _checked(shell: Shell, file: Path, key: Path | None) -> ArchiveReport:
    from steerco.committee import record_types
    from steerco.extension.loader import installed
    from steerco.operations.archive.check import BadArchive, check
    from steerco.store.base import owned_tables

    record_types(), installed()  # which declare their tables
    try:
        tables = {str(table.name): table for table in owned_tables()}
        report = check(file, tables, progress=ProgressBar(f"{file.name}: checking"))
    except BadArchive as error:
        raise bad(file, error) from None
    if key is not None and _hexadecimal(key) != report.key:
        raise CommandProblem("other-key", f"{file} is signed with another key than {key}", "ask the sender where it comes from")
    return report


def _hexadecimal(path: Path) -> str:
    from steerco.store.checkpoint import public_key

    try:
        return public_key(path.read_bytes())
    except ValueError:
        raise CommandProblem("no-key", f"{path} holds no public key", "give the sender's checkpoint.pub", exit=USAGE) from None


def bad(file: Path, error: Exception) -> CommandProblem:
    """Return the problem of an archive that is not sound."""
    return CommandProblem("bad-archive", f"{file}: {error}", "nothing was imported; have it sent again, and compare the digests")


def _answer(shell: Shell, file: Path, report: ArchiveReport) -> None:
    from steerco.store.checkpoint import Seal

    manifest = report.manifest
    data = shell.home_to_be.data
    key_known = (data / "checkpoint.key").exists() and Seal(data).knows(report.key)  # which would make a key where there is none
    rows = sum(entry.rows for entry in manifest.tables.values())
    answer: dict[str, Any] = {"ok": True, "slug": manifest.tenant, "rows": rows, "files": len(manifest.files)}
    answer |= {"events": manifest.seq, "head": manifest.head, "revisions": manifest.revisions, "missing": manifest.missing}
    answer |= {"signed_at": report.signed_at, "key": report.key, "known_key": key_known}

    def text() -> None:
        click.echo(f"{file}: sound: {manifest.tenant}, {rows} rows, {len(manifest.files)} files, {manifest.revisions} revisions")
        click.echo(f"the log ends at event {manifest.seq}, hash {manifest.head}")
        _signed(report, key_known)

    shell.report(answer, text)


def _signed(report: ArchiveReport, key_known: bool) -> None:
    whose = "which this home knows" if key_known else "which this home does not know: compare it with the sender's"
    click.echo(f"signed {report.signed_at:%Y-%m-%d %H:%M:%S} UTC with the key {report.key}, {whose}")
