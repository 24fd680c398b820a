"""What became of a script's runs is read by its key, of the last weeks, out of all runs there ever were."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_runs_script_started", "runs", ["script_key", "started_at"])
