"""What was said when calls were handed over."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CompoundSelect, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from console.handover.models import Handover, HandoverAnswer
from console.handover.records import Answered, AnswerKind, HandedOver
from console.identity.models import User

REASON = "reason"
"""Says of a row that it is why a call is handed over, and no answer."""


async def handed_over_on(session: AsyncSession, calls: Collection[str]) -> dict[str, HandedOver]:
    """All that was said on each of these calls; those on which nothing was are left out."""
    reasons: defaultdict[str, dict[str, str]] = defaultdict(dict)
    answers: defaultdict[str, list[Answered]] = defaultdict(list)
    for id_, call, leg, kind, text, by, at in await session.execute(_said(calls)):
        if kind == REASON:
            reasons[call][leg] = text
        else:
            answers[call].append(Answered(id_, leg, AnswerKind(kind), text, by, at))
    return {call: HandedOver(reasons[call], tuple(answers[call])) for call in reasons.keys() | answers.keys()}


def _said(calls: Collection[str]) -> CompoundSelect[int, str, str, str, str, str, datetime]:
    """Reasons and answers in one statement, in the order in which they were said."""
    why, answer = Handover, HandoverAnswer
    reasons = select(
        literal(0).label("id"), why.call_id, why.leg_id, literal(REASON), why.reason, User.name, why.at
    ).join(User, User.id == why.user_id)
    answers = select(
        answer.id, answer.call_id, answer.leg_id, answer.kind, answer.text, User.name, answer.at
    ).join(User, User.id == answer.user_id)
    return union_all(
        reasons.where(why.call_id.in_(calls), why.reason != ""), answers.where(answer.call_id.in_(calls))
    ).order_by("at", "id")
