"""Queues, by their name on the phone system."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base

WRAP_UP_S = 30
"""How long an agent may finish a call, where the queue says nothing else, or there was none."""


class Queue(Base):
    """What we know of a queue beyond its name: its title, its line, what it promises, and the extension that
    leads into it. `outcomes` are the words that its agents choose from; None: the usual ones."""

    __tablename__ = "queues"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[int] = mapped_column(default=1)
    answer_within_s: Mapped[int] = mapped_column(default=20)
    wrap_up_s: Mapped[int] = mapped_column(default=WRAP_UP_S)
    outcome_required: Mapped[bool] = mapped_column(default=False)
    outcomes: Mapped[list[str] | None]
    extension: Mapped[str | None] = mapped_column(String(40))
