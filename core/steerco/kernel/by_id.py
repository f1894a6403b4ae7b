"""Find the type of a record by its id alone: one statement over all types, since an id does not carry its type."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Integer, String, bindparam, literal_column, select, union_all

from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.records import Record
from steerco.store.prepared_select import Prepared

KEPT = 64
"""The number of sets of types of which the statement is kept. Committees without types of their own share one."""


def seen_by_id(authority: Authority, id: str) -> tuple[str, str] | None:
    """Return (type, reference) of the record with this id; None where there is none that the actor may see."""
    types = authority.tenant.snapshot.types
    values = {"own": authority.tenant.id, "named": id}
    for row in _by_id(tuple(types.values())).all(authority.session.connection(), values):
        if visibility.among(authority, types[row.type], (id,)):
            return row.type, row.ref
    return None


@lru_cache(KEPT)
def _by_id(types: tuple[type[Record], ...]) -> Prepared:
    own, named = bindparam("own", type_=Integer), bindparam("named", type_=String)
    every = [
        select(literal_column(f"'{type.record_type}'").label("type"), type.table.ref.label("ref")).where(
            type.table.tenant_id == own, type.table.id == named, *type.own()
        )
        for type in types
    ]
    return Prepared(union_all(*every))
