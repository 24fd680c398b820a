"""Customers at risk: rules, surveys, and whom they found."""

import sqlalchemy as sa
from alembic import op

from console.db.base import BigId, Json, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_rule_sets",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_risk_rule_sets")),
    )
    op.create_table(
        "risk_surveys",
        sa.Column("id", BigId, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_surveys")),
    )
    _create_entries()


def _create_entries() -> None:
    op.create_table(
        "risk_entries",
        sa.Column("survey_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("why", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["risk_surveys.id"],
            name=op.f("fk_risk_entries_survey_id_risk_surveys"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_risk_entries_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("survey_id", "customer_id", "rule", name=op.f("pk_risk_entries")),
    )
    op.create_index("ix_risk_entries_customer", "risk_entries", ["customer_id"])
