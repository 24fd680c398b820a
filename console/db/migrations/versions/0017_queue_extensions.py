"""The extension that leads into a queue: what an agent's call is passed on to."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queues", sa.Column("extension", sa.String(40)))
