"""``steerco serve`` and ``steerco work``: the processes that run."""

from __future__ import annotations

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.shell import Shell

LEASE = click.option(
    "--lease",
    default=60,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="Seconds until another worker follows one that died.",
)


@click.command(cls=Command)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--demo", is_flag=True, help="Serve with a lived year behind every tenant that has one, and open the pages to all.")
@click.option("--anyone", is_flag=True, help="With --demo: allow an address that other machines reach.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name under which it answers, and under no other.",
)
@click.option("--reload", is_flag=True, help="For development: start anew when a plugin's or the home's files change.")
@LEASE
@pass_shell
def serve(shell: Shell, port: int, host: str, demo: bool, anyone: bool, hosts: tuple[str, ...], reload: bool, lease: int) -> None:
    """Serve the HTTP API and the pages of every tenant that is applied, with the worker beside it."""
    if reload:
        from steerco.cli.serve.autoreload import reloading

        words = ["serve", "--port", str(port), "--host", host, "--lease", str(lease), *(["--demo"] if demo else [])]
        words += [*(["--anyone"] if anyone else []), *(word for name in hosts for word in ("--allow-host", name))]
        raise click.exceptions.Exit(reloading(shell, words))
    from steerco.cli.serve.processes import run_server

    run_server(shell, host, port, demo=demo, lease=lease, hosts=hosts, anyone=anyone)


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Do one step and stop.")
@LEASE
@pass_shell
def work(shell: Shell, once: bool, lease: int) -> None:
    """Run the worker alone: signed checkpoints, housekeeping. One process works at a time; others wait for its lease."""
    from steerco.cli.serve.processes import run_worker

    run_worker(shell, once=once, lease=lease)
