"""Cases are worked on in calls: in which; when they are due by the rules, and what was overdue goes up."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("due_by_rule", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("escalated_for", UtcDateTime(), nullable=True))
    op.create_index("ix_cases_status_due", "cases", ["status", "due_at"])
    _leave_what_is_overdue()
    op.create_table(
        "call_cases",
        sa.Column("id", BigId, nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_call_cases_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_cases")),
        sa.UniqueConstraint("case_id", "call_id", name=op.f("uq_call_cases_case_id")),
    )
    op.create_index(op.f("ix_call_cases_call_id"), "call_cases", ["call_id"])
    op.create_table(
        "due_rules",
        sa.Column("id", BigId, nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_rules")),
    )


def _leave_what_is_overdue() -> None:
    """What was overdue before anything went up by itself stays where it is."""
    cases = sa.table("cases", sa.column("due_at", UtcDateTime()), sa.column("escalated_for", UtcDateTime()))
    overdue = cases.c.due_at < sa.bindparam("now", datetime.now(UTC), UtcDateTime())
    op.execute(cases.update().where(overdue).values(escalated_for=cases.c.due_at))
