"""``serve --reload``, for development: the server is a child process, begun anew when a file of a plugin or of the home changes.

A process cannot forget a module that declared tables, so what was imported is not loaded again in place: the whole process is
replaced. uvicorn's own reloader would need the application by an import string, and knows neither our options nor the worker
beside the server. A library that watches files would be one more dependency, for what a look at some hundred times of change
twice a second does as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click

from steerco.cli.frame.shell import Shell
from steerco.configuration.file_times import Times, changed, times

PAUSE = 0.5
"""Seconds between two looks."""
HOME = ("tenants", "policies", "law")
"""The folders of a home that are looked at; never ``var``, which the server itself writes."""
PROGRAM = "from steerco.cli.main import main; main()"


def reloading(shell: Shell, words: Sequence[str]) -> int:
    """Run ``steerco <words>`` until it is stopped, anew after each change; its exit code where it ends before any."""
    from steerco.extension.loader import folders  # imports no plugin

    home = shell.home.folder
    places = [*folders(), *(home / name for name in HOME)]
    command = [sys.executable, "-u", "-c", PROGRAM, *words, "--home", str(home)]
    # Python takes a compiled module for current by its time in seconds and its size, and a save may change neither.
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the child is ended however this is
    before, saved = times(places), False
    child = subprocess.Popen(command, env=env)
    try:
        while True:
            time.sleep(PAUSE)
            now = times(places)
            if now == before:
                if not saved and child.poll() is not None:
                    return child.returncode
                continue
            click.echo(f"changed: {', '.join(changed_files(before, now, home))}; starting anew", err=True)
            before, saved = now, True
            _ended(child)
            child = subprocess.Popen(command, env=env)
    except KeyboardInterrupt:
        return 0
    finally:
        _ended(child)


def _ended(child: subprocess.Popen[bytes]) -> None:
    """End the server in good order; after ten seconds in any."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def changed_files(before: Times, now: Times, home: Path) -> list[str]:
    """Return the names of the files that changed, with what to do about a committee's: a server runs what was applied."""
    paths = changed(before, now)
    names = [path.name for path in paths[:5]]
    if any(path.is_relative_to(home / name) for path in paths for name in HOME):
        names.append("(files of the home count once they are applied: `steerco tenant apply`)")
    return names
