"""Row-level security and grants on PostgreSQL: the wall behind the fence.

The owner of the tables migrates and is exempt; the serving role must be NOSUPERUSER NOBYPASSRLS (a superuser
sees every row even of a table with FORCE, measured).
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.sql.elements import quoted_name

from steerco.store.fence import OPEN

POLICY = "tenant_fence"
# nullif: after a transaction the setting is '' and not NULL
_OWN = "tenant_id = nullif(current_setting('app.tenant', true), '')::bigint"


_OWNED = (
    "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id' AND NOT attisdropped"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"
)


def secure(connection: Connection, metadata: MetaData, role: str | None) -> None:
    """Give every tenant's table its policy, and ``role`` its rights: no global table, and a log that only grows.

    The tables come from the database, not from this process's declarations, so none can be forgotten.
    """
    done = set(connection.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = :name"), {"name": POLICY}))
    quote = connection.dialect.identifier_preparer.quote
    for owned in connection.scalars(text(_OWNED)).all():
        name = quote(quoted_name(owned, None))
        if owned not in done:
            connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
            connection.execute(text(f"CREATE POLICY {POLICY} ON {name} USING ({_OWN}) WITH CHECK ({_OWN})"))
        if role:
            connection.execute(text(f"GRANT {_rights(metadata.tables.get(owned))} ON {name} TO {quote(role)}"))


def _rights(table: Table | None) -> str:
    grows = table is not None and table.info.get("append_only")
    return "SELECT, INSERT" if grows else "SELECT, INSERT, UPDATE, DELETE"


def lacking(connection: Connection) -> list[str]:
    """Return the owned tables that the connection's role may not both read and add to."""
    query = _OWNED.replace(
        " ORDER BY",
        " AND NOT (has_table_privilege(pg_class.oid, 'SELECT') AND has_table_privilege(pg_class.oid, 'INSERT')) ORDER BY",
    )
    return list(connection.scalars(text(query), execution_options={"unscoped": OPEN}))  # reads the catalogue and no tenant's rows


def is_bound(connection: Connection) -> bool:
    """Return whether row-level security binds the connection's role: no superuser, no BYPASSRLS, no owner of the tables."""
    answer = connection.execute(
        text(
            "SELECT NOT (rolsuper OR rolbypassrls) AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'event'"
            " AND relkind = 'r' AND relowner = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
        ),
        execution_options={"unscoped": OPEN},  # reads the roles and no tenant's rows
    )
    return bool(answer.scalar())
