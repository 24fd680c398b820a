"""Has the list of customers at risk made anew: each hour, when the rules are others, and when somebody asks.

Which of several processes begins a survey is decided in the database; it is done in a process of its own.
"""

import asyncio
import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from console.clock import Clock
from console.db.engine import Sessions
from console.db.writing import write
from console.risk.rule_sets import SETS
from console.risk.surveys import begin_survey, is_due, last_survey
from console.settings import Settings
from console.web.job_process import start_process

log = logging.getLogger(__name__)

CHECK_S = 20.0
"""It is looked so often whether a survey is due."""

JOB = "console.commands.risk_job"


async def begin_now(sessions: Sessions, settings: Settings, at: datetime) -> bool:
    """Begin a survey by the rules in force; whether one was begun, and not under way already."""
    async with sessions() as session:
        rules = (await SETS.newest(session)).number
    if not rules:
        return False
    number = await write(sessions, lambda session: begin_survey(session, rules, at))
    if number is not None:
        await start_process(settings, JOB, number)
    return number is not None


class RiskWatch:
    """Begins surveys that are due."""

    def __init__(self, sessions: Sessions, settings: Settings, clock: Clock) -> None:
        self._sessions = sessions
        self._settings = settings
        self._clock = clock

    async def run(self) -> None:
        """Look for ever whether one is due."""
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self.look()
            except (OSError, SQLAlchemyError) as error:
                log.warning("cannot see whether customers at risk are to be counted anew: %s", error)

    async def look(self) -> bool:
        """Begin one if it is due; whether it was."""
        at = self._clock()
        async with self._sessions() as session:
            rules, last = (await SETS.newest(session)).number, await last_survey(session)
        due = rules > 0 and is_due(last, rules, at)
        return due and await begin_now(self._sessions, self._settings, at)
