"""Cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId, code


class Case(Base):
    """A request being worked on. Open means `open` or `waiting`. `due_by_rule`: its due time follows from its
    line and priority; else it was given, or there is none. `escalated_for` is the due time for which it went
    up when that was over, or need not."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_customer_status", "customer_id", "status"),
        Index("ix_cases_status_due", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(code(100), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(20))  # open, waiting, closed
    priority: Mapped[str] = mapped_column(String(20))  # low, normal, high, urgent
    line: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)  # how often
    owner: Mapped[str | None] = mapped_column(String(320))
    due_by_rule: Mapped[bool] = mapped_column(default=False, server_default=false())
    escalated_for: Mapped[datetime | None]


class CaseEvent(Base):
    """Something that happened to a case after it was opened: somebody wrote a comment, or a `field` changed
    from `before` to `after` (as text, moments in ISO 8601). `kind` is one of `history.EventKind`; `author` is
    the e-mail of who did it, None for an import or another program. A case that went up because it was
    overdue has the moment at which it was due as `text`, and `history.standing` before and after."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_case_at", "case_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))
    kind: Mapped[str] = mapped_column(String(20))
    field: Mapped[str | None] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")


class CallCase(Base):
    """That something was done to a case in a call, first at a moment."""

    __tablename__ = "call_cases"
    __table_args__ = (UniqueConstraint("case_id", "call_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class StoredDueRules(Base):
    """When cases are due, as `due_rules.write_rules` writes it. The newest counts."""

    __tablename__ = "due_rules"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document: Mapped[dict[str, Any]]
    author: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]


class ErasedCase(Base):
    """What stays of a case whose customer was erased: what sort it was, and when."""

    __tablename__ = "erased_cases"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(20))
    line: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int]
