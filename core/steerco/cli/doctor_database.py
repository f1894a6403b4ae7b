"""What ``doctor`` looks at in the database itself: is it whole, has it its tables, do the records say what the log says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from steerco.cli.doctor_operations import Check
from steerco.cli.shell import Shell

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import DeclarativeBase

    from steerco.configuration.tenant import Tenant

AGAIN = 2000
"""How many events ``doctor`` performs again, some seconds' work; a longer log is compared by ``steerco log rebuild``."""
RESTORE = "keep a copy of the data folder, take it away, and `steerco restore` the newest backup"


class _Left(Struct):
    """How an event left its record."""

    state: str
    version: int


_left = msgspec.json.Decoder(_Left).decode


def whole(shell: Shell) -> Iterator[Check]:
    """Of an embedded database, whether its file is one, and every row that another refers to is there. Where it is not, nothing
    else can be asked of it."""
    from steerco.store.sqlite import FILE

    path = shell.home.data / FILE
    if not shell.embedded or not path.is_file():
        return
    if not path.stat().st_size and told_of(shell):
        yield Check("database", "problem", f"{path} is empty, though checkpoints tell of tenants", RESTORE)
        return
    one = sqlite3.connect(path)
    try:
        told = [str(row[0]) for row in one.execute("PRAGMA quick_check(3)")]
        lost = one.execute("PRAGMA foreign_key_check").fetchall() if told == ["ok"] else []
    except sqlite3.DatabaseError as error:
        told, lost = [str(error)], []
    finally:
        one.close()
    if told != ["ok"]:
        said = " ".join(told[0].split())
        yield Check("database", "problem", f"{path} is damaged: {said}", f"{RESTORE}; then look at the disk")
    elif spoilt := _spoilt(path):
        mend = f"somebody changed them past the program: {RESTORE}"
        yield Check("database", "problem", f"rows hold no JSON where it is asked for: {'; '.join(spoilt)}", mend)
    elif lost:
        said = f"{len(lost)} rows refer to rows that are not there, first in {lost[0][0]}: somebody changed them past the program"
        yield Check("database", "problem", said, RESTORE)


def _spoilt(path: Path) -> list[str]:
    """Rows of which the program could not read a column, each by its table, key and column; the first few."""
    found: list[str] = []
    with closing(sqlite3.connect(path)) as one:
        for (table,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = one.execute(f'PRAGMA table_info("{table}")').fetchall()
            keys = ", ".join(f'"{column[1]}"' for column in columns if column[5])
            for name in [column[1] for column in columns if column[2] == "JSON"]:
                wrong = f'SELECT {keys} FROM "{table}" WHERE "{name}" IS NOT NULL AND NOT json_valid("{name}") LIMIT 3'
                found += [f"{table} {' '.join(map(str, row))}: {name}" for row in one.execute(wrong)]
    return found[:3]


def told_of(shell: Shell) -> bool:
    """Whether checkpoints tell of tenants that lived here."""
    checkpoints = shell.home.data / "checkpoints"
    return checkpoints.is_dir() and any(checkpoints.iterdir())


def tables(shell: Shell) -> Iterator[Check]:
    """Every table of this release is there with its columns; asked of a database of this release's schema."""
    import sqlalchemy as sa

    from steerco.committee import record_types
    from steerco.store.base import Base

    record_types()  # declares them
    with shell.store.operator_connection() as connection:
        there = sa.inspect(connection)
        names = set(there.get_table_names())
        wanted = _own(Base)
        lost = [each.name for each in wanted if each.name not in names]
        for table in wanted:
            if table.name in names:
                columns = {column["name"] for column in there.get_columns(table.name)}
                lost += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    if lost:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        yield Check("database", "problem", f"tables or columns are missing: {', '.join(lost[:3])}{more}", RESTORE)


def _own(base: type[DeclarativeBase]) -> list[Table]:
    """The tables that the program itself declares. Plugins and whoever runs it in their process declare others beside them."""
    classes = (mapper.class_ for mapper in base.registry.mappers)
    names = {each.__tablename__ for each in classes if each.__module__.startswith("steerco.") and hasattr(each, "__tablename__")}
    return [table for table in base.metadata.sorted_tables if table.name in names]


def records(shell: Shell) -> Iterator[Check]:
    """Every record is there, in the state in which the log left it, and the log tells of every one."""
    if not shell.there:
        return
    import sqlalchemy as sa

    with shell.store.operator_connection() as connection:
        there = set(sa.inspect(connection).get_table_names())
    for slug in shell.applied():
        wrong = list(_otherwise(shell.installation.tenant(slug), there))
        if not wrong:
            yield from _performed_again(shell, slug)
        if wrong:
            more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            said = f"not what the log says: {'; '.join(wrong[:3])}{more}"
            mend = f"somebody changed them past the program: `steerco log rebuild {slug}` tells all; restore a backup"
            yield Check(f"records of {slug}", "problem", said, mend)


def _performed_again(shell: Shell, slug: str) -> Iterator[Check]:
    """Texts, names, tallies, who holds a seat: every row is what the log leaves when it is performed again. Of a long log that
    takes its time, and of one whose plugins are missing it cannot be done: then it is for ``steerco log rebuild``."""
    from steerco.cli.log_report import rebuilt
    from steerco.store import log

    tenant = shell.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        events = log.head(session).seq
    if events > AGAIN or tenant.snapshot.circle.absent:
        said = f"states and versions are what the log says; `steerco log rebuild {slug}` compares everything"
        yield Check(f"records of {slug}", "ok", said)
        return
    found = rebuilt(shell.installation, slug, lambda done, total: None)
    if not found.ok:
        named = [f"{each.action} {each.what}" for each in found.differences]
        more = f" and {len(named) - 3} more" if len(named) > 3 else ""
        said = f"not what the log leaves when it is performed again: {'; '.join(named[:3])}{more}"
        mend = f"were they changed past the program? `steerco log rebuild {slug}` tells all; restore a backup"
        yield Check(f"records of {slug}", "problem", said, mend)


def _otherwise(tenant: Tenant, there: set[str]) -> Iterator[str]:
    from sqlalchemy import func, select

    from steerco.committee.people import Person
    from steerco.store.tables import Event

    with tenant.store.read(tenant.id) as session:
        for name, type in tenant.snapshot.types.items():
            if type.__tablename__ not in there:  # told by itself, where it is this release's
                continue
            own = (Event.tenant_id == tenant.id, Event.type == name, Event.record_id.is_not(None))
            last = select(Event.record_id, func.max(Event.seq).label("seq")).where(*own).group_by(Event.record_id).subquery()
            erasable = name == Person.record_type or type.personal_fields()  # an erasure counts up, by no event of the record's
            query = select(Event.record_id, Event.body).join(last, Event.seq == last.c.seq).where(*own)
            said: dict[Any, _Left] = {row.record_id: _left(row.body) for row in session.execute(query)}
            columns = (type.id, type.ref, type.state, type.version)
            for id, ref, state, version in session.execute(select(*columns).where(type.tenant_id == tenant.id).order_by(type.id)):
                left = said.pop(id, None)
                if left is None:
                    yield f"no event tells of {name} {ref}"
                elif left.state != state:
                    yield f"{name} {ref} is {state}, its log says {left.state}"
                elif left.version != version and not erasable:
                    yield f"{name} {ref} is at version {version}, its log at {left.version}"
            yield from (f"{name} {id} is gone" for id in said)
