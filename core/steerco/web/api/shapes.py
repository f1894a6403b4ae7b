"""Records as clients see them, as msgspec types made from the declarations: for schemas, and for the items of lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import msgspec
from sqlalchemy.orm import Mapped

from steerco.config.settled_types import settled
from steerco.records import Action, Part, Record
from steerco.records.marked import TYPES_KEPT
from steerco.records.part import stored
from steerco.web.api.expanding import Expanded
from steerco.web.api.lists import FoundPage, columns_of
from steerco.web.http.requests import ENTERED_FOR, EnteredFor


def camel(*words: str) -> str:
    """``absence-request``, ``attendance`` → ``AbsenceRequestAttendance``."""
    return "".join(part.capitalize() for word in words for part in word.replace("_", "-").replace(".", "-").split("-"))


@lru_cache(TYPES_KEPT)
def whole(kind: type[Record]) -> type[msgspec.Struct]:
    """Return a record as it is read: its values, its parts, and whatever its type computes."""
    fields: list[Any] = [*_values(kind), ("type", str)]
    fields += [(name, list[row(part)]) for name, part in kind.parts().items()]  # type: ignore[misc]  # made at run time
    fields.append(("expanded", Expanded, msgspec.UNSET))
    return _struct(camel(kind.record_type), fields, kind, kind.__doc__)


@lru_cache(TYPES_KEPT)
def item(kind: type[Record]) -> type[msgspec.Struct]:
    """Return a record as a list shows it: its values only."""
    return _struct(
        camel(kind.record_type, "item"),
        [*_values(kind), ("type", str)],
        kind,
        f"A record of type {kind.record_type} as a list shows it: its values alone.",
    )


def items(kind: type[Record], page: FoundPage, fields: Sequence[str]) -> list[Any]:
    """Return the items of a page: whole, or with the values that were asked for beside the id and the type."""
    type = kind.record_type
    if not fields:
        of = item(kind)
        return [of(*row, type) for row in page.rows]
    wanted = ("id", *fields)
    told = (zip(page.chosen, row, strict=False) for row in page.rows)
    return [{name: value for name, value in pairs if name in wanted} | {"type": type} for pairs in told]


@lru_cache(TYPES_KEPT)
def page(kind: type[Record]) -> type[msgspec.Struct]:
    """Return a page of a list."""
    fields: list[Any] = [("items", list[item(kind)]), ("next", str | None), ("expanded", Expanded, msgspec.UNSET)]  # type: ignore[misc]  # made at run time
    return _struct(camel(kind.record_type, "page"), fields, kind, f"A page of a list of records of type {kind.record_type}.")


@lru_cache(TYPES_KEPT)
def row(part: type[Part]) -> type[msgspec.Struct]:
    """Return a row of a part."""
    fields = [(key.rstrip("_"), hint) for key, hint in _hints(part).items() if key not in ("tenant_id", part.pointer)]
    return _struct(camel(part.part_of, part.part_name), fields, part, part.__doc__)


@lru_cache(TYPES_KEPT)
def body(action: Action) -> type[msgspec.Struct]:
    """Return the type of an act's body: the action's input, and beside it for whom it is entered, where that is another."""
    if ENTERED_FOR in (field.encode_name for field in msgspec.structs.fields(action.input)):
        raise TypeError(f"{action.id}: no input may be called {ENTERED_FOR}, which stands beside the input in the API")
    beside: list[Any] = [(ENTERED_FOR, EnteredFor | None, None)]
    own = action.input
    said = {"__doc__": action.function.__doc__}
    return settled(msgspec.defstruct(own.__name__, beside, bases=(own,), kw_only=True, module=own.__module__, namespace=said))


def _values(kind: type[Record]) -> list[Any]:
    hints = {key.rstrip("_"): hint for key, hint in _hints(kind).items()}
    return [(name, hints[name]) for name in columns_of(kind)]


def _hints(table: type[Any]) -> dict[str, Any]:
    """Return the Python types of a table's shown columns, by attribute."""
    hints = get_type_hints(table)
    types = {}
    for name, column in (table.stored() if issubclass(table, Record) else stored(table)).items():
        if column.info.get("hidden"):
            continue
        hint = column.info.get("hint") or hints.get(name)
        mapped = get_args(hint) if getattr(hint, "__origin__", None) is Mapped else ()
        types[name] = mapped[0] if mapped else column.info.get("hint") or column.type.python_type
    return types


def _struct(name: str, fields: list[Any], of: type[Any], said: str | None) -> type[msgspec.Struct]:
    safe: list[Any] = [(f"{key}_" if key in _WORDS else key, *hint) for key, *hint in fields]
    rename, told = {f"{key}_": key for key in _WORDS}, {"__doc__": said}
    return settled(msgspec.defstruct(name, safe, frozen=True, gc=False, module=of.__module__, rename=rename, namespace=told))


_WORDS = frozenset({"from", "in", "is", "as", "class", "return", "with", "for", "not", "or", "and", "if"})
