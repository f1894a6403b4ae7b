"""Enters the people of a table into ``people.toml``, as rows after those that stand there."""

from __future__ import annotations

from typing import Any

import tomlkit
from msgspec import Struct
from tomlkit.items import AoT, Array

from steerco.config.people import AppointmentRow, People, PersonRow


class _Row(Struct, frozen=True):
    table: str
    values: dict[str, Any]


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
