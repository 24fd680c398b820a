"""Who waits in which queue, for those who watch over queues: the topic `waiting`, by call.

Whoever listens to a phone system writes down its callers. What happens is noted at once, and said behind it:
no pop waits for it. Whatever an earlier process left there of our links goes when the phone system has said
who is there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypedDict

from sqlalchemy.exc import SQLAlchemyError

from console.calls.record import CallRecord
from console.customers.identification import Outcome
from console.desk.pop import CallerPart
from console.live.bus import Bus
from console.live.puts import Puts
from console.web.metrics import FAILURES
from telephony.lifecycle import Call, CallState

log = logging.getLogger(__name__)

WAITING = "waiting"
"""The bus topic of callers who wait, by call: `Waiting`."""

WAITS = frozenset({CallState.QUEUED, CallState.RINGING})

Earlier = Callable[[CallRecord], Awaitable[int]]
"""How often the caller has called before on this day."""


class Waiting(TypedDict):
    """A caller who waits in `queue` since then (ISO 8601). `number` is for reading, "" when withheld; `name`,
    `company`, `segment` and `ref` are the bound customer's. `cases` are open, `case` is the subject of the
    most pressing one. `today` is how often they called before on this day (None: not counted yet).

    Whoever is on a call cannot be erased: so nobody need be taken out of here for that."""

    call: str
    link: str
    queue: str
    since: str
    number: str
    match: str
    name: str | None
    company: str | None
    segment: str | None
    ref: str | None
    cases: int
    case: str | None
    today: int | None


def waits(call: Call) -> tuple[str, datetime] | None:
    """The queue in which the caller waits, and since when; None when they wait in none."""
    visit = call.visit
    if call.state not in WAITS or visit is None or visit.left_at is not None:
        return None
    return visit.queue, visit.queued_at


def waiting_of(call: Call, caller: CallerPart | None) -> Waiting | None:
    """What is said of a caller who waits; None when they do not, or nobody looked who it is."""
    where = waits(call)
    if where is None or caller is None:
        return None
    queue, since = where
    customer = caller["customer"]
    cases = [case for case in caller["cases"] if case["closed_at"] is None]
    return {
        "call": call.id,
        "link": call.link,
        "queue": queue,
        "since": since.isoformat(),
        "number": "" if caller["match"] == Outcome.WITHHELD else caller["number"],
        "match": caller["match"],
        "name": customer["name"] if customer else None,
        "company": customer["company"] if customer else None,
        "segment": customer["segment"] if customer else None,
        "ref": customer["ref"] if customer else None,
        "cases": len(cases),
        "case": cases[0]["subject"] if cases else None,
        "today": None,
    }


class WaitingRoom:
    """The callers who wait on our own links. `earlier` counts their calls of this day."""

    def __init__(self, bus: Bus, earlier: Earlier) -> None:
        self._bus = bus
        self._puts = Puts(bus)
        self._earlier = earlier
        self._here: dict[str, Waiting] = {}
        self._left: dict[str, str] = {}
        self._due: dict[str, CallRecord | None] = {}
        self._work = asyncio.Event()
        self._said = asyncio.Event()
        self._said.set()

    def see(self, record: CallRecord, call: Call, caller: CallerPart | None) -> None:
        """Something happened to a call. Does not wait."""
        value, known = waiting_of(call, caller), self._here.get(call.id)
        if value is not None:
            if known is not None:
                value["today"] = known["today"]
            if value != known:
                self._here[call.id] = value
                self._say(call.id, record)
        elif known is not None and (waits(call) is None or caller is not None):
            self._go(call.id)

    async def adopt(self, link: str) -> None:
        """Learn what an earlier process left of a link: it goes unless the caller turns out to wait."""
        for call, value in (await self._bus.snapshot(WAITING)).entries.items():
            if value["link"] == link and call not in self._here:
                self._left[call] = link

    def resynced(self, link: str) -> None:
        """The phone system said who is there, and all of that was told."""
        for call in [call for call, of_link in self._left.items() if of_link == link]:
            del self._left[call]
            if call not in self._here:
                self._go(call)

    async def run(self) -> None:
        """Say for ever what is due."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._due:
                call = next(iter(self._due))
                await self._say_one(call, self._due.pop(call))
            self._said.set()

    async def told(self) -> None:
        """Wait until all so far is said."""
        await self._said.wait()

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()

    async def say_again(self) -> None:
        """Say it all anew: the bus may have forgotten it."""
        await self._puts.mend()
        for call in list(self._here):
            if call in self._here:
                await self._puts.put(WAITING, call, self._here[call])

    def _go(self, call: str) -> None:
        self._here.pop(call, None)
        self._say(call, None)

    def _say(self, call: str, record: CallRecord | None) -> None:
        self._due[call] = record or self._due.get(call)
        self._said.clear()
        self._work.set()

    async def _say_one(self, call: str, record: CallRecord | None) -> None:
        """At once, and once more when it was counted how often they called."""
        await self._puts.put(WAITING, call, self._here.get(call))
        value = self._here.get(call)
        if record is None or value is None or value["today"] is not None:
            return
        try:
            today = await self._earlier(record)
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot count the earlier calls of %s: %s", call, error)
            return
        if call in self._here:
            self._here[call] = {**self._here[call], "today": today}
            await self._puts.put(WAITING, call, self._here[call])
