"""What is promised and offered on calls: call-backs, and offers with their answer."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, UtcDateTime, code

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _callbacks()
    _offers()


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("number", code(100), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("owner", sa.String(320), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(320), nullable=True),
        _of_customer("callbacks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_call_id"), "callbacks", ["call_id"])
    op.create_index("ix_callbacks_customer_state_due", "callbacks", ["customer_id", "state", "due_at"])
    op.create_index("ix_callbacks_number_state_due", "callbacks", ["number", "state", "due_at"])
    op.create_table(
        "callback_moves",
        sa.Column("id", BigId, nullable=False),
        sa.Column("callback_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("due_before", UtcDateTime(), nullable=False),
        sa.Column("due_after", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["callback_id"],
            ["callbacks.id"],
            name=op.f("fk_callback_moves_callback_id_callbacks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_moves")),
    )
    op.create_index(op.f("ix_callback_moves_callback_id"), "callback_moves", ["callback_id"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("script_key", sa.String(100), nullable=False),
        sa.Column("script_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_customer("offers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_call_id"), "offers", ["call_id"])
    op.create_index("ix_offers_customer_at", "offers", ["customer_id", "at"])


def _of_customer(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_customer_id_customers")
    return sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=name, ondelete="CASCADE")
