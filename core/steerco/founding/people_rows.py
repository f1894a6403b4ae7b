"""Reads a table of people for a committee that does not run yet, and enters them into ``people.toml`` after the rows there."""

from __future__ import annotations

from datetime import date
from typing import Any

import tomlkit
from msgspec import Struct
from tomlkit.items import AoT, Array

from steerco.config.findings import Finding
from steerco.config.people import AppointmentRow, People, PersonRow, read
from steerco.configuration.load import Loaded
from steerco.operations import people_table


class _Row(Struct, frozen=True):
    table: str
    values: dict[str, Any]


def table_rows(
    loaded: Loaded, there: str, path: str, table: str, today: date, read_day: people_table.ReadDay
) -> tuple[People, list[Finding]]:
    """Return the people of a table, and what is wrong with it by line.

    ``loaded`` are sound files, ``there`` the text of ``people.toml`` at ``path``: whom and what they have a table may name.
    """
    assert loaded.snapshot is not None
    people, _ = read(there, path)
    known = people_table.known_in(loaded.snapshot.regime_on(today).charter, people or loaded.people or People())
    return people_table.read(table, known, read_day)


def with_people(text: str, people: People) -> str:
    """Return the text of ``people.toml`` with these persons and appointments after its own; comments and order stay."""
    document: Any = tomlkit.parse(text)
    rows = [_Row("person", _person(each)) for each in people.persons]
    for row in [*rows, *(_Row("appointment", _appointment(each)) for each in people.appointments)]:
        _add(document, row)
    return tomlkit.dumps(document)


def _person(row: PersonRow) -> dict[str, Any]:
    names = tomlkit.inline_table()
    names.update({"vi": row.name.vi or row.name.en, "en": row.name.en or row.name.vi})
    return {"id": row.id, "name": names, **({"email": row.email} if row.email else {})}


def _appointment(row: AppointmentRow) -> dict[str, Any]:
    values = {"person": row.person, "seat": row.seat, "office": row.office, "agency": row.agency, "from": row.since}
    return {key: value for key, value in {**values, "to": row.until, "instrument": row.instrument}.items() if value}


def _add(document: Any, row: _Row) -> None:
    """Add a row, in the way in which the rows of its table are written."""
    rows = document.get(row.table)
    if isinstance(rows, Array):
        inline = tomlkit.inline_table()
        inline.update(row.values)
        rows.append(inline)
        return
    if not isinstance(rows, AoT):
        document.append(row.table, tomlkit.aot())
        rows = document[row.table]
    table = tomlkit.table()
    table.update(row.values)
    rows.append(table)
