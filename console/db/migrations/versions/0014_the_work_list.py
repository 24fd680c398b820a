"""The work list: callers whom nobody answered, and who has claimed which call-back."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, UtcDateTime, code

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _missed_callers()
    _missed_calls()
    op.add_column("callbacks", sa.Column("claimed_by", sa.String(320), nullable=True))
    op.add_column("callbacks", sa.Column("claimed_at", UtcDateTime(), nullable=True))
    op.add_column("callbacks", sa.Column("settled_how", sa.String(20), nullable=True))
    op.create_index("ix_callbacks_state_due", "callbacks", ["state", "due_at"])
    op.create_index(op.f("ix_callbacks_settled_at"), "callbacks", ["settled_at"])


def _missed_callers() -> None:
    op.create_table(
        "missed_callers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", code(100), nullable=False),
        sa.Column("queue", sa.String(100), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("newest_call_id", sa.String(200), nullable=False),
        sa.Column("claimed_by", sa.String(320), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("done_how", sa.String(20), nullable=True),
        sa.Column("done_by", sa.String(320), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_call_id", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_callers")),
    )
    still_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_missed_callers_open_number",
        "missed_callers",
        ["number"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_missed_callers_done_at", "missed_callers", ["done_at", "first_at"])


def _missed_calls() -> None:
    op.create_table(
        "missed_calls",
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("caller_id", BigId, nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_missed_calls_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["caller_id"],
            ["missed_callers.id"],
            name=op.f("fk_missed_calls_caller_id_missed_callers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_missed_calls")),
    )
    op.create_index("ix_missed_calls_caller_at", "missed_calls", ["caller_id", "at"])
