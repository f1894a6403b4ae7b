"""A TOML language server (Tombi), asked as an editor asks it: LSP over its standard input, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple

SERVER = Path(sys.executable).with_name("tombi")
FINDINGS = "textDocument/publishDiagnostics"
PATIENCE = 60
"""Seconds for an answer; a server that works needs a few hundredths of one."""


class Offer(NamedTuple):
    """A key or value that completion offers, with what the editor shows beside it."""

    label: str
    about: str


class Editor:
    """An editor with one folder open."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process, self._numbers = process, count(1)
        self._came: Queue[dict[str, Any]] = Queue()
        Thread(target=self._read, daemon=True).start()
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        documentation = {"completionItem": {"documentationFormat": ["markdown"]}}
        self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=folder.as_uri(),
            workspaceFolders=folders,
            capabilities={"textDocument": {"completion": documentation}},
        )
        self._tell("initialized")

    def open(self, file: Path) -> list[str]:
        """Open a file; return what the server finds wrong with it, errors alone, each with its line from 1."""
        document = {"uri": file.as_uri(), "languageId": "toml", "version": 1, "text": file.read_text("utf-8")}
        self._tell("textDocument/didOpen", textDocument=document)
        told = self._until(lambda each: each.get("method") == FINDINGS and _of(each["params"], document))
        wrong = [each for each in told["params"]["diagnostics"] if each["severity"] == 1]
        return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in wrong]

    def complete(self, file: Path, line: int, character: int = 0) -> list[Offer]:
        """Return what is offered at a place of an open file; both numbers are counted from 0."""
        place = {"line": line, "character": character}
        found = self.ask("textDocument/completion", textDocument={"uri": file.as_uri()}, position=place)["result"]
        offers = found["items"] if isinstance(found, dict) else found or []
        return [Offer(each["label"], each.get("documentation", {}).get("value", "")) for each in offers]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        return self._until(lambda each: each.get("id") == number and "method" not in each)

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _until(self, wanted: Any) -> dict[str, Any]:
        while True:
            message = self._came.get(timeout=PATIENCE)
            if wanted(message):
                return message
            if "method" in message and "id" in message:  # the server asks something of the editor
                self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            length = 0
            while line := line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = self._process.stdout.readline()
            self._came.put(json.loads(self._process.stdout.read(length)))


def _of(params: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether findings are those of a document as it was opened; the server tells those of other files in the folder too."""
    return params["uri"] == document["uri"] and params.get("version") == document["version"]


@contextmanager
def editing(folder: Path, cache: Path) -> Iterator[Editor]:
    """An editor with a folder open; ``cache`` is where its server may keep things."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "XDG_CONFIG_HOME": str(cache)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([SERVER, "lsp", "--offline"], cwd=folder, env=environment, **pipes)
    try:
        yield Editor(process, folder)
    finally:
        process.kill()
        process.communicate()
