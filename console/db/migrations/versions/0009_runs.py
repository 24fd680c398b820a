"""Runs: walks through scripts on calls. Nothing ever wrote the column of calls that was meant for them."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", BigId, nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("script_key", sa.String(100), nullable=False),
        sa.Column("script_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("walk", Json, nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("step", sa.String(100), nullable=True),
        sa.Column("outcome", sa.String(100), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_runs_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_call_number", "runs", ["call_id", "number"], unique=True)
    op.drop_column("calls", "run")
