"""``steerco plugin`` and ``steerco x``: the plugins of this installation, and the commands that they add."""

from __future__ import annotations

from pathlib import Path

import click

from steerco.cli.command import Command, CommandGroup, pass_shell
from steerco.cli.output import table
from steerco.cli.problems import FINDINGS, USAGE, CommandProblem
from steerco.cli.shell import Shell, now


@click.group(cls=CommandGroup)
def plugin() -> None:
    """The plugins of this installation."""


@plugin.command()
@click.argument("name")
@click.option("--to", "place", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where; by default here.")
@pass_shell
def new(shell: Shell, name: str, place: Path) -> None:
    """Write a new plugin's package: a rule that refuses with its clause, and its tests."""
    from steerco.cli.new_plugin import write

    written = write(name, place)

    def text() -> None:
        for each in written:
            click.echo(each)
        click.echo(f"\nnext: cd {Path(written[0]).parent}; pip install -e .; pytest; steerco plugin list", err=True)

    shell.report({"written": written}, text)


@plugin.command(name="list")
@click.option("--tenant", "slug", default="", help="As they are in this tenant.")
@pass_shell
def list_(shell: Shell, slug: str) -> None:
    """Every plugin that is installed: its version, what it may do, whether it runs; and what missing ones left behind.

    Exit code 1 if one does not run.
    """
    from steerco.cli.plugin_report import installed_here, left_behind

    shell.plugins_ready = False
    found, left = installed_here(shell, slug), left_behind(shell)

    def text() -> None:
        table(
            [(each.name, each.version, each.state, each.tenants, each.said) for each in found],
            ("plugin", "version", "state", "on in", ""),
        )
        for each in left:
            click.echo(f"left behind: {each}; install it again to use them, or `steerco plugin drop {each.prefix}`", err=True)

    shell.report({"plugins": found, "left_behind": left}, text)
    if any(each.state != "runs" for each in found):
        raise click.exceptions.Exit(FINDINGS)


@plugin.command()
@click.argument("name")
@click.option("--settings", "given", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its settings, as TOML.")
@pass_shell
def check(shell: Shell, name: str, given: Path | None) -> None:
    """Hold a plugin against the quality list. NAME is that of one that is installed, or the folder of its package.

    Exit code 1 if something is to be mended. What a plugin exempts itself from (exemptions in plugin.toml) is shown.
    """
    from steerco.cli.plugin_check import checked, tell

    items = checked(name, given)
    ok = all(item.ok for item in items)
    shell.report({"ok": ok, "checks": items}, lambda: tell(items))
    if not ok:
        raise click.exceptions.Exit(FINDINGS)


@plugin.command()
@click.argument("name")
@click.argument("message")
@pass_shell
def migration(shell: Shell, name: str, message: str) -> None:
    """Write the next version of a plugin's tables into the plugin's own folder. NAME as for `check`; MESSAGE says what changed.

    It changes no database: read what it wrote, then `steerco db upgrade`.
    """
    from steerco.cli.plugin_report import migration as written

    path = written(name, message)
    shell.report({"written": path}, lambda: click.echo(path))


@plugin.command()
@click.argument("prefix")
@click.option("--yes", is_flag=True, help="Do it. Without this, only what would be lost is told.")
@pass_shell
def drop(shell: Shell, prefix: str, yes: bool) -> None:
    """Take the tables that an uninstalled plugin left out of the database, for good. PREFIX is that of its tables."""
    from steerco.cli.plugin_report import left_behind
    from steerco.store.schema import drop as dropped

    left = next((each for each in left_behind(shell) if each.prefix == prefix), None)
    if left is None:
        raise CommandProblem(
            "no-leftover", f"nothing with the prefix {prefix} was left behind", "`steerco plugin list` tells what was"
        )
    if not yes:
        raise CommandProblem(
            "not-confirmed", f"{left}; dropped, they are gone", "make a backup, then repeat with --yes", exit=USAGE
        )
    dropped(shell.store, left)
    shell.report({"dropped": left}, lambda: click.echo(f"dropped: {', '.join(left.rows)}"))


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("name", metavar="PLUGIN", default="")
@click.argument("command", metavar="COMMAND", default="")
@click.argument("words", nargs=-1)
@click.option("--tenant", "slug", default="", help="The tenant in which to run it.")
@pass_shell
def x(shell: Shell, name: str, command: str, words: tuple[str, ...], slug: str) -> None:
    """Run a command that a plugin adds. Without COMMAND, list them."""
    from steerco.cli.plugin_report import commands, run

    if not command:
        found = [each for each in commands() if name in ("", each[0])]
        shell.report(found, lambda: table(found, ("plugin", "command", "")))
        return
    said = run(shell, slug, name, command, words, now())
    shell.report({"said": said}, lambda: click.echo(said))
