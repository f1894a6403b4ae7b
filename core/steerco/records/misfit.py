"""Misfits of an input: a walk over the input and its type, side by side, that finds every one, not the first alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import inspect

from steerco.records.reason import Reason, reason, unknown

Misfit = tuple[str, Reason]
"""The path inside the value, and what is wrong there."""
Types = tuple[inspect.Type, ...]

NAMES: Mapping[type, str] = {
    inspect.StrType: "str",
    inspect.IntType: "int",
    inspect.FloatType: "float",
    inspect.BoolType: "bool",
    inspect.NoneType: "null",
    inspect.DateType: "date",
    inspect.DateTimeType: "datetime",
    inspect.ListType: "array",
    inspect.VarTupleType: "array",
    inspect.DictType: "object",
    inspect.StructType: "object",
}
"""The name of a value's shape, as an answer gives it."""
SHAPES: tuple[tuple[type, str], ...] = (
    (bool, "bool"),
    (str, "str"),
    (int, "int"),
    (float, "float"),
    (type(None), "null"),
    (Mapping, "object"),
    (list, "array"),
    (tuple, "array"),
)
TEXTS = ("str", "date", "datetime")
"""Shapes that a text may have."""


def explain_invalid(value: Any, struct: type[msgspec.Struct]) -> dict[str, Reason]:
    """Return every field of ``value`` that does not fit ``struct``, by its path; the path ``""`` is the value as a whole."""
    if not isinstance(value, Mapping):
        return {"": reason("expected-object")}
    known = inspect.type_info(struct)
    assert isinstance(known, inspect.StructType)
    problems: dict[str, Reason] = {}
    for path, why in _fields(value, known, outermost=True):
        problems.setdefault(path.removeprefix("."), why)  # the first reason of a field tells enough
    return problems


def _fields(value: Mapping[Any, Any], struct: inspect.StructType, *, outermost: bool = False) -> Iterator[Misfit]:
    known = {field.encode_name: field for field in struct.fields}
    for name, field in known.items():
        if name in value:
            yield from ((f".{name}{path}", why) for path, why in _walk(value[name], field.type))
        elif field.required:
            yield f".{name}", reason("required")
    if struct.forbid_unknown_fields:
        further = unknown(known if outermost else ())
        yield from ((f".{name}", further) for name in value if name not in known)


def _walk(value: Any, kind: inspect.Type) -> Iterator[Misfit]:
    """Yield the misfits of a value: none of its types takes it, or its type finds a fault inside it."""
    types = _plain(kind)
    shape = _shape(value)
    taking = next((each for each in types if _takes(each, shape)), None)
    if taking is None:
        wanted = " | ".join(dict.fromkeys(_name(each) for each in types))
        yield "", reason("wrong-type", wanted=wanted, got=shape)
        return
    yield from _inside(value, taking)


def _shape(value: Any) -> str:
    return next((name for type_, name in SHAPES if isinstance(value, type_)), type(value).__name__)


def _plain(kind: inspect.Type) -> Types:
    """Return the types of a union, without what is only said beside them."""
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        return tuple(each for part in kind.types for each in _plain(part))
    return (kind,)


def _name(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.LiteralType):
        return _shape(kind.values[0])
    return NAMES.get(type(kind), "any")


def _takes(kind: inspect.Type, shape: str) -> bool:
    name = _name(kind)
    return name in ("any", shape) or (name in TEXTS and shape == "str") or (name == "float" and shape == "int")


def _inside(value: Any, kind: inspect.Type) -> Iterator[Misfit]:
    match kind:
        case inspect.StructType():
            yield from _fields(value, kind)
        case inspect.LiteralType() if value not in kind.values:
            yield "", Reason("not-one-of", {"known": [str(each) for each in kind.values]})
        case inspect.StrType():
            yield from _long(value, kind, "short", "long")
            if kind.pattern is not None and not re.search(kind.pattern, value):
                yield "", Reason("no-match", {"pattern": kind.pattern})
        case inspect.IntType() | inspect.FloatType():
            yield from _great(value, kind)
        case inspect.DateType() | inspect.DateTimeType() if not _parses(value, kind):
            yield "", reason("bad-day" if isinstance(kind, inspect.DateType) else "bad-time")
        case inspect.ListType() | inspect.VarTupleType():
            yield from _long(value, kind, "few", "many")
            for at, each in enumerate(value):
                yield from ((f"[{at}]{path}", why) for path, why in _walk(each, kind.item_type))
        case inspect.DictType():
            yield from _long(value, kind, "few", "many")
            for key, each in value.items():
                yield from ((f".{key}", why) for _, why in _walk(key, kind.key_type))
                yield from ((f".{key}{path}", why) for path, why in _walk(each, kind.value_type))


def _long(value: Any, kind: Any, short: str, long: str) -> Iterator[Misfit]:
    """Yield the misfit of a text or a list that is too short or too long, in its words."""
    if kind.min_length is not None and len(value) < kind.min_length:
        yield "", reason(f"too-{short}", least=kind.min_length)
    if kind.max_length is not None and len(value) > kind.max_length:
        yield "", reason(f"too-{long}", most=kind.max_length)


def _great(value: float, kind: inspect.IntType | inspect.FloatType) -> Iterator[Misfit]:
    step = 1 if isinstance(kind, inspect.IntType) else 0
    least = kind.ge if kind.gt is None else kind.gt + step
    most = kind.le if kind.lt is None else kind.lt - step
    if least is not None and (value < least or value == kind.gt):
        yield "", reason("too-small", least=least)
    if most is not None and (value > most or value == kind.lt):
        yield "", reason("too-great", most=most)


def _parses(value: Any, kind: inspect.DateType | inspect.DateTimeType) -> bool:
    try:
        msgspec.convert(value, date if isinstance(kind, inspect.DateType) else datetime)
    except msgspec.ValidationError:
        return False
    return True
