"""News of cases: the process that listens to a call's phone system has the pops follow which show them."""

import logging
from collections.abc import Collection
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from console.calls.record import CallRecord
from console.calls.register import Register
from console.calls.telling import Tellings
from console.cases.news import CHANNEL
from console.desk.screen_pop import ScreenPop
from console.desk.screens import Screens
from console.errors import NotFoundError
from console.live.bus import Bus
from console.web.metrics import FAILURES
from telephony.events import CallId, LegId

log = logging.getLogger(__name__)


class CaseNews:
    """Hears of which customers cases have changed; what stands by now is read from the database. However many
    come in at once, each call waits to be read anew once."""

    def __init__(
        self, bus: Bus, register: Register, tellings: Tellings, screen_pop: ScreenPop, screens: Screens
    ) -> None:
        self._bus = bus
        self._register = register
        self._tellings = tellings
        self._screen_pop = screen_pop
        self._screens = screens
        self._waiting: set[CallId] = set()

    async def run(self) -> None:
        """Listen for ever."""
        async with self._bus.messages(CHANNEL) as messages:
            async for message in messages:
                await self._follow(message["customers"])

    async def _follow(self, customers: Collection[str] | None) -> None:
        for leg, customer in self._screens.showing(customers):
            record = self._register.of_leg(leg)
            if record is None:
                await self._follow_long_over(customer, leg)
            elif record.call.id not in self._waiting:
                self._waiting.add(record.call.id)
                self._tellings.of_call(record.call, partial(self._read_anew, record))

    async def _read_anew(self, record: CallRecord) -> None:
        self._waiting.discard(record.call.id)  # what comes in from here on is not read by this
        await self._screen_pop.read_anew(record)

    async def _follow_long_over(self, customer: str, leg: LegId) -> None:
        try:
            await self._screen_pop.case_changed(customer, leg)
        except (OSError, SQLAlchemyError, NotFoundError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot show what became of a case on %s: %s", leg, error)
