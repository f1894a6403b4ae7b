"""What a record type is: its table, its states, its relations and its actions, declared once.

``Record`` is the base of everything that the program keeps for a committee, ``Part`` of the rows that belong to one record
(an attendance, a paper). This module declares no type itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, MappedColumn, class_mapper, mapped_column

from steerco.records.action import NEW, Action, Check
from steerco.records.do import Do
from steerco.records.facet import Facet
from steerco.records.relation import Held, Relation, type_registry
from steerco.store.base import Base, Owned

P = ParamSpec("P")
R = TypeVar("R", bound="Record")


ABOUT = "about"
"""Under this name a column's ``info`` tells whose personal data it holds."""


def refers(type: str) -> MappedColumn[Any]:
    """A field that holds the id of another record of the same tenant; the database holds it to that."""
    return mapped_column(info={"refers": type})


def party() -> MappedColumn[Any]:
    """A field that holds a party: an agency, body, seat, office or person of the tenant."""
    return mapped_column(info={"party": True})


def hidden() -> MappedColumn[Any]:
    """A field that API and pages never show (it serves search or computation)."""
    return mapped_column(info={"hidden": True})


def about(who: str) -> MappedColumn[Any]:
    """A field that holds personal data of the person whose id stands in the field ``who`` of the same row: it is erased with the
    person's other data. Inputs bring it as ``Personal``, so that the log only refers to it.
    """
    return mapped_column(info={ABOUT: who})


def erasable(table: type[Any]) -> dict[str, str]:
    """Per field of a mapped class that holds personal data of somebody (``about``) the field that names the person."""
    return {name: column.info[ABOUT] for name, column in class_mapper(table).columns.items() if ABOUT in column.info}


def _points(field: str, table: str) -> ForeignKeyConstraint:
    """A foreign key within the tenant; held at commit, since an action may add a part before its record is written."""
    return ForeignKeyConstraint(
        ["tenant_id", field], [f"{table}.tenant_id", f"{table}.id"], deferrable=True, initially="DEFERRED"
    )


def _table_args(
    table: str, namespace: dict[str, Any], relations: Iterable[Relation], unique: Iterable[str], along: str = "id"
) -> tuple[Any, ...]:
    """Foreign keys of ``refers`` fields and the indexes that the relations' lists run along, in the order of ``along``."""
    args: list[Any] = []
    indexed = {field for relation in relations for owner, field in relation.expression.indexes() if owner == ""}
    for name, column in namespace.items():
        info = column.column.info if isinstance(column, MappedColumn) else {}
        if target := info.get("refers"):
            args.append(_points(name, target.replace("-", "_")))
            indexed.add(name)
    args += [Index(None, "tenant_id", field, "id" if field == along else along) for field in sorted(indexed - {"id"})]
    args += [Index(None, "tenant_id", field, unique=True) for field in unique]
    return tuple(args)


class Part(Owned, Base):
    """Rows that belong to one record, kept in a table of their own and shown inside it.

    Subclass keywords: ``of`` the record type, ``name`` the part's name in it; the field ``<of>`` points to the record.
    """

    __abstract__ = True
    part_of: ClassVar[str]
    part_name: ClassVar[str]
    pointer: ClassVar[str]

    def __init_subclass__(cls, *, of: str, name: str, relations: tuple[Relation, ...] = ()) -> None:
        cls.part_of, cls.part_name, cls.pointer = of, name, of.replace("-", "_")
        cls.__tablename__ = f"{of}_{name}".replace("-", "_")
        indexes = tuple(Relation(field, Held(field)) for field in (cls.pointer, *getattr(cls, "index_on", ())))
        parent = _points(cls.pointer, cls.pointer)
        cls.__table_args__ = (
            *_table_args(cls.__tablename__, dict(vars(cls)), (*relations, *indexes), (), cls.pointer),
            parent,
        )
        type_registry[f"{of}.{name}"] = cls
        super().__init_subclass__()


