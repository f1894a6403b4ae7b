"""``steerco``: the command. Nothing heavy is imported here, so that help comes at once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Any

import click

from steerco import __version__
from steerco.cli.frame.command import CommandGroup
from steerco.cli.frame.problems import FINDINGS, OK, USAGE, tell

COMMANDS = {
    "tenant": ("steerco.cli.tenant:tenant", "Set up, check, plan, apply and test a tenant."),
    "charter": ("steerco.cli.charter:charter", "Import, show and compare a regulation; what covers each clause."),
    "explain": ("steerco.cli.acts:explain", "May somebody do something, and why?"),
    "plan": ("steerco.cli.acts:plan", "The shortest lawful way to an act by a day: who does what, when, by which clauses."),
    "week": ("steerco.cli.acts:week", "A person's week over their committees, each line with its clause."),
    "competence": ("steerco.cli.acts:competence", "Who has which subject over the committees that share it."),
    "duties": ("steerco.cli.acts:duties", "Who owes what by when."),
    "actions": ("steerco.cli.acts:actions", "Every record type with its actions and their inputs."),
    "do": ("steerco.cli.acts:do", "Do one act, as a person of the tenant."),
    "backup": ("steerco.cli.installation:backup", "Copy the whole installation while it is in use."),
    "restore": ("steerco.cli.installation:restore", "Make an installation of a backup."),
    "files": ("steerco.cli.installation:files", "Where papers and files are kept: move them, or bring lost ones back."),
    "document": ("steerco.cli.documents:document", "The documents of a period as one package; whether one is sound."),
    "paper": ("steerco.cli.documents:paper", "Who signed a paper, in which capacity, by which clause: prove and verify it."),
    "exchange": ("steerco.cli.documents:exchange", "Packages for and from committees of other installations."),
    "log": ("steerco.cli.log:log", "Verify, show, replay and rebuild a tenant's log."),
    "token": ("steerco.cli.access:token", "Issue, list and revoke API tokens."),
    "account": ("steerco.cli.access:account", "Invite and look after who signs in to the pages."),
    "serve": ("steerco.cli.serve:serve", "Serve the HTTP API and the pages."),
    "work": ("steerco.cli.serve:work", "Run the worker alone."),
    "plugin": ("steerco.cli.plugin:plugin", "Make, check and list plugins."),
    "x": ("steerco.cli.plugin:x", "Run a command that a plugin adds."),
    "db": ("steerco.cli.installation:db", "The database."),
    "config": ("steerco.cli.installation:config", "What is set in the environment, and where it comes from."),
    "doctor": ("steerco.cli.installation:doctor", "What is wrong with this installation, and how to mend it."),
}


@click.group(cls=CommandGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="steerco")
def cli() -> None:
    """Runs steering committees by their own regulations.

    The folder that it works on is --home, else STEERCO_HOME, else the current folder where that has tenants/, else the tenants
    that come with the program. The database is a file in that folder unless STEERCO_DATABASE_URL names another.

    Exit codes: 0 done, 1 refused or something was found, 2 the command was not understood.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default this process's) and give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    json = "--json" in words
    try:
        code: Any = cli.main(words, prog_name="steerco", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.UsageError as error:
        help_command = f"{error.ctx.command_path} --help" if error.ctx else "steerco --help"
        return tell("usage", error.format_message(), f"see `{help_command}`", json=json, code=USAGE)
    except click.ClickException as error:
        return tell("usage", error.format_message(), "", json=json, code=USAGE)
    except (click.Abort, KeyboardInterrupt):
        return tell("interrupted", "interrupted; nothing is half done", "", json=json, code=FINDINGS)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone, as `… | head` does
        return OK
    except Exception as error:
        from steerco.cli.frame.problems import tell_of

        return tell_of(error, json=json)
    return code if isinstance(code, int) else OK


def main() -> None:
    """The entry point. What a command imports and reads stays to its end, so the garbage collector looks seldom."""
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run())
