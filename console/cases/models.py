"""Cases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
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
