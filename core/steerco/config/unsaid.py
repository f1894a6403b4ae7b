"""Keys of a regulation's rows by which it says that the text is silent, or that there is none: they count as left out.

A key whose schema knows such a word keeps it. A required key keeps it too, so that its finding says what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SILENT = ("not-stated", "not-read")
NONE = "none"


def without_unsaid(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without those keys of the rows of its tables."""
    return {table: _said(value, schema.get(table, {})) if isinstance(value, list) else value for table, value in document.items()}


def _said(value: Any, rules: Mapping[str, Any]) -> Any:
    inner = rules.get("schema") or {}
    if isinstance(value, list):
        return [_said(each, inner) for each in value]
    if isinstance(value, dict):
        return {key: _said(each, inner.get(key, {})) for key, each in value.items() if not _unsaid(each, inner.get(key, {}))}
    return value


def _unsaid(value: Any, rules: Mapping[str, Any]) -> bool:
    if value not in (*SILENT, NONE) or not isinstance(value, str) or not rules or rules.get("required"):
        return False
    types = rules.get("type", "string")
    if "string" not in ([types] if isinstance(types, str) else types):
        return True
    fits = re.fullmatch(rules["regex"], value) if "regex" in rules else value in rules.get("allowed", (value,))
    return not fits and value in SILENT
