"""Why calls are handed over, what is said to that, the rules of to whom; and whether the packet was shown."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _handovers()
    _answers()
    _rules()
    op.add_column("pops", sa.Column("packet", sa.String(20), nullable=True))


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("leg_id", sa.String(200), nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_user("handovers"),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_call_id"), "handovers", ["call_id"])


def _answers() -> None:
    op.create_table(
        "handover_answers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("call_id", sa.String(200), nullable=False),
        sa.Column("leg_id", sa.String(200), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_user("handover_answers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_answers")),
    )
    op.create_index(op.f("ix_handover_answers_call_id"), "handover_answers", ["call_id"])


def _rules() -> None:
    op.create_table(
        "handover_rule_sets",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handover_rule_sets")),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_users")
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=name, ondelete="CASCADE")
