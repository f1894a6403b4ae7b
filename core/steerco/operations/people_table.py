"""A table of people (CSV), read as the rows of ``people.toml`` are: persons to enter, and their seats and offices.

One line is one person in one place: who is new is entered, who is known is only appointed. Seats, offices and agencies are named
as people name them, in any of the tenant's languages. The acts that follow are those of onboarding (``onboarding.acts``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from steerco.charter.model import Charter
from steerco.committee.members.appointment import OUTSIDERS
from steerco.committee.members.directory import Day
from steerco.config.findings import Finding
from steerco.config.people import AppointmentRow, Name, People, PersonRow
from steerco.config.similar import did_you_mean
from steerco.store.folding import folded

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "ho ten", "ho va ten"),
    "name_en": ("name in english", "ten tieng anh"),
    "email": ("e-mail", "email", "thu dien tu"),
    "seat": ("seat", "chuc danh"),
    "office": ("office", "chuc vu"),
    "agency": ("agency", "co quan"),
    "from": ("from", "tu ngay"),
    "to": ("to", "den ngay"),
    "instrument": ("paper", "van ban"),
}
"""The columns, and what their heads may be called, without marks."""
MOST = 500
"""So many lines one table may have."""

ReadDay = Callable[[str], date]
"""Reads a day as people write it. Raises ``ValueError``."""


Named = list[tuple[str, tuple[str, ...]]]
"""Ids, each with the names that it goes by."""


class TableNames(NamedTuple):
    """Whom and what a table may name: seats and roles, offices, agencies, and the persons who are there already."""

    seats: Named
    offices: Named
    agencies: Named
    persons: Named


def known_on(day: Day) -> TableNames:
    """Return the names that are known in a committee that runs."""
    tables = (day.all.titles, day.all.agencies, day.all.persons)
    return TableNames(_seats(day.charter), *([(id, tuple(map(str, names.values()))) for id, names in t.items()] for t in tables))


def known_in(charter: Charter, people: People) -> TableNames:
    """Return the names that are known by the files of a committee that is not applied yet."""

    def named(rows: Iterable[Any], names: Callable[[Any], Name]) -> Named:
        return [(row.id, (names(row).vi, names(row).en)) for row in rows]

    offices = named(people.offices, lambda row: row.title)
    return TableNames(
        _seats(charter), offices, named(people.agencies, lambda row: row.name), named(people.persons, lambda row: row.name)
    )


def _seats(charter: Charter) -> Named:
    rows: list[Any] = [*charter.seats, *charter.roles]
    return [*((row.id, (row.label.vi, row.label.en, row.id)) for row in rows), *((each, (each,)) for each in OUTSIDERS)]


class _TableReading:
    """One table as it is read; ``findings`` grows."""

    def __init__(self, known: TableNames, read_day: ReadDay) -> None:
        self.read_day, self.findings = read_day, list[Finding]()
        self.named: dict[str, dict[str, list[str]]] = {
            "seat": _by_name(known.seats),
            "office": _by_name(known.offices),
            "agency": _by_name(known.agencies),
            "person": _by_name(known.persons),
        }
        self.taken = {id for named in (known.persons, known.agencies, known.offices) for id, _ in named}
        self.persons: dict[str, PersonRow] = {}
        self.appointments: list[AppointmentRow] = []

    def say(self, line: int, code: str, message: str) -> None:
        self.findings.append(Finding("", line, code, message))

    def row(self, line: int, cells: Mapping[str, str]) -> None:
        """Take one line in."""
        name = cells.get("name", "")
        if not name:
            self.say(line, "table-name", "names nobody")
            return
        person = self._person(line, name, cells)
        place = {kind: self._found(line, kind, cells[kind]) for kind in ("seat", "office", "agency") if cells.get(kind)}
        days = {which: self._day(line, cells[which]) for which in ("from", "to") if cells.get(which)}
        if "seat" in place and "office" in place:
            self.say(line, "table-place", f"puts {name!r} into a seat and an office at once: write two lines")
        elif place.get("seat") or place.get("office"):
            given: dict[str, Any] = {kind: id for kind, id in place.items() if id}
            since, until = days.get("from"), days.get("to")
            self.appointments.append(
                AppointmentRow(person, **given, since=since, until=until, instrument=cells.get("instrument", ""), line=line)
            )

    def _person(self, line: int, name: str, cells: Mapping[str, str]) -> str:
        """Return the id of the person of that name: who is known, who stands further up, or a new one."""
        key = _key(name)
        known = self.named["person"].get(key, [])
        if len(known) > 1:
            self.say(line, "table-several", f"{name!r} is the name of several persons: appoint them one by one")
        if known:
            return known[0]
        if key not in self.persons:
            names = Name(name, cells.get("name_en", "") or name)
            self.persons[key] = PersonRow(self._free_id(name), names, cells.get("email", ""), line=line)
        return self.persons[key].id

    def _free_id(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:50].strip("-") or "person"
        ids = (base, *(f"{base}-{number}" for number in range(2, MOST + 2)))
        id = next(id for id in ids if id not in self.taken)
        self.taken.add(id)
        return id

    def _found(self, line: int, kind: str, text: str) -> str:
        known = self.named[kind]
        ids = list(dict.fromkeys(known.get(_key(text), ())))
        if len(ids) == 1:
            return ids[0]
        if ids:
            self.say(line, "table-several", f"{text!r} is the name of several")
        else:
            self.say(line, f"table-{kind}", f"there is no {kind} {text!r}, {did_you_mean(_key(text), known)}")
        return ""

    def _day(self, line: int, text: str) -> date | None:
        try:
            return self.read_day(text)
        except ValueError:
            self.say(line, "table-day", f"{text!r} is no day")
            return None


def _by_name(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for id, names in rows:
        for key in dict.fromkeys(_key(name) for name in names if name):
            if id not in named.setdefault(key, []):
                named[key].append(id)
    return named


def _key(text: str) -> str:
    return " ".join(folded(text).split())


def read(text: str, known: TableNames, read_day: ReadDay) -> tuple[People, list[Finding]]:
    """Return the people of a table, and what is wrong with it by line. ``known``: whom and what it may name."""
    reading = _TableReading(known, read_day)
    first = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    heads = _heads(rows[0] if rows else [], reading)
    if "name" not in heads:
        reading.say(1, "table-heads", "has no column for the name; the first line names the columns")
        return People(), reading.findings
    if len(rows) > MOST + 1:
        reading.say(MOST + 2, "table-long", f"has more than {MOST} lines: hand it in in parts")
        return People(), reading.findings
    for line, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            reading.row(line, {head: cell.strip() for head, cell in zip(heads, cells, strict=False) if head})
    if not reading.persons and not reading.appointments and not reading.findings:
        reading.say(1, "table-empty", "has no line that would change anything")
    people = People(persons=tuple(reading.persons.values()), appointments=tuple(reading.appointments))
    return people, sorted(reading.findings, key=lambda finding: finding.line)


def _heads(cells: list[str], reading: _TableReading) -> list[str]:
    """Return the column that each cell of the first line names; empty for one that is none."""
    known = {name: column for column, names in COLUMNS.items() for name in names}
    heads = []
    for cell in cells:
        head = known.get(_key(cell), "")
        if cell.strip() and not head:
            reading.say(1, "table-column", f"there is no column {cell.strip()!r}, {did_you_mean(_key(cell), known)}")
        heads.append(head)
    return heads
