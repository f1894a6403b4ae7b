"""The plain international form of a document: one HTML file that any browser shows and prints, without script or links out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from steerco.extension.documents import Block, DocumentContent, DocumentFile, Signature, cells

STYLE = (
    "body{font:12pt/1.4 serif;max-width:17cm;margin:2cm auto}header,.sign{text-align:center}h1{font-size:1.2em;text-align:center}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid;padding:.2em .4em;vertical-align:top}"
    "blockquote{margin-left:1cm}.sign{margin:1cm 0 0 50%}.hand{height:2cm}"
)


def render(content: DocumentContent) -> DocumentFile:
    """Return the document as an HTML file. The same content gives the same bytes."""
    lines = [
        f'<!doctype html><html lang="{escape(content.language)}"><head><meta charset="utf-8">',
        f"<title>{escape(content.text.title or content.kind)}</title><style>{STYLE}</style></head><body>",
        *_head(content),
        *_body(content),
        *map(_signature, content.signatures),
        *_foot(content),
        "</body></html>",
    ]
    return DocumentFile("\n".join(lines).encode(), "text/html; charset=utf-8", ".html")


def _paragraphs(texts: Iterable[str], tag: str = "p") -> Iterator[str]:
    return (f"<{tag}>{escape(text)}</{tag}>" for text in texts if text)


def _head(content: DocumentContent) -> Iterator[str]:
    yield "<header>"
    yield from _paragraphs((content.secrecy, content.urgency, *content.parent))
    yield from _paragraphs(content.issuer, "strong")
    dated = ", ".join(filter(None, (content.place, content.day.isoformat() if content.day else "")))
    yield from _paragraphs((content.reference, dated))
    yield "</header>"
    yield from _paragraphs((content.text.title,), "h1")
    yield from _paragraphs(content.addressees)


def _body(content: DocumentContent) -> Iterator[str]:
    text = content.text
    yield from _paragraphs((*text.bases, text.proposal, text.opening))
    yield from map(_block, text.blocks)
    yield from _paragraphs((text.closing,))
    for appendix in text.appendices:
        yield from _paragraphs((appendix.title,), "h2")
        yield from map(_block, appendix.blocks)


def _block(block: Block) -> str:
    if block.kind == "table":
        rows = [cells(line) for line in block.text.splitlines()]
        head, body = rows[:1], rows[1:]
        return f"<table>{_rows(head, 'th')}{_rows(body, 'td')}</table>"
    tag = {"heading": "h2", "subheading": "h3", "quote": "blockquote"}.get(block.kind, "p")
    joined = " ".join(filter(None, (f"{block.label}:" if block.kind == "field" else block.label, block.text)))
    return f"<{tag}>{escape(joined)}</{tag}>"


def _rows(rows: Iterable[list[str]], tag: str) -> str:
    return "".join(f"<tr>{''.join(_paragraphs(row, tag))}</tr>" for row in rows)


def _signature(signature: Signature) -> str:
    below = "".join(_paragraphs((*signature.offices, signature.name)))
    return f'<div class="sign">{"".join(_paragraphs(signature.lines, "strong"))}<div class="hand"></div>{below}</div>'


def _foot(content: DocumentContent) -> Iterator[str]:
    yield "<footer>"
    yield from _paragraphs((*content.text.recipients, content.filed, content.contact, content.code))
    yield "</footer>"
