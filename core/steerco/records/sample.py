"""Samples of inputs, made from their types: documents show them, and a lab tries ways with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, inspect

from steerco.records.marked import marks_of
from steerco.records.record import Action

ID = "01976a4e-0000-7000-8000-000000000000"
"""An id of the right form, of no record."""
WORDS = ("one", "task.assign", "conclusion", "0" * 64, "2026-Q1")
OFFERED = ("kind", "starts_at", "to")
"""Fields that a sample names though they may be left out."""


class SampleWords(Struct, frozen=True):
    """The values of a sample for a party, a record, a day and a time."""

    party: str
    day: str = "2026-03-02"
    time: str = "2026-03-02T09:00:00"
    record: str = ID


def sample(action: Action, words: SampleWords) -> dict[str, Any]:
    """Return an input of the action with its required fields, and those that name a kind."""
    input: dict[str, Any] = {}
    for field in msgspec.structs.fields(action.input):
        kind = inspect.type_info(field.type)
        if field.required or field.encode_name in OFFERED:
            input[field.encode_name] = _value(kind, marks_of(kind), words, field.encode_name)
    return input


def _value(kind: inspect.Type, marks: Mapping[str, Any], words: SampleWords, name: str) -> Any:
    if isinstance(kind, inspect.Metadata):
        if examples := (kind.extra_json_schema or {}).get("examples"):
            return examples[0]
        return _value(kind.type, marks or dict(kind.extra or {}), words, name)
    if isinstance(kind, inspect.UnionType):
        return _value(next(member for member in kind.types if not isinstance(member, inspect.NoneType)), marks, words, name)
    if isinstance(kind, inspect.ListType):
        return [_value(kind.item_type, marks, words, name)]
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.StructType):
        fields = (field for field in kind.fields if field.required or field.name == "text")
        return {field.encode_name: _value(field.type, marks_of(field.type), words, field.name) for field in fields}
    return _plain(kind, marks, words, name)


def _plain(kind: inspect.Type, marks: Mapping[str, Any], words: SampleWords, name: str) -> Any:
    if isinstance(kind, inspect.DateType):
        return words.day
    if isinstance(kind, inspect.DateTimeType):
        return words.time
    if isinstance(kind, inspect.IntType):
        return kind.ge if kind.ge is not None else 1
    if isinstance(kind, inspect.BoolType):
        return True
    if isinstance(kind, inspect.DictType):
        return {}
    if "refers" in marks:
        return words.record
    if "party" in marks:
        return words.party
    if isinstance(kind, inspect.StrType) and kind.pattern:
        return next((word for word in WORDS if re.search(kind.pattern, word)), WORDS[0])
    return f"Example of {name.rstrip('_')}"
