"""The types of an action's inputs: parties, references to records, texts, personal data, files."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from steerco.config.characters import code_of, intruder, kind_of
from steerco.records.reason import Reason, reason

Party = Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"party": True})]
"""An input that names an agency, body, seat, role with one holder, office or person."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, extra={"text": "lines"})]
"""A passage of text that people write, of several lines."""
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500, extra={"text": "line"})]
"""One line of text: a title, a place, a reason."""
Subject = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60, extra={"subject": True})]
"""A field of work: a subject of the charter's portfolios, or a portfolio as a whole."""
Personal = Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"personal": True, "text": "line"})]
"""Personal data: the log keeps a reference to it, so that it can be erased while the log stands."""


def party_of(*sorts: str) -> Any:
    """Return the type of an input that names a party of these sorts (``agency``, ``body``, ``seat``, ``office``, ``person``)."""
    return Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"party": True, "sorts": sorts})]


def ref_to(*types: str, states: Mapping[str, str] | None = None) -> Any:
    """Return the type of an input that names a record of one of these types, by id or by the reference that people see.

    ``states``: per type those (space-separated) of the records that are offered to choose from; others are not, and the action
    itself says why they do not fit.
    """
    offered = {type: tuple(named.split()) for type, named in (states or {}).items()}
    return Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"refers": " ".join(types), "states": offered})]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A submitted file: its name, and its content as text, as base64, or over the API as an ``upload``: the id of one that is
    whole, or the name of a part of the same request."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"text": "line"})]
    text: str = ""
    base64: str = ""
    upload: Annotated[str, msgspec.Meta(extra={"upload": True})] = ""

    def content(self) -> bytes:
        """Return the bytes of the file. Raises ``ValueError`` for invalid base64."""
        return b64decode(self.base64, validate=True) if self.base64 else self.text.encode()

    def wrong(self) -> Reason | None:
        """Return the reason against storing the file, or None."""
        if character := intruder(self.name):
            return reason(f"name-holds-{kind_of(character)}", character=code_of(character))
        if self.upload:  # the API puts its content in its place
            return reason("upload-elsewhere", name=self.name)
        try:
            return None if self.content() else reason("file-empty", name=self.name)
        except ValueError:
            return reason("file-not-base64", name=self.name)
