"""The addresses at which servers of a home answer, so that a command can print links that lead to one of them.

Each server has a file in the data folder, and a lock on it as long as it runs. A server that was killed leaves a file without a
lock, which tells nothing.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

from steerco.store import file_modes

FOLDER = "serving"
"""The folder of these files within the data folder; no backup has it."""


def address_for_people(host: str, port: int, prefix: str = "", names: tuple[str, ...] = ()) -> str:
    """Return the address of a server that listens on ``host``, without a last ``/``. One that listens everywhere is reached by
    the first of its ``names``, or by the name of this machine."""
    with suppress(ValueError):
        if ip_address(host).is_unspecified:
            host = names[0] if names else socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{prefix}"


@contextmanager
def answering(data: Path, address: str) -> Iterator[None]:
    """Record, while it runs, that a server answers at an address. Where the folder cannot be written, it serves all the same."""
    path = data / FOLDER / str(os.getpid())
    try:
        file_modes.folder(path.parent)
        file_modes.file(path)
        kept = path.open("w", encoding="utf-8")
        fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        kept.write(address)
        kept.flush()
    except OSError:
        yield
        return
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        kept.close()


def answered_at(data: Path) -> str | None:
    """Return the address of the server of this home that began last and still runs, or None."""
    found: list[tuple[float, str]] = []
    for path in (data / FOLDER).glob("*"):
        with suppress(OSError, ValueError), path.open(encoding="utf-8") as kept:
            try:
                fcntl.flock(kept, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append((path.stat().st_mtime, kept.read()))
    return max(found)[1] if found else None
