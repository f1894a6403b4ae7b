"""Findings on a tenant's files as a page tells them: the file by its role, the line with its text, what is wrong, and what was
probably meant.

The program words findings in English, by a code that does not change. The page says them by the code in its own language, and
has the program's own words below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from steerco.config.findings import Finding
from steerco.i18n import Words
from steerco.web.pages.admin.roles import FileRole, role_of, without_paths

AROUND = 1
"""So many lines before and after the line in question are shown."""
_QUOTED = re.compile(r"'([^']{1,120})'")
_MEANT = re.compile(r"did you mean ('[^?]{1,200})\?")


class TextLine(NamedTuple):
    """A line of a file; ``here``: the one that the finding is about."""

    number: int
    text: str
    here: bool


class FindingView(NamedTuple):
    """One finding: ``key`` names the file in addresses (empty: a file that is not there), ``line`` 0 where none is known."""

    key: str
    file: str
    line: int
    text: str
    said: str
    meant: str
    error: bool
    lines: list[TextLine]


def views(say: Words, found: Sequence[Finding], content: Mapping[str, str], all: list[FileRole]) -> list[FindingView]:
    """Return findings as the page tells them, errors first."""
    ordered = sorted(found, key=lambda finding: (finding.level != "error", finding))
    return [_view(say, finding, content, all) for finding in ordered]


def _view(say: Words, finding: Finding, content: Mapping[str, str], all: list[FileRole]) -> FindingView:
    role = role_of(all, finding.file)
    file = role.label if role else without_paths(finding.file, all, say) if "/" in finding.file else finding.file
    text, said, meant = told(say, finding.code, finding.message, all)
    lines = _lines(content.get(finding.file, ""), finding.line)
    return FindingView(role.key if role else "", file, finding.line, text, said, meant, finding.level == "error", lines)


def told(say: Words, code: str, message: str, all: list[FileRole]) -> tuple[str, str, str]:
    """Return what the program says under a code: in the page's language, in its own words, and what was probably meant."""
    said = without_paths(message, all, say)
    found = _MEANT.search(message)
    meant = ", ".join(f"“{each}”" for each in _QUOTED.findall(found[1])) if found else ""
    quoted = next((each for each in _QUOTED.findall(_MEANT.sub("", message))), "")
    key = code if say.has("admin.finding", code) else _family(say, code)
    return say("admin.finding", key, given=quoted), said, meant


def _family(say: Words, code: str) -> str:
    """Return the key of the text for all findings of a kind: ``unknown`` for ``unknown-seat``."""
    first = code.partition("-")[0]
    return first if say.has("admin.finding", first) else "any"


def _lines(text: str, line: int) -> list[TextLine]:
    all = text.split("\n")
    if not 1 <= line <= len(all):
        return []
    first, last = max(1, line - AROUND), min(len(all), line + AROUND)
    return [TextLine(number, all[number - 1][:300], number == line) for number in range(first, last + 1)]
