"""Tells the service manager that started this process when it is ready, and when it stops (sd_notify of systemd)."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

SOCKET = "NOTIFY_SOCKET"
"""Where systemd listens, with ``Type=notify``; a name that begins with ``@`` is no file."""
READY, STOPPING = "READY=1", "STOPPING=1"


def tell(state: str) -> None:
    """Send a state to the service manager, where one asked for it; whoever does not listen is not waited for."""
    if not (address := os.environ.get(SOCKET)):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
