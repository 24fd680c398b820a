"""Does one survey of customers at risk: `python -m console.commands.risk_job NUMBER`."""

import asyncio
import logging
import os
import sys

from console.clock import now
from console.commands.database import open_database
from console.db.engine import Sessions
from console.errors import LinesideError
from console.facts.batches import Moment
from console.reports.risk_survey import Survey, survey_customers
from console.risk import surveys
from console.risk.models import RiskSurvey
from console.risk.rule_document import read_rules
from console.risk.rule_sets import SETS
from console.settings import Settings, read_settings

UNEXPECTED = "Something unexpected went wrong; the log of the console says what."

NICENESS = 10
"""Calls come first."""


async def risk_job(sessions: Sessions, settings: Settings, number: int) -> None:
    """Do the survey of this number, telling how far it is."""
    async with sessions() as session:
        stored = await session.get_one(RiskSurvey, number)
        rules = read_rules((await SETS.of(session, stored.rules)).rules)
    moment = Moment(stored.begun_at, settings.time_zone, settings.currency)

    async def tell(looked: int, found: int) -> None:
        async with sessions.begin() as session:
            await surveys.tell(session, number, looked, found, now())

    try:
        await survey_customers(sessions, Survey(number, rules, moment), tell)
    except LinesideError as error:
        await _end(sessions, number, str(error))
        return
    except Exception:
        await _end(sessions, number, UNEXPECTED)
        raise
    await _end(sessions, number)


async def _end(sessions: Sessions, number: int, problem: str | None = None) -> None:
    async with sessions.begin() as session:
        await surveys.end(session, number, now(), problem)


async def run(settings: Settings, number: int) -> None:
    """Do the survey of this number in the settings' database."""
    async with open_database(settings) as sessions:
        await risk_job(sessions, settings, number)


def main() -> None:
    """Do what the command line names."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    asyncio.run(run(read_settings(os.environ), int(sys.argv[1])))


if __name__ == "__main__":
    main()
