"""A load generator over raw sockets: ``python -m tests.bench.http_load PORT PATH TOKEN SECONDS CONNECTIONS ITEMS``.

It asks on all connections, then reads all answers: at every moment the server has as many requests as there are connections.
The first answer is checked; of the others only status and length, so that the generator is not what is measured.
"""

from __future__ import annotations

import json
import socket
import sys
from time import perf_counter


def answer(connection: socket.socket) -> bytes:
    """One answer's body. Raises ``RuntimeError`` for any but a 200."""
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError((head + body).decode(errors="replace"))
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return body


def main(port: int, path: str, token: str, seconds: float, connections: int, items: int) -> float:
    """Requests a second."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    opened = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    opened[0].sendall(request)
    first = json.loads(answer(opened[0]))
    shown = first["items"] if isinstance(first, dict) else first
    if len(shown) != items or not shown[0]["title"].startswith("Task"):
        raise RuntimeError(f"not the list: {first}")
    count, start = 0, perf_counter()
    while perf_counter() - start < seconds:
        for connection in opened:
            connection.sendall(request)
        for connection in opened:
            answer(connection)
        count += connections
    taken = perf_counter() - start
    for connection in opened:
        connection.close()
    return count / taken


if __name__ == "__main__":
    _, port_, path_, token_, seconds_, connections_, items_ = sys.argv
    print(main(int(port_), path_, token_, float(seconds_), int(connections_), int(items_)))
