"""Call-backs, and offers that were made."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from console.db.base import Base, BigId, code


class CallbackState(StrEnum):
    """What became of a call-back. Nothing is owed any more once it is not open."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class OfferAnswer(StrEnum):
    """What was said to an offer; `later`: they would think about it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LATER = "later"


class Callback(Base):
    """A call-back that was promised on a call: which `number` is to be called, when, by whom (`owner`, an
    agent's e-mail; None: by anybody of the line). Without a customer it was promised to a number that nobody
    had. It was settled, done or withdrawn, by the agent with the e-mail `settled_by`; at the work list, also
    `settled_how`. An agent may have claimed it there."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index("ix_callbacks_customer_state_due", "customer_id", "state", "due_at"),
        Index("ix_callbacks_number_state_due", "number", "state", "due_at"),
        Index("ix_callbacks_state_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    number: Mapped[str] = mapped_column(code(100))
    due_at: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(320))
    line: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default=CallbackState.OPEN.value)
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    settled_by: Mapped[str | None] = mapped_column(String(320))
    claimed_by: Mapped[str | None] = mapped_column(String(320))
    claimed_at: Mapped[datetime | None]
    settled_how: Mapped[str | None] = mapped_column(String(20))

    moves: Mapped[list["CallbackMove"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="CallbackMove.id"
    )


class CallbackMove(Base):
    """That a call-back was put off or brought forward: from when to when, when, and by whom."""

    __tablename__ = "callback_moves"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(320))
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]


class Offer(Base):
    """Something that was offered at a step of a script, and what was answered. (An offer of the phone system,
    one ring of one agent, is a leg: see `calls`.)"""

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_customer_at", "customer_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    script_key: Mapped[str] = mapped_column(String(100))
    script_version: Mapped[int]
    step: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(String(20))
    author: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
