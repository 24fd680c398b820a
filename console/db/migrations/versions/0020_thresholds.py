"""From when on a queue is yellow or red on the boards."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBERS = (
    *("waiting_yellow", "waiting_red", "longest_yellow_s", "longest_red_s", "level_yellow", "level_red"),
)


def upgrade() -> None:
    op.create_table(
        "queue_thresholds",
        sa.Column("queue", sa.String(100), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in NUMBERS),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_thresholds")),
    )
