"""Characters that do not belong into a text that people read, and the one form in which text is kept."""

from __future__ import annotations

import re
from unicodedata import normalize

_CONTROL = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x0b\x0c"
_BREAK = r"\n\r\x85\u2028\u2029"
_TURNING = r"\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"
"""They turn what follows round, or are read by machines alone: a name would be shown as another."""
_UNSEEN = r"\u200b\u2060\ufeff"
"""Of no width: two names that look alike would be two."""
_IN_LINES = re.compile(f"[{_CONTROL}{_TURNING}]")
_IN_LINE = re.compile(f"[\t{_CONTROL}{_BREAK}{_TURNING}{_UNSEEN}]")
_APART = {0x0B: " ", 0x0C: " "}
_BREAKS = re.compile(f"[{_BREAK}]")


def intruder(text: str, *, lines: bool = False) -> str:
    """Return the first character that does not belong into a text: a control character, also one that turns the direction of
    writing; in one line a break, a tab or what takes no place too."""
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


def cleaned(text: str) -> str:
    """Return a text of several lines as it is kept, without what does not belong into it (see ``intruder``), and without lone
    surrogates, which no file can hold. A vertical tab or form feed becomes a blank."""
    return composed(_IN_LINES.sub("", text.translate(_APART)).encode(errors="ignore").decode())
