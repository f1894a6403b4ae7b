"""``steerco exchange``: packages for committees of other installations, and from them. An operator's own means carry them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now


@click.group(cls=CommandGroup)
def exchange() -> None:
    """Write packages for committees of other installations, and take in theirs."""


@exchange.command("key")
@pass_shell
def key_(shell: Shell) -> None:
    """Print this installation's public key, which the other side pins for its committees."""
    from steerco.store.checkpoint import Seal

    key = Seal(shell.home.data).key()
    shell.report({"key": key}, lambda: click.echo(key))


@exchange.command("write")
@click.argument("slug")
@click.option("--to", required=True, metavar="COMMITTEE", help="The committee elsewhere, as a plugin here names it.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where the packages go; made if missing."
)
@click.option("--anew", is_flag=True, help="All packages from the first on, and not only what is new.")
@pass_shell
def write_(shell: Shell, slug: str, to: str, folder: Path, anew: bool) -> None:
    """Write what has happened for another committee into FOLDER, a file for each act, in the order of their names."""
    from steerco.operations.packages import elsewhere, handed_over, written
    from steerco.operations.passage import Unproven
    from steerco.store.checkpoint import Seal

    tenant = shell.tenant(slug)
    if to not in elsewhere(tenant):
        known = ", ".join(sorted(elsewhere(tenant)))
        do = (
            f"name one of these: {known}"
            if known
            else "name it in the settings of a plugin such as steerco_edxml, and apply them"
        )
        raise CommandProblem("no-correspondent", f"no plugin of {slug} names a committee {to!r} elsewhere", do, exit=USAGE)
    rows: list[dict[str, Any]] = []
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # packages are signed and not encrypted
    try:
        for package in written(tenant, to, Seal(shell.home.data), anew=anew):
            target = folder / f"{slug}-{package.seq:08}-{package.action.replace('.', '-')}{package.suffix}"
            _kept(target, package.content)
            handed_over(tenant, to, package.seq)
            rows.append({"file": str(target), "seq": package.seq, "action": package.action})
    except Unproven as error:
        do = "find out what altered the log: until it is as it was written, no package of that entry or a later one goes out"
        raise CommandProblem("unproven", str(error), do) from None

    def text() -> None:
        for row in rows:
            click.echo(f"{row['file']}: {row['action']}")
        click.echo(f"{slug}: {len(rows)} packages for {to}")

    shell.report({"slug": slug, "to": to, "packages": rows}, text)


def _kept(target: Path, content: bytes) -> None:
    """Put a file in its place, whole or not at all."""
    beside = target.with_name(f".{target.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, target)


@exchange.command("take")
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_shell
def take_(shell: Shell, slug: str, files: tuple[Path, ...]) -> None:
    """Take in packages from other installations, in the order given. Exit code 1 where one is refused; the others are taken."""
    tenant = shell.tenant(slug)
    rows = [_taken(tenant, file) for file in files]

    def text() -> None:
        for row in rows:
            click.echo(f"{row['file']}: {row['outcome']}: {row['what']}")

    shell.report({"slug": slug, "packages": rows}, text, ok=all(row["outcome"] != "refused" for row in rows))


def _taken(tenant: Any, file: Path) -> dict[str, Any]:
    """Take in one package and return what became of it."""
    from steerco.operations.packages import MOST, PackageRefused, take
    from steerco.records import Stopped

    with file.open("rb") as open_file:
        content = open_file.read(MOST + 1)
    try:
        taken = take(tenant, content, now())
    except PackageRefused as refused:
        return {"file": str(file), "outcome": "refused", "code": refused.code, "what": f"{refused.code}: {refused.why}"}
    except Stopped as stopped:
        return {"file": str(file), "outcome": "refused", "code": stopped.code, "what": f"{stopped.code}: {stopped}"}
    what = f"{taken.action} {taken.ref} from {taken.sender}"
    if taken.passed_over:
        what += ": never taken; a later package about the same record was, and this one no longer changes it"
    outcome = "passed over" if taken.passed_over else "taken before" if taken.again else "taken"
    return {"file": str(file), "outcome": outcome, "code": "", "what": what}
