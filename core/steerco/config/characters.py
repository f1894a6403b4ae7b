"""Characters that do not belong into a text that people read, and the one form in which text is kept."""

from __future__ import annotations

import re
from unicodedata import normalize

_CONTROL = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x0b\x0c"
_BREAK = r"\n\r\x85\u2028\u2029"
_IN_LINES = re.compile(f"[{_CONTROL}]")
_IN_LINE = re.compile(f"[\t{_CONTROL}{_BREAK}]")
_BREAKS = re.compile(f"[{_BREAK}]")


def intruder(text: str, *, lines: bool = False) -> str:
    """Return the first character that does not belong into a text: a control character, in one line a break or a tab too."""
    match = (_IN_LINES if lines else _IN_LINE).search(text)
    return match[0] if match else ""


def kind_of(character: str) -> str:
    """Return the kind of such a character: ``line-break``, ``tab`` or ``control-character``."""
    return "line-break" if _BREAKS.match(character) else "tab" if character == "\t" else "control-character"


def code_of(character: str) -> str:
    """Return the code point, such as ``U+0007``."""
    return f"U+{ord(character):04X}"


def unprintable(text: str) -> str:
    """Return the name of the first character that does not belong into one line, or an empty text."""
    character = intruder(text)
    if not character:
        return ""
    return {"line-break": "a line break", "tab": "a tab"}.get(kind_of(character), f"the control character {code_of(character)}")


def composed(text: str) -> str:
    """Return a text as it is kept: each letter with its marks as one character where there is one (NFC), however it was typed."""
    return text if text.isascii() else normalize("NFC", text)
