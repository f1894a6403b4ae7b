"""The differences between two versions of a charter, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from steerco.charter.all_rules import name_of
from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Due, Label, PartialDate

_SKIPPED = ("source", "id")


class CharterChange(Struct, frozen=True):
    """One difference: a row added, removed or changed. ``cite``: the citations of the newer row (the older, if removed)."""

    what: Literal["added", "removed", "changed"]
    table: str
    name: str
    text: str
    cite: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.table} '{self.name}' {self.what}: {self.text}" if self.text else f"{self.table} '{self.name}' {self.what}"


def diff(old: Charter, new: Charter) -> list[CharterChange]:
    """Return the differences between two versions, table by table: what is gone, what changed, what is new."""
    changes = [*_instrument(old, new)]
    if old.policy != new.policy:
        changes.append(CharterChange("changed", "policy", new.policy, _words("file", old.policy, new.policy)))
    for table, field in TABLES.items():
        changes += _table(table, getattr(old, field), getattr(new, field))
    return changes


def _instrument(old: Charter, new: Charter) -> list[CharterChange]:
    texts = _changed(old.instrument, new.instrument)
    if old.instrument.id != new.instrument.id:
        texts.insert(0, _words("number", old.instrument.id, new.instrument.id))
    return [CharterChange("changed", "instrument", new.instrument.id, "; ".join(texts), new.instrument.cite)] if texts else []


def _table(table: str, before: Sequence[Any], after: Sequence[Any]) -> list[CharterChange]:
    old, new = {_name(r): r for r in before}, {_name(r): r for r in after}
    changes = [CharterChange("removed", table, name, _label(row), _cite(row)) for name, row in old.items() if name not in new]
    for name, row in new.items():
        if name not in old:
            changes.append(CharterChange("added", table, name, _label(row), _cite(row)))
        elif texts := _changed(old[name], row):
            changes.append(CharterChange("changed", table, name, "; ".join(texts), _cite(row)))
    return changes


def _changed(old: Struct, new: Struct) -> list[str]:
    fields = [f for f in new.__struct_fields__ if f not in _SKIPPED]
    return [_words(f, getattr(old, f), getattr(new, f)) for f in fields if getattr(old, f) != getattr(new, f)]


def _words(field: str, old: Any, new: Any) -> str:
    name = field.replace("_", " ")
    if field == "text":
        return "wording changed"
    if _said(old) == "nothing":
        return f"{name} set to {_said(new)}"
    if _said(new) == "nothing":
        return f"{name} no longer set (was {_said(old)})"
    return f"{name} changed from {_said(old)} to {_said(new)}"


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "" | () | Label(vi="", en=""):
            return "nothing"
        case Due():
            return _due(value)
        case Label() | PartialDate() | date():
            return f"'{value}'"
        case dict():
            return ", ".join(f"{k} = {v}" for k, v in sorted(value.items())) or "nothing"
        case tuple():
            return ", ".join(_name(v) if isinstance(v, Struct) else str(v) for v in value)
    return str(value)


def _due(due: Due) -> str:
    if due.days is None:
        return f"the day in {due.field}" if due.field else "nothing"
    days = f"{due.days} {due.unit} days {'before' if due.before else 'after'}"
    return f"{days} {due.field}" if due.field else days


def _name(row: Any) -> str:
    for key in ("id", "number"):
        if name := getattr(row, key, ""):
            return str(name)
    return name_of(row)


def _label(row: Any) -> str:
    return str(getattr(row, "label", "") or getattr(row, "heading", "") or "")


def _cite(row: Any) -> tuple[str, ...]:
    return getattr(row, "cite", ())
