"""The fields of a form, made from an action's input, and the input that a filled form means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import inspect

from steerco.records import Action, Reason, reason
from steerco.records.inputs import File
from steerco.web.pages.frame.visit import Visit

Sort = Literal["text", "long", "choice", "party", "day", "time", "number", "yes-no", "list", "parties", "json", "record"]
PREFIX = "with."
MOST = 4000


class Field(NamedTuple):
    """One field of a form. ``options`` are (value, label), for ``party`` in groups of (label of the group, options)."""

    name: str
    label: str
    sort: Sort
    required: bool
    value: str
    options: tuple[tuple[str, str], ...] = ()
    refers: str = ""


def fields_of(visit: Visit, action: Action) -> list[Field]:
    """Return the fields of an action's input with what the address gives for each."""
    fields = []
    struct = inspect.type_info(action.input)
    assert isinstance(struct, inspect.StructType)
    marks = {name.rstrip("_"): mark for name, mark in action.marks.items()}
    for member in struct.fields:
        sort, options = _sort(member.type, marks.get(member.encode_name, {}))
        if sort is None:
            continue
        choices = tuple((value, option(visit, value)) for value in options)
        refers = str(marks.get(member.encode_name, {}).get("refers", ""))
        value = visit.query.text(PREFIX + member.encode_name, MOST)
        fields.append(
            Field(member.encode_name, visit.say("field", member.encode_name), sort, member.required, value, choices, refers)
        )
    return fields


def option(visit: Visit, value: str) -> str:
    """Return a value of a choice in words."""
    section = next((name for name in ("kind", "value") if visit.say.has(name, value)), "value")
    return visit.say(section, value)


def _sort(kind: inspect.Type, marks: Mapping[str, Any]) -> tuple[Sort | None, tuple[str, ...]]:
    """Return the form field for a type: None for one that a form does not take (files)."""
    inner = _bare(kind)
    if isinstance(inner, inspect.LiteralType):
        return "choice", tuple(str(value) for value in inner.values)
    if isinstance(inner, inspect.ListType):
        item = _bare(inner.item_type)
        if isinstance(item, inspect.StructType):
            return (None if item.cls is File else "json"), ()
        return ("parties" if marks.get("party") else "list"), ()
    if isinstance(inner, inspect.StructType):
        return (None if inner.cls is File else "json"), ()
    if isinstance(inner, inspect.DictType):
        return "json", ()
    plain: dict[type[inspect.Type], Sort] = {
        inspect.DateType: "day",
        inspect.DateTimeType: "time",
        inspect.IntType: "number",
        inspect.BoolType: "yes-no",
    }
    if sort := plain.get(type(inner)):
        return sort, ()
    if marks.get("party"):
        return "party", ()
    if marks.get("refers"):
        return "record", ()
    return ("long" if isinstance(inner, inspect.StrType) and (inner.max_length or 0) > 1000 else "text"), ()


def _bare(kind: inspect.Type) -> inspect.Type:
    """Return a type without its annotations and without None."""
    if isinstance(kind, inspect.Metadata):
        return _bare(kind.type)
    if isinstance(kind, inspect.UnionType):
        members = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
        return _bare(members[0]) if members else kind
    return kind


def input_of(fields: list[Field]) -> tuple[dict[str, Any], dict[str, Reason]]:
    """Return the input that filled fields mean, and what is wrong with those that cannot be read."""
    input: dict[str, Any] = {}
    wrong: dict[str, Reason] = {}
    for field in fields:
        if not field.value:
            continue
        try:
            input[field.name] = _value(field)
        except (ValueError, RecursionError):
            wrong[field.name] = reason({"time": "bad-time", "json": "bad-json"}.get(field.sort, "unreadable"))
    return input, wrong


def _value(field: Field) -> Any:
    text = field.value
    if field.sort == "number":
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 19 else text
    if field.sort == "time":
        return datetime.fromisoformat(text).isoformat()
    if field.sort == "yes-no":
        return {"true": True, "false": False}.get(text, text)
    if field.sort in ("list", "parties"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.sort == "json":
        return msgspec.json.decode(text)
    return text
