"""Cases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId, code


class Case(Base):
    """A request being worked on. Open means `open` or `waiting`."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_customer_status", "customer_id", "status"),)

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


class CaseEvent(Base):
    """Something that happened to a case after it was opened: somebody wrote a comment, or a `field` changed
    from `before` to `after` (as text, moments in ISO 8601). `kind` is one of `history.EventKind`; `author` is
    the e-mail of who did it, None for an import or another program."""

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
