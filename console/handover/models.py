"""Why calls were handed over, what was said to that, and the rules of to whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId
from console.rules.sets import StoredRules


class Handover(Base):
    """Why the agent of one leg hands its call over, as far as they have typed it."""

    __tablename__ = "handovers"

    leg_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class HandoverAnswer(Base):
    """What the agent of a leg to whom a call was handed over said to that (`records.AnswerKind`)."""

    __tablename__ = "handover_answers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    leg_id: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class HandoverRuleSet(StoredRules, Base):
    """All rules of to whom calls are handed over; of each the document is `rule_document`."""

    __tablename__ = "handover_rule_sets"
