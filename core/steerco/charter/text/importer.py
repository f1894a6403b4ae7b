"""Import a regulation: write a first ``charter.toml`` with its clauses, and report every doubt.

A plugin parses the regulations of a language (:class:`CharterParser`). Illegible parts are recorded as unreadable; nothing is
filled in. People write the rest of the charter: roles, duties and powers.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from steerco.charter.text.outline import OutlineContainer, OutlinePart, Placed, Unsure


class Basis(Struct, frozen=True):
    """A document that the instrument names as its basis; ``date`` as far as it is certain (``2018-10``)."""

    number: str
    title: str = ""
    date: str = ""
    unreadable: tuple[str, ...] = ()


class Replaced(Struct, frozen=True):
    """A document that the instrument replaces."""

    number: str
    date: dt.date


class Paper(Struct, frozen=True):
    """The data of the instrument in the text. Empty or None: not read. ``unreadable`` quotes the illegible parts."""

    number: str = ""
    title: str = ""
    date: dt.date | None = None
    effective: dt.date | None = None
    place: str = ""
    bases: tuple[Basis, ...] = ()
    unreadable: tuple[str, ...] = ()
    issuer: str = ""
    proposers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    supersedes: tuple[Replaced, ...] = ()


class Parsed(Struct, frozen=True):
    """A regulation as its parser read it; ``placed`` says where each line of the source went."""

    paper: Paper
    headings: tuple[OutlineContainer, ...]
    clauses: tuple[OutlinePart, ...]
    unsure: tuple[Unsure, ...] = ()
    placed: tuple[Placed, ...] = ()


class CharterParser(Protocol):
    """Reads the regulations of one language."""

    @property
    def name(self) -> str:
        """The parser's name in reports."""
        ...

    @property
    def language(self) -> str:
        """The label under which its texts are kept."""
        ...

    def reads(self, text: str) -> bool:
        """Return whether ``text`` looks like a regulation that this parser knows."""
        ...

    def parse(self, text: str) -> Parsed:
        """Return the regulation in ``text``."""
        ...


class LeftOver(Struct, frozen=True):
    """A line of the source that is in no clause, no heading and no field of the instrument."""

    line: int
    text: str


class LineAccount(Struct, frozen=True):
    """Where the lines of a source went that are not blank. The four counts add up to ``lines``."""

    lines: int
    clauses: int
    headings: int
    instrument: int
    left_over: tuple[LeftOver, ...]


class ImportReport(Struct, frozen=True):
    """The result of an import: the file, its clauses, the lines that somebody must check, where each line went, and how many rows
    the words propose (in the file ``proposed``, "" where none)."""

    file: str
    parser: str
    clauses: tuple[str, ...]
    unsure: tuple[Unsure, ...]
    account: LineAccount
    proposals: int = 0
    proposed: str = ""


class Imported(Struct, frozen=True):
    """A regulation that was read and is not written yet."""

    parser: str
    language: str
    parsed: Parsed
    unsure: tuple[Unsure, ...]
    account: LineAccount


_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(?:[ \t]*[\w-]+:.*\n|[ \t]+.*\n|[ \t]*- .*\n|[ \t]*\n)+?---[ \t]*(?:\n|\Z)")
"""What a site's Markdown says of its page before its text begins: keys and values between two rules."""


class NotRead(ValueError):
    """No clause was found, or no parser knows such a text."""


def read_regulation(text: str, parsers: Sequence[CharterParser], unsure: tuple[Unsure, ...] = ()) -> Imported:
    """Return the regulation in a text, by the first parser that knows such a text.

    ``unsure`` is what reading its file left in doubt. Raises :class:`NotRead` where nothing could be read.
    """
    source, text = text, _FRONT_MATTER.sub(lambda front: "\n" * front[0].count("\n"), text)
    parser = next((p for p in parsers if p.reads(text)), None)
    if parser is None:
        names = ", ".join(p.name for p in parsers) or "none is installed"
        raise NotRead(f"no charter parser knows this text ({names})")
    parsed = parser.parse(text)
    if not parsed.clauses:
        raise NotRead(f"{parser.name} found no clause in this text")
    doubts = tuple(sorted({(doubt.line, doubt.code, doubt.message[:20]): doubt for doubt in (*unsure, *parsed.unsure)}.values()))
    return Imported(parser.name, parser.language, parsed, doubts, account_of(source, parsed.placed))


