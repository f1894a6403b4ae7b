"""``steerco document``: the documents of a period as one package, and whether a package is what was written."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from steerco.cli.command import CommandGroup, pass_shell
from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell, now


@click.group(cls=CommandGroup)
def document() -> None:
    """Export the documents of a period, and verify such a package."""


@document.command("export")
@click.argument("slug")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day of issue.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day of issue.")
@click.option("--file", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@pass_shell
def export_(shell: Shell, slug: str, first: datetime, last: datetime, target: Path) -> None:
    """Write the documents issued in a period into one signed package: their list by files, and the papers."""
    from steerco.operations.period_archive import export
    from steerco.store.checkpoint import Seal

    days: tuple[date, date] = (first.date(), last.date())
    if days[1] < days[0]:
        raise CommandProblem("before-from", "--to is before --from", "name the days in their order", exit=USAGE)
    try:
        listed = export(shell.tenant(slug), target, Seal(shell.home.data), *days, now())
    except FileExistsError:
        raise CommandProblem("exists", f"{target} is there already", "name another file by --file", exit=USAGE) from None
    except FileNotFoundError as error:
        raise CommandProblem("files-missing", f"a paper or folder is missing: {error}", "`steerco doctor` tells which") from None
    answer = {"slug": slug, "file": str(target), "documents": len(listed.documents), "events": listed.seq, "head": listed.head}
    shell.report(answer, lambda: click.echo(f"{target}: {len(listed.documents)} documents, the log ends at event {listed.seq}"))


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
