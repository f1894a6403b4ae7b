"""Registers: record types that an agency declares for itself, in ``registers.toml`` of its tenant.

What an action can do is closed: it sets fields, needs fields, waits for a day, tells people. Whatever goes further is a plugin.
Two declarations of one shape share one type, whatever they are called in words and whatever they cite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from inspect import Parameter, Signature
from types import new_class
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String

from steerco.charter.model import Label
from steerco.committee.work.entry import FILED, DeclaredEntry, DeclaredValue
from steerco.records import NEW, Action, Do, Facet, Held, Line, Listed, Party, Record, Relation, Text, party_of, ref_to
from steerco.records.part import stored
from steerco.records.relation import Expression
from steerco.store.lru_cache import LRUCache

MARK = "r-"
"""What the name of every declared type begins with."""
Sort = Literal["line", "text", "day", "party", "parties", "number", "flag", "choice", "ref"]
"""The types of fields; there are no files, no rows, and nothing personal, which could not be erased."""
WHOLE = Annotated[int, Meta(ge=-(10**15), le=10**15)]
COLUMNS: Mapping[str, Any] = {"day": Date, "parties": JSON, "number": Integer, "flag": Boolean}
"""The type of a field's value, where it is not a text."""
OWN = frozenset(stored(DeclaredEntry)) - {*FILED.values(), "texts", "parties_named", "further", "register"}
"""What every entry has beside its declared fields."""


class DeclaredField(Struct, frozen=True):
    """A declared field. ``choices`` of a choice; ``sorts`` of whom a party may be; ``to``: to which types a ``ref`` leads."""

    name: str
    type: Sort
    required: bool = False
    choices: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


class RegisterAction(Struct, frozen=True, rename={"from_": "from"}):
    """A declared action: from which states (none: it makes an entry) to which, and what it sets, needs, waits for and tells.

    ``sets`` is None where the declaration leaves it out.
    """

    name: str
    from_: tuple[str, ...] = ()
    to: str = ""
    sets: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    not_before: str = ""
    tells: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()


class RegisterShape(Struct, frozen=True):
    """All of a declaration that decides."""

    id: str
    prefix: str
    states: tuple[str, ...]
    fields: tuple[DeclaredField, ...]
    actions: tuple[RegisterAction, ...]
    relations: tuple[tuple[str, str], ...] = ()
    facets: tuple[tuple[str, str], ...] = ()

    @property
    def type(self) -> str:
        """The name of the record type."""
        return f"{MARK}{self.id}"

    def field(self, name: str) -> DeclaredField | None:
        return next((field for field in self.fields if field.name == name), None)

    def sets(self, action: RegisterAction) -> tuple[str, ...]:
        """Return the fields that an action sets: those that it names; what makes an entry, else all that no other sets."""
        if action.sets is not None or action.from_:
            return action.sets or ()
        elsewhere = {name for other in self.actions if other is not action for name in other.sets or ()}
        return tuple(field.name for field in self.fields if field.name not in elsewhere)

    def filed(self) -> dict[str, str]:
        """Return the first party, day and choice, each with the column along which lists run by it."""
        found: dict[str, str] = {}
        for field in self.fields:
            if (column := FILED.get(field.type)) and column not in found.values():
                found[field.name] = column
        return found


class RegisterWords(Struct, frozen=True):
    """The words of a register: its own (``one``, ``many``), and those of its states, actions, fields and choices."""

    one: Label = Label()
    many: Label = Label()
    states: Mapping[str, Label] = {}
    actions: Mapping[str, Label] = {}
    fields: Mapping[str, Label] = {}
    choices: Mapping[str, Label] = {}


class DeclaredRegister(Struct, frozen=True):
    """One declaration: its shape, its words, and where it stands."""

    shape: RegisterShape
    words: RegisterWords = RegisterWords()
    line: int = 0
    file: str = ""


_types: LRUCache[RegisterShape, type[DeclaredEntry]] = LRUCache(512)
"""The types in use, by shape: tenants that declare the same share one."""


def record_type(shape: RegisterShape) -> type[DeclaredEntry]:
    """Return the record type of a declaration that was checked."""
    return _types.get(shape) or _types.put(shape, _made(shape))


