"""News of what agents said of who calls, and of what became of promises to callers: the process that listens
to the call's phone system hears of it over the bus, reads what stands by now, and has the pops follow."""

import asyncio
import logging
from collections.abc import Collection

from sqlalchemy.exc import SQLAlchemyError

from console.calls.queries import StoredCalls
from console.calls.record import CallRecord
from console.calls.register import Register
from console.calls.telling import Tellings
from console.desk.screen_pop import ScreenPop
from console.handover.records import NOTHING_SAID
from console.live.bus import Bus
from console.promises.news import CHANNEL as PROMISES
from console.web.metrics import FAILURES
from telephony.events import LegId

log = logging.getLogger(__name__)

CHANNEL = "learnt"
"""The bus channel of this news: on which `leg` something was said, or taken back."""


async def announce(bus: Bus, leg: str) -> None:
    """Say that something was stored on a leg by which its caller, or what is known of them, is another."""
    try:
        await bus.send(CHANNEL, {"leg": leg})
    except OSError as error:  # it is stored: who listens catches up when the bus is back
        FAILURES.labels("bus").inc()
        log.warning("could not say that something was learnt on %s: %s", leg, error)


class LearningNews:
    """Hears which calls something was said on. What was said is read from the database, so that nothing is
    missing when news were missed, and nothing counts that is not stored."""

    def __init__(
        self, bus: Bus, stored: StoredCalls, register: Register, tellings: Tellings, screen_pop: ScreenPop
    ) -> None:
        self._bus = bus
        self._stored = stored
        self._register = register
        self._tellings = tellings
        self._screen_pop = screen_pop

    async def run(self) -> None:
        """Listen for ever."""
        await asyncio.gather(self._hear_what_was_said(), self._hear_of_promises())

    async def _hear_of_promises(self) -> None:
        async with self._bus.messages(PROMISES) as messages:
            async for message in messages:
                customer, number = message.get("customer"), str(message.get("number") or "")
                for record in self._register.of_caller(customer, number):
                    self.follow(record)
                    await asyncio.sleep(0)

    async def _hear_what_was_said(self) -> None:
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                record = self._register.of_leg(LegId(str(message.get("leg"))))
                if record is not None:
                    self.follow(record)

    async def catch_up(self, links: Collection[str]) -> None:
        """News may have been missed: compare what stands with what is known, for all calls of these links."""
        records = [record for link in links for record in self._register.of_link(link)]
        calls = [record.call.id for record in records]
        try:
            learnt, handed_over = await self._stored.learnt(calls), await self._stored.handed_over(calls)
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot read yet what agents said of who calls: %s", error)
            return
        for record in records:
            call = record.call.id
            said = handed_over.get(call, NOTHING_SAID)
            if (learnt.get(call, ()), said) != (record.learnt, record.handed_over):
                self.follow(record)
            await asyncio.sleep(0)

    def follow(self, record: CallRecord) -> None:
        """Have the pops of a call, and its record, say what stands by now."""

        async def follow() -> None:
            call = record.call.id
            learnt, handed_over = await self._stored.learnt([call]), await self._stored.handed_over([call])
            await self._screen_pop.judged(record, *await self._stored.judged(call))
            await self._screen_pop.handed_over(record, handed_over.get(call, NOTHING_SAID))
            await self._screen_pop.learnt(record, learnt.get(call, ()))

        self._tellings.of_call(record.call, follow)
