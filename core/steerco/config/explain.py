"""Cerberus' errors in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from cerberus import errors

from steerco.config.colour import COLOUR_PATTERN
from steerco.config.schema import CLAUSE_PATTERN, ID_PATTERN, PARTIAL_DATE_PATTERN, SLUG_PATTERN, Schema, rules_at
from steerco.config.similar import did_you_mean

_TYPES = {
    "string": "a text in quotes",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "date": "a date without quotes, such as 2021-02-03",
    "datetime": "a date and time without quotes, such as 2021-02-03T09:00:00",
    "list": "a list in [ ]",
    "dict": "a table",
}
_PATTERNS = {
    ID_PATTERN: "letters and digits, joined by single '-', '_' or '.'",
    COLOUR_PATTERN: "a colour as '#1d4261': '#', then two digits or letters a to f each for red, green and blue",
    SLUG_PATTERN: "small letters and digits, joined by single '-'",
    CLAUSE_PATTERN: "a clause id without spaces, ':', ';' and ','",
    PARTIAL_DATE_PATTERN: "a date without quotes, or a text with what is certain of it: '2018' or '2018-10'",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def flat(problems: list[Any]) -> Iterator[Any]:
    """Yield the single errors inside Cerberus' groups."""
    for error in problems:
        if error.child_errors:
            yield from flat(error.child_errors)
        else:
            yield error


_OPEN = "; leave it out where there is no last day"


def explain(error: Any, document: Mapping[str, Any], schema: Schema) -> tuple[str, str]:
    """Return the code and the message of one Cerberus error."""
    path = error.document_path
    code, message = _say(error, schema)
    return code, f"{place(path, document)}: {message}"


def place(path: tuple[str | int, ...], document: Any) -> str:
    """Return the name of the value at ``path`` as its author knows it: tables by id or name, otherwise by number."""
    words: list[str] = []
    current = document
    for step in path:
        try:
            current = current[step]
        except (KeyError, IndexError, TypeError):
            current = None
        if isinstance(step, int):
            name = (current.get("id") or current.get("name")) if isinstance(current, dict) else None
            words[-1:] = [f"{words[-1]} '{name}'" if isinstance(name, str) else f"{words[-1]} {step + 1}"]
        else:
            words.append(step)
    return ", ".join(words)


def nearest(word: str, known_words: Iterable[str]) -> str:
    """Return a hint at what may have been meant, or nothing."""
    hint = did_you_mean(word, known_words)
    return f" ({hint})" if hint else ""


def _say(error: Any, schema: Schema) -> tuple[str, str]:
    value, constraint = error.value, error.constraint
    if error.code == errors.UNKNOWN_FIELD.code:
        allowed = sorted(rules_at(schema, error.document_path[:-1]).get("schema") or {})
        return "unknown-key", f"unknown key{nearest(str(error.document_path[-1]), allowed)}. Allowed: {', '.join(allowed)}"
    if error.code == errors.REQUIRED_FIELD.code:
        return "missing-key", "is missing"
    if error.code == errors.BAD_TYPE.code:
        return "wrong-type", _wrong_type(value, constraint)
    if error.code == errors.UNALLOWED_VALUE.code:
        allowed = [str(a) for a in constraint]
        return "not-allowed", f"'{value}' is not among those allowed{nearest(str(value), allowed)}. Allowed: {', '.join(allowed)}"
    if error.code == errors.DEPENDENCIES_FIELD.code:
        return "missing-key", f"also needs: {', '.join(map(str, constraint))}"
    return _say_size(error)


def _say_size(error: Any) -> tuple[str, str]:
    value, constraint = error.value, error.constraint
    unit = "characters" if isinstance(value, str) else "entries"
    texts = {
        errors.EMPTY_NOT_ALLOWED.code: ("empty", "must not be empty"),
        errors.MIN_LENGTH.code: ("too-short", f"must have at least {constraint} {unit}"),
        errors.MAX_LENGTH.code: ("too-long", f"must have at most {constraint} {unit}"),
        errors.MIN_VALUE.code: ("too-small", f"must be at least {constraint}"),
        errors.MAX_VALUE.code: ("too-large", f"must be at most {constraint}{_OPEN if value == date.max else ''}"),
        errors.REGEX_MISMATCH.code: ("wrong-form", f"'{value}' must be {_PATTERNS.get(constraint, f'like {constraint}')}"),
    }
    if error.code in texts:
        return texts[error.code]
    return "wrong-value", "; ".join(map(str, error.info)) or f"'{value}' is not allowed"


def _wrong_type(value: Any, types: str | list[str]) -> str:
    kinds = [types] if isinstance(types, str) else list(types)
    message = f"must be {' or '.join(_TYPES.get(k, k) for k in kinds)}, and is {_what(value)}"
    if "date" in kinds and isinstance(value, str) and _DATE.fullmatch(value):
        return f"{message}; write it without quotes"
    return message


def _what(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return "a date with a time"
    if isinstance(value, date):
        return "a date"
    names = {str: "a text", int: "a whole number", float: "a number", list: "a list", dict: "a table"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), type(value).__name__)
