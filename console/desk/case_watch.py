"""Watches the due times of cases: what is overdue goes up, and agents see which of theirs are due.

One process does so at a time. What it did is on record, so that another one goes on where it was; what it put
on the desks is compared with what is there.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from console.cases.escalation import AT_ONCE, escalate, is_any_overdue
from console.cases.news import CHANNEL, announce
from console.cases.queries import Due, due_cases, due_rules
from console.clock import Clock
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.due_cases import DueCase, DueCases
from console.desk.pop import DUE_KEY
from console.desk.screens import desk_topic
from console.live.bus import Bus, Value
from console.live.lease import LeaseLostError, Leases
from console.queues.directory import Directory
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

LEASE = ":cases"
"""No link is called so."""

EVERY_S = 15.0
"""Due times come to pass by themselves: they are looked at so often, and after each news of a case."""

GIVE_WAY_S = 0.25
"""Others have their turn between two looks, as an import brings news of cases all the time, and between two
bunches of cases that go up: whoever waits for SQLite asks so often."""

SOON_SHOWN = 5


class CaseWatch:
    """Looks at the due times of all cases."""

    def __init__(
        self,
        sessions: Sessions,
        bus: Bus,
        *,
        directory: Directory,
        leases: Leases,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._bus = bus
        self._directory = directory
        self._leases = leases
        self._zone = zone
        self._clock = clock
        self._shown: dict[int, DueCases | None] = {}
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Watch for ever, as long as nobody else does."""
        while True:
            with suppress(LeaseLostError):  # another one watches by now: nothing was done twice
                async with self._leases.hold(LEASE):
                    await self._watch()

    async def _watch(self) -> None:
        self._shown.clear()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            while True:
                await self._look_if_possible()
                await asyncio.sleep(GIVE_WAY_S)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), EVERY_S)

    async def _hear(self) -> None:
        async with self._bus.messages(CHANNEL) as messages:
            async for _ in messages:
                self._changed.set()

    async def _look_if_possible(self) -> None:
        self._changed.clear()
        try:
            await self.look(self._clock())
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("cases").inc()
            log.warning("cannot look at the due times of cases, will try again: %s", error)

    async def look(self, at: datetime) -> None:
        """Have go up what is overdue at this moment, and show agents what is due. Raises the database's and
        the bus' errors."""
        while await self._is_any_overdue(at):
            customers = await write(self._sessions, lambda session: escalate(session, at))
            await announce(self._bus, *dict.fromkeys(customers))
            if len(customers) < AT_ONCE:  # those at which somebody works at this moment go up next time
                break
            await asyncio.sleep(GIVE_WAY_S)
        await self._show(at)

    async def _is_any_overdue(self, at: datetime) -> bool:
        async with self._sessions() as session:
            return await is_any_overdue(session, at)

    async def _show(self, at: datetime) -> None:
        async with self._sessions() as session:
            soon = (await due_rules(session)).soon(at, self._zone)
            found = await due_cases(session, at, soon, SOON_SHOWN)
        by_agent: defaultdict[int, list[Due]] = defaultdict(list)
        for each in found:
            by_agent[each.user_id].append(each)
        agents = {agent.user_id for agent in self._directory.agents()}
        for user_id in by_agent.keys() | agents | {*self._shown}:
            await self._put(user_id, _entry(by_agent[user_id]) if user_id in by_agent else None)

    async def _put(self, user_id: int, due: DueCases | None) -> None:
        topic = desk_topic(user_id)
        if user_id not in self._shown:  # an earlier process may have put something there
            there = (await self._bus.snapshot(topic)).entries.get(DUE_KEY)
            self._shown[user_id] = cast("DueCases | None", there)
        if self._shown[user_id] != due:
            del self._shown[user_id]  # not known while it is on its way
            await self._bus.put(topic, DUE_KEY, cast("Value | None", due))
            self._shown[user_id] = due


def _entry(found: Sequence[Due]) -> DueCases:
    soon = [each for each in found if not each.overdue]
    overdue = [each for each in found if each.overdue]
    return {
        "soon": [_case(each) for each in soon],
        "soon_in_all": soon[0].in_all if soon else 0,
        "overdue": [_case(each) for each in overdue],
        "overdue_in_all": overdue[0].in_all if overdue else 0,
    }


def _case(due: Due) -> DueCase:
    return {
        "ref": due.ref,
        "subject": due.subject,
        "due_at": due.due_at.isoformat(),
        "overdue": bool(due.overdue),
        "customer": due.customer,
        "customer_ref": due.customer_ref,
    }
