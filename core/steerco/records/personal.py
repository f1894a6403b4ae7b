"""Personal data in inputs: the log keeps only where it lies, so that it can be erased while the log's chain stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.records.action import Action
from steerco.store.base import Base, Owned

MARK = "$personal"


class PersonalDatum(Owned, Base):
    """One value that an input brought; erased, ``value`` is empty."""

    __tablename__ = "personal_datum"
    value: Mapped[str | None] = mapped_column()


def conceal(session: Session, tenant_id: int, action: Action, given: msgspec.Struct, new_id: Callable[[], str]) -> dict[str, Any]:
    """The input as the log keeps it: as it was given, less what is personal."""
    plain: dict[str, Any] = msgspec.to_builtins(given)
    names = {field.name: field.encode_name for field in msgspec.structs.fields(action.input)}
    for field, marks in action.marks.items():
        name = names[field]
        if marks.get("personal") and plain.get(name):
            datum = PersonalDatum(tenant_id=tenant_id, id=new_id(), value=plain[name])
            session.add(datum)
            plain[name] = {MARK: datum.id}
    return {name: value for name, value in plain.items() if value not in (None, [])}


def reveal(session: Session, tenant_id: int, logged: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A logged input with its personal values put back (``"—"`` where erased), and the ids under which they lie."""
    found, ids = dict(logged), []
    for name, value in logged.items():
        if isinstance(value, dict) and MARK in value:
            mine = (PersonalDatum.tenant_id == tenant_id, PersonalDatum.id == value[MARK])
            found[name] = session.scalar(select(PersonalDatum.value).where(*mine)) or "—"
            ids.append(value[MARK])
    return found, ids
