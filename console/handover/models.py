"""Why calls were handed over, what was said to that, and the rules of to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


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


class HandoverRuleSet(Base):
    """All rules of to whom calls are handed over, as of version `number`: the newest is in force. `rules` is
    a document (`rule_document`); nothing in it is changed once stored."""

    __tablename__ = "handover_rule_sets"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    author: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
