"""The catalogue of a tenant's actions: every record type, its actions with their inputs, its states and facets, as data."""

from __future__ import annotations

import msgspec

from steerco.configuration.snapshot import Snapshot
from steerco.records import Action, Record
from steerco.records.marked import marks_of


class InputField(msgspec.Struct, frozen=True):
    """One field of an action's input. ``type`` says what goes in: ``text``, ``day``, ``party``, a record type, the choices, or an
    ``object`` with ``fields`` of its own; ``list`` that several go in."""

    name: str
    type: str
    required: bool
    list: bool = False
    choices: tuple[str, ...] = ()
    fields: tuple[InputField, ...] = ()


class ActionShown(msgspec.Struct, frozen=True):
    """An action: what it is for, its input, from which states it can be done (``new``: it makes a record) and the next."""

    id: str
    doc: str
    creates: bool
    states: tuple[str, ...]
    to: str | None
    input: tuple[InputField, ...]


class FacetShown(msgspec.Struct, frozen=True):
    """A facet: the input field that it is read from and the values that do not depend on the charter."""

    name: str
    field: str
    values: tuple[str, ...]


class TypeShown(msgspec.Struct, frozen=True):
    """A record type with everything that can be done with it."""

    type: str
    doc: str
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    relations: tuple[str, ...]
    facets: tuple[FacetShown, ...]
    actions: tuple[ActionShown, ...]
    plugin: str = ""


def catalogue(snapshot: Snapshot) -> list[TypeShown]:
    """Return every record type of a tenant, in alphabetical order."""
    return [type_shown(kind) for _, kind in sorted(snapshot.types.items())]


def type_shown(kind: type[Record]) -> TypeShown:
    """Return a record type as data."""
    return TypeShown(
        kind.record_type,
        _first_line(kind.__doc__),
        kind.states,
        kind.kinds,
        tuple(kind.relations),
        tuple(FacetShown(f.name, f.field, tuple(f.values)) for f in kind.facets.values()),
        tuple(action_shown(action) for action in kind.acts().values()),
        kind.plugin,
    )


def action_shown(action: Action) -> ActionShown:
    """Return an action as data."""
    fields = tuple(map(_field, msgspec.structs.fields(action.input)))
    return ActionShown(action.id, _first_line(action.function.__doc__), action.creates, action.states, action.to, fields)


def _field(field: msgspec.structs.FieldInfo) -> InputField:
    inner = msgspec.inspect.type_info(field.type)
    (kind, several, choices), marks = _kind(inner), marks_of(inner)
    if "refers" in marks:
        kind = str(marks["refers"])
    elif "party" in marks:
        kind = "party"
    return InputField(field.encode_name, kind, field.required, several, choices, _fields_of(inner))


def _fields_of(kind: msgspec.inspect.Type) -> tuple[InputField, ...]:
    """Return the fields of the object, or of each object of the list, that goes in."""
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((found for member in kind.types if (found := _fields_of(member))), ())
    if isinstance(kind, msgspec.inspect.ListType):
        return _fields_of(kind.item_type)
    if isinstance(kind, msgspec.inspect.Metadata):
        return _fields_of(kind.type)
    return () if not isinstance(kind, msgspec.inspect.StructType) else tuple(map(_field, msgspec.structs.fields(kind.cls)))


_KINDS = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.IntType: "whole number",
    msgspec.inspect.BoolType: "truth value",
    msgspec.inspect.DateType: "day",
    msgspec.inspect.DateTimeType: "time",
    msgspec.inspect.DictType: "object",
}


def _kind(kind: msgspec.inspect.Type) -> tuple[str, bool, tuple[str, ...]]:
    """Return the values that go into a field of this type, whether several do, and among which."""
    if isinstance(kind, msgspec.inspect.Metadata):
        return _kind(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(
            (_kind(member) for member in kind.types if not isinstance(member, msgspec.inspect.NoneType)), ("text", False, ())
        )
    if isinstance(kind, msgspec.inspect.ListType):
        return _kind(kind.item_type)[0], True, _kind(kind.item_type)[2]
    if isinstance(kind, msgspec.inspect.LiteralType):
        return "choice", False, tuple(map(str, kind.values))
    if isinstance(kind, msgspec.inspect.StructType):
        return "object", False, ()
    return _KINDS.get(type(kind), "text"), False, ()


def _first_line(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())
