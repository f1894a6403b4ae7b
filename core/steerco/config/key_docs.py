"""The words that an editor shows for each key: a description, an example, and the page that tells more.

``key_docs.toml`` has the words. A key that it does not know is described by its rules, so that no key is without.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

PAGE = "configure.md"
"""Where what has no page of its own is told."""
SCHEMAS_TO_DOCS = "../"
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "date": "a day",
    "datetime": "a time",
    "list": "a list",
    "dict": "a table",
}
_SAMPLES: dict[str, Any] = {"integer": 1, "float": 0.5, "boolean": True, "date": "2024-01-31", "datetime": "2024-01-31T09:00:00"}


def about(table: str, top: str, key: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of a key of ``table``, which stands in the table ``top`` of the file (both empty at its head)."""
    words = _words()
    says = (
        words["says"].get(f"{table}.{key}")
        or words["says"].get(key)
        or f"{key.replace('_', ' ').capitalize()}: {_in_words(rules)}."
    )
    example = words["example"].get(f"{table}.{key}", words["example"].get(key))
    if example is None or not _fits(example, rules):
        example = sample(rules)
    page = SCHEMAS_TO_DOCS + words["page"].get(top or key, PAGE)
    return {"description": says, "examples": [_plain(example)], "x-taplo": {"links": {"key": page}}}


def sample(rules: Mapping[str, Any]) -> Any:
    """Return a value that keeps the type of some rules."""
    kinds = rules.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if rules.get("allowed"):
        return rules["allowed"][0]
    if kind == "list":
        inner = rules.get("schema")
        return [sample(inner) if inner else "…"]
    if kind == "dict":
        inner = rules.get("schema", {})
        needed = {key: sample(each) for key, each in inner.items() if each.get("required")}
        return needed or {key: sample(each) for key, each in list(inner.items())[:1]}
    if kind in _SAMPLES:
        return max(_SAMPLES[kind], rules.get("min", 0)) if kind == "integer" else _SAMPLES[kind]
    return "…"


def _fits(example: Any, rules: Mapping[str, Any]) -> bool:
    kinds = rules.get("type", [])
    kind = {str: "string", int: "integer", bool: "boolean", list: "list", dict: "dict", date: "date"}.get(type(example))
    allowed = rules.get("allowed")
    return (kind in ([kinds] if isinstance(kinds, str) else kinds)) and (not allowed or example in allowed)


def _in_words(rules: Mapping[str, Any]) -> str:
    if rules.get("allowed"):
        return "one of " + ", ".join(map(str, rules["allowed"]))
    kinds = rules.get("type", [])
    return " or ".join(_KINDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)) or "any value"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("steerco.config") / "key_docs.toml").read_text("utf-8"))
