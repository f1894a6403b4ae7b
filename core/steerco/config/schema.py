"""The building blocks of the configuration's Cerberus schemas, and the validator that understands them.

Cerberus takes ``True`` for an integer and a moment for a date; both are closed here. Beside Cerberus' own rules there are two
more, ``texts``: a text, or a list of at most so many texts (0: any number), and ``legible``: a colour of at least that contrast.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cerberus import TypeDefinition, Validator, errors

from steerco.config.characters import code_of, intruder, unprintable
from steerco.config.colour import COLOUR_PATTERN, GROUND, LEAST, contrast, readable

Rules = dict[str, Any]
"""The Cerberus rules of one value."""

Schema = dict[str, Rules]
"""The Cerberus rules of a table, by key."""

ID_PATTERN = r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"
SLUG_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
CLAUSE_PATTERN = r"[^\s:;,]+"
PARTIAL_DATE_PATTERN = r"[0-9]{4}(-(0[1-9]|1[0-2]))?"
PERIODS = ["week", "fortnight", "month", "quarter", "half-year", "year", "two-years", "not-stated"]
MOST_CITES = 3
MOST_IN_LINE = 500
DEFAULTS = "defaults"
"""The table of what rows of a charter need not repeat."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""The days that acts can name; others are mistyped."""
FIRST_YEAR = 1000
"""Of the dates of instruments: some committees go by old ones."""


