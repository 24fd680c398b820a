"""The waits and parts of a day on record, as figures count them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Leg, Visit, WrapUp
from console.figures import visits as figures
from telephony.events import LegResult, VisitEnd


async def read_visits(session: AsyncSession, link: str, since: datetime) -> Sequence[figures.Visit]:
    """The waits on a link that began since then."""
    found = await session.execute(
        select(Visit, Leg, WrapUp)
        .outerjoin(Leg, Leg.id == Visit.leg_id)
        .outerjoin(WrapUp, WrapUp.leg_id == Visit.leg_id)
        .where(Visit.queued_at >= since, Visit.link == link)
    )
    return [
        figures.Visit(
            call=visit.call_id,
            number=visit.number,
            queue=visit.queue,
            queued_at=visit.queued_at,
            left_at=visit.left_at,
            end=None if visit.end is None else VisitEnd(visit.end),
            part=_part(leg, wrap_up) if leg is not None else None,  # type: ignore[redundant-expr] # an outer join
            line=visit.line,
        )
        for visit, leg, wrap_up in found
    ]


async def read_parts(session: AsyncSession, link: str, since: datetime) -> dict[str, figures.Part]:
    """The parts of agents on a link whose phones began to ring since then, by leg."""
    found = await session.execute(
        select(Leg, WrapUp)
        .join(Call, Call.id == Leg.call_id)
        .outerjoin(WrapUp, WrapUp.leg_id == Leg.id)
        .where(Leg.offered_at >= since, Call.link == link, Leg.user_id.is_not(None))
    )
    return {leg.id: _part(leg, wrap_up) for leg, wrap_up in found}


def _part(leg: Leg, wrap_up: WrapUp | None) -> figures.Part:
    finished = wrap_up.ended_at - wrap_up.began_at if wrap_up and wrap_up.ended_at else None
    return figures.Part(
        agent="" if leg.user_id is None else str(leg.user_id),
        offered_at=leg.offered_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        result=None if leg.result is None else LegResult(leg.result),
        held_s=leg.held_s or 0.0,
        wrap_up_s=finished.total_seconds() if finished else 0.0,
        queue=leg.queue,
    )
