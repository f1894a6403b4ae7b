"""TOML that comes from people, within bounds: what is nested deeper than any file of ours would cost minutes, or all stack."""

from __future__ import annotations

import re
import tomllib
from typing import Any

PARTS = 20
"""The most parts of one key, such as ``a.b.c``: reading a key takes time by the square of them (80 kB of one: half a minute)."""
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"""(?<![\w"'.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{PARTS}}}""")


def parsed(text: str) -> dict[str, Any]:
    """Return what a TOML text holds. Raises ``tomllib.TOMLDecodeError``, also where it is nested too deeply."""
    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise tomllib.TOMLDecodeError(f"a key of more than {PARTS} parts (at line {line}, column 1)")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("it is nested too deeply (at line 1, column 1)") from None
