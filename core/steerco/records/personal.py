"""Personal data and files: the log refers to them and does not contain them.

The log holds an id for each personal value, so the value can be erased while the log's chain stands, and a digest for each file.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.records.inputs import File
from steerco.records.marked import replaced
from steerco.records.record import Action
from steerco.store.base import Base, Owned

MARK = "$personal"
FILE = "$file"
ERASED = "—"
"""The text in place of an erased value."""
EMPTY: tuple[Any, ...] = (None, "", [], {})
"""The values of an optional field that was left out. The log leaves them out too."""


class PersonalDatum(Owned, Base):
    """One personal value of an input. ``value`` is None after its erasure."""

    __tablename__ = "personal_datum"
    value: Mapped[str | None] = mapped_column()


_marked = re.compile(rf'"{re.escape(MARK)}":"([^"]+)"')


def marked(body: str) -> list[str]:
    """Return the ids of the personal values in an event's body."""
    return _marked.findall(body)


def conceal(
    session: Session, tenant_id: int, action: Action, values: msgspec.Struct, new_id: Callable[[], str]
) -> dict[str, Any]:
    """Return the input for the log: personal values and files are replaced by references, and empty values left out."""
    plain: dict[str, Any] = _plain(values)

    def hide(path: str, marks: Mapping[str, Any], value: str) -> str:
        if marks.get("personal"):
            datum = PersonalDatum(tenant_id=tenant_id, id=new_id(), value=value)
            session.add(datum)
            _put(plain, path, {MARK: datum.id})
        return value

    replaced(values, hide)
    return {name: value for name, value in plain.items() if value not in (None, [], {})}


def _put(plain: Any, path: str, value: Any) -> None:
    """Put a value at a path such as ``entries[0].note``; ``attrs.2021`` is a name, not a place."""
    steps = re.findall(r"[^.\[\]]+", path)
    for step in steps[:-1]:
        plain = plain[int(step) if isinstance(plain, list) else step]
    plain[int(steps[-1]) if isinstance(plain, list) else steps[-1]] = value


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; of a file its name and digest."""
    match value:
        case File():
            return {"name": value.name, FILE: sha256(value.content()).hexdigest()}
        case msgspec.Struct():
            field_values = [(field, getattr(value, field.name)) for field in msgspec.structs.fields(value)]
            return {field.encode_name: _plain(item) for field, item in field_values if field.required or item not in EMPTY}
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
    return msgspec.to_builtins(value)


def reveal(
    session: Session, tenant_id: int, logged: Mapping[str, Any], read_file: Callable[[str], bytes]
) -> tuple[dict[str, Any], list[str]]:
    """Return a logged input as it was submitted (``"—"`` for erased values), and the ids of its personal values.

    ``read_file`` returns the content of a file by its digest. Raises ``FileNotFoundError`` if the file is gone.
    """
    ids: list[str] = []

    def put_back(value: Any) -> Any:
        if isinstance(value, Mapping):
            if MARK in value:
                ids.append(value[MARK])
                mine = (PersonalDatum.tenant_id == tenant_id, PersonalDatum.id == value[MARK])
                return session.scalar(select(PersonalDatum.value).where(*mine)) or ERASED
            if FILE in value:
                return {"name": value["name"], "base64": b64encode(read_file(value[FILE])).decode()}
            return {name: put_back(item) for name, item in value.items()}
        return [put_back(item) for item in value] if isinstance(value, list) else value

    return {name: put_back(value) for name, value in logged.items()}, ids
