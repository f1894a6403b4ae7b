"""The text layer of a PDF, without the heads and feet of its pages."""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2

from steerco.charter.text.outline import Unsure
from steerco.charter.text.sources.refused import CannotRead

MOST_PAGES = 2000
_EDGE = 1
"""Lines at the top and at the foot of a page among which a running head is looked for: numbered parts look alike too."""


def read_pdf(raw: bytes) -> tuple[str, list[Unsure]]:
    """Return the text of a PDF, page after page, and what to compare. Raises ``CannotRead``."""
    try:
        file = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise CannotRead("locked", "asks for a password") from None
        raise CannotRead("not-pdf", f"is no whole PDF ({error})") from None
    if len(file) > MOST_PAGES:
        raise CannotRead("too-large", f"has more than {MOST_PAGES} pages")
    pages = [_lines(page.get_textpage().get_text_bounded()) for page in file]
    if not any(any(line.strip() for line in page) for page in pages):
        raise CannotRead("scanned", "is a picture: it has no text that could be read")
    running = _running(pages)
    lines: list[str] = []
    unsure: list[Unsure] = []
    for number, page in enumerate(pages, 1):
        kept = [line for at, line in enumerate(page) if not (_at_edge(at, page) and _shape(line) in running)]
        if not any(line.strip() for line in kept):
            unsure.append(Unsure(len(lines) + 1, "picture", f"page {number} has no text: it may be a picture"))
        lines += kept
    if running:
        unsure.append(Unsure(1, "running-heads", f"left out as head or foot of a page: {'; '.join(sorted(running))[:200]}"))
    return "\n".join(lines), unsure


def _lines(text: str) -> list[str]:
    return [
        re.sub(r"[\u00ad\ufffe\x02]", "", line).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]


def _shape(line: str) -> str:
    """Return a line with its numbers made alike, by which a running head is told."""
    return re.sub(r"\d+", "#", line.strip())


def _at_edge(at: int, page: list[str]) -> bool:
    return at < _EDGE or at >= len(page) - _EDGE


def _running(pages: list[list[str]]) -> set[str]:
    """Return the shapes of lines that stand at the edge of more than half of the pages."""
    if len(pages) < 3:
        return set()
    seen = Counter(
        shape for page in pages for shape in {_shape(line) for at, line in enumerate(page) if _at_edge(at, page)} if shape
    )
    return {shape for shape, times in seen.items() if times > len(pages) / 2}
