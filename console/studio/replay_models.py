"""Replays: what was tried on which past calls, how far they are, and which picks would be others."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class Tried(StrEnum):
    """What is tried instead of what calls get now."""

    DRAFT = "draft"  # the newest version of one script
    DRAFTS = "drafts"  # the newest versions of all
    GIVEN = "given"  # scripts that somebody pasted
    ONLY_GIVEN = "only_given"  # those and no others
    WITHOUT = "without"  # one script taken out


class ReplayState(StrEnum):
    """How a replay stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by somebody, on the way
    FAILED = "failed"  # `problem` says why


class ReplayJob(Base):
    """One replay over the calls that began from `starts_at` to before `ends_at`.

    `versions` pins the two sets of scripts, `before` and `after`: of each key the version, which never
    changes; None is one of the `given` documents, made of `source` as it was pasted. Of calls nothing is kept
    here but counts: `total` in the period, `passed` so far, and of those `looked` at, `without_facts`,
    `erased`; `differ` and `renewed` are calls that would get another script, or another version of the same.
    """

    __tablename__ = "replays"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    author: Mapped[str] = mapped_column(String(320))
    tried: Mapped[str] = mapped_column(String(20))
    script_key: Mapped[str | None] = mapped_column(String(100))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default=ReplayState.RUNNING)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    total: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    looked: Mapped[int] = mapped_column(default=0)
    without_facts: Mapped[int] = mapped_column(default=0)
    erased: Mapped[int] = mapped_column(default=0)
    differ: Mapped[int] = mapped_column(default=0)
    renewed: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
    versions: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    source: Mapped[str | None] = mapped_column(Text, deferred=True)
    given: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)


class ReplayDifference(Base):
    """A pick that would be another one: from which script to which (None: no script). The reason is told from
    the pick's facts when somebody reads it: nothing of a caller stands here."""

    __tablename__ = "replay_differences"
    __table_args__ = (Index("ix_replay_differences_replay", "replay_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    replay_id: Mapped[int] = mapped_column(ForeignKey("replays.id", ondelete="CASCADE"))
    pick_id: Mapped[str] = mapped_column(String(200))
    script_from: Mapped[str | None] = mapped_column(String(100))
    script_to: Mapped[str | None] = mapped_column(String(100))
