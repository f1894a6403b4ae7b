"""Entries of registers: the one table of all record types that agencies declare for themselves (``register``).

A declared type is a value of one tenant's snapshot: a subclass of ``DeclaredEntry`` that is not mapped. It says what a row means
under that revision, so the table needs no migration, and no other tenant sees it. The declared values lie in three columns; the
first party, day, choice and reference lie in columns of their own beside, along which lists run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.engine import result_tuple
from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do, Listed, Part, Record, hidden, party, written

R = TypeVar("R", bound="DeclaredEntry")
CONTENT = ("texts", "parties_named", "further")
"""The columns with the declared values, by name of the field."""
FILED = {"party": "filed_party", "day": "filed_day", "choice": "filed_choice", "ref": "filed_ref"}
"""Per sort of field the column for the first one that a type declares."""


class DeclaredEntry(Record, type="entry", states="", prefix="E"):
    """One entry of some register (``register``); which fields it has, its declaration says."""

    apart = "register"
    listed_by = (("filed_party",), ("filed_party", "filed_day"), ("filed_day",), ("filed_choice",), ("filed_ref",))
    declared: ClassVar[Mapping[str, str]]
    """Of a declared type: its fields with the sort of each."""

    register: Mapped[str] = mapped_column(info={"apart": True, "hidden": True})
    filed_party: Mapped[str | None] = hidden()
    filed_day: Mapped[date | None]
    filed_choice: Mapped[str | None] = hidden()
    filed_ref: Mapped[str | None] = hidden()
    texts: Mapped[dict[str, str]] = written()
    parties_named: Mapped[dict[str, list[str]]] = party()
    further: Mapped[dict[str, Any]]

    @classmethod
    def as_own(cls: type[R], row: Any) -> R:
        row.__class__ = cls
        return row  # type: ignore[no-any-return]

    def __new__(cls, *_: Any, **__: Any) -> DeclaredEntry:
        if "__mapper__" in vars(cls):
            return super().__new__(cls)
        return cls.as_own(DeclaredEntry(register=cls.record_type, texts={}, parties_named={}, further={}))

    @classmethod
    def names(cls, field: str, party: str) -> ColumnElement[bool]:
        if field not in cls.declared:
            return super().names(field, party)
        return Listed("entry.parties", cls.record_type, field).sql(cls.table, frozenset({party}))

    @property
    def type_name(self) -> str:
        return self.register

    def list_parties(self, do: Do) -> None:
        """List the parties that it names anew, so that relations find it by them."""
        do.drop(do.parts(self, EntryParty))
        for field, named in sorted(self.parties_named.items()):
            for who in dict.fromkeys(named):
                do.add(self, EntryParty(register=self.register, field=field, who=who))


class EntryParty(Part, of="entry", name="parties"):
    """A party that a field of an entry names."""

    listed_by = (("register", "field", "who"),)
    entry: Mapped[str]
    register: Mapped[str]
    field: Mapped[str]
    who: Mapped[str] = party()


class DeclaredValue:
    """One declared field as an attribute of its entries: a descriptor over the three columns."""

    def __init__(self, name: str, sort: str, filed: str = "") -> None:
        self.name, self.sort, self.filed = name, sort, filed

    def __get__(self, entry: DeclaredEntry | None, owner: Any = None) -> Any:
        return self if entry is None else self.read(entry.texts, entry.parties_named, entry.further)

    def read(self, texts: Mapping[str, str], parties: Mapping[str, list[str]], further: Mapping[str, Any]) -> Any:
        """Return the value out of the columns' contents; None where there is none, of several parties an empty list."""
        match self.sort:
            case "line" | "text":
                return (texts or {}).get(self.name)
            case "parties":
                return list((parties or {}).get(self.name, []))
            case "party":
                return next(iter((parties or {}).get(self.name, [])), None)
            case "day":
                day = (further or {}).get(self.name)
                return date.fromisoformat(day) if day else None
        return (further or {}).get(self.name)

    def __set__(self, entry: DeclaredEntry, value: Any) -> None:
        column = "texts" if self.sort in ("line", "text") else "parties_named" if self.sort in FILED_PARTIES else "further"
        kept: Any = value.isoformat() if isinstance(value, date) else value
        if column == "parties_named":
            kept = list(value) if isinstance(value, list | tuple) else [value] if value else []
        others = {name: each for name, each in (getattr(entry, column) or {}).items() if name != self.name}
        setattr(entry, column, others if kept in (None, []) else {**others, self.name: kept})
        if self.filed:
            setattr(entry, self.filed, value)


FILED_PARTIES = ("party", "parties")


def columns_for(type: type[DeclaredEntry], wanted: Sequence[str]) -> list[str]:
    """Return the columns of the table out of which ``unpacked`` makes the wanted values of a list."""
    plain = [name for name in wanted if name not in type.declared]
    return [*plain, *(CONTENT if len(plain) < len(wanted) else ())]


def unpacked(type: type[DeclaredEntry], wanted: Sequence[str], rows: Sequence[Any]) -> list[Any]:
    """Return the rows of a list with their declared values: the wanted ones, in order."""
    row_of = result_tuple([*wanted])
    readers = [(name, vars(type).get(name)) for name in wanted]
    found = []
    for row in rows:
        had = row._mapping
        content = [had[name] for name in CONTENT] if CONTENT[0] in had else []
        found.append(row_of([value.read(*content) if isinstance(value, DeclaredValue) else had[name] for name, value in readers]))
    return found
