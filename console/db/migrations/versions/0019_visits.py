"""Waits in queues, holds and transfers of calls, and what agents did when."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legs", sa.Column("held_s", sa.Float(), nullable=True))
    op.add_column("legs", sa.Column("transferred_to", sa.String(200), nullable=True))
    _create_visits()
    _create_agent_states()


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(100), nullable=False),
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("end", sa.String(20), nullable=True),
        sa.Column("leg_id", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_visits_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_queued", "visits", ["queued_at"])
    op.create_index("ix_visits_queue_queued", "visits", ["queue", "queued_at"])


def _create_agent_states() -> None:
    op.create_table(
        "agent_states",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_agent_states_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "began_at", name=op.f("pk_agent_states")),
    )
    op.create_index("ix_agent_states_began", "agent_states", ["began_at"])
    op.create_index("ix_agent_states_ended", "agent_states", ["ended_at"])
    op.create_index(
        "uq_agent_states_open",
        "agent_states",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
