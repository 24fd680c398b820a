"""Messages to agents, and to whom they went."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class Message(Base):
    """What somebody wrote to agents; it is gone at `until`, the end of their day. `audience` is written as in
    `actions`."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    audience: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)


class MessageTo(Base):
    """One agent whom a message went to, and when they put it away."""

    __tablename__ = "message_recipients"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    put_away_at: Mapped[datetime | None]
