"""The studio: a script as its author wrote it, why, who published which version when, and the archive."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scripts", sa.Column("archived_at", UtcDateTime(), nullable=True))
    op.add_column("script_versions", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("script_versions", sa.Column("note", sa.Text(), nullable=True))
    op.create_table(
        "script_publications",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(320), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"], ["scripts.key"], name=op.f("fk_script_publications_key_scripts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_publications")),
    )
    op.create_index(op.f("ix_script_publications_key"), "script_publications", ["key"], unique=False)
