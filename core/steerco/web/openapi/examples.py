"""Examples of inputs, made from their types and the tenant's own words, so that what the document shows can be tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from steerco.configuration.snapshot import Snapshot
from steerco.records import Action
from steerco.records.marked import marks_of

ID = "01976a4e-0000-7000-8000-000000000000"
"""An id of the right form, of no record."""

PARTY = "a-person"
"""A party of no committee."""

WORDS = ("one", "task.assign", "conclusion", "0" * 64, "2026-Q1")
DAY, TIME = "2026-03-02", "2026-03-02T09:00:00"


def party_of(snapshot: Snapshot) -> str:
    """Return a party of the tenant: who heads its first body, else its main body."""
    return snapshot.charters[-1].bodies[0].head or snapshot.settings.main_body


def example(action: Action, party: str) -> dict[str, Any]:
    """Return an input of the action with its required fields, and those that name a kind; ``party`` stands for each party."""
    input: dict[str, Any] = {}
    for field in msgspec.structs.fields(action.input):
        kind = inspect.type_info(field.type)
        if field.required or field.encode_name in ("kind", "starts_at", "to"):
            input[field.encode_name] = _value(kind, marks_of(kind), party, field.encode_name)
    return input


def _value(kind: inspect.Type, marks: Mapping[str, Any], party: str, name: str) -> Any:
    if isinstance(kind, inspect.Metadata):
        return _value(kind.type, marks or dict(kind.extra or {}), party, name)
    if isinstance(kind, inspect.UnionType):
        return _value(next(member for member in kind.types if not isinstance(member, inspect.NoneType)), marks, party, name)
    if isinstance(kind, inspect.ListType):
        return [_value(kind.item_type, marks, party, name)]
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.StructType):
        fields = (field for field in kind.fields if field.required or field.name == "text")
        return {field.encode_name: _value(field.type, marks_of(field.type), party, field.name) for field in fields}
    return _plain(kind, marks, party, name)


def _plain(kind: inspect.Type, marks: Mapping[str, Any], party: str, name: str) -> Any:
    if isinstance(kind, inspect.DateType):
        return DAY
    if isinstance(kind, inspect.DateTimeType):
        return TIME
    if isinstance(kind, inspect.IntType):
        return kind.ge if kind.ge is not None else 1
    if isinstance(kind, inspect.BoolType):
        return True
    if isinstance(kind, inspect.DictType):
        return {}
    if "refers" in marks:
        return ID
    if "party" in marks:
        return party
    if isinstance(kind, inspect.StrType) and kind.pattern:
        return next((word for word in WORDS if re.search(kind.pattern, word)), WORDS[0])
    return f"Example of {name.rstrip('_')}"
