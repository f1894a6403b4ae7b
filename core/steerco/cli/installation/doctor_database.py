"""The checks of ``doctor`` on the database itself: that it is whole, has its tables, and that records say what the log says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from steerco.cli.frame.shell import Shell
from steerco.cli.installation.doctor_operations import Check

if TYPE_CHECKING:
    from steerco.configuration.tenant import Tenant
    from steerco.store.engine import Store

AGAIN = 2000
"""The number of events that ``doctor`` performs again, some seconds' work; ``steerco log rebuild`` compares a longer log."""
RESTORE = "keep a copy of the data folder, take it away, and `steerco restore` the newest backup"


class _FinalState(Struct):
    """The state and version in which an event left its record."""

    state: str
    version: int


_decode_final = msgspec.json.Decoder(_FinalState).decode


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
    connection = sqlite3.connect(path)
    try:
        results = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall() if results == ["ok"] else []
    except sqlite3.DatabaseError as error:
        results, lost = [str(error)], []
    finally:
        connection.close()
    if results != ["ok"]:
        first_result = " ".join(results[0].split())
        yield Check("database", "problem", f"{path} is damaged: {first_result}", f"{RESTORE}; then look at the disk")
    elif spoilt := _rows_without_json(path):
        mend = f"somebody changed them past the program: {RESTORE}"
        yield Check("database", "problem", f"rows hold no JSON where it is asked for: {'; '.join(spoilt)}", mend)
    elif lost:
        first_result = (
            f"{len(lost)} rows refer to rows that are not there, first in {lost[0][0]}: somebody changed them past the program"
        )
        yield Check("database", "problem", first_result, RESTORE)


def _rows_without_json(path: Path) -> list[str]:
    """Rows of which the program could not read a column, each by its table, key and column; the first few."""
    spoilt: list[str] = []
    with closing(sqlite3.connect(path)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            keys = ", ".join(f'"{column[1]}"' for column in columns if column[5])
            for name in [column[1] for column in columns if column[2] == "JSON"]:
                wrong = f'SELECT {keys} FROM "{table}" WHERE "{name}" IS NOT NULL AND NOT json_valid("{name}") LIMIT 3'
                spoilt += [f"{table} {' '.join(map(str, row))}: {name}" for row in connection.execute(wrong)]
    return spoilt[:3]


def told_of(shell: Shell) -> bool:
    """Return whether checkpoints tell of tenants that lived here."""
    checkpoints = shell.home.data / "checkpoints"
    return checkpoints.is_dir() and any(checkpoints.iterdir())


def tables(store: Store) -> Iterator[Check]:
    """Check that every table of this release is there with its columns; the database must have this release's schema."""
    from steerco.cli.frame.schema_upgrade import MADE_BEFORE, lost
    from steerco.store.own_tables import told

    if lacking := lost(store):
        yield Check("database", "problem", told(lacking), MADE_BEFORE)


def records(shell: Shell) -> Iterator[Check]:
    """Check that every record is there in the state in which the log left it, and that the log tells of every one."""
    if not shell.there:
        return
    import sqlalchemy as sa

    with shell.store.operator_connection() as connection:
        table_names = set(sa.inspect(connection).get_table_names())
    for slug in shell.applied():
        wrong = list(_contradictions(shell.installation.tenant(slug), table_names))
        if not wrong:
            yield from _performed_again(shell, slug)
        if wrong:
            more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            message = f"not what the log says: {'; '.join(wrong[:3])}{more}"
            mend = f"somebody changed them past the program: `steerco log rebuild {slug}` tells all; restore a backup"
            yield Check(f"records of {slug}", "problem", message, mend)


def _performed_again(shell: Shell, slug: str) -> Iterator[Check]:
    """Texts, names, tallies, who holds a seat: every row is what the log leaves when it is performed again. Of a long log that
    takes its time, and of one whose plugins are missing it cannot be done: then it is for ``steerco log rebuild``."""
    from steerco.cli.log.report import rebuild_in_scratch
    from steerco.store import log

    tenant = shell.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        events = log.head(session).seq
    if events > AGAIN or tenant.snapshot.circle.absent:
        message = f"states and versions are what the log says; `steerco log rebuild {slug}` compares everything"
        yield Check(f"records of {slug}", "ok", message)
        return
    outcome = rebuild_in_scratch(shell.installation, slug, lambda done, total: None)
    if not outcome.ok:
        differences = [f"{difference.action} {difference.what}" for difference in outcome.differences]
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        message = f"not what the log leaves when it is performed again: {'; '.join(differences[:3])}{more}"
        mend = f"were they changed past the program? `steerco log rebuild {slug}` tells all; restore a backup"
        yield Check(f"records of {slug}", "problem", message, mend)


def _contradictions(tenant: Tenant, table_names: set[str]) -> Iterator[str]:
    from sqlalchemy import func, select

    from steerco.committee.members.people import Person
    from steerco.store.tables import Event

    with tenant.store.read(tenant.id) as session:
        for name, type in tenant.snapshot.types.items():
            if type.__tablename__ not in table_names:  # told by itself, where it is this release's
                continue
            own = (Event.tenant_id == tenant.id, Event.type == name, Event.record_id.is_not(None))
            last = select(Event.record_id, func.max(Event.seq).label("seq")).where(*own).group_by(Event.record_id).subquery()
            erasable = name == Person.record_type or type.personal_fields()  # an erasure counts up, by no event of the record's
            query = select(Event.record_id, Event.body).join(last, Event.seq == last.c.seq).where(*own)
            last_states: dict[Any, _FinalState] = {row.record_id: _decode_final(row.body) for row in session.execute(query)}
            columns = (type.id, type.ref, type.state, type.version)
            rows = select(*columns).where(type.tenant_id == tenant.id, *type.own()).order_by(type.id)
            for id, ref, state, version in session.execute(rows):
                final = last_states.pop(id, None)
                if final is None:
                    yield f"no event tells of {name} {ref}"
                elif final.state != state:
                    yield f"{name} {ref} is {state}, its log says {final.state}"
                elif final.version != version and not erasable:
                    yield f"{name} {ref} is at version {version}, its log at {final.version}"
            yield from (f"{name} {id} is gone" for id in last_states)
