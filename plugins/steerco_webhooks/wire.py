"""One delivery over the network: to an address that was checked, in bounded time, following no redirect and using no proxy."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic
from typing import NamedTuple

from steerco_webhooks.address import Allowed, Forbidden, Target, Unfit, checked, fitting

Resolve = Callable[[str, int], Iterable[str]]
"""The network addresses of a host."""


class Outcome(NamedTuple):
    """The outcome of a delivery: the HTTP status (0: there was no answer), and a word for what went wrong."""

    status: int
    error: str = ""

    @property
    def done(self) -> bool:
        """Whether the receiver has taken it."""
        return 200 <= self.status < 300


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host by the machine's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def _trust() -> ssl.SSLContext:
    """Return the machine's trusted authorities; names are checked."""
    return ssl.create_default_context()


class Pinned(HTTPConnection):
    """A connection to one of ``addresses``, whatever the host's name may mean meanwhile. Name and certificate are the host's."""

    def __init__(self, target: Target, addresses: Iterable[str], until: float) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.secure else 80  # left out of the Host header
        self.target, self.addresses, self.until = target, addresses, until

    def connect(self) -> None:
        """Take the first address that answers. Raises ``OSError``."""
        self.sock = self._reached()
        if self.target.secure:
            self.sock = _trust().wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def _reached(self) -> socket.socket:
        problem: OSError = TimeoutError("no time left")
        for address in self.addresses:
            seconds = self.until - monotonic()
            if seconds <= 0:
                break
            try:
                return socket.create_connection((address, self.target.port), timeout=seconds)
            except OSError as error:
                problem = error
        raise problem

    def cut(self) -> None:
        """End it, from another thread: a receiver that sends a byte now and then would else hold it for ever."""
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def post(
    url: str, headers: Mapping[str, str], body: bytes, allow: Allowed, seconds: float, resolve: Resolve = resolved
) -> Outcome:
    """Send one delivery and say what became of it. Of the answer its status counts; its body is not read."""
    until = monotonic() + seconds
    try:
        target = fitting(url, allow)
        addresses = checked(resolve(target.host, target.port), allow)
    except (Forbidden, Unfit) as why:
        return Outcome(0, why.code if isinstance(why, Forbidden) else "no-url")
    except (OSError, UnicodeError):
        return Outcome(0, "no-such-host")
    connection = Pinned(target, addresses, until)
    clock = Timer(max(until - monotonic(), 0.0), connection.cut)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        status = connection.getresponse().status
        return Outcome(status, "" if 200 <= status < 300 else "redirect" if 300 <= status < 400 else "refused")
    except ssl.SSLError:
        return Outcome(0, "over-time" if monotonic() >= until else "tls")
    except (OSError, HTTPException):
        return Outcome(0, "over-time" if monotonic() >= until else "no-answer")
    finally:
        clock.cancel()
        connection.close()
