"""What release 0.2 changes in the tables of 0.1. Until that release, every change of a table is added here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from steerco.store import base

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


INDEXES = (
    ("document", ("issued_on",)),
    ("document", ("kind", "issued_on")),
    ("document", ("dossier", "issued_on")),
    ("document", ("second",)),
)
"""Along which columns lists run since then, by table."""


def _named(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_tenant_id_{'_'.join(columns)}_id"


def upgrade() -> None:
    op.create_table(
        "amendment_annexes",
        sa.Column("tenant_id", base.Whole, autoincrement=False, nullable=False),
        sa.Column("id", base.Text, nullable=False),
        sa.Column("amendment", base.Text, nullable=False),
        sa.Column("made_for", base.Text, nullable=False),
        sa.Column("compared_with", base.Whole, nullable=False),
        sa.Column("file_name", base.Text, nullable=False),
        sa.Column("digest", base.Text, nullable=False),
        sa.Column("size", base.Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "amendment"],
            ["amendment.tenant_id", "amendment.id"],
            name=op.f("fk_amendment_annexes_tenant_id_amendment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_amendment_annexes")),
        info={"owned": True},
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("amendment_annexes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_amendment_annexes_tenant_id_amendment_id"), ["tenant_id", "amendment", "id"], unique=False
        )
    op.create_table(
        "inquiry",
        sa.Column("tenant_id", base.Whole, autoincrement=False, nullable=False),
        sa.Column("asked_at", base.Utc, nullable=False),
        sa.Column("progress", base.Json, nullable=False),
        sa.Column("answer", base.Text, nullable=True),
        sa.Column("id", base.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_inquiry")),
        info={"owned": True},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refusal_count",
        sa.Column("tenant_id", base.Whole, autoincrement=False, nullable=False),
        sa.Column("month", base.Text, nullable=False),
        sa.Column("action", base.Text, nullable=False),
        sa.Column("clauses", base.Text, nullable=False),
        sa.Column("number", base.Whole, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "month", "action", "clauses", name=op.f("pk_refusal_count")),
        info={"owned": True},
        sqlite_with_rowid=False,
    )
    op.add_column("authority_delegation", sa.Column("text", base.Text, nullable=True))
    op.add_column("document", sa.Column("second", base.Text, nullable=True))
    op.add_column("document", sa.Column("second_signed_at", base.Utc, nullable=True))
    for table, columns in INDEXES:
        op.create_index(_named(table, columns), table, ["tenant_id", *columns, "id"])
    op.add_column("matter", sa.Column("concerns_seat", base.Text, nullable=True))
    op.add_column("matter", sa.Column("reported_in", base.Text, nullable=True))
    for column in ("disclosed_on", "interests"):
        op.add_column("appointment", sa.Column(column, base.Json, nullable=True))
    op.add_column("election_candidates", sa.Column("seconded_by", base.Json, nullable=True))
    op.add_column("election_ballots", sa.Column("phase", base.Whole, nullable=True))


def downgrade() -> None:
    op.drop_column("election_ballots", "phase")
    op.drop_column("election_candidates", "seconded_by")
    op.drop_column("matter", "concerns_seat")
    op.drop_column("matter", "reported_in")
    for column in ("disclosed_on", "interests"):
        op.drop_column("appointment", column)
    for table, columns in reversed(INDEXES):
        op.drop_index(_named(table, columns), table)
    with op.batch_alter_table("amendment_annexes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendment_annexes_tenant_id_amendment_id"))
    op.drop_table("amendment_annexes")
    op.drop_table("inquiry")
    op.drop_table("refusal_count")
    op.drop_column("document", "second_signed_at")
    op.drop_column("document", "second")
    op.drop_column("authority_delegation", "text")
