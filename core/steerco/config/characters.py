"""Characters that do not belong into a text that people read, and the one form in which text is kept."""

from __future__ import annotations

import re
from unicodedata import normalize

_CONTROL = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x0b\x0c"
_BREAK = r"\n\r\x85\u2028\u2029"
_IN_LINES = re.compile(f"[{_CONTROL}]")
_IN_LINE = re.compile(f"[\t{_CONTROL}{_BREAK}]")
_BREAKS = re.compile(f"[{_BREAK}]")


def unprintable(text: str, *, lines: bool = False) -> str:
    """The first control character of a text, in words; with ``lines`` a break of lines and a tab are none. Empty: none."""
    found = (_IN_LINES if lines else _IN_LINE).search(text)
    if found is None:
        return ""
    if _BREAKS.match(found[0]):
        return "a line break"
    return "a tab" if found[0] == "\t" else f"the control character U+{ord(found[0]):04X}"


def composed(text: str) -> str:
    """A text as it is kept: each letter with its marks as one character where there is one (NFC), however it was typed."""
    return text if text.isascii() else normalize("NFC", text)
