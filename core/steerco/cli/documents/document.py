"""``steerco document``: the documents of a period or of a file of the archive as one package, and a check of such a package."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now

if TYPE_CHECKING:
    from steerco.operations.period_archive import PeriodList


@click.group(cls=CommandGroup)
def document() -> None:
    """Export the documents of a period or of a file of the archive, and verify such a package."""


@document.command("export")
@click.argument("slug")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day of issue.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day of issue.")
@click.option("--dossier", help="Instead of a period: the file of the archive, by its name.")
@click.option("--file", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@pass_shell
def export_(shell: Shell, slug: str, first: datetime | None, last: datetime | None, dossier: str | None, target: Path) -> None:
    """Write documents into one signed package, with their list by files and the papers: those issued in a period, or those of
    one file of the archive."""
    try:
        listed = _exported(shell, slug, _period(first, last, dossier), dossier or "", target)
    except FileExistsError:
        raise CommandProblem("exists", f"{target} is there already", "name another file by --file", exit=USAGE) from None
    except FileNotFoundError as error:
        raise CommandProblem("files-missing", f"a paper or folder is missing: {error}", "`steerco doctor` tells which") from None
    except LookupError:
        known = f"no issued document is kept in the file {dossier!r}"
        raise CommandProblem("no-such-dossier", known, "write its name as the documents have it", exit=USAGE) from None
    answer = {"slug": slug, "file": str(target), "documents": len(listed.documents), "events": listed.seq, "head": listed.head}
    shell.report(answer, lambda: click.echo(f"{target}: {len(listed.documents)} documents, the log ends at event {listed.seq}"))


def _period(first: datetime | None, last: datetime | None, dossier: str | None) -> tuple[date, date] | None:
    """Return the days that were asked for; None for a file of the archive."""
    if dossier and not first and not last:
        return None
    if dossier or first is None or last is None:
        said = "--dossier stands alone" if dossier else "--from and --to are missing"
        raise CommandProblem("what-to-export", said, "name a period by --from and --to, or a file by --dossier", exit=USAGE)
    if last < first:
        raise CommandProblem("before-from", "--to is before --from", "name the days in their order", exit=USAGE)
    return first.date(), last.date()


def _exported(shell: Shell, slug: str, period: tuple[date, date] | None, dossier: str, target: Path) -> PeriodList:
    from steerco.operations.period_archive import export, export_dossier
    from steerco.store.checkpoint import Seal

    tenant, seal = shell.tenant(slug), Seal(shell.home.data)
    return export(tenant, target, seal, *period, now()) if period else export_dossier(tenant, target, seal, dossier, now())


@document.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The public key (checkpoint.pub) to trust."
)
@pass_shell
def verify_(shell: Shell, file: Path, key: Path | None) -> None:
    """Verify that a package is what was signed: the list, each paper by its digest. Needs no database. Exit code 1 if not."""
    from steerco.operations.period_archive import verify
    from steerco.store.checkpoint import public_key

    listed, wrong = verify(file, public_key(key.read_bytes()) if key else "")
    answer = {"file": str(file), "ok": not wrong, "documents": len(listed.documents) if listed else 0, "wrong": wrong}

    def text() -> None:
        for each in wrong:
            click.echo(each)
        click.echo(f"{file}: {'NOT SOUND' if wrong else 'sound'}, {answer['documents']} documents")

    shell.report(answer, text, ok=not wrong)
