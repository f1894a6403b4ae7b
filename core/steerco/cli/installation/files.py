"""``steerco files``: moves the files of an installation to another place, and brings back what was lost."""

from __future__ import annotations

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.environment import FILES
from steerco.cli.frame.file_place import files_at
from steerco.cli.frame.output import ProgressBar
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell


@click.group(cls=CommandGroup)
def files() -> None:
    """Where papers and files are kept."""


@files.command()
@click.option("--to", "target", help="Copy every file there: a folder, or s3://BUCKET/PREFIX.")
@click.option("--from", "source", help="Bring back from there what records name and is missing or damaged here.")
@pass_shell
def copy(shell: Shell, target: str | None, source: str | None) -> None:
    """Copy files between the place in use (STEERCO_FILES) and another; give --to or --from.

    To move an installation, copy --to the new place, stop the processes, copy once more, and start them with STEERCO_FILES naming
    it. Only what is not there is sent. Exit code 1 where the source has a file no more, or not as it was stored.
    """
    from steerco.operations.file_transfer import bring_back, copy_all

    given = target or source
    if not given or (target and source):
        raise CommandProblem("usage", "give --to or --from", "see `steerco files copy --help`", exit=USAGE)
    other, here, bar = files_at(given), shell.installation, ProgressBar("files")
    if target:
        other.installation = shell.key
    done = copy_all(here.files, other, bar) if target else bring_back(other, here, bar)

    def text() -> None:
        click.echo(f"{done.copied} files copied, {done.there} were there")
        for digest in done.damaged:
            click.echo(f"not as it was stored, or not there: {digest}")
        if target:
            click.echo(f"{FILES}={target} makes it the place in use", err=True)

    answer = {"copied": done.copied, "there": done.there, "damaged": list(done.damaged)}
    shell.report(answer, text, ok=not done.damaged)
