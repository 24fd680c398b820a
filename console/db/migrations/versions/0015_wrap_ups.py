"""The time in which agents finish their calls, and each queue's words for how calls ended."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrap_ups",
        sa.Column("leg_id", sa.String(200), nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("link", sa.String(100), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_wrap_ups_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_wrap_ups")),
    )
    op.create_index("ix_wrap_ups_link_ended", "wrap_ups", ["link", "ended_at"])
    op.create_index("ix_wrap_ups_user_ended", "wrap_ups", ["user_id", "ended_at"])
    op.add_column("queues", sa.Column("outcomes", Json, nullable=True))
