"""What an action is: a function over one record, with its input type made from the function's keyword-only parameters."""

from __future__ import annotations

import inspect
from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec

from steerco.records.marked import marks_of
from steerco.records.reason import Reason, reason

if TYPE_CHECKING:
    from steerco.records.do import Do
    from steerco.records.record import Record

NEW = "new"
"""The pseudo-state from which an action makes a record."""

Check = Callable[["Do", Any], bool]

Party = Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"party": True})]
"""An input that names an agency, body, seat, role with one holder, office or person."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
"""A passage of text that people write."""
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
"""One line of text: a title, a reason."""
Personal = Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"personal": True})]
"""Personal data: the log keeps a reference to it, so that it can be erased while the log stands."""


def party_of(*sorts: str) -> Any:
    """The type of an input that names a party of one of these sorts (``agency``, ``body``, ``seat``, ``office``, ``person``)."""
    return Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"party": True, "sorts": sorts})]


def ref_to(*types: str) -> Any:
    """The type of an input that names a record of one of these types, by id or by the reference that people see."""
    return Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"refers": " ".join(types)})]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it is handed in: its name, and its content as text or as base64."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    text: str = ""
    base64: str = ""

    def content(self) -> bytes:
        """What is in it. Raises ``ValueError`` where ``base64`` is none."""
        return b64decode(self.base64, validate=True) if self.base64 else self.text.encode()

    def wrong(self) -> Reason | None:
        """What keeps it from being stored, if anything does."""
        try:
            return None if self.content() else reason("file-empty", name=self.name)
        except ValueError:
            return reason("file-not-base64", name=self.name)


class Action:
    """One action of a record type.

    ``states`` are the states from which it may be done, ``to`` the state that it leaves behind (None: unchanged).
    """

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
    def input(self) -> type[msgspec.Struct]:
        """The Struct of this action's input, made once every module is loaded."""
        hints = get_type_hints(self.function, include_extras=True)
        fields: list[Any] = []
        for parameter in inspect.signature(self.function).parameters.values():
            if parameter.kind is not parameter.KEYWORD_ONLY:
                continue
            hint = hints[parameter.name]
            if parameter.default is parameter.empty:
                fields.append((parameter.name, hint))
            else:
                fields.append((parameter.name, hint, parameter.default))
        camel = "".join(word.capitalize() for word in self.id.replace(".", "-").split("-"))
        names = {field[0]: field[0].rstrip("_") for field in fields}
        return msgspec.defstruct(
            camel,
            fields,
            kw_only=True,
            frozen=True,
            forbid_unknown_fields=True,
            rename=names,
            module=self.function.__module__,
        )

    @cached_property
    def marks(self) -> Mapping[str, Mapping[str, Any]]:
        """Per input field what its annotation says beyond its type (``party``, ``refers``, ``personal``)."""
        found: dict[str, Mapping[str, Any]] = {}
        for field in msgspec.structs.fields(self.input):
            if marks := marks_of(msgspec.inspect.type_info(field.type)):
                found[field.name] = marks
        return found
