"""Acts as rows of a sheet: one action for all of them, its inputs as columns, an act a row.

A cell is what a whole list gives as one (``bulk_reading``): a text as it stands, everything else as JSON, nothing where it is
empty. Beside the inputs a column may name the record (``on``), the version that was seen and the key of a repeat.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import msgspec
from msgspec import inspect

from steerco.records import Action, Reason, reason
from steerco.records.reason import unknown
from steerco.web.api import shapes
from steerco.web.http import spreadsheet
from steerco.web.http.problems import RequestError

BESIDE = ("on", "version", "key")
"""The columns beside the inputs, where no input is called so."""
LONGEST = 1024 * 1024
"""The most characters of one cell."""


def acts_in(body: bytes, action: Action, most: int) -> list[dict[str, Any]]:
    """Return the acts that a sheet asks for, as a body of JSON has them. Raises ``RequestError`` for one that cannot be read."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unfit({"": reason("sheet-not-utf-8")}) from None
    csv.field_size_limit(LONGEST)
    try:
        head, *rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True) if row]
    except (ValueError, csv.Error) as error:
        raise _unfit({"": reason("sheet-unreadable", why=str(error) or "csv")}) from None
    if not 1 <= len(rows) <= most:
        raise _unfit({"": reason("sheet-rows", most=most)})
    kinds = {field.encode_name: field.type for field in _fields(action)}
    wrong: dict[str, Reason] = {
        name: reason("repeated") if head.count(name) > 1 else unknown([*kinds, *BESIDE])
        for name in head
        if head.count(name) > 1 or name not in (*kinds, *BESIDE)
    }
    wrong |= {
        f"row {number}": reason("sheet-cells", count=len(row), most=len(head))
        for number, row in enumerate(rows, 1)
        if len(row) != len(head)
    }
    if wrong:
        raise _unfit(wrong)
    return [_act(action, dict(zip(head, row, strict=True)), kinds) for row in rows]


def _delimiter(text: str) -> str:
    """Return what stands between cells: a semicolon where a spreadsheet writes commas in numbers, else a comma."""
    first = text.partition("\n")[0]
    return ";" if ";" in first and "," not in first else ","


def _unfit(fields: Mapping[str, Reason]) -> RequestError:
    return RequestError(422, "bad-parameter", fields=dict(fields))


def _fields(action: Action) -> Sequence[inspect.Field]:
    known = inspect.type_info(shapes.body(action))
    assert isinstance(known, inspect.StructType)
    return known.fields


def _act(action: Action, row: Mapping[str, str], kinds: Mapping[str, inspect.Type]) -> dict[str, Any]:
    given = {name: _value(spreadsheet.as_meant(cell), kinds[name]) for name, cell in row.items() if cell and name in kinds}
    beside = {name: cell for name, cell in row.items() if cell and name in BESIDE and name not in kinds}
    if (version := beside.pop("version", None)) is not None:
        given_version: Any = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else version
        return {"do": action.id, "with": given, "version": given_version, **beside}
    return {"do": action.id, "with": given, **beside}


def _value(cell: str, kind: inspect.Type) -> Any:
    """Return a cell as its input takes it; one that is no JSON stays a text, of which the act then says what is wrong."""
    if _takes_text(kind):
        return cell
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError):
        return {"true": True, "false": False}.get(cell.lower(), cell)


def _takes_text(kind: inspect.Type) -> bool:
    match kind:
        case inspect.Metadata():
            return _takes_text(kind.type)
        case inspect.UnionType():
            return any(_takes_text(member) for member in kind.types)
        case inspect.LiteralType():
            return all(isinstance(value, str) for value in kind.values)
        case _:
            return isinstance(kind, inspect.StrType | inspect.DateType | inspect.DateTimeType | inspect.EnumType)
