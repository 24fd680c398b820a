"""Calls, legs, visits, pops, picks, notes, runs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class Call(Base):
    """One conversation from the caller's side. `number` is E.164 where it could be made so, else as sent;
    empty for a withheld caller. `identified` is the outcome of identification. An `erased` call tells nothing
    of its caller any more, and never will again."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_customer_started", "customer_id", "started_at"),
        Index("ix_calls_number_started", "number", "started_at"),
        Index("ix_calls_started", "started_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    link: Mapped[str] = mapped_column(String(100))
    direction: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    end: Mapped[str | None] = mapped_column(String(20))
    queue: Mapped[str | None] = mapped_column(String(100))
    line: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(100))
    caller_name: Mapped[str] = mapped_column(String(500))
    identified: Mapped[str | None] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    script_key: Mapped[str | None] = mapped_column(String(100))
    script_version: Mapped[int | None]
    script_sentence: Mapped[str | None] = mapped_column(Text)
    satisfaction: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(100))
    erased: Mapped[bool] = mapped_column(default=False, server_default=false())


class Leg(Base):
    """One agent's part in a call. `user_id` is None when no user has the interface. `held_s` is for how many
    seconds the caller was on hold (while the caller is on hold, without that hold; None: not recorded yet
    then), `transferred_to` the extension to which the agent passed the call on, as dialled."""

    __tablename__ = "legs"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    interface: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    queue: Mapped[str | None] = mapped_column(String(100))
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(String(20))
    held_s: Mapped[float | None] = mapped_column(Float)
    transferred_to: Mapped[str | None] = mapped_column(String(200))


class Visit(Base):
    """One wait of a caller in a queue, the `number`th (from 1) of its call. `line` is the queue's when the
    call first came to it, `end` one of `telephony.events.VisitEnd`, and `leg_id` the leg that answered.
    `left_at` and `end` are None while the caller waits; whoever left has no `end` yet until it shows whether
    they hung up, which the end of the call tells at the latest."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_queued", "queued_at"),
        Index("ix_visits_queue_queued", "queue", "queued_at"),
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[str] = mapped_column(String(100))
    queue: Mapped[str] = mapped_column(String(100))
    line: Mapped[int | None]
    queued_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    end: Mapped[str | None] = mapped_column(String(20))
    leg_id: Mapped[str | None] = mapped_column(String(200))


class Pop(Base):
    """The delivery of one offer to one screen, with the time of each stage. Its id is the leg's. `packet`
    says whether a call that was handed over came with what is known of it (`delivery.Packet`; None: it was
    not)."""

    __tablename__ = "pops"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(200))  # why it was not shown
    offered_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    visible: Mapped[bool | None]  # whether the tab was in front when it was shown
    packet: Mapped[str | None] = mapped_column(String(20))


class Pick(Base):
    """What was picked for one offer, on the day `today`, by these facts. Its id is the leg's. Without a key
    no script applied. `facts` is compact JSON (`picks.read_facts`); None when the caller was erased, or when
    they were too many."""

    __tablename__ = "picks"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    today: Mapped[date]
    queue: Mapped[str | None] = mapped_column(String(100))
    line: Mapped[int | None]
    script_key: Mapped[str | None] = mapped_column(String(100))
    script_version: Mapped[int | None]
    facts: Mapped[str | None] = mapped_column(Text)


class Note(Base):
    """What the agent of one leg wrote. `version` counts up with each save; on a conflict both texts stay."""

    __tablename__ = "notes"

    leg_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    updated_at: Mapped[datetime]


class StoredRun(Base):
    """A walk through one version of a script on a call. `number` counts the runs of a call (another script is
    another run, for a `reason`), `revision` the steps that were taken. `walk` is the run as a document; what
    it says of `answers`, `step` and `outcome` stands beside it. `user_id` is who took the last step."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_call_number", "call_id", "number", unique=True),
        Index("ix_runs_script_started", "script_key", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    revision: Mapped[int]
    script_key: Mapped[str] = mapped_column(String(100))
    script_version: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    walk: Mapped[dict[str, Any]]
    answers: Mapped[dict[str, Any]]
    step: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WrapUp(Base):
    """The time in which an agent finishes a call, behind their leg of it (the id is the leg's). It ends by
    itself at `ends_at`, but not before the call has an outcome where that is `owed`; `ended_at` is when it
    did."""

    __tablename__ = "wrap_ups"
    __table_args__ = (
        Index("ix_wrap_ups_link_ended", "link", "ended_at"),
        Index("ix_wrap_ups_user_ended", "user_id", "ended_at"),
    )

    leg_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    owed: Mapped[bool]
    ended_at: Mapped[datetime | None]
