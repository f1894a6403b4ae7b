"""Record types: one declaration for a table, its states, its relations and its actions.

``Record`` is the base of everything that the program keeps for a committee; each function that ``Record.action`` declares becomes
an ``Action``. This module declares no type itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Concatenate, Literal, ParamSpec, TypeVar, get_type_hints

import msgspec
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.charter.model import Charter
from steerco.config.settled_types import settled
from steerco.records.day_view import DayView, Parties
from steerco.records.do import Do, Unmet
from steerco.records.facet import Facet
from steerco.records.inputs import Line
from steerco.records.kept import Kept
from steerco.records.marked import holding, marks_of
from steerco.records.part import Part, erasable, table_args
from steerco.records.relation import Held, Relation, type_registry
from steerco.store.base import Base, Owned

P = ParamSpec("P")
R = TypeVar("R", bound="Record")

SHORTEN = "shorten"
"""The input of an act under a clock that says why its time is shortened: a cause that the text knows, or a matter."""
NEW = "new"
"""The pseudo-state from which an action makes a record."""

Check = Callable[[Do, Any], bool | Unmet]
Confirm = Literal["", "none", "form", "check"]
"""How much is asked of a person before an act is done: one press, a form, a page to check; empty: as follows from the act."""


class Action:
    """One action of a record type.

    ``states`` are the states from which it may be done, ``to`` the state that it leaves behind (None: unchanged). ``awaited``
    are the states in which a record waits for it, where the declaration says so (None: it follows from the course of the record).
    """

    awaited: tuple[str, ...] | None = None
    confirm: Confirm = ""
    beside: bool = False
    """Whether it stands beside what others do to the record meanwhile: each acts for themselves and overwrites nothing."""
    clocked: bool = False
    """Whether a clock may run for it, so that its input may say why the time is shortened (``SHORTEN``)."""

    def __init__(self, record: type[Record], name: str, function: Callable[..., None], states: tuple[str, ...], to: str | None):
        self.record, self.name, self.function, self.states, self.to = record, name, function, states, to

    def __repr__(self) -> str:
        return f"<Action {self.id}>"

    @property
    def id(self) -> str:
        """``type.action``, its stable name."""
        return f"{self.record.record_type}.{self.name}"

    @property
    def creates(self) -> bool:
        return NEW in self.states

    @cached_property
    def needed_new(self) -> tuple[str, ...]:
        """The fields of the input that may be left out on a record that has them already, and not of one that is made."""
        if not self.creates or self.states == (NEW,):
            return ()
        optional = {f.name: f.encode_name for f in msgspec.structs.fields(self.input) if f.default is None}
        columns = self.record.stored()
        own = columns.keys() - Record.__annotations__.keys()
        return tuple(shown for name, shown in optional.items() if name in own and not columns[name].nullable)

    @cached_property
    def input(self) -> type[msgspec.Struct]:
        """The Struct of this action's input, made once every module is loaded."""
        hints = get_type_hints(self.function, include_extras=True)
        fields: list[Any] = []
        for parameter in inspect.signature(self.function).parameters.values():
            if parameter.kind is not parameter.KEYWORD_ONLY:
                continue
            hint = hints[parameter.name]
            if parameter.name == "kind" and self.record.kind_input is not None:
                hint = self.record.kind_input if parameter.default is parameter.empty else self.record.kind_input | None
            if parameter.default is parameter.empty:
                fields.append((parameter.name, hint))
            else:
                fields.append((parameter.name, hint, parameter.default))
        if self.clocked:
            fields.append((SHORTEN, Line | None, None))
        camel = "".join(word.capitalize() for word in self.id.replace(".", "-").split("-"))
        names = {field[0]: field[0].rstrip("_") for field in fields}
        return settled(
            msgspec.defstruct(
                camel,
                fields,
                kw_only=True,
                frozen=True,
                forbid_unknown_fields=True,
                rename=names,
                module=self.function.__module__,
            )
        )

    @cached_property
    def marks(self) -> Mapping[str, Mapping[str, Any]]:
        """Per input field what its annotation says beyond its type (``party``, ``refers``, ``personal``)."""
        marks_by_field: dict[str, Mapping[str, Any]] = {}
        for field in msgspec.structs.fields(self.input):
            if marks := marks_of(msgspec.inspect.type_info(field.type)):
                marks_by_field[field.name] = marks
        return marks_by_field


