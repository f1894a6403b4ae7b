"""Places of a document that still wait for words: a draft leaves them open, and nobody signs a paper with a hole in it.

A place is open where ``…`` or a row of dots stands by itself. Behind a word they are a manner of writing (``data, networks…``),
as they are in brackets, where a quotation leaves something out (``[…]``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from steerco.committee.documents.document import Document
from steerco.records import Reason, reason

OPEN_PLACE = re.compile(r"(?<![^\s|])(?:…|\.{3})")
FORM_LINE = re.compile(r"[.…\s]+")
"""All that stands on a line which the reader of a form fills in by hand."""
ROUND = 24
"""How many characters before and behind an open place are shown of a text."""


class PartOfBody(Protocol):
    """A part of the body of a document."""

    kind: str
    label: str | None
    text: str


def left_to_write(document: Document, blocks: Iterable[PartOfBody]) -> dict[str, Reason]:
    """Return each open place by the path that editing the draft gives it (``opening``, ``blocks[2].text``).

    The lines of a form that is enclosed are for its reader to fill in, and are none.
    """
    texts = [(name, name, text) for name in ("title", "proposal", "opening") if (text := getattr(document, name))]
    texts += [
        (f"{name}[{at}]", name, text) for name in ("bases", "addressees") for at, text in enumerate(getattr(document, name))
    ]
    texts += [("closing", "closing", document.closing or "")]
    texts += [(f"recipients[{at}]", "recipients", text) for at, text in enumerate(document.recipients)]
    found = {path: reason("left-open", part=name, words=_round(text)) for path, name, text in texts if OPEN_PLACE.search(text)}
    return found | dict(_in_body(blocks))


def _in_body(blocks: Iterable[PartOfBody]) -> Iterator[tuple[str, Reason]]:
    enclosed = False
    for at, block in enumerate(blocks):
        enclosed = enclosed or block.kind == "appendix"
        by_hand = enclosed and block.kind == "field" and FORM_LINE.fullmatch(block.text)
        if not by_hand and OPEN_PLACE.search(block.text):
            words = " ".join(filter(None, (block.label, _round(block.text))))
            yield f"blocks[{at}].text", reason("left-open-part", number=at + 1, words=words)


def _round(text: str) -> str:
    """Return the words about the first open place."""
    place = OPEN_PLACE.search(text)
    first, last = (place.start(), place.end()) if place else (0, 0)
    return " ".join(text[max(first - ROUND, 0) : last + ROUND].split())
