"""``tenant suspend``, ``resume``, ``delete``, ``erase-person`` and ``register``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from steerco.cli.command import Command, pass_shell
from steerco.cli.output import table
from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell, now, user

if TYPE_CHECKING:
    from steerco.store.tenant_status import Standing

WHY = click.option("--why", required=True, help="Why, for the record: it stands in the log and in the register.")
WHO = click.option("--who", default="", help="Who has it done (by default the user of this machine).")


@click.command("suspend", cls=Command)
@click.argument("slug")
@WHY
@WHO
@pass_shell
def suspend(shell: Shell, slug: str, why: str, who: str) -> None:
    """Let everything be read and nothing be done, until it is resumed. Running servers go by it at once."""
    from steerco.operations import lifecycle

    _do(shell, slug, lifecycle.suspend, who, why)


@click.command("resume", cls=Command)
@click.argument("slug")
@WHY
@WHO
@pass_shell
def resume(shell: Shell, slug: str, why: str, who: str) -> None:
    """End a suspension."""
    from steerco.operations import lifecycle

    _do(shell, slug, lifecycle.resume, who, why)


@click.command("delete", cls=Command)
@click.argument("slug")
@WHY
@WHO
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="How long it can be called off.")
@click.option("--cancel", is_flag=True, help="Call the deletion off.")
@pass_shell
def delete(shell: Shell, slug: str, why: str, who: str, days: int, cancel: bool) -> None:
    """Delete a tenant when a waiting period is over; until then it is suspended, and can be exported.

    The worker then erases its records, files, log and revisions. What stays is a line in the register: who, when, why, and the
    hash of the log's last event, so that an archive that was kept is known to be whole. Backups keep what they have.
    """
    from steerco.operations import lifecycle

    if cancel:
        _do(shell, slug, lifecycle.cancel_deletion, who, why)
    else:
        _do(shell, slug, lifecycle.request_deletion, who, why, waiting=timedelta(days=days))


def _do(shell: Shell, slug: str, act: Callable[..., Standing], who: str, why: str, **more: Any) -> None:
    """Do it, and say how the tenant stands now."""
    from steerco.operations.lifecycle import NotNow

    shell.tenant(slug)
    try:
        made = act(shell.installation, slug, at=now(), who=who or user(), why=why, **more)
    except NotNow as error:
        said = {"active": "takes acts as ever", "suspended": "is suspended", "leaving": "is about to be deleted"}[error.state]
        do = {"active": "there is nothing to end", "suspended": f"`steerco tenant resume {slug}` ends that"}
        otherwise = f"`steerco tenant delete {slug} --cancel` calls that off"
        raise CommandProblem("not-now", f"{slug} {said}", do.get(error.state, otherwise), state=error.state) from None

    def text() -> None:
        due = f", deleted on {made.due:%Y-%m-%d}; `steerco tenant export {slug}` before that day" if made.due else ""
        click.echo(f"{slug}: {made.state} (event {made.seq}){due}")

    shell.report({"slug": slug, "state": made.state, "event": made.seq, "due": made.due, "who": made.who, "why": made.why}, text)


@click.command("erase-person", cls=Command)
@click.argument("slug")
@click.argument("person")
@WHY
@WHO
@pass_shell
def erase_person(shell: Shell, slug: str, person: str, why: str, who: str) -> None:
    """Erase name, e-mail and attributes of one person, on request: from the records, the inputs and the stored revisions.

    The home's own files are brought to the same. Acts stay, under the person's id; the log's chain stands. Free texts, papers and
    comments are not looked into, nor are backups and archives made before.
    """
    from steerco.operations import erasure

    shell.tenant(slug)
    try:
        made = erasure.erase_person(shell.installation, slug, person, at=now(), who=who or user(), why=why)
    except LookupError as error:
        raise CommandProblem("no-person", str(error), "name a person by id", exit=USAGE) from None
    except erasure.Moved as error:
        raise CommandProblem("moved", str(error), "the same command again") from None
    shell.scratch.forget()
    written, still = _in_files(shell, slug, person)

    def text() -> None:
        click.echo(f"{slug}: {person} erased: {made.values} values, {len(made.revisions)} revisions (event {made.event})")
        for name, count in made.rows.items():
            click.echo(f"{name}: {count} rows of a plugin emptied")
        if made.beyond:
            said = "tables of plugins, which do not say what they hold of persons or are not installed; look there"
            click.echo(f"next: {', '.join(made.beyond)}: {said}", err=True)
        for path in written:
            click.echo(f"{path}: written; look whether a comment there tells who {person} was", err=True)
        if still:
            click.echo(f"next: take who {person} is out of {', '.join(still)}", err=True)

    answer = {"slug": slug, "person": person, "values": made.values, "revisions": made.revisions, "event": made.event}
    answer |= {"rows": made.rows, "beyond": made.beyond}
    shell.report({**answer, "written": written, "files": still}, text)


def _in_files(shell: Shell, slug: str, person: str) -> tuple[list[str], list[str]]:
    """Take who the person is out of the home's own files too: those that were written, and those that people must look at."""
    from tomlkit.exceptions import ParseError

    from steerco.cli.revision_marks import replace
    from steerco.operations.erasure import without

    files = shell.home.content(slug) if slug in shell.home.slugs() else {}
    try:
        made, _ = without(files, person)
    except ParseError:  # nobody can say what stands in them
        return [], [path for path, text in files.items() if path.startswith("tenants/") and person in text]
    differ = [path for path in files if made[path] != files[path]]
    linked = [path for path in differ if (shell.home.folder / path).is_symlink()]
    written = [path for path in differ if path not in linked]
    for path in written:
        replace(shell.home.folder / path, made[path].encode())
    return written, linked


@click.command("register", cls=Command)
@click.argument("slug", default="")
@pass_shell
def register(shell: Shell, slug: str) -> None:
    """What was done with tenants as such, also with those that are gone: imports, suspensions, deletions, erasures."""
    from steerco.operations import lifecycle

    found = lifecycle.register(shell.installation, slug) if shell.there else []

    def text() -> None:
        rows = [(f"{one.at:%Y-%m-%d %H:%M}", one.slug, one.what, one.who, one.why, one.seq, one.head[:16]) for one in found]
        table(rows, ("at", "tenant", "what", "who", "why", "event", "hash"))

    shell.report(found, text)
