"""Alerts of queues, and who has seen them; what supervisors keep of the board for themselves; how the service
level of each queue is computed."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("figure", sa.String(20), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("worst", sa.String(10), nullable=False),
        sa.Column("peak", sa.Double(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("known_at", UtcDateTime(), nullable=False),
        sa.Column("red_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_known", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_began", "alerts", ["began_at", "id"])
    op.create_index("ix_alerts_ended", "alerts", ["ended_at"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        *("uq_alerts_open", "alerts", ["queue", "figure"]),
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "alerts_seen",
        sa.Column("alert_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alerts_seen_alert_id_alerts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_alerts_seen_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "user_id", name=op.f("pk_alerts_seen")),
    )
    _create_views()
    _create_service_levels()


def _create_views() -> None:
    op.create_table(
        "board_views",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("opens_first", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_board_views_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_views")),
        sa.UniqueConstraint("user_id", "name", name="uq_board_views_name"),
    )
    first = sa.text("opens_first")
    op.create_index(
        *("uq_board_views_first", "board_views", ["user_id"]),
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )


def _create_service_levels() -> None:
    op.create_table(
        "queue_service_levels",
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("short_s", sa.Integer(), nullable=False),
        sa.Column("formula", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("short", "timed_out", "moved")),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_service_levels")),
    )
