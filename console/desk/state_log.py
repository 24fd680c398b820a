"""Writes what agents do all day: whatever is said of their presence on the bus goes on record, in its order.

One process does so at a time, so that there is one order. It goes on from what is on record: whoever is still
in the same state never left it, of everybody else it is known since when. Nobody waits for it: words are
gathered and written together. A database that is away loses none until `MOST_WAITING` wait.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from console.clock import Clock
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.pop import PRESENCE_KEY
from console.desk.screens import DESK, desk_topic
from console.live.bus import Bus, Change, Value
from console.live.lease import LeaseLostError, Leases
from console.queues.agent_states import Word, end_states, write_words
from console.queues.directory import Directory
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

LEASE = ":agent-states"
"""No link is called so."""

GATHER_S = 1.0
"""Words of a second are written together."""

RETRY_S = 5.0
BATCH = 500
LONGEST_REASON = 200

MOST_WAITING = 20_000
"""Words kept in memory while the database is away, some minutes of a very busy floor; beyond that the oldest
are lost, and their states were shorter on record than they were."""

LAST_WORDS_S = 2.0
"""What still waits at a shutdown may take this long to be written."""


class StateLog:
    """Follows the presences of all agents. `clock` is that of a process beside which there is no other: what
    agents do after its end nobody tells, so their states end with it."""

    def __init__(
        self,
        sessions: Sessions,
        bus: Bus,
        *,
        directory: Directory,
        leases: Leases,
        clock: Clock | None = None,
    ) -> None:
        self._sessions = sessions
        self._bus = bus
        self._directory = directory
        self._leases = leases
        self._clock = clock
        self._heard: dict[str, int] = {}  # the number of the newest change, by topic
        self._waiting: list[Word] = []
        self._work = asyncio.Event()

    async def run(self) -> None:
        """Follow for ever, as long as nobody else does."""
        while True:
            with suppress(LeaseLostError):  # another one follows by now
                async with self._leases.hold(LEASE), asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._write())
                    tasks.create_task(self._follow())

    async def close(self) -> None:
        """After `run` was cancelled: write what still waits, in the time that a shutdown has."""
        with suppress(TimeoutError, OSError, SQLAlchemyError):
            async with asyncio.timeout(LAST_WORDS_S):
                while self._waiting:
                    await self._write_some()
                if self._clock is not None:
                    at = self._clock()
                    await write(self._sessions, lambda session: end_states(session, at))

    # Hearing.

    async def _follow(self) -> None:
        async with self._bus.changes() as changes:
            await self._catch_up()
            async for change in changes:
                if change is None:  # some may have been missed
                    await self._catch_up()
                elif change.key == PRESENCE_KEY and change.value is not None:
                    self._hear(change, change.value)

    async def _catch_up(self) -> None:
        """Take in what is said of all agents now."""
        self._heard.clear()
        for agent in self._directory.agents():
            with suppress(OSError):  # a bus that is away is followed by a break
                snapshot = await self._bus.snapshot(desk_topic(agent.user_id))
                self._heard[snapshot.topic] = snapshot.number
                if PRESENCE_KEY in snapshot.entries:
                    self._take(agent.user_id, snapshot.entries[PRESENCE_KEY])

    def _hear(self, change: Change, value: Value) -> None:
        if change.number > self._heard.get(change.topic, 0) and change.topic.startswith(DESK):
            self._take(int(change.topic.removeprefix(DESK)), value)

    def _take(self, user_id: int, value: Value) -> None:
        reason = str(value["reason"]).replace("\0", "")[:LONGEST_REASON]
        at = datetime.fromisoformat(value["since"])
        self._waiting.append(Word(user_id, value["state"], reason, at))
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[0]
        self._work.set()

    # Writing.

    async def _write(self) -> None:
        while True:
            await self._work.wait()
            await asyncio.sleep(GATHER_S)
            try:
                await self._write_some()
            except (OSError, SQLAlchemyError) as error:
                FAILURES.labels("agent_states").inc()
                log.warning("cannot record what agents do yet, will try again: %s", error)
                await asyncio.sleep(RETRY_S)
            if not self._waiting:
                self._work.clear()

    async def _write_some(self) -> None:
        """Write the oldest of what waits; what could not be written waits on."""
        batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        try:
            await write(self._sessions, lambda session: write_words(session, batch))
        except BaseException:  # also when cancelled: who is in a state already does not come into it again
            self._waiting = batch + self._waiting
            raise