def _made(shape: RegisterShape) -> type[DeclaredEntry]:
    filed = shape.filed()
    body: dict[str, Any] = {
        field.name: DeclaredValue(field.name, field.type, filed.get(field.name, "")) for field in shape.fields
    }
    columns = {name: column for name, column in stored(DeclaredEntry).items() if name in OWN} | {
        field.name: _column(field) for field in shape.fields
    }
    relations = {name: Relation(name, _tie(shape, field)) for name, field in shape.relations}
    body |= {
        "__abstract__": True,  # not mapped: a way to read rows of ``DeclaredEntry``
        "__module__": DeclaredEntry.__module__,
        "__doc__": f"Entries of the register {shape.id!r}.",
        "record_type": shape.type,
        "states": shape.states,
        "prefix": shape.prefix,
        "actions": {},
        "relations": {"author": DeclaredEntry.relations["author"], **relations},
        "facets": {name: _facet(name, shape.field(field)) for name, field in shape.facets},
        "checks": {},
        "remedies": {},
        "platform_acts": set(),
        "free_of": {},
        "held": (("register", shape.type),),
        "declared": {field.name: field.type for field in shape.fields},
        "unlisted": frozenset(field.name for field in shape.fields if field.name not in filed),
        "stored": classmethod(lambda cls: columns),
        "filed": classmethod(lambda cls, value: filed.get(value, value)),
    }
    made: type[DeclaredEntry] = new_class(shape.type, (DeclaredEntry,), {}, lambda namespace: namespace.update(body))
    for action in shape.actions:
        made.actions[action.name] = Action(made, action.name, _function(shape, action), action.from_ or (NEW,), action.to or None)
    return made


def _tie(shape: RegisterShape, field: str) -> Expression:
    """Return how a field ties its party to the entry: the first party has a column of its own, and lists run along it by day."""
    filed = shape.filed().get(field)
    return Held(filed) if filed else Listed("entry.parties", shape.type, field)


def _column(field: DeclaredField) -> Column[Any]:
    info: dict[str, Any] = {"choices": field.choices} if field.choices else {}
    if field.type in ("party", "parties"):
        info["party"] = True
    if field.type == "ref" and len(field.to) == 1:
        info["refers"] = field.to[0]
    hint = list[str] if field.type == "parties" else _value(field)
    info["hint"] = hint if field.type == "parties" else hint | None
    return Column(field.name, COLUMNS.get(field.type, String)(), nullable=field.type != "parties", info=info)


def _value(field: DeclaredField) -> Any:
    """Return the type of a field's value as it is shown."""
    return {"day": date, "number": int, "flag": bool}.get(field.type, str)


def _input(field: DeclaredField) -> Any:
    """Return the type of a field's input."""
    one = party_of(*field.sorts) if field.sorts else Party
    match field.type:
        case "line":
            return Line
        case "text":
            return Text
        case "day":
            return date
        case "number":
            return WHOLE
        case "flag":
            return bool
        case "choice":
            return Literal[field.choices]
        case "ref":
            return ref_to(*field.to)
        case "parties":
            return Annotated[list[one], Meta(max_length=200)]  # type: ignore[valid-type]  # made at run time
    return one


def _facet(name: str, field: DeclaredField | None) -> Facet:
    assert field is not None
    if field.type == "choice":
        return Facet(name, field.name, values=field.choices)
    return Facet(name, field.name, of="party", values=("agency", "body", "person"))


def _function(shape: RegisterShape, action: RegisterAction) -> Callable[..., None]:
    """Return the function of an action. Its parameters are the fields that it sets."""
    sets = [field for name in shape.sets(action) if (field := shape.field(name))]
    creates = not action.from_
    needed = {field.name for field in sets if field.name in action.needs or (creates and field.required)}

    def act(do: Do, entry: DeclaredEntry, **given: Any) -> None:
        _wait(do, entry, action, given)
        lacking = [name for name in action.needs if not given.get(name) and getattr(entry, name) in (None, [], "")]
        if lacking:
            do.out_of_order("field-needed", *action.cite, fields=lacking, action=f"{shape.type}.{action.name}")
        for field in sets:
            if given.get(field.name) is not None:
                setattr(entry, field.name, given[field.name])
        entry.list_parties(do)
        do.tell(*_told(entry, shape, action))

    parameters = [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=Parameter.empty if field.name in needed else None) for field in sets
    ]
    hints = {field.name: _input(field) if field.name in needed else _input(field) | None for field in sets}
    if creates:
        parameters.append(Parameter("body", Parameter.KEYWORD_ONLY, default=None))
        hints["body"] = Party | None
    act.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    act.__annotations__ = hints
    return act


def _wait(do: Do, entry: DeclaredEntry, action: RegisterAction, given: Mapping[str, Any]) -> None:
    """Stop an act whose day has not come."""
    if not action.not_before:
        return
    day = given.get(action.not_before) or getattr(entry, action.not_before)
    if day is not None and do.today < day:
        do.out_of_order("day-not-come", *action.cite, field=action.not_before, on=day.isoformat())


def _told(entry: DeclaredEntry, shape: RegisterShape, action: RegisterAction) -> list[str]:
    """Return the parties that an action tells: the author, the body, or those whom a field or a relation names."""
    relations = dict(shape.relations)
    found: list[str] = []
    for name in action.tells:
        value = getattr(entry, relations.get(name, name))
        found += value if isinstance(value, list) else [value] if value else []
    return found


def types_of(registers: tuple[DeclaredRegister, ...]) -> dict[str, type[Record]]:
    """Return the record types of a tenant's registers by name."""
    return {register.shape.type: record_type(register.shape) for register in registers}
