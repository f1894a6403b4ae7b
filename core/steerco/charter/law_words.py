"""A law's own words: it knows no committee's ids, so each committee says what the law's ids mean for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from steerco.charter.load import TABLES, TOLD
from steerco.charter.model import Charter
from steerco.charter.packed_texts import folded
from steerco.charter.tables.voters import Weight
from steerco.charter.values import MAIN_BODY

PARTIES = frozenset({"body", "holder", "duty_of", "by", "who", "lead", "performed_by", "among", "signer", "head"})
"""The keys in a law's rows that name a body, a role, or whoever else holds something."""
MARK = ":"
"""What stands in a name with a meaning of its own (``field:accountable``, ``decision:motion``), which is no word of the law."""


def spoken(law: Charter) -> frozenset[str]:
    """Return the law's own words: every party that its rows name, but the ``main-body`` that each committee has."""
    return frozenset(word for row in _rows(law) for word in _words(row) if word and word != MAIN_BODY and MARK not in word)


def translated(law: Charter, words: Mapping[str, str]) -> Charter:
    """Return the law with each of its words as the committee's id for it."""
    tables = {field: tuple(_said(row, words) for row in getattr(law, field)) for field in _fields()}
    return folded(structs.replace(law, **tables)) if words else law


def _fields() -> Iterator[str]:
    return (field for table, field in TABLES.items() if table not in TOLD)


def _rows(law: Charter) -> Iterator[Struct]:
    return (row for field in _fields() for row in getattr(law, field))


def _words(row: Any) -> Iterator[str]:
    if isinstance(row, Weight):
        return  # what it goes by is a sort of party, and no party
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if name in PARTIES and isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (each for key, each in value.items() if key in PARTIES and isinstance(each, str))
        elif isinstance(value, tuple):
            yield from (word for each in value if isinstance(each, Struct) for word in _words(each))


def _said(row: Any, words: Mapping[str, str]) -> Any:
    if isinstance(row, Weight):
        return row
    changed: dict[str, Any] = {}
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if name in PARTIES and isinstance(value, str):
            changed[name] = words.get(value, value)
        elif isinstance(value, dict):
            changed[name] = {key: words.get(each, each) if key in PARTIES else each for key, each in value.items()}
        elif isinstance(value, tuple) and any(isinstance(each, Struct) for each in value):
            changed[name] = tuple(_said(each, words) for each in value)
    return structs.replace(row, **changed)
