"""Clients that listen: ``python -m tests.bench.sse_listeners PORT PATH TOKEN COUNT``, all on one change feed.

It says ``ready`` when all of them listen, and then a line for each event that all of them have had. It reads whatever comes at
once: a listener that does not read is given up by the server, and nobody would come to the end.
"""

from __future__ import annotations

import selectors
import socket
import sys


def main(port: int, path: str, token: str, count: int) -> None:
    """Listen until the standard output is closed."""
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    ready = selectors.DefaultSelector()
    for number in range(count):
        connection = socket.create_connection(("127.0.0.1", port), 60)
        connection.sendall(asked)
        answer = connection.recv(65536)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"listener {number}: {answer[:300]!r}")
        connection.setblocking(False)
        ready.register(connection, selectors.EVENT_READ, [0, b""])
    print("ready", flush=True)
    whole, told = 0, dict[int, int]()
    while True:
        for key, _ in ready.select():
            piece = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]  # sockets alone are registered
            if not piece:
                raise RuntimeError("a stream ended")
            whole_lines, _, key.data[1] = (key.data[1] + piece).rpartition(b"\n")
            key.data[0] += whole_lines.count(b"event: ")
            told[key.fd] = key.data[0]
        while len(told) == count and min(told.values()) > whole:
            whole += 1
            print(whole, flush=True)


if __name__ == "__main__":
    _, port_, path_, token_, count_ = sys.argv
    main(int(port_), path_, token_, int(count_))
