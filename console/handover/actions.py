"""Writes down why a call is handed over, and what is said to that; all in the session's transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.handover.models import Handover, HandoverAnswer
from console.handover.records import AnswerKind


@dataclass(frozen=True, slots=True)
class Said:
    """Who says it, on which leg of which call, when."""

    user_id: int
    leg: str
    call: str
    at: datetime


async def keep_reason(session: AsyncSession, said: Said, reason: str) -> None:
    """The agent of a leg hands its call over for this reason: what they typed before does not count."""
    stored = await session.get(Handover, said.leg, with_for_update=True)
    if stored is None:
        of = {"leg_id": said.leg, "call_id": said.call, "user_id": said.user_id}
        session.add(Handover(**of, reason=reason, at=said.at))
    elif stored.reason != reason:
        stored.reason, stored.at = reason, said.at


async def has_answered(session: AsyncSession, leg: str) -> bool:
    """Whether the agent of a leg has said anything yet to a call that was handed over to them."""
    return (
        await session.scalar(select(HandoverAnswer.id).where(HandoverAnswer.leg_id == leg).limit(1))
        is not None
    )


async def keep_answer(session: AsyncSession, said: Said, kind: AnswerKind, text: str) -> bool:
    """The agent of a leg says this to a call that was handed over to them. Whether that is new: of two clicks
    the second changes nothing."""
    of_leg = select(HandoverAnswer).where(HandoverAnswer.leg_id == said.leg)
    last = await session.scalar(of_leg.order_by(HandoverAnswer.id.desc()).limit(1).with_for_update())
    if last is not None and (last.kind, last.text) == (kind, text):
        return False
    of = {"leg_id": said.leg, "call_id": said.call, "user_id": said.user_id}
    session.add(HandoverAnswer(**of, kind=kind.value, text=text, at=said.at))
    return True


async def forget_handovers(session: AsyncSession, calls: Select[str]) -> None:
    """What was said of callers who are erased goes; `calls` selects the ids of their calls."""
    await session.execute(delete(Handover).where(Handover.call_id.in_(calls)))
    await session.execute(delete(HandoverAnswer).where(HandoverAnswer.call_id.in_(calls)))
