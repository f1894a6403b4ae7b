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
import threading
from contextlib import suppress
from typing import IO, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the least that OWASP asks for: 19 MiB, twice over, one lane."""
LESS = 10
"""How much less the process matters than the one that serves, as the system counts it (its niceness)."""


PATIENCE, TO_START = 10.0, 10.0
"""So many seconds an answer is waited for, which takes a fortieth of one; and so many more of a process that was just started."""


def work(text: str, kept: str | None) -> str:
    """Return the hash of a password; or, where the hash that is ``kept`` is given, ``fits`` or nothing."""
    if kept is None:
        return HASHER.hash(text)
    with suppress(VerificationError, InvalidHashError):
        return "fits" if HASHER.verify(kept, text) else ""
    return ""


class PasswordProcess:
    """One such process, started when it is first asked. For one thread.

    ``patience``: so many seconds an answer is waited for, and ``to_start`` more of a process that was just started.
    """

    def __init__(self, patience: float = PATIENCE, to_start: float = TO_START) -> None:
        self.patience, self.to_start = patience, to_start
        self._process: subprocess.Popen[bytes] | None = None

    def work(self, text: str, kept: str | None) -> str:
        """Let the process work. One that was ended or stands still is started anew; where none can be, the work is done here.

        Raises ``TimeoutError`` where two of them gave no answer.
        """
        late = 0
        for _ in range(2):
            try:
                return self._ask([text, kept])
            except TimeoutError:
                late += 1
            except (OSError, ValueError):
                pass
            self.end()
        if late == 2:
            raise TimeoutError(f"no answer within {self.patience:g} s, twice")
        return work(text, kept)

    def _ask(self, job: list[str | None]) -> str:
        """Raises ``OSError`` where the process cannot be started or has ended, ``ValueError`` where it ended in its answer,
        ``TimeoutError`` where it gave none in time, and was killed."""
        patience = self.patience
        if self._process is None:
            patience += self.to_start
            command = [sys.executable, "-P", "-m", __name__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        killed = threading.Event()
        alarm = threading.Timer(patience, _kill, (self._process, killed))  # no pipe can be waited on for a time everywhere
        alarm.daemon = True
        alarm.start()
        try:
            asked.write(json.dumps(job).encode() + b"\n")
            asked.flush()
            answer: str = json.loads(answers.readline())
            return answer
        except (OSError, ValueError):
            if killed.is_set():
                raise TimeoutError from None
            raise
        finally:
            alarm.cancel()

    def end(self) -> None:
        """End the process, which does no more than it was asked."""
        ended, self._process = self._process, None
        if ended is None:
            return
        try:
            with suppress(OSError):  # what it was not told any more is lost with it
                ended.communicate(timeout=self.patience)
        except subprocess.TimeoutExpired:
            ended.kill()
            ended.communicate()


def _kill(process: subprocess.Popen[bytes], killed: threading.Event) -> None:
    killed.set()
    process.kill()


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
