"""The fields that an action's input asks for, as far as its declaration tells: the same for every reader.

A ``Shape`` says which control a field gets and holds its bounds; a field that is made of further ones (rows, a name in two
languages) has their shapes as ``members``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import inspect

from steerco.records.inputs import File
from steerco.records.marked import TYPES_KEPT, marks_of

Kind = Literal[
    "line",
    "text",
    "choice",
    "choices",
    "yes-no",
    "day",
    "time",
    "period",
    "whole",
    "decimal",
    "party",
    "parties",
    "record",
    "files",
    "file",
    "rows",
    "group",
    "lines",
    "pairs",
]
LONG = 1000
"""A text that may be longer than so many characters is written in a field of several lines."""
_ALTERNATIVES = re.compile(r"\^\(([a-z0-9|-]+)\)\$(?:\(\?!\\n\))?")
SCALARS: Mapping[type[inspect.Type], Kind] = {
    inspect.DateType: "day",
    inspect.DateTimeType: "time",
    inspect.IntType: "whole",
    inspect.FloatType: "decimal",
    inspect.BoolType: "yes-no",
}


@dataclass(frozen=True, eq=False)
class Shape:
    """One field, the same object wherever it is asked for. ``least`` and ``most`` bound the length of a text or a list, or a
    number."""

    name: str
    kind: Kind
    required: bool = False
    default: Any = None
    options: tuple[str, ...] = ()
    marks: Mapping[str, Any] = field(default_factory=dict)
    least: int | float | None = None
    most: int | float | None = None
    pattern: str = ""
    members: tuple[Shape, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the records that it may name."""
        return tuple(str(self.marks.get("refers", "")).split())

    @property
    def sorts(self) -> tuple[str, ...]:
        """The sorts of party that it takes; none: any."""
        return tuple(self.marks.get("sorts", ()))


@lru_cache(TYPES_KEPT)
def shapes_of(struct: type[msgspec.Struct]) -> tuple[Shape, ...]:
    """Return the shapes of a struct's fields, in the order of its declaration."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    declared = {each.encode_name: each.type for each in msgspec.structs.fields(struct)}
    shapes = [_shape(each.encode_name, each.type, each.required, each.default) for each in info.fields]
    return tuple(_in_order(shape, declared[shape.name]) for shape in shapes)


def _in_order(shape: Shape, declared: Any) -> Shape:
    """Return the shape with its options in the order of their declaration, which the type's description does not keep."""
    order = _words_of(declared)
    return replace(shape, options=order) if shape.options and set(order) == set(shape.options) else shape


def _words_of(declared: Any) -> tuple[str, ...]:
    """Return the values of the first Literal in a type, in order."""
    if get_origin(declared) is Literal:
        return tuple(str(value) for value in get_args(declared))
    return next((words for inner in get_args(declared) if (words := _words_of(inner))), ())


def bare(kind: inspect.Type) -> inspect.Type:
    """Return a type without its annotations and without None; of several the first."""
    if isinstance(kind, inspect.Metadata):
        return bare(kind.type)
    if isinstance(kind, inspect.UnionType):
        members = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
        return bare(members[0]) if members else kind
    return kind


def _shape(name: str, kind: inspect.Type, required: bool, default: Any) -> Shape:
    inner, marks = bare(kind), marks_of(kind)
    start = default if default is not msgspec.NODEFAULT else None
    if isinstance(inner, inspect.ListType):
        return _several(name, inner, required, marks)
    if isinstance(inner, inspect.StructType):
        sort: Kind = "file" if inner.cls is File else "group"
        return Shape(name, sort, required, members=() if sort == "file" else shapes_of(inner.cls))
    if isinstance(inner, inspect.DictType):
        value = _shape("value", inner.value_type, True, msgspec.NODEFAULT)
        key = _shape("key", inner.key_type, True, msgspec.NODEFAULT)
        return Shape(name, "pairs", required, marks=marks, most=inner.max_length, members=(key, value))
    if isinstance(inner, inspect.LiteralType):
        return Shape(name, "choice", required, start, tuple(str(value) for value in inner.values))
    if isinstance(inner, inspect.IntType | inspect.FloatType):
        least, most = _first(inner.ge, inner.gt), _first(inner.le, inner.lt)
        return Shape(name, SCALARS[type(inner)], required, start, least=least, most=most)
    if scalar := SCALARS.get(type(inner)):
        return Shape(name, scalar, required, start)
    if isinstance(inner, inspect.StrType):
        return _text(name, inner, required, start, marks)
    if isinstance(inner, inspect.AnyType) and name not in ("", "value"):
        return Shape(name, "pairs", required, members=(Shape("key", "line", True), Shape("value", "line", True)))
    return Shape(name, "line", required, start)


def _first(*bounds: float | None) -> float | None:
    return next((bound for bound in bounds if bound is not None), None)


def _text(name: str, inner: inspect.StrType, required: bool, default: Any, marks: Mapping[str, Any]) -> Shape:
    pattern = inner.pattern or ""
    if found := _ALTERNATIVES.fullmatch(pattern):
        return Shape(name, "choice", required, default, tuple(found[1].split("|")))
    kind: Kind = "text" if (inner.max_length or 0) > LONG or marks.get("text") == "lines" else "line"
    for mark, marked in (("party", "party"), ("refers", "record"), ("period", "period")):
        if marks.get(mark):
            kind = marked  # type: ignore[assignment]  # any type
    return Shape(name, kind, required, default, marks=marks, least=inner.min_length, most=inner.max_length, pattern=pattern)


def _several(name: str, inner: inspect.ListType, required: bool, marks: Mapping[str, Any]) -> Shape:
    item = bare(inner.item_type)
    bounds: dict[str, Any] = {"least": inner.min_length, "most": inner.max_length}
    if isinstance(item, inspect.StructType):
        if item.cls is File:
            return Shape(name, "files", required, **bounds)
        return Shape(name, "rows", required, members=shapes_of(item.cls), **bounds)
    if marks.get("party"):
        return Shape(name, "parties", required, marks=marks, **bounds)
    each = _shape("", inner.item_type, True, msgspec.NODEFAULT)
    if each.kind == "choice":
        return Shape(name, "choices", required, options=each.options, **bounds)
    return Shape(name, "lines", required, marks=marks, members=(each,), **bounds)
