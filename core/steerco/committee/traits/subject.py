"""The subject of a record: a field of work that the charter puts into somebody's portfolio.

A record type takes it by ``class Task(Subjected, type=…)``, with an input field of type ``Subject`` in the act that makes it. A
policy line then names a portfolio (``in=<portfolio>``), or the field of whoever made the record (``in=own-field``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Mapped

from steerco.charter.model import Charter
from steerco.records import Facet, Parties, Record

OWN_FIELD = "own-field"
"""The subject lies in a portfolio that the agency of whoever made the record leads."""
NOT_STATED_FIELD = "not-stated"
"""The charter states no field for the agency of whoever made the record: a subject can be compared with nothing."""
NO_FIELD = "no-field"
"""The record has no subject."""


class InField(Facet):
    """In whose field of work a record lies: each portfolio with its subject, and how that fits the maker's own field."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        subject = given.get(self.field) or getattr(record, self.field, None)
        if not subject:
            return [frozenset({f"{self.name}={NO_FIELD}"})]
        fields, own = parties.portfolios(subject), parties.own_field(record.author_as)
        values = {*fields, *([OWN_FIELD] if own & fields else [] if own else [NOT_STATED_FIELD])}
        return [frozenset(f"{self.name}={value}" for value in values)]


class Subjected(Record):
    """Record types whose records may have a ``subject``: a subject of the charter's portfolios, or a portfolio as a whole."""

    __abstract__ = True
    subject: Mapped[str | None]

    in_ = InField("in", "subject", values=(OWN_FIELD, NOT_STATED_FIELD, NO_FIELD), bounds=True)

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the charter's subjects, for a field that takes one."""
        return charter.subjects() if field in ("subject", "subjects") else super().choices(action, field, charter)
