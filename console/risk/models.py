"""The rules of who is at risk, and whom surveys found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId
from console.rules.sets import StoredRules


class RiskRuleSet(StoredRules, Base):
    """All rules of who is at risk; of each the document is `rule_document`."""

    __tablename__ = "risk_rule_sets"


class SurveyState(StrEnum):
    """How a survey stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # `problem` says why


class RiskSurvey(Base):
    """One pass through all customers by the rules of version `rules`, with all facts as of `begun_at`. It has
    `looked` at so many of them so far, and `found` so many."""

    __tablename__ = "risk_surveys"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rules: Mapped[int]
    begun_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default=SurveyState.RUNNING)
    looked: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)


class RiskEntry(Base):
    """A customer whom a survey found by a rule, the rule's `place` in the list, and `why`: as `reasons`, of
    each comparison what was asked, the value, and what is the case. Earlier surveys found them by it, too,
    from `since` on."""

    __tablename__ = "risk_entries"
    __table_args__ = (Index("ix_risk_entries_customer", "customer_id"),)

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("risk_surveys.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(100), primary_key=True)
    place: Mapped[int]
    since: Mapped[datetime]
    why: Mapped[dict[str, Any]]
