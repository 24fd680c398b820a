"""The run of a call goes with the call: whoever has it next sees where it stopped, and goes on from there."""

import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from console.calls.record import CallRecord
from console.clock import Clock
from console.db.engine import Sessions
from console.desk.pop import Pop, PopRun
from console.desk.run_entry import Texts, compose_run, ground_of
from console.desk.screens import Screens
from console.errors import NotFoundError
from console.facts.known import Known
from console.queues.directory import Agent
from console.web.metrics import FAILURES
from telephony.events import LegId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Onward:
    """Puts runs on the desks of other agents than who took the last step."""

    sessions: Sessions
    texts: Texts
    screens: Screens
    clock: Clock

    async def show(self, record: CallRecord, leg: LegId, agent: Agent, known: Known) -> PopRun | None:
        """Put the run of the call, if there is one, beside the pop of a leg. Whatever is wrong with the run,
        the pop stays as it is."""
        pop = self.screens.pop(leg)
        entry = await self.entry(record, pop, agent, known) if pop else None
        if entry is not None:
            await self.screens.show_run(entry)
        return entry

    async def entry(self, record: CallRecord, pop: Pop, agent: Agent, known: Known) -> PopRun | None:
        """The run of the call as the agent of a pop sees it; None where there is none, or something is wrong
        with it."""
        run = record.run
        if run is None:
            return None
        try:
            async with self.sessions() as session:
                script = await self.texts.versions.get(session, run.key, run.version)
        except (OSError, SQLAlchemyError, NotFoundError) as error:
            FAILURES.labels("runs").inc()
            log.warning("cannot show the run of %s on %s: %s", record.call.id, pop["leg"], error)
            return None
        at = self.clock()
        ground = ground_of(pop, known, agent, at, self.texts.zone)
        return compose_run(pop, run, script, ground, texts=self.texts, at=at)
