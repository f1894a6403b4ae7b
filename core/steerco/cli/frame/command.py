"""Commands that are imported only when they run; each takes ``--home``, ``--json`` and ``--no-plugins``, wherever they stand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from steerco.cli.frame.shell import Shell


def _home(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value:
        context.ensure_object(Shell).given = value


def _json(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Shell).json = True


def _no_plugins(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        os.environ["STEERCO_NO_PLUGINS"] = "1"  # before anything of a plugin is imported; a worker's threads see it too


def _shared() -> list[click.Parameter]:
    folder = click.Path(file_okay=False)
    context: dict[str, Any] = {"expose_value": False}
    return [
        click.Option(["--home"], type=folder, callback=_home, help="The folder with tenants/ and policies/.", **context),
        click.Option(["--json"], is_flag=True, callback=_json, help="Answer in JSON.", **context),
        click.Option(["--no-plugins"], is_flag=True, callback=_no_plugins, help="Load no plugin.", **context),
    ]


class Command(click.Command):
    """A command with the options that every command has."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.params += _shared()


class CommandGroup(click.Group):
    """A group whose commands are named by ``module:attribute`` and imported when one is asked for.

    ``lazy`` gives per command where it is and the one line that help shows of it, so that help imports none.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.lazy = dict(lazy or {})
        self.params += _shared()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *(name for name in self.commands if name not in self.lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.lazy[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.lazy[name][1]) for name in self.lazy]
        rows += [(name, command.get_short_help_str(90)) for name, command in self.commands.items()]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


pass_shell = click.make_pass_decorator(Shell, ensure=True)
"""Hands a command its :class:`Shell`."""