class StrictValidator(Validator):  # type: ignore[misc]  # Cerberus has no types
    """Cerberus with strict integers and dates. It keeps state: make one for each document."""

    types_mapping = Validator.types_mapping.copy()
    types_mapping["integer"] = TypeDefinition("integer", (int,), (bool,))
    types_mapping["float"] = TypeDefinition("float", (float,), ())
    types_mapping["date"] = TypeDefinition("date", (date,), (datetime,))

    def _validate_regex(self, pattern: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        if isinstance(value, str) and not re.fullmatch(pattern, value):  # Cerberus' own lets a final newline pass
            self._error(field, errors.REGEX_MISMATCH)

    def _validate_texts(self, limit: int, field: str, value: Any) -> None:
        """{'type': 'integer', 'min': -1}"""
        if limit < 0 and value == []:
            return
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            return
        if not value or not all(isinstance(v, str) and v for v in value):
            self._error(field, "must be a text or a list of texts, none of them empty")
        elif limit > 0 and len(value) > limit:
            self._error(field, f"may name at most {limit}, and names {len(value)}")

    def _validate_one_line(self, required: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""
        if required and isinstance(value, str):
            if wrong := unprintable(value):
                self._error(field, f"must be one line of plain text, but contains {wrong}")
            elif value and not value.strip():
                self._error(field, "must not be blank")

    def _validate_plain(self, required: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""
        if required and isinstance(value, str) and (character := intruder(value, lines=True)):
            self._error(field, f"contains the control character {code_of(character)}: remove it")

    def _validate_dated(self, required: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""
        year = f"{value:%Y}".zfill(4) if isinstance(value, date) else value[:4] if isinstance(value, str) else ""
        if required and year.isdecimal() and not FIRST_YEAR <= int(year) <= LAST_DAY.year:
            self._error(field, f"must lie in the years {FIRST_YEAR} to {LAST_DAY.year}, not in {year}")

    def _validate_translated(self, yes: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""  # read by ``short_forms``: a plain text is the name in the committee's one language

    def _validate_in_words(self, yes: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""  # read by ``short_forms``: left out, it is the id in words

    def _validate_defaulted(self, yes: bool, field: str, value: Any) -> None:
        """{'type': 'boolean'}"""  # read by ``short_forms``: left out, it is what ``[defaults]`` says

    def _validate_legible(self, least: float, field: str, value: Any) -> None:
        """{'type': 'float'}"""
        if isinstance(value, str) and re.fullmatch(COLOUR_PATTERN, value) and (ratio := contrast(value, GROUND)) < least:
            message = f"text in '{value}' is illegible: its contrast on the pages' ground is {ratio:.2f}, not {least} or more"
            self._error(field, f"{message}; choose a darker colour, such as '{readable(value)}'")


def text(**rules: Any) -> Rules:
    """Return a text that is not empty."""
    return {"type": "string", "empty": False, "plain": True, **rules}


def ident(**rules: Any) -> Rules:
    """Return the id of something in this tenant."""
    return text(regex=ID_PATTERN, maxlength=80, **rules)


def colour(**rules: Any) -> Rules:
    """Return a colour in which the pages' text can be read."""
    return text(regex=COLOUR_PATTERN, legible=LEAST, **rules)


def flag() -> Rules:
    return {"type": "boolean"}


def one_line(most: int = MOST_IN_LINE, **rules: Any) -> Rules:
    """Return a text of one line: a name, a title."""
    return text(maxlength=most, one_line=True, plain=False, **rules)


def whole(**rules: Any) -> Rules:
    """Return a whole number."""
    return {"type": "integer", **rules}


def day(**rules: Any) -> Rules:
    """Return a TOML date, in the years that acts may name."""
    return {"type": "date", "min": FIRST_DAY, "max": LAST_DAY, **rules}


def partial_date(**rules: Any) -> Rules:
    """Return a TOML date, or a text of which only year, or year and month, are certain."""
    return {"type": ["date", "string"], "regex": PARTIAL_DATE_PATTERN, "dated": True, **rules}


def dated(**rules: Any) -> Rules:
    """Return the TOML date of an instrument."""
    return {"type": "date", "dated": True, **rules}


def one_of(allowed: Sequence[str], **rules: Any) -> Rules:
    return {"type": "string", "allowed": list(allowed), **rules}


def texts(limit: int = 0, *, none: bool = False, **rules: Any) -> Rules:
    """Return a text, or a list of at most ``limit`` texts (0: any number); ``none``: the list may be empty (limit -1)."""
    return {"type": ["string", "list"], "texts": -1 if none else limit, **rules}


def listed(item: Rules | None = None, **rules: Any) -> Rules:
    """Return a list whose values keep ``item``'s rules."""
    return {"type": "list", **({"schema": item} if item else {}), **rules}


def table(keys: Schema, **rules: Any) -> Rules:
    return {"type": "dict", "schema": keys, **rules}


def tables(keys: Schema, **rules: Any) -> Rules:
    """Return an array of tables."""
    return listed(table(keys), **rules)


def free(**rules: Any) -> Rules:
    """Return a table of anything."""
    return {"type": "dict", **rules}


def passage(**rules: Any) -> Rules:
    """Return a text of any number of lines in at least one of the tenant's languages; a plain one is in its only language."""
    return {"type": ["dict", "string"], "schema": {"vi": text(), "en": text()}, "empty": False, "translated": True, **rules}


def label(most: int = MOST_IN_LINE, **rules: Any) -> Rules:
    """Return a name or title of one line in at least one of the tenant's languages; a plain one is in its only language."""
    keys = {"vi": one_line(most), "en": one_line(most)}
    return {
        "type": ["dict", "string"],
        "schema": keys,
        "empty": False,
        "maxlength": most,
        "one_line": True,
        "translated": True,
        **rules,
    }


def said(**rules: Any) -> Rules:
    """Return a name as it stands on a paper, or what it says in several languages."""
    return {"type": ["string", "dict"], "empty": False, "schema": {"vi": one_line(), "en": one_line()}, **rules}


def fact(most: int = 200) -> Rules:
    """Return a value of a table of facts: one text, number, day or truth value."""
    return {"type": ["string", "integer", "float", "boolean", "date"], "empty": False, "maxlength": most, "one_line": True}


def slug(**rules: Any) -> Rules:
    """Return an id of a record: it stands in addresses."""
    return text(regex=SLUG_PATTERN, maxlength=60, **rules)


def cite(**rules: Any) -> Rules:
    """Ids of one to three clauses."""
    return texts(MOST_CITES, required=True, **rules)


def text_table() -> Rules:
    """Return a table of texts, as ``where`` is."""
    return free(valuesrules={"type": "string"})


def is_tables(rules: Mapping[str, Any]) -> bool:
    """Return whether these are the rules of an array of tables."""
    return rules.get("type") == "list" and rules.get("schema", {}).get("type") == "dict" and "schema" in rules["schema"]


def rules_at(schema: Schema, path: Sequence[str | int]) -> Mapping[str, Any]:
    """Return the rules that ``schema`` has for what stands at ``path``; empty where it has none."""
    rules: Mapping[str, Any] = {"type": "dict", "schema": schema}
    for step in path:
        inner = rules.get("schema")
        if isinstance(step, int):
            rules = inner or {}
        elif isinstance(inner, Mapping):
            rules = inner.get(step) or rules.get("valuesrules") or {}
        else:
            rules = rules.get("valuesrules") or {}
    return rules
