"""``tenant suspend``, ``resume``, ``delete``, ``erase-person`` and ``register``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, user

if TYPE_CHECKING:
    from steerco.store.tenant_status import Standing

WHY = click.option("--why", required=True, help="Why, for the record: it stands in the log and in the register.")
WHO = click.option("--who", default="", help="The operator who orders it (by default the user of this machine).")


@click.command("suspend", cls=Command)
@click.argument("slug")
@WHY
@WHO
@pass_shell
def suspend(shell: Shell, slug: str, why: str, who: str) -> None:
    """Allow reading and no acts, until the tenant is resumed. Running servers follow at once."""
    from steerco.operations import lifecycle

    _change_state(shell, slug, lifecycle.suspend, who, why)


@click.command("resume", cls=Command)
@click.argument("slug")
@WHY
@WHO
@pass_shell
def resume(shell: Shell, slug: str, why: str, who: str) -> None:
    """End a suspension."""
    from steerco.operations import lifecycle

    _change_state(shell, slug, lifecycle.resume, who, why)


@click.command("delete", cls=Command)
@click.argument("slug")
@WHY
@WHO
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="The days in which it can be called off."
)
@click.option("--cancel", is_flag=True, help="Call the deletion off.")
@pass_shell
def delete(shell: Shell, slug: str, why: str, who: str, days: int, cancel: bool) -> None:
    """Delete a tenant when a waiting period is over; until then it is suspended, and can be exported.

    The worker then erases its records, files, log and revisions. What stays is a line in the register: who, when, why, and the
    hash of the log's last event, so that an archive that was kept is known to be whole. Backups keep what they have.
    """
    from steerco.operations import lifecycle

    if cancel:
        _change_state(shell, slug, lifecycle.cancel_deletion, who, why)
    else:
        _change_state(shell, slug, lifecycle.request_deletion, who, why, waiting=timedelta(days=days))


def _change_state(shell: Shell, slug: str, act: Callable[..., Standing], who: str, why: str, **more: Any) -> None:
    """Change the tenant's status and report the new one. Raises ``CommandProblem``."""
    from steerco.operations.lifecycle import NotNow

    shell.tenant(slug)
    try:
        status = act(shell.installation, slug, at=shell.present(slug), who=who or user(), why=why, **more)
    except NotNow as error:
        state = {"active": "takes acts as ever", "suspended": "is suspended", "leaving": "is about to be deleted"}[error.state]
        do = {"active": "there is nothing to end", "suspended": f"`steerco tenant resume {slug}` ends that"}
        otherwise = f"`steerco tenant delete {slug} --cancel` calls that off"
        raise CommandProblem("not-now", f"{slug} {state}", do.get(error.state, otherwise), state=error.state) from None

    def text() -> None:
        deadline = f", deleted on {status.due:%Y-%m-%d}; `steerco tenant export {slug}` before that day" if status.due else ""
        click.echo(f"{slug}: {status.state} (event {status.seq}){deadline}")

    shell.report(
        {"slug": slug, "state": status.state, "event": status.seq, "due": status.due, "who": status.who, "why": status.why}, text
    )


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
        erased = erasure.erase_person(shell.installation, slug, person, at=shell.present(slug), who=who or user(), why=why)
    except LookupError as error:
        raise CommandProblem("no-person", str(error), "name a person by id", exit=USAGE) from None
    except erasure.Moved as error:
        raise CommandProblem("moved", str(error), "the same command again") from None
    shell.scratch.forget()
    changed_files, still = _erase_in_files(shell, slug, person)

    def text() -> None:
        click.echo(f"{slug}: {person} erased: {erased.values} values, {len(erased.revisions)} revisions (event {erased.event})")
        for name, count in erased.rows.items():
            click.echo(f"{name}: {count} rows of a plugin emptied")
        if erased.beyond:
            message = "tables of plugins, which do not say what they hold of persons or are not installed; look there"
            click.echo(f"next: {', '.join(erased.beyond)}: {message}", err=True)
        for path in changed_files:
            click.echo(f"{path}: written; look whether a comment there tells who {person} was", err=True)
        if still:
            click.echo(f"next: take who {person} is out of {', '.join(still)}", err=True)

    answer = {"slug": slug, "person": person, "values": erased.values, "revisions": erased.revisions, "event": erased.event}
    answer |= {"rows": erased.rows, "beyond": erased.beyond}
    shell.report({**answer, "written": changed_files, "files": still}, text)


def _erase_in_files(shell: Shell, slug: str, person: str) -> tuple[list[str], list[str]]:
    """Take who the person is out of the home's own files too: those that were written, and those that people must look at."""
    from tomlkit.exceptions import ParseError

    from steerco.configuration.replaced_files import replace_all
    from steerco.operations.erasure import without

    files = shell.home.content(slug) if slug in shell.home.slugs() else {}
    try:
        redacted, _ = without(files, person)
    except ParseError:  # nobody can say what stands in them
        return [], [path for path, text in files.items() if path.startswith("tenants/") and person in text]
    differ = [path for path in files if redacted[path] != files[path]]
    linked = [path for path in differ if (shell.home.folder / path).is_symlink()]
    changed = [path for path in differ if path not in linked]
    replace_all({shell.home.folder / path: redacted[path] for path in changed})
    return changed, linked


@click.command("register", cls=Command)
@click.argument("slug", default="")
@pass_shell
def register(shell: Shell, slug: str) -> None:
    """List what was done with tenants as such, also with those that are gone: imports, suspensions, deletions, erasures."""
    from steerco.operations import lifecycle

    entries = lifecycle.register(shell.installation, slug) if shell.there else []

    def text() -> None:
        rows = [
            (f"{entry.at:%Y-%m-%d %H:%M}", entry.slug, entry.what, entry.who, entry.why, entry.seq, entry.head[:16])
            for entry in entries
        ]
        table(rows, ("at", "tenant", "what", "who", "why", "event", "hash"))

    shell.report(entries, text)
