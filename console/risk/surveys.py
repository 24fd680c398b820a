"""How far surveys are: any process can begin one, and tell when the one that does it is gone."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.risk.models import RiskSurvey, SurveyState

REVISION = "risk surveys"
"""Whoever begins a survey holds the row of this counter meanwhile: two at the same moment begin one."""

EVERY = timedelta(hours=1)
"""A list is made anew so often."""

LOST_AFTER = timedelta(minutes=2)
"""A batch takes seconds: whoever gave no sign for so long is gone."""


async def begin_survey(session: AsyncSession, rules: int, at: datetime) -> int | None:
    """A new survey by the rules of that version, which somebody does from now on: its number. None: one is
    under way. Surveys that are neither shown nor under way go, with what they found."""
    await bump(session, REVISION)
    last = await last_survey(session)
    if last is not None and is_under_way(last, at):
        return None
    shown = await shown_survey(session)
    kept = [] if shown is None else [shown.id]
    await session.execute(delete(RiskSurvey).where(RiskSurvey.id.not_in(kept)))
    survey = RiskSurvey(rules=rules, begun_at=at, heartbeat_at=at)
    session.add(survey)
    await session.flush()
    return survey.id


async def last_survey(session: AsyncSession) -> RiskSurvey | None:
    """The one that was begun last, whatever became of it."""
    found: RiskSurvey | None = await session.scalar(
        select(RiskSurvey).order_by(RiskSurvey.id.desc()).limit(1)
    )
    return found


async def shown_survey(session: AsyncSession) -> RiskSurvey | None:
    """The one whose list is shown: the last that came to its end."""
    done = select(RiskSurvey).where(RiskSurvey.state == SurveyState.DONE)
    found: RiskSurvey | None = await session.scalar(done.order_by(RiskSurvey.id.desc()).limit(1))
    return found


def is_under_way(survey: RiskSurvey, at: datetime) -> bool:
    """Whether somebody is at it."""
    return survey.state == SurveyState.RUNNING and at - survey.heartbeat_at <= LOST_AFTER


def is_due(last: RiskSurvey | None, rules: int, at: datetime) -> bool:
    """Whether another one is to be begun by itself: it is time, or the rules are others than of the last."""
    return last is None or last.rules != rules or at - last.begun_at >= EVERY


async def tell(session: AsyncSession, survey: int, looked: int, found: int, at: datetime) -> None:
    """Say how far it is."""
    values = {"looked": looked, "found": found, "heartbeat_at": at}
    await session.execute(update(RiskSurvey).where(RiskSurvey.id == survey).values(values))


async def end(session: AsyncSession, survey: int, at: datetime, problem: str | None = None) -> None:
    """Say what became of it. From now on its list is shown, unless there was a problem; older ones go."""
    state = SurveyState.DONE if problem is None else SurveyState.FAILED
    values = {"state": state, "ended_at": at, "problem": problem}
    await session.execute(update(RiskSurvey).where(RiskSurvey.id == survey).values(values))
    if problem is None:
        await session.execute(delete(RiskSurvey).where(RiskSurvey.id < survey))
