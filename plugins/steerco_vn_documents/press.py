"""Printing in child processes under limits: a few are kept warm, and one that fails or takes too long is ended.

A sheet goes in as data and comes back as a PDF; the same sheet gives the same bytes. Nothing of a committee stays in a child.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("child.py")
FONT_PACKAGE = "pdfboss_fonts"
NO_FONT = (
    "the font Tinos is not installed: pip install pdfboss-fonts (with Python 3.11: "
    "pip install --no-deps --ignore-requires-python pdfboss-fonts)"
)
SECONDS = 40.0
"""How long one paper may take, on the wall. Two hundred pages take about ten seconds of this."""
AT_ONCE = 2
SHEETS = 300
"""After so many papers a child is replaced, since typst keeps what it laid out before."""


class NotPrinted(Exception):
    """A sheet cannot be set. ``lacking`` are the characters that the font has no picture of."""

    def __init__(self, message: str, lacking: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lacking = lacking


def font_folder() -> str:
    """Return the folder of the font's files. Raises ``NotPrinted`` where the font is not installed."""
    spec = find_spec(FONT_PACKAGE)
    folder = Path(spec.origin).parent / "fonts" if spec and spec.origin else None
    if folder is None or not (folder / "Tinos-Regular.ttf").is_file():
        raise NotPrinted(NO_FONT)
    return str(folder)


class _Child:
    def __init__(self) -> None:
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
        command = [sys.executable, "-I", str(CHILD), font_folder()]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.left = SHEETS

    def ask(self, request: bytes) -> bytes:
        """Return the answer. Raises ``NotPrinted`` where the child ended over it."""
        late = threading.Timer(SECONDS, self.process.kill)
        late.daemon = True
        late.start()
        self.left -= 1
        try:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(len(request).to_bytes(4, "big") + request)
            self.process.stdin.flush()
            head = self.process.stdout.read(4)
            return self.process.stdout.read(int.from_bytes(head, "big")) if len(head) == 4 else b""
        except BrokenPipeError:
            return b""
        finally:
            late.cancel()

    def end(self) -> None:
        """End the process and wait for it."""
        self.process.kill()
        with suppress(OSError):
            self.process.communicate()


class Press:
    """The children that print. Threads share it: each takes a child that is idle, or a new one, and waits while all are busy."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        atexit.register(self.stop)

    def print(self, form: str, data: Mapping[str, Any]) -> bytes:
        """Return a PDF. ``form`` is the name of a file in ``forms``. Raises ``NotPrinted``."""
        return self._asked({"form": form, "data": data})

    def bind(self, form: str, data: Mapping[str, Any], files: Sequence[bytes]) -> bytes:
        """Return one PDF of several files, each with its line in ``data["lines"]``. Raises ``NotPrinted``."""
        return self._asked({"form": form, "data": data, "files": [b64encode(file).decode() for file in files]})

    def _asked(self, asked: Mapping[str, Any]) -> bytes:
        request = json.dumps(asked, ensure_ascii=False).encode()
        with self._room:
            child = self._take()
            answer = child.ask(request)
            if not answer or child.left <= 0:
                child.end()
            else:
                with self._lock:
                    self._idle.append(child)
        if answer[:1] == b"P":
            return answer[1:]
        raise _wrong(answer)

    def _take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.end()
        return _Child()

    def stop(self) -> None:
        """End the children that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()


def _wrong(answer: bytes) -> NotPrinted:
    if not answer:
        return NotPrinted("the paper is too large to be set within the limits of time and memory: shorten it, or attach a file")
    messages = json.loads(answer[1:])
    lacking = tuple(each["lacking"] for each in messages if "lacking" in each)
    return NotPrinted("; ".join(each.get("message", "") for each in messages if "message" in each), lacking)


PRESS = Press()
"""The installation's children: what they print for one committee leaves nothing behind for another."""
