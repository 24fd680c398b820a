"""Queues, by their name on the phone system."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base


class Queue(Base):
    """What we know of a queue beyond its name: its title, its line, what it promises, and the extension that
    leads into it."""

    __tablename__ = "queues"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[int] = mapped_column(default=1)
    answer_within_s: Mapped[int] = mapped_column(default=20)
    wrap_up_s: Mapped[int] = mapped_column(default=30)
    outcome_required: Mapped[bool] = mapped_column(default=False)
    extension: Mapped[str | None] = mapped_column(String(40))
