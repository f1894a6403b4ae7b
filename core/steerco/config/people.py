"""The people of a tenant: agencies, offices, persons and their appointments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.locate import Lines, nowhere
from steerco.config.read import read_toml
from steerco.config.short_forms import spread

AGENCY_KINDS = ("body", "company", "ministry", "province", "unit")
"""The kinds of agencies that every committee may name."""
_PLURALS = {"agency": "agencies", "office": "offices", "person": "persons", "appointment": "appointments"}


class Name(Struct, frozen=True):
    """A name in the tenant's languages."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.en or self.vi


class AgencyRow(Struct, frozen=True):
    """An outside organisation; ``parent`` is the agency that it belongs to."""

    id: str
    name: Name
    parent: str = ""
    kind: str = ""
    line: int = 0


class OfficeRow(Struct, frozen=True):
    """A post in an agency, which some seats follow."""

    id: str
    title: Name
    agency: str = ""
    line: int = 0


class PersonRow(Struct, frozen=True):
    """Someone, named by their office. ``attrs`` are facts that rules may ask about, such as a company."""

    id: str
    name: Name
    email: str = ""
    attrs: dict[str, Any] = field(default_factory=dict)
    line: int = 0


class AppointmentRow(Struct, frozen=True, rename={"since": "from", "until": "to"}):
    """An appointment of a person to a seat or office, with its first and last day (inclusive; None: open).

    ``seat`` is a seat, a role, or a kind of outsider; ``office`` an office. One of the two is given. ``number`` is that of a
    person entered with ``count``: each takes the seat of that number where there is one (:func:`placed`).
    """

    person: str
    seat: str = ""
    office: str = ""
    agency: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    instrument: str = ""
    line: int = 0
    number: int = 0


class People(Struct, frozen=True):
    """All that ``people.toml`` says."""

    agencies: tuple[AgencyRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    persons: tuple[PersonRow, ...] = ()
    appointments: tuple[AppointmentRow, ...] = ()
    file: str = ""


def read(source: Path | str, file: str = "", language: str = "") -> tuple[People | None, list[Finding]]:
    """Read ``people.toml``. None where its shape is wrong; what it refers to is checked by :func:`check`.

    ``language`` is the committee's only one (empty: it has several).
    """
    document, findings, lines = read_toml(source, SCHEMAS["people"], file)
    if findings:
        return None, findings
    name = file or (source.as_posix() if isinstance(source, Path) else "")
    long = spread(document, SCHEMAS["people"], language=language, file=name, lines=lines)
    if long.findings:
        return None, sorted(long.findings)
    return people(long.document, name, long.lines), []


def placed(who: People, seats: Collection[str]) -> People:
    """Return the people with each of those that were entered by number in the seat of their number, where there is one."""
    rows = [_own_seat(row, seats) for row in who.appointments]
    return replace(who, appointments=tuple(rows))


def _own_seat(row: AppointmentRow, seats: Collection[str]) -> AppointmentRow:
    own = f"{row.seat}-{row.number}"
    return replace(row, seat=own) if row.number and own in seats else row


def people(document: Mapping[str, Any], file: str = "", lines: Lines = nowhere) -> People:
    """Return the people of a checked document."""
    tables: dict[str, Any] = {"file": file}
    for table, plural in _PLURALS.items():
        rows = document.get(table, [])
        tables[plural] = [{**row, "line": lines((table, i))} for i, row in enumerate(rows)]
    return msgspec.convert(tables, People)


def check_kinds(people: People, declared: Collection[str]) -> list[Finding]:
    """Return a finding for each agency of a kind that every committee has none of, and that no charter declares."""
    known = sorted({*AGENCY_KINDS, *declared})
    wrong = [row for row in people.agencies if row.kind and row.kind not in known]
    text = "agency '{0}': no charter declares the kind '{1}'; there are: {2}"
    return [Finding(people.file, row.line, "unknown-kind", text.format(row.id, row.kind, ", ".join(known))) for row in wrong]


def check(who: People, seats: frozenset[str]) -> list[Finding]:
    """Return the broken references in ``people.toml``.

    ``seats`` are the ids to which the tenant's charters let one appoint: seats, roles and kinds of outsiders.
    """
    findings: list[Finding] = []

    def say(line: int, code: str, message: str) -> None:
        findings.append(Finding(who.file, line, code, message))

    agencies = {a.id for a in who.agencies}
    offices = {o.id for o in who.offices}
    persons = {p.id for p in who.persons}
    ids: list[tuple[str, int]] = [(a.id, a.line) for a in who.agencies]
    ids += [(o.id, o.line) for o in who.offices] + [(p.id, p.line) for p in who.persons]
    earlier: set[str] = set()
    for name, line in ids:
        if name in earlier:
            say(line, "duplicate-id", f"'{name}' is the id of two things; ids of agencies, offices and persons must differ")
        earlier.add(name)
    for agency in who.agencies:
        if agency.parent and agency.parent not in agencies:
            say(agency.line, "unknown-agency", f"agency '{agency.id}': there is no agency '{agency.parent}'")
    for agency in who.agencies:
        if agency.id in _above(agency, who):
            say(agency.line, "under-itself", f"agency '{agency.id}' is under itself, by parent = '{agency.parent}'")
    for office in who.offices:
        if office.agency and office.agency not in agencies:
            say(office.line, "unknown-agency", f"office '{office.id}': there is no agency '{office.agency}'")
    for a in who.appointments:
        for code, message in _appointment(a, persons, offices, agencies, seats):
            say(a.line, code, f"appointment of '{a.person}': {message}")
    return sorted(findings)


def _above(agency: AgencyRow, who: People) -> list[str]:
    """Return the agencies above this one, nearest first, up to the first repetition."""
    parents = {row.id: row.parent for row in who.agencies}
    agencies_above: list[str] = []
    above = agency.parent
    while above and above not in agencies_above:
        agencies_above.append(above)
        above = parents.get(above, "")
    return agencies_above


def _appointment(
    a: AppointmentRow, persons: set[str], offices: set[str], agencies: set[str], seats: frozenset[str]
) -> list[tuple[str, str]]:
    problems = []
    if a.person not in persons:
        problems.append(("unknown-person", "there is no such person"))
    if bool(a.seat) == bool(a.office):
        problems.append(("seat-or-office", "needs either a seat or an office"))
    if a.office and a.office not in offices:
        problems.append(("unknown-office", f"there is no office '{a.office}'"))
    if a.seat and a.seat not in seats:
        problems.append(("unknown-seat", f"there is no seat, role or kind of outsider '{a.seat}'"))
    if a.agency and a.agency not in agencies:
        problems.append(("unknown-agency", f"there is no agency '{a.agency}'"))
    if a.since and a.until and a.until < a.since:
        problems.append(("ends-before-start", f"ends on {a.until}, before it begins on {a.since}"))
    return problems
