"""The part of a committee that the holder of a token sees: its records, and the charter of today in the committee's first
language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from steerco.extension.api import Charter, Fields, Label, NotFound, Request

RECORDS = {"person": "person", "membership": "appointment", "meeting": "meeting", "paper": "document"}
"""The record type that each kind of object is made of."""


class TokenView:
    """One reading of a committee in the name of a request's caller."""

    def __init__(self, request: Request) -> None:
        self.hands, self.by, self.tenant = request.hands, request.by, request.hands.tenant
        self.base = f"{self.tenant.settings['site']}/t/{self.tenant.slug}/x/steerco_oparl/oparl"

    def of(self, kind: str) -> Iterator[Fields]:
        """Return the records of which objects of a kind are made."""
        return self.hands.records(RECORDS[kind], by=self.by)

    def one(self, kind: str, id: str) -> Fields:
        """Return one of them. Raises ``NotFound`` where there is none, or the caller may not see it."""
        record = self.hands.record(RECORDS[kind], id, by=self.by)
        if record is None or record["id"] != id:
            raise NotFound(kind)
        return record

    @cached_property
    def charter(self) -> Charter:
        """The charter of today."""
        charter: Charter = self.hands.day().charter
        return charter

    def label(self, label: Label) -> str:
        """Return a label in the first language that has it."""
        return self.name({"vi": label.vi, "en": label.en})

    def name(self, names: Mapping[str, Any] | None) -> str:
        """Return a name in the first language that has it; empty where it was erased."""
        return next((str(names[each]) for each in (*self.tenant.languages, "vi", "en") if names and names.get(each)), "")

    @cached_property
    def places(self) -> dict[str, tuple[str, str, str]]:
        """The seats, and the roles without seats of their own, by name: label, role and body."""
        roles = {role.id: role for role in self.charter.roles}
        found = {role.id: (self.label(role.label), role.id, role.body) for role in self.charter.roles}
        for seat in self.charter.seats:
            role = roles.get(seat.role)
            label = self.label(seat.label) or (self.label(role.label) if role is not None else "") or seat.id
            found[seat.id] = (label, seat.role, role.body if role is not None else "")
        return found
