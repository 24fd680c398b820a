"""What scripts failed at on calls, for their authors."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "script_failures",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_failures")),
    )
    op.create_index(
        "ix_script_failures_what", "script_failures", ["key", "version", "step", "why"], unique=True
    )