class Record(Owned, Base):
    """One thing that a committee keeps. Subclass keywords: ``type`` (kebab-case), ``states`` and ``kinds`` (space-separated),
    ``prefix`` (of the reference that people see).

    ``body`` is the body whose work it is, ``author`` the person who made it, ``author_as`` the seat in or for which that was: an
    office's work follows the office. ``version`` counts its changes.
    """

    __abstract__ = True
    record_type: ClassVar[str]
    states: ClassVar[tuple[str, ...]]
    kinds: ClassVar[tuple[str, ...]]
    prefix: ClassVar[str]
    actions: ClassVar[dict[str, Action]]
    relations: ClassVar[dict[str, Relation]]
    facets: ClassVar[dict[str, Facet]]
    checks: ClassVar[dict[str, Check]]
    plugin: ClassVar[str] = ""
    platform_acts: ClassVar[set[str]]
    """The actions that only the program does: no policy line can name them."""
    directory: ClassVar[bool] = False
    """Whether who is who depends on it: a change makes the tenant's directory be read again."""

    listed_by: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Columns along which lists of many records run in order: the last one gives the order, those before it are held equal."""

    ref: Mapped[str] = mapped_column(sort_order=-90)
    body: Mapped[str] = mapped_column(sort_order=-89)
    state: Mapped[str] = mapped_column(sort_order=-88)
    version: Mapped[int] = mapped_column(sort_order=-87, default=1)
    author: Mapped[str] = mapped_column(sort_order=-86)
    author_as: Mapped[str] = mapped_column(sort_order=-86, info={"hidden": True})
    created_at: Mapped[datetime] = mapped_column(sort_order=-85)
    changed_at: Mapped[datetime] = mapped_column(sort_order=-84)

    def __init_subclass__(cls, *, type: str, states: str, kinds: str = "", prefix: str = "") -> None:
        cls.record_type, cls.states, cls.kinds = type, tuple(states.split()), tuple(kinds.split())
        cls.prefix = prefix or type[0].upper()
        found = {value.name: value for value in vars(cls).values() if isinstance(value, Relation)}
        cls.relations = {"author": Relation("author", Held("author_as")), **found}
        cls.facets = {value.name: value for value in vars(cls).values() if isinstance(value, Facet)}
        cls.actions, cls.checks, cls.platform_acts = {}, {}, set()
        cls.__tablename__ = type.replace("-", "_")
        args = _table_args(cls.__tablename__, dict(vars(cls)), cls.relations.values(), ("ref",))
        along = [("body",), ("state",), *cls.listed_by]
        cls.__table_args__ = (*args, *(Index(None, "tenant_id", *columns, "id") for columns in along))
        cls.__mapper_args__ = {"version_id_col": Record.version, "version_id_generator": False}
        type_registry[type] = cls
        super().__init_subclass__()

    @classmethod
    def action(
        cls: type[R], *states: str, to: str | None = None, name: str = "", platform: bool = False
    ) -> Callable[[Callable[Concatenate[Do, R, P], None]], Callable[Concatenate[Do, R, P], None]]:
        """Declare an action of this type: a plain function whose keyword-only parameters are its input.

        ``states`` are those from which it may be done (``"new"`` or none: it makes a record), ``to`` the state that it leaves
        (none: unchanged). A parameter that would be a Python keyword ends in an underscore, which its name in input drops.
        ``platform``: only the program does it.
        """

        def declare(function: Callable[Concatenate[Do, R, P], None]) -> Callable[Concatenate[Do, R, P], None]:
            unknown = {*states, *((to,) if to else ())} - {NEW, *cls.states}
            if unknown:
                raise TypeError(f"{cls.record_type}: no such state: {', '.join(sorted(unknown))}")
            called = name or function.__name__.rstrip("_").replace("_", "-")
            cls.actions[called] = Action(cls, called, function, states or (NEW,), to)
            if platform:
                cls.platform_acts.add(called)
            return function

        return declare

    @classmethod
    def acts(cls) -> dict[str, Action]:
        """The actions that people do: all but those of the program."""
        return {name: action for name, action in cls.actions.items() if name not in cls.platform_acts}

    @classmethod
    def check(cls: type[R], name: str) -> Callable[[Callable[[Do, R], bool]], Callable[[Do, R], bool]]:
        """Declare a requirement that a charter's ``[[procedure]]`` may ask of this type's actions by name.

        The function is given the record before the action and answers whether the requirement is met.
        """

        def declare(function: Callable[[Do, R], bool]) -> Callable[[Do, R], bool]:
            cls.checks[name] = function
            return function

        return declare

    @classmethod
    def parts(cls) -> dict[str, type[Part]]:
        """The tables of rows that belong to records of this type, by the name under which a record shows them."""
        mark = f"{cls.record_type}."
        return {key.removeprefix(mark): table for key, table in type_registry.items() if key.startswith(mark)}

    @classmethod
    def columns(cls) -> list[str]:
        """The names of its stored values, as attributes."""
        return class_mapper(cls).column_attrs.keys()

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """The fields that hold personal data of somebody (``about``), as attributes."""
        return frozenset(erasable(cls))

    @classmethod
    def party_fields(cls) -> tuple[str, ...]:
        """The fields that hold a party, by the names that inputs use."""
        return tuple(name.rstrip("_") for name, column in class_mapper(cls).columns.items() if column.info.get("party"))

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Called on a record that is about to be made, before the act is judged; ``named`` are the records that the input refers
        to and the actor may see, by field."""

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """What follows from the record's values (parts among ``fields``) on a day and is never stored; by default nothing."""
        return {}

    @property
    def object(self) -> str:
        """What policy lines call it: the type, with its kind where the type has kinds."""
        kind = getattr(self, "kind", None)
        return f"{self.record_type}.{kind}" if self.kinds and kind else self.record_type
