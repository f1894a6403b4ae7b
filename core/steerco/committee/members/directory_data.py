"""The data of a tenant's directory: its people and agencies, with their appointments, absences and delegations, for all days.

Frozen values without a database session, so that a test writes a directory down in a few lines. ``directory.load`` reads them;
``naming`` and ``tenure`` interpret them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from steerco.store.tenant_status import Standing


@dataclass(frozen=True, slots=True)
class Holding:
    """One appointment (``id``) of a person to a seat or an office, tied to an agency, from its first to its last day.

    ``term_to`` is the last day of its term, ``confirmed`` the days on which it was confirmed,
    ``acknowledged`` the day on which the holder confirmed what a new member confirms, ``disclosed`` the days on which the holder
    disclosed ``interests``.
    """

    person: str
    seat: str
    office: str
    agency: str
    first: date
    last: date | None
    id: str = ""
    term_to: date | None = None
    confirmed: tuple[str, ...] = ()
    acknowledged: date | None = None
    disclosed: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()

    def runs(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class AbsencePeriod:
    """The recorded absence of a person from the seats that ``who`` names."""

    who: str
    person: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Grant:
    """A delegation of powers: ``giver`` gave it as ``by`` on the day ``given``, to ``receivers`` as ``to``."""

    by: str
    to: str
    scope: frozenset[str]
    cites: tuple[str, ...]
    first: date
    last: date
    giver: str
    receivers: frozenset[str]
    given: date


@dataclass(frozen=True)
class DirectoryData:
    """The directory of a tenant for all days, and whether the tenant takes acts (``standing``).

    ``persons``, ``agencies`` and ``titles`` (of offices) map an id to its name in each language, ``parents`` an agency to the
    agency above it, ``offices`` an office to its agency; ``units`` are the agencies whose sort is unit.
    """

    persons: dict[str, dict[str, str]]
    agencies: dict[str, dict[str, str]]
    parents: dict[str, str]
    offices: dict[str, str]
    titles: dict[str, dict[str, str]]
    holdings: tuple[Holding, ...]
    absences: tuple[AbsencePeriod, ...]
    grants: tuple[Grant, ...]
    units: frozenset[str] = frozenset()
    standing: Standing = field(default_factory=Standing)
    sorts: dict[str, str] = field(default_factory=dict)
    """Of what sort an agency is (ministry, unit, government), where it is said."""
    attrs: dict[str, dict[str, str]] = field(default_factory=dict)
    """The facts on record about each person, by name."""
