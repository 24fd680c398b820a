"""What was picked on calls, with the facts as they were; replays of other scripts over them."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picks",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("queue", sa.String(100), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("script_key", sa.String(100), nullable=True),
        sa.Column("script_version", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_picks_call_id_calls"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picks")),
    )
    op.create_index(op.f("ix_picks_call_id"), "picks", ["call_id"], unique=False)
    op.create_table(
        "replays",
        sa.Column("id", BigId, nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("tried", sa.String(20), nullable=False),
        sa.Column("script_key", sa.String(100), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("without_facts", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.Column("differ", sa.Integer(), nullable=False),
        sa.Column("renewed", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("versions", Json, nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("given", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_table(
        "replay_differences",
        sa.Column("id", BigId, nullable=False),
        sa.Column("replay_id", BigId, nullable=False),
        sa.Column("pick_id", sa.String(200), nullable=False),
        sa.Column("script_from", sa.String(100), nullable=True),
        sa.Column("script_to", sa.String(100), nullable=True),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["replays.id"], name=op.f("fk_replay_differences_replay_id_replays"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_differences")),
    )
    op.create_index("ix_replay_differences_replay", "replay_differences", ["replay_id", "id"], unique=False)
