"""What release 0.2 changes in the tables of 0.1: until that release, every change is added here.

A column or an index is one line. A new column is empty in the rows that are there.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from steerco.store.base import Json, Text, Utc, Whole

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("amendment_annexes", "founding", "inquiry", "refusal_count")
COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("appointment", "disclosed_on", Json),
    ("appointment", "interests", Json),
    ("authority_delegation", "text", Text),
    ("document", "second", Text),
    ("document", "second_signed_at", Utc),
    ("document", "drafting_unit", Text),
    ("election_ballots", "phase", Whole),
    ("election_candidates", "seconded_by", Json),
    ("matter", "concerns_seat", Text),
    ("matter", "reported_in", Text),
    ("notice", "about", Json),
)
INDEXES = (
    ("amendment_annexes", ("amendment",)),
    ("document", ("issued_on",)),
    ("document", ("kind", "issued_on")),
    ("document", ("dossier", "issued_on")),
    ("document", ("second",)),
)


def _named(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_tenant_id_{'_'.join(columns)}_id"


def _create(table: str, key: tuple[str, ...], *items: sa.schema.SchemaItem) -> None:
    """Create a table of the tenant's, clustered by its key on SQLite."""
    tenant = sa.Column("tenant_id", Whole, autoincrement=False, nullable=False)
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}"))
    op.create_table(table, tenant, *items, primary, info={"owned": True}, sqlite_with_rowid=False)


def upgrade() -> None:
    _create(
        "amendment_annexes",
        ("tenant_id", "id"),
        *(sa.Column(name, Text, nullable=False) for name in ("id", "amendment", "made_for")),
        sa.Column("compared_with", Whole, nullable=False),
        *(sa.Column(name, Text, nullable=False) for name in ("file_name", "digest")),
        sa.Column("size", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "amendment"],
            ["amendment.tenant_id", "amendment.id"],
            name=op.f("fk_amendment_annexes_tenant_id_amendment"),
            initially="DEFERRED",
            deferrable=True,
        ),
    )
    _create(
        "founding",
        ("tenant_id", "id"),
        *(sa.Column(name, Text, nullable=False) for name in ("hash", "slug")),
        *(sa.Column(name, Json, nullable=False) for name in ("files", "trial")),
        sa.Column("by", Text, nullable=False),
        *(sa.Column(name, Utc, nullable=False) for name in ("created_at", "changed_at", "expires_at")),
        sa.Column("ended_at", Utc, nullable=True),
        sa.Column("id", Text, nullable=False),
        sa.UniqueConstraint("tenant_id", "hash", name=op.f("uq_founding_tenant_id_hash")),
    )
    _create(
        "inquiry",
        ("tenant_id", "id"),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("progress", Json, nullable=False),
        sa.Column("answer", Text, nullable=True),
        sa.Column("id", Text, nullable=False),
    )
    _create(
        "refusal_count",
        ("tenant_id", "month", "action", "clauses"),
        *(sa.Column(name, Text, nullable=False) for name in ("month", "action", "clauses")),
        sa.Column("number", Whole, nullable=False),
    )
    for table, column, type_ in COLUMNS:
        op.add_column(table, sa.Column(column, type_, nullable=True))
    for table, columns in INDEXES:
        op.create_index(_named(table, columns), table, ["tenant_id", *columns, "id"])


def downgrade() -> None:
    for table, columns in INDEXES:
        op.drop_index(_named(table, columns), table)
    for table, column, _ in COLUMNS:
        op.drop_column(table, column)
    for table in TABLES:
        op.drop_table(table)
