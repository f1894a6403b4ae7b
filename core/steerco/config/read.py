"""From a TOML file to a checked document, or to all that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from cerberus.schema import UnvalidatedSchema

from steerco.config.bounded import parsed
from steerco.config.characters import composed
from steerco.config.explain import explain, flat
from steerco.config.findings import Finding
from steerco.config.locate import Lines, Locator, nowhere
from steerco.config.schema import Schema, StrictValidator
from steerco.config.unsaid import without_unsaid

Document = dict[str, Any]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MEND = "save it as UTF-8, by the editor's “Save as”"
_TWICE = re.compile(r"Cannot mutate immutable namespace \('([^']+)',\)")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


class NotText(ValueError):
    """A file in another encoding than UTF-8; ``finding`` says which and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def decoded(raw: bytes, name: str) -> str:
    """Return the text of a file that is called ``name``, with or without a byte order mark, as it is kept. Raises ``NotText``."""
    if b"\0" in raw[:200] or raw.startswith(_UTF_16):
        raise NotText(Finding(name, 1, "not-utf-8", f"is UTF-16 text; {_MEND}"))
    try:
        return composed(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        message = f"is not UTF-8 text: the byte {raw[wrong.start]:02X} is invalid (it may be in code page 1258 or 1252)"
        raise NotText(Finding(name, line, "not-utf-8", f"{message}; {_MEND}")) from None


def read_toml(
    source: Path | str, schema: Schema, file: str = "", *, unsaid: bool = False
) -> tuple[Document, list[Finding], Lines]:
    """Read and check one TOML document.

    ``source`` is a path, or the text itself; ``file`` is what findings call it (by default the path). The document is
    empty where the text is no TOML; with findings it is what could be read, not fit for use. The line locator parses the
    text a second time at its first question, so ask it only for findings, or once when a snapshot is made. ``unsaid``: keys of
    rows may say that the text is silent, and then count as left out.
    """
    name = file or (source.as_posix() if isinstance(source, Path) else "")
    text, findings = _text(source, name)
    if findings:
        return {}, findings, nowhere
    try:
        document = parsed(text)
    except tomllib.TOMLDecodeError as wrong:
        return {}, [_syntax(wrong, text, name)], nowhere
    lines = Locator(text)
    document = without_unsaid(document, schema) if unsaid else document
    return document, check(document, schema, name, lines), lines


def check(document: Document, schema: Schema, file: str, lines: Lines = nowhere, *, brought: bool = False) -> list[Finding]:
    """Return all that ``schema`` has against ``document``, in the order of the file.

    ``brought``: the schema is a plugin's. Cerberus looks at it first and writes its short forms out. It need not look at ours:
    that takes longer than to read a charter by them (measured), and a test does it.
    """
    validator = StrictValidator(schema if brought else UnvalidatedSchema(schema))
    if validator.validate(document, normalize=False):
        return []
    findings = []
    for error in flat(validator._errors):
        code, message = explain(error, document, schema)
        findings.append(Finding(file, lines(error.document_path), code, message))
    return sorted(set(findings))


def _text(source: Path | str, name: str) -> tuple[str, list[Finding]]:
    if isinstance(source, str):
        return composed(source.removeprefix("\ufeff").replace("\r\n", "\n")), []
    try:
        raw = source.read_bytes()
    except OSError as wrong:
        return "", [Finding(name, 0, "unreadable", f"cannot be read: {wrong.strerror}")]
    try:
        return decoded(raw, name).replace("\r\n", "\n"), []
    except NotText as wrong:
        return "", [wrong.finding]


def _told_twice(name: str, text: str) -> str:
    """Return in words that the rows of a table are written in two ways, with the line of the first."""
    first = next((n for n, line in enumerate(text.split("\n"), 1) if re.match(rf"\s*{re.escape(name)}\s*[=.]", line)), 0)
    return f"'{name}' is written in line {first} already: write all its rows there, or all as [[{name}]]"


def _syntax(wrong: tomllib.TOMLDecodeError, text: str, name: str) -> Finding:
    message = _TWICE.sub(lambda twice: _told_twice(twice[1], text), str(wrong))
    if position := _AT_LINE.search(message):
        return Finding(name, int(position[1]), "syntax", f"not TOML, column {position[2]}: {message[: position.start()]}")
    return Finding(name, text.count("\n") + 1, "syntax", f"not TOML: {_AT_END.sub('', message)} at the end of the file")
