"""Callers whom nobody answered, and the calls by which they tried."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId, code


class MissedCaller(Base):
    """A caller to be called back: one entry for each number while it is open. `queue` and `line` are those of
    the newest of their calls. Claimed and done as `entry` says."""

    __tablename__ = "missed_callers"
    __table_args__ = (
        Index(
            "ix_missed_callers_open_number",
            "number",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_missed_callers_done_at", "done_at", "first_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(code(100))
    queue: Mapped[str | None] = mapped_column(String(100))
    line: Mapped[int]
    tries: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    newest_call_id: Mapped[str] = mapped_column(String(200))
    claimed_by: Mapped[str | None] = mapped_column(String(320))
    claimed_at: Mapped[datetime | None]
    done_how: Mapped[str | None] = mapped_column(String(20))
    done_by: Mapped[str | None] = mapped_column(String(320))
    done_at: Mapped[datetime | None]
    done_call_id: Mapped[str | None] = mapped_column(String(200))


class MissedCall(Base):
    """A call that nobody answered has been counted. Without a caller it was withheld who called."""

    __tablename__ = "missed_calls"
    __table_args__ = (Index("ix_missed_calls_caller_at", "caller_id", "at"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("missed_callers.id", ondelete="CASCADE"))
    line: Mapped[int]
    at: Mapped[datetime]