class Record(Kept, Owned, Base):
    """One thing that a committee keeps. Subclass keywords: ``type`` (kebab-case), ``states`` and ``kinds`` (space-separated),
    ``prefix`` (of the reference that people see). A subclass without a type, marked ``__abstract__``, is a base of several types:
    each gets its columns, relations and facets.

    ``body`` is the body whose work it is, ``author`` the person who made it, ``author_as`` the seat in or for which that was: an
    office's work follows the office. ``version`` counts its changes.
    """

    __abstract__ = True
    record_type: ClassVar[str]
    states: ClassVar[tuple[str, ...]]
    kinds: ClassVar[tuple[str, ...]]
    own_kinds: ClassVar[tuple[str, ...]] = ()
    """Those among ``kinds`` that a committee declares itself (``records.own_kinds``)."""
    kind_input: ClassVar[Any] = None
    """The type of the input that names a kind, where a committee declares further ones."""
    prefix: ClassVar[str]
    actions: ClassVar[dict[str, Action]]
    relations: ClassVar[dict[str, Relation]]
    facets: ClassVar[dict[str, Facet]]
    checks: ClassVar[dict[str, Check]]
    remedies: ClassVar[dict[str, str]]
    """Per check the action by which it comes to be met, where there is one."""
    plugin: ClassVar[str] = ""
    platform_acts: ClassVar[set[str]]
    """The actions that only the program does: no policy line can name them."""
    directory: ClassVar[bool] = False
    """Whether the tenant's directory depends on it: a change reloads the directory."""

    free_of: ClassVar[dict[str, Check]]
    """Per sort of clock (``charter.clock.WHAT``) what tells that an act on the record needs none."""
    ledger_fields: ClassVar[tuple[str, ...]] = ()
    """What its events say for the duty ledger beside its values (``Do.for_ledger``): a duty names them as it names fields."""
    ends_as: ClassVar[str] = ""
    """The state in which its records are once their last day is over, without an act (``committee.term``); empty: none."""

    discreet: ClassVar[frozenset[str]] = frozenset()
    """The acts whose input is told to nobody but who did them: it stands in records that fewer people see."""

    reserved: ClassVar[Mapping[str, str]] = {}
    """Fields that are for those who may read every record of that type in the same body: they sum up what such records say."""

    reserved_input: ClassVar[Mapping[str, str]] = {}
    """The same of what its acts were given for other records that they made: each of those is read by itself."""

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

    def __init_subclass__(cls, *, type: str = "", states: str = "", kinds: str = "", prefix: str = "") -> None:
        if not type:
            return super().__init_subclass__()
        cls.record_type, cls.states, cls.kinds = type, tuple(states.split()), tuple(kinds.split())
        cls.prefix = prefix or type[0].upper()
        declared = _declared(cls)
        relations = {value.name: value for value in declared.values() if isinstance(value, Relation)}
        cls.relations = {"author": Relation("author", Held("author_as")), **relations}
        cls.facets = {value.name: value for value in declared.values() if isinstance(value, Facet)}
        cls.actions, cls.checks, cls.remedies, cls.platform_acts, cls.free_of = {}, {}, {}, set(), {}
        cls.__tablename__ = type.replace("-", "_")
        cls.table, shared = cls, (cls.apart,) if cls.apart else ()
        args = table_args(cls.__tablename__, declared, () if shared else cls.relations.values(), ("ref",))
        along = [
            shared + columns for columns in [("body",), ("state",), *cls.listed_by, *([("author_as",), ()] if shared else [])]
        ]
        cls.__table_args__ = (*args, *(Index(None, "tenant_id", *columns, "id") for columns in along))
        cls.__mapper_args__ = {"version_id_col": Record.version, "version_id_generator": False}
        type_registry[type] = cls
        return super().__init_subclass__()

    @classmethod
    def action(
        cls: type[R],
        *states: str,
        to: str | None = None,
        name: str = "",
        platform: bool = False,
        awaited: str | None = None,
        confirm: Confirm = "",
        beside: bool = False,
        clocked: bool = False,
    ) -> Callable[[Callable[Concatenate[Do, R, P], None]], Callable[Concatenate[Do, R, P], None]]:
        """Declare an action of this type: a plain function whose keyword-only parameters are its input.

        ``states`` are those from which it may be done (``"new"`` or none: it makes a record), ``to`` the state that it leaves
        (none: unchanged). A parameter that would be a Python keyword ends in an underscore, which its name in input drops.
        ``platform``: only the program does it. ``awaited``: the states (with spaces between them) in which a record waits for
        whoever may do it; left out, that follows from the course of the record (``kernel.awaiting``). ``confirm``: how much a
        page asks before it is done, where that is not what follows from the act itself. ``beside``: that others
        changed the record since it was read does not stand against it. ``clocked``: a clock may run for it.
        """

        def declare(function: Callable[Concatenate[Do, R, P], None]) -> Callable[Concatenate[Do, R, P], None]:
            unknown = {*states, *((to,) if to else ())} - {NEW, *cls.states}
            if unknown:
                raise TypeError(f"{cls.record_type}: no such state: {', '.join(sorted(unknown))}")
            called = name or function.__name__.rstrip("_").replace("_", "-")
            cls.actions[called] = Action(cls, called, function, states or (NEW,), to)
            cls.actions[called].awaited = None if awaited is None else tuple(awaited.split())
            cls.actions[called].confirm = confirm
            cls.actions[called].beside = beside
            cls.actions[called].clocked = clocked
            if platform:
                cls.platform_acts.add(called)
            return function

        return declare

    @classmethod
    def acts(cls) -> dict[str, Action]:
        """Return the actions that people do: all but those of the program."""
        return {name: action for name, action in cls.actions.items() if name not in cls.platform_acts}

    @classmethod
    def check(
        cls: type[R], name: str, *, met_by: str = ""
    ) -> Callable[[Callable[[Do, R], bool | Unmet]], Callable[[Do, R], bool | Unmet]]:
        """Declare a requirement that a charter's ``[[procedure]]`` may ask of this type's actions by name.

        The function is given the record before the action and answers whether the requirement is met, or ``Unmet``: by which
        clauses it is not, where others decide than those that ask for it. ``met_by`` is the action (``type.action``) by which it
        comes to be met.
        """

        def declare(function: Callable[[Do, R], bool | Unmet]) -> Callable[[Do, R], bool | Unmet]:
            cls.checks[name] = function
            if met_by:
                cls.remedies[name] = met_by
            return function

        return declare

    @classmethod
    def parts(cls) -> dict[str, type[Part]]:
        """Return the tables of rows that belong to records of this type, by the name under which a record shows them."""
        mark = f"{cls.record_type}."
        return {key.removeprefix(mark): table for key, table in type_registry.items() if key.startswith(mark)}

    @classmethod
    def columns(cls) -> list[str]:
        """Return the names of its stored values, as attributes."""
        return list(cls.stored())

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Return the fields that hold personal data of somebody (``about``), as attributes."""
        return frozenset(erasable(cls))

    @classmethod
    def unlogged_fields(cls) -> frozenset[str]:
        """Return the fields, as attributes, whose values no event tells: what is personal in itself or in an input."""
        return cls.personal_fields().union(*(holding(each.input, "personal") for each in cls.actions.values()))

    @classmethod
    def party_fields(cls) -> tuple[str, ...]:
        """Return the fields that hold a party, by the names that inputs use."""
        return tuple(name.rstrip("_") for name, column in cls.stored().items() if column.info.get("party"))

    def governed(self, texts: Sequence[Charter], parties: Parties) -> None:
        """Take over what the texts in force, the charter first, say of a new record, before the act that makes it is judged."""

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Prepare a new record before the act is judged. ``named`` holds the visible records in the input, by field."""

    @staticmethod
    def withholds(given: Mapping[str, Any], layers: Collection[Charter]) -> bool:
        """Return whether the content of the files in an input is not to be stored under these layers: asked before it is."""
        return False

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the values that a text field of an action's input lets choose; none where whoever acts writes freely."""
        return ()

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the input with which a form of an action on this record begins: what is to be changed, as it stands.

        ``content`` is the record with its parts, as the reader may see it (``kernel.view``).
        """
        return {}

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """Return whether it still waits for this act of a person (``keys``: everything that the person is); asked where its
        state says so. Overridden where several persons answer, each for themselves."""
        return True

    def standing(self, today: date) -> str:
        """Return its state on a day: the one on record, or the end that came by itself when its last day was over."""
        over = getattr(self, "over_on", None) if self.ends_as else None
        return self.ends_as if over is not None and over <= today else self.state

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """Return the values that follow from the record (``fields``, with its parts) on a day and are never stored."""
        return {}

    def told_to(self, act: str, today: date) -> Literal["readers", "doer", "nobody"]:
        """Return to whom the input of an act on it is told on a day."""
        return "doer" if act in self.discreet else "readers"

    def confided(self, keys: frozenset[str]) -> Mapping[str, Any]:
        """Return the values of hidden columns that some of its readers are shown, by what the reader is (``keys``)."""
        return {}

    def closed_to(self, content: Mapping[str, Any], reader: str, reading: DayView) -> Mapping[str, Any]:
        """Return what stands in place of those values and parts that a person may not see, although the person sees the record.
        ``content`` is the record with its parts (``kernel.view``)."""
        return {}

    def barred(self, act: str, texts: Sequence[Charter]) -> tuple[str, ...] | None:
        """Return the clauses that bar an act whoever does it; ``()`` where no text states that there is such an act, None where
        nothing bars it. ``texts`` are those in force, the charter first."""
        return None

    @classmethod
    def by_word(cls, act: str, texts: Sequence[Charter], bodies: Collection[str]) -> bool:
        """Return whether a text has an act of members of these bodies done by word of mouth: whoever enters it for one has a note
        of it and no signed paper."""
        return False

    @property
    def object(self) -> str:
        """The object in policy lines: the type, with its kind if the type has kinds."""
        kind = getattr(self, "kind", None)
        return f"{self.record_type}.{kind}" if self.kinds and kind else self.record_type


def _declared(kind: type[Record]) -> dict[str, Any]:
    """Return what a record type and its bases below ``Record`` declare, by name; what stands nearer to the type goes before."""
    bases = (base for base in reversed(kind.__mro__) if base is not Record and issubclass(base, Record))
    return {name: value for base in bases for name, value in vars(base).items()}
