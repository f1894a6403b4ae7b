"""Row-level security and grants on PostgreSQL: the wall behind the fence.

The owner of the tables migrates and is not bound by it; the role that serves must be NOSUPERUSER NOBYPASSRLS (a superuser
sees every row even of a table with FORCE, measured).
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.sql.elements import quoted_name

from steerco.store.base import is_owned

POLICY = "tenant_fence"
# nullif: after a transaction the setting is '' and not NULL
_OWN = "tenant_id = nullif(current_setting('app.tenant', true), '')::bigint"


def secure(connection: Connection, metadata: MetaData, role: str | None) -> None:
    """Give every table of a tenant its policy, and ``role`` its rights: no global table, and a log that only grows."""
    there = set(
        connection.scalars(
            text("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'")
        )
    )
    done = set(connection.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = :name"), {"name": POLICY}))
    quote = connection.dialect.identifier_preparer.quote
    for table in metadata.sorted_tables:
        if table.name not in there or not is_owned(table):
            continue
        name = quote(quoted_name(table.name, None))
        if table.name not in done:
            connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
            connection.execute(text(f"CREATE POLICY {POLICY} ON {name} USING ({_OWN}) WITH CHECK ({_OWN})"))
        if role:
            connection.execute(text(f"GRANT {_rights(table)} ON {name} TO {quote(role)}"))


def _rights(table: Table) -> str:
    return "SELECT, INSERT" if table.info.get("append_only") else "SELECT, INSERT, UPDATE, DELETE"


def is_bound(connection: Connection) -> bool:
    """Whether the connection's role is held by row-level security: neither superuser nor BYPASSRLS nor owner of the tables."""
    found = connection.execute(
        text(
            "SELECT NOT (rolsuper OR rolbypassrls) AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'event'"
            " AND relkind = 'r' AND relowner = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
        ),
        execution_options={"unscoped": True},  # reads the roles and no tenant's rows
    )
    return bool(found.scalar())
