"""A real OpenID provider in a process of its own, and a browser's way through it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx


@contextmanager
def provider(*people: Mapping[str, object]) -> Iterator[str]:
    """Run a provider that knows these people, by their claims; gives its address, which is its issuer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    claims = [word for each in people for word in ("--user-claims", json.dumps(each))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *claims]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://localhost:{port}"
    try:
        end = time.monotonic() + 120
        while True:
            try:
                if httpx.get(f"{issuer}/.well-known/openid-configuration").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, "the provider ended"
                assert time.monotonic() < end, "the provider did not come up"
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(120)


def consent(address: str, subject: str) -> str:
    """Be signed in at the provider as somebody; answers the address to which the browser is then led back."""
    answer = httpx.post(address, data={"sub": subject}, follow_redirects=False)
    assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.text)[:500]
    return answer.headers["location"]