def from_parts(text: str, parsed: Parsed, language: str, parser: str) -> Imported:
    """Return a regulation whose file said what each part is. Raises :class:`NotRead` where it has no clause."""
    if not parsed.clauses:
        raise NotRead(f"{parser} found no clause in this text")
    return Imported(parser, language, parsed, parsed.unsure, account_of(text, parsed.placed))


def write_charter(read: Imported, target: Path, source: str = "") -> ImportReport:
    """Write ``target``. Raises ``FileExistsError`` where it exists already: nothing is ever overwritten."""
    if target.exists():
        raise FileExistsError(f"{target} already exists; an import never writes over a charter")
    toml = as_toml(read.parsed, read.language, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(toml)
    ids = tuple(c.id for c in read.parsed.clauses)
    return ImportReport(str(target), read.parser, ids, read.unsure, read.account)


def account_of(text: str, placed: Iterable[Placed]) -> LineAccount:
    """Return where each line of ``text`` went; a line of which the parser says nothing is left over too."""
    kinds: dict[int, str] = {}
    for each in placed:
        kinds.setdefault(each.line, each.kind)
    lines = {n: line for n, line in enumerate(text.split("\n"), 1) if line.strip()}
    counts = Counter(kinds.get(n, "left-over") for n in lines)
    left = tuple(LeftOver(n, line.strip()) for n, line in lines.items() if kinds.get(n, "left-over") == "left-over")
    return LineAccount(len(lines), counts["clause"], counts["heading"], counts["instrument"], left)


def as_toml(parsed: Parsed, language: str, source: str = "") -> str:
    """Return the text of a ``charter.toml`` with the instrument, headings and clauses that were read."""
    return "\n".join(_lines(parsed, language, source)) + "\n"


def _lines(parsed: Parsed, language: str, source: str) -> Iterator[str]:
    yield f"# The clauses of this charter were imported{f' from {source}' if source else ''}."
    yield "# Compare them with the source, above all the lines that the report names. Roles, duties and rules are yours to add."
    yield ""
    yield from _paper(parsed.paper, language)
    for heading in parsed.headings:
        yield ""
        yield "[[heading]]"
        yield f"id = {_text(heading.id)}"
        yield f"label = {_label(heading.label or heading.id, language)}"
        if heading.under:
            yield f"under = {_text(heading.under)}"
    for clause in parsed.clauses:
        yield ""
        yield "[[clause]]"
        yield f"id = {_text(clause.id)}"
        if clause.heading:
            yield f"heading = {_label(clause.heading, language)}"
        if clause.under:
            yield f"under = {_text(clause.under)}"
        yield f"text = {_text(clause.text)}"


def _paper(paper: Paper, language: str) -> Iterator[str]:
    yield "[instrument]"
    yield f"id = {_text(paper.number)}" if paper.number else "# id = the number of the instrument; it was not read"
    if paper.title:
        yield f"title = {_label(paper.title, language)}"
    else:
        yield f'# title = {{ {language} = "…" }}; it was not read'
    if paper.date:
        yield f"date = {paper.date.isoformat()}"
    if paper.effective:
        yield f"effective = {paper.effective.isoformat()}"
    else:
        yield '# effective = the day from which it applies, or "2018" where only the year is certain; it was not read'
    if paper.issuer:
        yield f"issuer = {_label(paper.issuer, language)}"
    if paper.place:
        yield f"place = {_text(paper.place)}"
    for name, values in (("proposers", paper.proposers), ("recipients", paper.recipients)):
        if values:
            yield f"{name} = [{', '.join(_label(each, language) for each in values)}]"
    if paper.unreadable:
        yield f"unreadable = [{', '.join(map(_text, paper.unreadable))}]"
    for basis in paper.bases:
        yield ""
        yield "[[instrument.legal_bases]]"
        yield f"number = {_text(basis.number)}"
        if basis.title:
            yield f"title = {_label(basis.title, language)}"
        if basis.date:
            yield f"date = {_text(basis.date)}"
        if basis.unreadable:
            yield f"unreadable = [{', '.join(map(_text, basis.unreadable))}]"
    for old in paper.supersedes:
        yield from ("", "[[instrument.supersedes]]", f"number = {_text(old.number)}")
        yield from (f"date = {old.date.isoformat()}", "loaded = false")


def _text(value: str) -> str:
    """Return a TOML text: JSON's escapes are TOML's too, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _label(value: str, language: str) -> str:
    return f"{{ {language} = {_text(value)} }}"
