"""Queues, by their name on the phone system, and what their agents did when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base

WRAP_UP_S = 30
"""How long an agent may finish a call, where the queue says nothing else, or there was none."""


ANSWER_WITHIN_S = 20
"""Within how many seconds callers are to be answered, where the queue says nothing else."""


class Queue(Base):
    """What we know of a queue beyond its name: its title, its line, what it promises, and the extension that
    leads into it. `outcomes` are the words that its agents choose from; None: the usual ones."""

    __tablename__ = "queues"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[int] = mapped_column(default=1)
    answer_within_s: Mapped[int] = mapped_column(default=ANSWER_WITHIN_S)
    wrap_up_s: Mapped[int] = mapped_column(default=WRAP_UP_S)
    outcome_required: Mapped[bool] = mapped_column(default=False)
    outcomes: Mapped[list[str] | None]
    extension: Mapped[str | None] = mapped_column(String(40))


class QueueThresholds(Base):
    """From when on a queue, set up or not, is yellow or red on the boards, as in `queues.thresholds`."""

    __tablename__ = "queue_thresholds"

    queue: Mapped[str] = mapped_column(String(100), primary_key=True)
    waiting_yellow: Mapped[int | None]
    waiting_red: Mapped[int | None]
    longest_yellow_s: Mapped[int | None]
    longest_red_s: Mapped[int | None]
    level_yellow: Mapped[int | None]
    level_red: Mapped[int | None]
    sound: Mapped[bool] = mapped_column(default=False)


class QueueServiceLevel(Base):
    """How the service level of a queue, set up or not, is computed: `short_s` is its limit for short
    abandons, the others are as in `figures.switches`. Within how many seconds it promises an answer stands in
    `queues`."""

    __tablename__ = "queue_service_levels"

    queue: Mapped[str] = mapped_column(String(100), primary_key=True)
    short_s: Mapped[int]
    formula: Mapped[str] = mapped_column(String(40))
    short: Mapped[bool]
    timed_out: Mapped[bool]
    moved: Mapped[bool]


class AgentState(Base):
    """What an agent did from `began_at` to `ended_at` (None: since then): `state` is available, ringing,
    on_call, wrap_up, on_break (for `reason`) or offline. An agent's rows neither overlap nor repeat each
    other's state; where there is none, nobody listened yet."""

    __tablename__ = "agent_states"
    __table_args__ = (
        Index("ix_agent_states_began", "began_at"),
        Index("ix_agent_states_ended", "ended_at"),
        Index(
            "uq_agent_states_open",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
