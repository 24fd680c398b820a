"""Merging and erasing customers: what takes a merge apart again, what stays of who was erased."""

import sqlalchemy as sa
from alembic import op

from console.db.base import Amount, BigId, Json, UtcDateTime, code

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("erased", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_customers_email_lower", "customers", [sa.text("lower(email)")], unique=False)
    op.create_table(
        "merges",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ref", code(100), nullable=False),
        sa.Column("merged_id", BigId, nullable=False),
        sa.Column("kept_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=True),
        sa.Column("snapshot", Json, nullable=False),
        sa.Column("purchases", Json, nullable=False),
        sa.Column("cases", Json, nullable=False),
        sa.Column("calls", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["customers.id"], name=op.f("fk_merges_kept_id_customers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("ref", name=op.f("uq_merges_ref")),
    )
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"], unique=False)
    op.create_index(op.f("ix_merges_merged_id"), "merges", ["merged_id"], unique=False)
    _pairs()
    op.create_table(
        "erased_purchases",
        sa.Column("id", BigId, nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("total", Amount(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_purchases")),
    )
    op.create_index(op.f("ix_erased_purchases_placed_at"), "erased_purchases", ["placed_at"], unique=False)
    op.create_table(
        "erased_cases",
        sa.Column("id", BigId, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(20), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_cases")),
    )
    op.create_index(op.f("ix_erased_cases_opened_at"), "erased_cases", ["opened_at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=True),
        sa.Column("purchases", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )


def _pairs() -> None:
    """What was decided about two customers."""
    op.create_table(
        "unmerges",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("kept_id", BigId, nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("merged_by", sa.String(320), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=True),
        _of_customer("unmerges", "customer_id"),
        _of_customer("unmerges", "kept_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmerges")),
    )
    op.create_index(op.f("ix_unmerges_customer_id"), "unmerges", ["customer_id"], unique=False)
    op.create_index(op.f("ix_unmerges_kept_id"), "unmerges", ["kept_id"], unique=False)
    op.create_table(
        "different_people",
        sa.Column("one_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=True),
        _of_customer("different_people", "one_id"),
        _of_customer("different_people", "other_id"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_different_people")),
    )
    op.create_index(op.f("ix_different_people_other_id"), "different_people", ["other_id"], unique=False)


def _of_customer(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_customers")
    return sa.ForeignKeyConstraint([column], ["customers.id"], name=name, ondelete="CASCADE")
