"""Changes of a register that its entries forbid: a field that holds something keeps its name and type, and what lists run
along.

Fields may be added, at the end of their kind; a field that nothing holds may go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from steerco.charter.model import Source
from steerco.committee.work.entry import FILED, DeclaredEntry
from steerco.committee.work.register import DeclaredField, DeclaredRegister, RegisterShape, record_type
from steerco.configuration.snapshot import Snapshot

SHOWN = 20
"""How many entries one hazard names."""


class FieldInUse(Struct, frozen=True):
    """A field of a register that cannot change as it would: why, in words, and the entries that hold something in it."""

    name: str
    why: str
    source: Source
    count: int
    records: tuple[str, ...]


def fields_in_use(session: Session, tenant_id: int, before: Snapshot, after: Snapshot) -> Iterator[FieldInUse]:
    """Yield the fields in use that the new registers drop, retype, narrow, or put behind another along which lists run."""
    later = {register.shape.type: register.shape for register in after.registers}
    for register in before.registers:
        shape = later.get(register.shape.type)
        if shape is None or shape == register.shape:
            continue
        for field in register.shape.fields:
            why, holds = _change(register.shape, shape, field)
            if why and (found := _found(session, tenant_id, register, field.name, why, holds)):
                yield found


def _change(old: RegisterShape, new: RegisterShape, field: DeclaredField) -> tuple[str, ColumnElement[bool]]:
    """Return why a field cannot be what it would become, and which entries stand against it; empty where none can."""
    column, later = _value(field).as_string(), new.field(field.name)
    if later is None:
        return "would be gone", column.is_not(None)
    if later.type != field.type:
        return f"would be a {later.type}, and is a {field.type}", column.is_not(None)
    if gone := [choice for choice in field.choices if choice not in later.choices]:
        return f"would lose the choices {', '.join(gone)}", column.in_(gone)
    if not {*field.to} <= {*later.to}:
        return "would lead to other record types", column.is_not(None)
    if _along(old, field) != _along(new, field):
        return f"would no longer stand where it did among the fields of the type {field.type}", column.is_not(None)
    return "", column.is_not(None)


def _along(shape: RegisterShape, field: DeclaredField) -> bool:
    """Return whether lists run along a field: the first of its type."""
    return FILED.get(field.type) is not None and field.name in shape.filed()


def _value(field: DeclaredField) -> Any:
    """Return what a field holds, as an expression over the shared table."""
    content: Any = {
        "line": DeclaredEntry.texts,
        "text": DeclaredEntry.texts,
        "party": DeclaredEntry.parties_named,
        "parties": DeclaredEntry.parties_named,
    }.get(field.type, DeclaredEntry.further)
    return content[field.name]


def _found(
    session: Session, tenant_id: int, register: DeclaredRegister, field: str, why: str, holds: ColumnElement[bool]
) -> FieldInUse | None:
    type = record_type(register.shape)
    mine = [type.tenant_id == tenant_id, *type.own(), holds]
    count = session.scalar(select(func.count()).select_from(type.table).where(*mine))
    if not count:
        return None
    refs = session.scalars(select(type.ref).where(*mine).order_by(type.id).limit(SHOWN))
    return FieldInUse(f"{register.shape.type}.{field}", why, Source(register.file, register.line), count, tuple(refs))
