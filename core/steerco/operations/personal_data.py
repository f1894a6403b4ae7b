"""Personal data in the tables of plugins, as these declare it: a field made by ``about("who")`` is personal data of the
person whose id stands in the field ``who`` of the same row.

It is erased with the person's own data, from the rows and from the inputs that brought it. What a plugin does not declare nobody
can find; so an erasure names the tables of which that is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, class_mapper

from steerco.kernel.event import decode
from steerco.records import Record
from steerco.records.marked import holding
from steerco.records.part import Part, erasable
from steerco.records.personal import ERASED, marked
from steerco.store.base import Base, Tenanted
from steerco.store.engine import Store
from steerco.store.migration_lines import PLUGINS
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event

NOTHING = "nothing_personal"
"""In a table's ``info``, why it holds nothing of a person."""


Tables = Sequence[type[Any]]


def tables(store: Store) -> list[type[Any]]:
    """Return the tables of installed plugins that the database has, whether the plugin is on in a tenant or not."""
    with store.operator_connection() as connection:
        names = set(inspect(connection).get_table_names())
    classes = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda table_class: table_class.__name__)
    by_name = [
        (getattr(table_class, "__tablename__", ""), table_class) for table_class in classes if issubclass(table_class, Tenanted)
    ]
    return [table_class for name, table_class in by_name if name.startswith(PLUGINS) and name in names]


def inputs(session: Session, person: str, tables: Tables) -> list[str]:
    """Return the ids of the values that inputs brought into such fields of the person."""
    row, ids = Event.__table__.c, []
    for table, fields in _declared(tables):
        if not issubclass(table, Record):
            continue
        of_type = (row.tenant_id == tenant_of(session), row.type == table.record_type, row.record_id.is_not(None))
        who = set(fields.values())
        for body in session.connection().scalars(select(row.body).where(*of_type).order_by(row.seq)):
            event = decode(body)
            for name, value in event.input.items():
                holders = {fields[name]} if name in fields else who
                if any(event.after.get(field) == person for field in holders):
                    ids += marked(msgspec.json.encode(value).decode())
    return ids


def erase(session: Session, person: str, tables: Tables) -> dict[str, int]:
    """Take what is declared as the person's out of the rows of the session's tenant; how many rows were changed, by table."""
    changed: dict[str, int] = {}
    for table, fields in _declared(tables):
        for who in sorted(set(fields.values())):
            mine = [name for name, of in fields.items() if of == who]
            query = select(table).where(table.tenant_id == tenant_of(session), getattr(table, who) == person)
            for row in session.scalars(query):
                if sum(_emptied(row, name) for name in mine):  # each of them, not the first alone
                    changed[table.__tablename__] = changed.get(table.__tablename__, 0) + 1
                    if isinstance(row, Record):
                        row.version += 1  # readers with a copy learn that it is out of date
    session.flush()
    return changed


def _emptied(row: Any, name: str) -> bool:
    """Take a value away, as far as the column can be without; whether there was one."""
    value, column = getattr(row, name), class_mapper(type(row)).columns[name]
    if column.nullable:
        empty: Any = None
    elif isinstance(value, Mapping):
        empty = dict.fromkeys(value, ERASED)
    else:
        empty = [] if isinstance(value, list) else ERASED
    if value == empty:
        return False
    setattr(row, name, empty)
    return True


def beyond(session: Session, tables: Tables) -> list[str]:
    """Return the plugins' tables that hold rows of the session's tenant and do not say what they hold of persons."""
    return [table.__tablename__ for table in tables if _unsaid(table) and _rows(session, table)]


def _unsaid(table: type[Any]) -> bool:
    if erasable(table) or NOTHING in table.__table__.info:
        return False
    if issubclass(table, Record):  # texts that people write are not looked into: only what calls itself personal counts
        return any(holding(action.input, "personal") for action in table.actions.values())
    return not issubclass(table, Part)


def _rows(session: Session, table: type[Any]) -> bool:
    return session.scalars(select(table.tenant_id).where(table.tenant_id == tenant_of(session)).limit(1)).first() is not None


def _declared(tables: Tables) -> Iterator[tuple[type[Any], dict[str, str]]]:
    yield from ((table, fields) for table in tables if (fields := erasable(table)))
