"""The process that works out the hashes of passwords, beside the one that serves.

A process of its own, and one that comes after all others: a thread that the system holds back for the sake of others still takes
the interpreter's lock for a moment before and after, and where it is held back in that moment, everybody waits for it.
It reads jobs as lines of JSON and answers each with one; it ends where nobody can ask any more. Passwords go through the pipe and
nowhere else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the least that OWASP asks for: 19 MiB, twice over, one lane."""
LESS = 10
"""How much less the process matters than the one that serves, as the system counts it (its niceness)."""


def work(text: str, kept: str | None) -> str:
    """Return the hash of a password; or, where the hash that is ``kept`` is given, ``fits`` or nothing."""
    if kept is None:
        return HASHER.hash(text)
    with suppress(VerificationError, InvalidHashError):
        return "fits" if HASHER.verify(kept, text) else ""
    return ""


class Beside:
    """One such process, started when it is first asked. For one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def work(self, text: str, kept: str | None) -> str:
        """Let the process work. One that was ended is started anew; where none can be, the work is done here."""
        for _ in range(2):
            with suppress(OSError, ValueError):
                return self._ask([text, kept])
            self.end()
        return work(text, kept)

    def _ask(self, job: list[str | None]) -> str:
        """Raises ``OSError`` where the process cannot be started or has ended, ``ValueError`` where it ended in its answer."""
        if self._process is None:
            command = [sys.executable, "-P", "-m", __name__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps(job).encode() + b"\n")
        asked.flush()
        answer: str = json.loads(answers.readline())
        return answer

    def end(self) -> None:
        """End the process, which does no more than it was asked."""
        ended, self._process = self._process, None
        if ended is not None:
            with suppress(OSError):  # what it was not told any more is lost with it
                ended.communicate()


def main(asked: IO[bytes], answers: IO[Any]) -> None:
    """Answer one job after the other, until there are no more."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the one that asks, which may have a sign-in to finish
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(LESS)
    for line in asked:
        text, kept = json.loads(line)
        answers.write(json.dumps(work(text, kept)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
