"""From a document's content to a file: the sheet is filled, then set as PDF or as Word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from msgspec import convert, to_builtins

from steerco.extension.api import DocumentContent, DocumentFile, Misprint
from steerco_vn_documents.press import PRESS, NotPrinted
from steerco_vn_documents.sheet import Sheet, sheet

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTROL = (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
INVISIBLE = {
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF, *CONTROL)),
    **{ord(blank): blank for blank in "\t\n\r\x85"},
    **dict.fromkeys((0x0B, 0x0C), " "),
}
"""Characters that print nothing, that Word refuses, or that turn the direction of what follows: a paper would say something else
than its text. They go for print and Word alike; lines stay."""
PAGE = re.compile(rb"/Type\s*/Page\b")


def pdf(content: DocumentContent, *, electronic: bool) -> DocumentFile:
    """Return the document as PDF/A-2a and PDF/UA-1, or the fields in which the font lacks a character."""
    filled = sheet(visible(content), electronic=electronic)
    try:
        printed = PRESS.print("paper.typ", filled.data())
    except NotPrinted as fault:
        return DocumentFile(misprints=tuple(_misprints(content, filled, fault)))
    return DocumentFile(printed, pages=len(PAGE.findall(printed)))


def docx(content: DocumentContent, *, electronic: bool) -> DocumentFile:
    """Return the document as a Word file, to work on."""
    from steerco_vn_documents.word import word  # a fifth of a second, which nothing else needs

    return DocumentFile(word(sheet(visible(content), electronic=electronic)), WORD, ".docx")


def visible(content: DocumentContent) -> DocumentContent:
    """Return the content in composed letters (NFC) and without invisible and control characters."""
    return convert(_cleared(to_builtins(content)), DocumentContent)


def _cleared(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.translate(INVISIBLE))
    if isinstance(value, dict):
        return {name: _cleared(inner) for name, inner in value.items()}
    return [_cleared(inner) for inner in value] if isinstance(value, list | tuple) else value


def _misprints(content: DocumentContent, filled: Sheet, fault: NotPrinted) -> Iterator[Misprint]:
    if not fault.lacking:
        yield Misprint("text", str(fault), f"Không in được văn bản: {fault}")
    for field, text in [*_texts(to_builtins(content))] if fault.lacking else []:
        missing = [letter for letter in fault.lacking if letter in text]
        if missing:
            shown = ", ".join(f"{letter} (U+{ord(letter[0]):04X})" for letter in missing)
            yield Misprint(
                field,
                f"the font {filled.font} has no picture of {shown}: write it in other characters",
                f"Phông chữ {filled.font} không có ký tự {shown}: hãy thay bằng ký tự khác",
            )


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of the content with its place, such as ``text.blocks[3].text``."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{i}]")
