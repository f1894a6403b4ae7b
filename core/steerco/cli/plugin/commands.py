"""``steerco plugin`` and ``steerco x``: the plugins of this installation, and the commands that they add."""

from __future__ import annotations

from pathlib import Path

import click

from steerco.cli.frame.command import Command, CommandGroup, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now


@click.group(cls=CommandGroup)
def plugin() -> None:
    """The plugins of this installation."""


@plugin.command()
@click.argument("name")
@click.option(
    "--to",
    "place",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    help="The folder to write it in; by default this one.",
)
@click.option("--rule", "parts", flag_value="rule", multiple=True, help="With a rule that refuses with its clause.")
@click.option("--record", "parts", flag_value="record", multiple=True, help="With a record type, its table, powers and words.")
@click.option("--page", "parts", flag_value="page", multiple=True, help="With a page, and a link to it on the first page.")
@click.option("--notify", "parts", flag_value="notify", multiple=True, help="With a channel by which people are told.")
@pass_shell
def new(shell: Shell, name: str, place: Path, parts: tuple[str, ...]) -> None:
    """Write a new plugin's package and its tests: a rule that refuses with its clause, or the parts that are asked for."""
    from steerco.cli.plugin.skeletons import PARTS, write_plugin

    paths = write_plugin(name, place, [part for part in PARTS if part in (parts or ("rule",))])

    def text() -> None:
        for path in paths:
            click.echo(path)
        click.echo(f"\nnext: cd {Path(paths[0]).parent}; pip install -e .; pytest; steerco plugin list", err=True)

    shell.report({"written": paths}, text)


@plugin.command(name="list")
@click.option("--tenant", "slug", default="", help="As they are in this tenant.")
@pass_shell
def list_(shell: Shell, slug: str) -> None:
    """List every installed plugin: its version, its capabilities, whether it runs; and what missing ones left behind.

    Exit code 1 if one does not run.
    """
    from steerco.cli.plugin.report import installed_here, left_behind

    shell.plugins_ready = False
    plugins, leftovers = installed_here(shell, slug), left_behind(shell)

    def text() -> None:
        table(
            [(each.name, each.version, each.state, each.tenants, each.said) for each in plugins],
            ("plugin", "version", "state", "on in", ""),
        )
        for each in leftovers:
            click.echo(f"left behind: {each}; install it again to use them, or `steerco plugin drop {each.prefix}`", err=True)

    shell.report({"plugins": plugins, "left_behind": leftovers}, text, ok=not any(each.state != "runs" for each in plugins))


@plugin.command()
@click.argument("name")
@click.option("--settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its settings, as TOML.")
@pass_shell
def check(shell: Shell, name: str, settings: Path | None) -> None:
    """Check a plugin against the quality list. NAME is an installed plugin, or the folder of a package.

    Exit code 1 if something is to be mended. The plugin's own exemptions (in plugin.toml) are shown.
    """
    from steerco.cli.plugin.check import checked, tell

    items = checked(name, settings)
    ok = all(item.ok for item in items)
    shell.report({"ok": ok, "checks": items}, lambda: tell(items), ok=ok)


@plugin.command()
@click.argument("name")
@click.argument("message")
@pass_shell
def migration(shell: Shell, name: str, message: str) -> None:
    """Write the next version of a plugin's tables into the plugin's own folder. NAME as for `check`; MESSAGE says what changed.

    It changes no database: read the file it wrote, then `steerco db upgrade`.
    """
    from steerco.cli.plugin.report import migration as written

    path = written(name, message)
    shell.report({"written": path}, lambda: click.echo(path))


@plugin.command()
@click.argument("prefix")
@click.option("--yes", is_flag=True, help="Drop them. Without this option the command only shows what would be lost.")
@pass_shell
def drop(shell: Shell, prefix: str, yes: bool) -> None:
    """Drop the tables that an uninstalled plugin left behind, for good. PREFIX is that of its tables."""
    from steerco.cli.plugin.report import left_behind
    from steerco.store.schema import drop as dropped

    leftover = next((each for each in left_behind(shell) if each.prefix == prefix), None)
    if leftover is None:
        raise CommandProblem(
            "no-leftover", f"nothing with the prefix {prefix} was left behind", "`steerco plugin list` tells what was"
        )
    if not yes:
        raise CommandProblem(
            "not-confirmed", f"{leftover}; dropped, they are gone", "make a backup, then repeat with --yes", exit=USAGE
        )
    dropped(shell.store, leftover)
    shell.report({"dropped": leftover}, lambda: click.echo(f"dropped: {', '.join(leftover.rows)}"))


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("name", metavar="PLUGIN", default="")
@click.argument("command", metavar="COMMAND", default="")
@click.argument("words", nargs=-1)
@click.option("--tenant", "slug", default="", help="The tenant in which to run it.")
@pass_shell
def x(shell: Shell, name: str, command: str, words: tuple[str, ...], slug: str) -> None:
    """Run a command that a plugin adds. Without COMMAND, list them."""
    from steerco.cli.plugin.report import commands, run

    if not command:
        rows = [each for each in commands() if name in ("", each[0])]
        shell.report(rows, lambda: table(rows, ("plugin", "command", "")))
        return
    output = run(shell, slug, name, command, words, now())
    shell.report({"said": output}, lambda: click.echo(output))
