"""A server that takes webhooks, as somebody else would run it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """A server that somebody else runs: what it got, and what it answers to each path."""

    url: str
    got: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)
    location: str = ""
    tls: ssl.SSLContext | None = None

    def at(self, path: str) -> list[dict[str, Any]]:
        """The bodies that came to a path, in order."""
        return [json.loads(body) for where, _, body in self.got if where == path]

    def ids(self, path: str) -> list[str]:
        return [headers["webhook-id"] for where, headers, _ in self.got if where == path]


@contextmanager
def serving() -> Iterator[Receiver]:
    """A receiver that runs, on a port of its own."""
    made = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if self.path == "/hangs":
                made.hold.wait(20)
            if self.path == "/drips":
                self.wfile.write(b"HTTP/1.1 ")
                for _ in range(25):
                    made.hold.wait(0.1)
                    self.wfile.write(b" ")
                self.wfile.write(b"204 OK\r\n\r\n")
                return
            self.send_response(made.answers.get(self.path, 204))
            if made.location:
                self.send_header("location", made.location)
            self.end_headers()

        def do_GET(self) -> None:
            made.got.append((f"GET {self.path}", {}, b"{}"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def setup(self) -> None:
            if made.tls is not None:
                self.request = made.tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
            super().setup()

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked did not wait
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.hold.set()
    server.shutdown()
    server.server_close()
