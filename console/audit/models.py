"""The log of what supervisors do."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class AuditEntry(Base):
    """`user_id` did (or wanted to do) `act` at that moment: to an agent, a call, a queue. `details` are words
    of ours (a reason from the list, a queue, how many); `outcome` is done, refused or unsure, and `why` the
    sentence of a refusal. Nobody changes or deletes a row."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_at", "at", "id"), Index("ix_audit_log_user_at", "user_id", "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(40))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    call_id: Mapped[str | None] = mapped_column(String(200))
    queue: Mapped[str | None] = mapped_column(String(100))
    details: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(Text)
