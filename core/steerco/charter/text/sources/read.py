"""Read a regulation's file. Word, PDF and XML are read by a process of their own with limits: such files can be made to harm."""

from __future__ import annotations

import codecs
import re
import subprocess
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from steerco.charter.text.importer import Parsed
from steerco.charter.text.outline import Unsure
from steerco.config.read import NotText, decoded

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""
SECONDS = 60
"""The time that a Word, PDF or XML file may take."""
_ZIP, _PDF, _OLE = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")


class SourceText(Struct, frozen=True):
    """The text of a file, and what a person must compare because of the kind of file. Lines count from 1."""

    text: str
    unsure: tuple[Unsure, ...] = ()
    parsed: Parsed | None = None
    """The regulation itself, where the kind of file says what each part is."""
    language: str = ""


class SourceProblem(ValueError):
    """A file that cannot be read; ``code`` names the case, ``do`` says what to do about it."""

    def __init__(self, code: str, message: str, do: str) -> None:
        super().__init__(message)
        self.code, self.do = code, do


def read_source(file: Path) -> SourceText:
    """Return the text of ``file``, told by its first bytes and not by its name. Raises ``SourceProblem`` and ``OSError``."""
    if file.stat().st_size > MOST_BYTES:
        raise SourceProblem(
            "too-large", f"{file.name} is larger than {MOST_BYTES >> 20} MiB", "take out pictures and annexes, or save its text"
        )
    raw = file.read_bytes()
    if not raw.strip():
        raise SourceProblem("empty", f"{file.name} is empty", "give the file that holds the regulation")
    if raw.startswith(_OLE):
        do = "open it in Word and save it as .docx without a password"
        raise SourceProblem("old-or-locked", f"{file.name} is an old Word file (.doc), or a Word file with a password", do)
    if raw.startswith(_ZIP):
        return _apart("word", raw, file.name)
    if raw.startswith(_PDF) or _PDF in raw[:1024]:
        return _apart("pdf", raw, file.name)
    head = raw[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise SourceProblem("html", f"{file.name} is a web page", "copy its text into a plain text file, or save it as .docx")
    if head.startswith((b"<?xml", b"<akomantoso", b"<!doctype", b"<!entity")):
        return _apart("akn", raw, file.name)
    try:
        return SourceText(_LINE_ENDS.sub("\n", decoded(_as_utf_8(raw), file.name)))
    except NotText as error:
        raise SourceProblem(
            "not-utf-8", f"{file.name} {error.finding.message}", "save it as plain text in UTF-8, or give the Word or PDF file"
        ) from None


def _as_utf_8(raw: bytes) -> bytes:
    """Return in UTF-8 a text that is UTF-16 by its byte order mark; any other, and one that was cut short, as it is."""
    if not raw.startswith(_UTF_16) or raw.startswith(codecs.BOM_UTF32_LE):
        return raw
    try:
        return raw.decode("utf-16").encode()
    except UnicodeError:
        return raw


class FileReading(Struct):
    """The answer of the reading process: text and doubts, or a problem."""

    text: str = ""
    unsure: list[Unsure] = []
    problem: tuple[str, str] | None = None
    """Code and message."""
    parsed: Parsed | None = None
    language: str = ""


_DO = {
    "locked": "save a copy without the password",
    "scanned": "run text recognition on it first (OCR), then compare each line that the report names",
    "not-word": "open it in Word or LibreOffice and save it as .docx",
    "not-pdf": "print it to PDF again, or give its text",
    "not-akn": "give a file of Akoma Ntoso 3.0 without document type and entities, or its text",
    "too-large": "take out pictures and annexes, or save its text",
}


def _apart(kind: str, raw: bytes, name: str) -> SourceText:
    command = [sys.executable, "-I", "-m", "steerco.charter.text.sources.child", kind]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SourceProblem(
            "too-slow", f"reading {name} took more than {SECONDS} s and was stopped", "save its text and import that"
        ) from None
    if done.returncode:
        do = "save its text and import that"
        raise SourceProblem(
            "not-read", f"{name} cannot be read: it is damaged, or needs more memory or time than a regulation does", do
        )
    told = msgspec.json.decode(done.stdout, type=FileReading)
    if told.problem:
        code, message = told.problem
        raise SourceProblem(code, f"{name} {message}", _DO[code])
    return SourceText(told.text, tuple(told.unsure), told.parsed, told.language)
