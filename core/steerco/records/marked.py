"""Walks an input and replaces its marked values, also inside lists and nested structs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

TYPES_KEPT = 4096
"""How many types of records and inputs something is remembered of: an agency that changes its registers makes new ones, and those
that nobody uses any more are let go."""

Replace = Callable[[str, Mapping[str, Any], str], str]
"""Takes a value's path, its marks and the value; returns the replacement."""


@lru_cache(TYPES_KEPT)
def fields_of(struct: type[msgspec.Struct]) -> tuple[tuple[str, str, inspect.Type], ...]:
    """Per field that holds marks: its Python name, its input name, its type."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    names = {field.encode_name: field.name for field in msgspec.structs.fields(struct)}
    return tuple((names[f.encode_name], f.encode_name, f.type) for f in info.fields if _has_marks(f.type))


def replaced(value: msgspec.Struct, replace: Replace, path: str = "") -> dict[str, Any]:
    """Return the fields of a struct by Python name, with every marked value replaced."""
    fields: dict[str, Any] = {name: getattr(value, name) for name in value.__struct_fields__}
    for name, input_name, kind in fields_of(type(value)):
        fields[name] = _walk(fields[name], kind, replace, f"{path}{input_name}")
    return fields


def _walk(value: Any, kind: inspect.Type, replace: Replace, path: str) -> Any:
    if isinstance(value, str):
        marks = marks_of(kind)
        return replace(path, marks, value) if marks else value
    if isinstance(value, list | tuple):
        items = _part(kind, inspect.ListType)
        inner = items.item_type if isinstance(items, inspect.ListType) else items
        return [_walk(item, inner, replace, f"{path}[{at}]") for at, item in enumerate(value)]
    if isinstance(value, dict):
        inner = _part(kind, inspect.DictType)
        values = inner.value_type if isinstance(inner, inspect.DictType) else inner
        # by name, as the log keeps them: what is drawn for each is drawn in the same order when the act is performed again
        return {key: _walk(item, values, replace, f"{path}.{key}") for key, item in sorted(value.items())}
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **_changed(value, replaced(value, replace, f"{path}.")))
    return value


def _changed(value: msgspec.Struct, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: new for name, new in fields.items() if new is not getattr(value, name)}


def marks_of(kind: inspect.Type) -> Mapping[str, Any]:
    """Return the marks of a type (``party``, ``refers``, ``personal``), also where it is optional or the element of a list."""
    if isinstance(kind, inspect.Metadata):
        return dict(kind.extra or {}) or marks_of(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((marks for member in kind.types if (marks := marks_of(member))), {})
    if isinstance(kind, inspect.ListType):
        return marks_of(kind.item_type)
    return {}


def _has_marks(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.Metadata):
        return bool(kind.extra) or _has_marks(kind.type)
    if isinstance(kind, inspect.UnionType):
        return any(_has_marks(member) for member in kind.types)
    if isinstance(kind, inspect.ListType):
        return _has_marks(kind.item_type)
    if isinstance(kind, inspect.DictType):
        return _has_marks(kind.value_type)
    return isinstance(kind, inspect.StructType) and any(_has_marks(field.type) for field in kind.fields)


@lru_cache(TYPES_KEPT)
def holding(struct: type[msgspec.Struct], mark: str) -> frozenset[str]:
    """Return the fields, by Python name, that bear a mark or have something in them that does, however deep."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    names = {field.encode_name: field.name for field in msgspec.structs.fields(struct)}
    return frozenset(names[field.encode_name] for field in info.fields if _bears(field.type, mark))


def _bears(kind: inspect.Type, mark: str) -> bool:
    match kind:
        case inspect.Metadata():
            return bool((kind.extra or {}).get(mark)) or _bears(kind.type, mark)
        case inspect.UnionType():
            return any(_bears(member, mark) for member in kind.types)
        case inspect.ListType():
            return _bears(kind.item_type, mark)
        case inspect.DictType():
            return _bears(kind.value_type, mark)
        case inspect.StructType():
            return any(_bears(field.type, mark) for field in kind.fields)
    return False


def _part(kind: inspect.Type, sort: type[inspect.Type]) -> inspect.Type:
    """Return the list or dict type inside an optional or annotated one."""
    if isinstance(kind, inspect.Metadata):
        return _part(kind.type, sort)
    if isinstance(kind, inspect.UnionType):
        return next((inner for member in kind.types if isinstance(inner := _part(member, sort), sort)), kind)
    return kind
