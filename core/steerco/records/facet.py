"""Facets: the aims of an act, as finite values that a policy line can name (``to=member``, ``class=day-to-day``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from steerco.records.day_view import Parties

Of = Literal["party", "sort", "act", "value"]


@dataclass(frozen=True)
class Facet:
    """One facet of a type's acts, read from the input field ``field`` or, where the input has none, from the record's.

    ``of`` says how: ``party`` (the roles, body or sort of the party named there), ``sort`` (agency, body or person), ``act`` (an
    action by its id) or ``value`` (the value itself). ``values`` are the values beside those that the charter's parties give;
    ``default`` is the value where the field is empty; ``fallback`` another field to read then. ``bounds``: it bounds a power to a
    field of work, so that whoever is refused outside theirs is told the clause that sets the bound.
    """

    name: str
    field: str
    of: Of = "value"
    values: tuple[str, ...] = ()
    default: str = ""
    fallback: str = ""
    bounds: bool = False

    @property
    def chosen(self) -> bool:
        """Whether the actor chooses the value (an addressee, a partner) rather than the record (its class, its source)."""
        return self.of in ("party", "act")

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        """Return the sets of facets that a decision must allow, one for each element if the field is a list."""
        value = given.get(self.field) or getattr(record, self.field, None)
        if not value and self.fallback:
            value = given.get(self.fallback) or getattr(record, self.fallback, None)
        elements = value if isinstance(value, list | tuple) else [value] if value else []
        if not elements:
            return [frozenset({f"{self.name}={self.default}"}) if self.default else frozenset()]
        return [frozenset(f"{self.name}={aim}" for aim in self._values(str(element), parties)) for element in elements]

    def _values(self, element: str, parties: Parties) -> frozenset[str]:
        if self.of == "party":
            return parties.aims(element)
        return frozenset({parties.sort(element) if self.of == "sort" else element})
