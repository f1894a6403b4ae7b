"""The process that reads one Word, PDF or XML file from its standard input, under limits of memory and time."""

from __future__ import annotations

import sys

import msgspec

from steerco.charter.text.sources.read import FileReading
from steerco.charter.text.sources.refused import CannotRead

MEMORY = 1 << 30
"""Bytes of address space."""
CPU_SECONDS = 30


def main(kind: str) -> None:
    """Read a file of ``kind`` (``word``, ``pdf`` or ``akn``) and print a ``FileReading`` in JSON."""
    _limit()
    raw = sys.stdin.buffer.read()
    try:
        told = _told(kind, raw)
    except CannotRead as problem:
        told = FileReading(problem=(problem.code, str(problem)))
    sys.stdout.buffer.write(msgspec.json.encode(told))


def _told(kind: str, raw: bytes) -> FileReading:
    if kind == "akn":
        from steerco.charter.text.sources.akn import read_akn

        text, parsed, language = read_akn(raw)
        return FileReading(text, parsed=parsed, language=language)
    if kind == "word":
        from steerco.charter.text.sources.word import read_word as read
    else:
        from steerco.charter.text.sources.pdf import read_pdf as read
    return FileReading(*read(raw))


def _limit() -> None:
    """Take limits, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows: the parent's timeout alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


if __name__ == "__main__":
    main(sys.argv[1])
