"""Gathers what comes with a call that is handed over, while the next agent's phone rings. Other calls cost
nothing here: not a statement, not a wait."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from console.calls.delivery import Packet
from console.calls.record import CallRecord
from console.clock import Clock
from console.db.engine import Sessions
from console.desk.packet import (
    compose_packet,
    handover_part,
    is_from_nobody_known,
    is_handed_over,
    so_far,
)
from console.desk.packet_reading import NOTHING_READ, Records, read_records
from console.desk.pop import HandoverPart, PopPacket, PopRun
from console.desk.screens import Screens
from console.live.background import Background
from console.queues.directory import Directory
from console.web.metrics import FAILURES
from telephony.events import CallId
from telephony.lifecycle import Leg

log = logging.getLogger(__name__)

WAIT_S = 0.3
"""A pop does not wait longer for what the records say of its call: without that the packet says so, and is
filled when they are read."""

LATE_S = 10.0
"""What takes longer is not read at all."""

FRESH = timedelta(seconds=5)
"""What was read for one of a queue's phones still does for the others."""


@dataclass(frozen=True, slots=True)
class Packets:
    """Makes the packets of the calls that this process listens to, and has them follow."""

    sessions: Sessions
    directory: Directory
    screens: Screens
    clock: Clock
    _read: dict[CallId, tuple[datetime, Records]] = field(default_factory=dict)
    _reading: dict[CallId, asyncio.Task[None]] = field(default_factory=dict)
    _late: set[CallId] = field(default_factory=set)
    _beside: Background = field(default_factory=Background)

    async def of(self, record: CallRecord, leg: Leg, run: PopRun | None) -> HandoverPart:
        """What the pop of an offer says of handing over; noted on the pop's record. `run` is the run of the
        call, as the agent will see it."""
        pop = record.pops[leg.id]
        if is_handed_over(record.call, leg):
            records = await self._records(record)
            packet = compose_packet(record, records, so_far(run) if run else None)
            pop.packet = pop.packet or Packet.PUT
            return handover_part(record, leg, self.directory, packet)
        if is_from_nobody_known(record.call, leg):
            pop.packet = pop.packet or Packet.UNKNOWN_HERE
        return handover_part(record, leg, self.directory, None)

    async def follow_records(self, record: CallRecord, leg: Leg) -> None:
        """Something was stored on the call: the packet says so."""
        known = self._packet(leg)
        if known is not None:
            records = await self._records(record)
            packet: PopPacket = {
                **compose_packet(record, records, known["script"]),
                "sentence": known["sentence"],
            }
            await self.screens.change(leg.id, **handover_part(record, leg, self.directory, packet))

    async def read_at_last(self, record: CallRecord) -> None:
        """The call went on: what could not be read so far perhaps can be by now."""
        if record.call.id in self._reading:
            return  # `_fill` tells
        for leg in record.call.legs:
            known = self._packet(leg)
            if known is not None and not known["read"] and leg.result is None:
                await self.follow_records(record, leg)

    def words(self, record: CallRecord, leg: Leg) -> HandoverPart:
        """What was said, with the packet as it is on the desk."""
        return handover_part(record, leg, self.directory, self._packet(leg))

    async def follow_words(self, record: CallRecord, leg: Leg) -> None:
        """Somebody said why the call is handed over, or something to that."""
        await self.screens.change(leg.id, **self.words(record, leg))

    async def follow_run(self, leg: Leg, run: PopRun | None) -> None:
        """Whoever had the call before went on in the script."""
        known = self._packet(leg)
        if known is not None and run is not None:
            await self.screens.change(leg.id, packet={**known, "script": so_far(run)})

    def _packet(self, leg: Leg) -> PopPacket | None:
        pop = self.screens.pop(leg.id)
        return pop["packet"] if pop else None

    def forget(self, call: CallId) -> None:
        """The call is over, or something was stored on it: what was read does not count any more."""
        self._read.pop(call, None)
        self._reading.pop(call, None)

    async def close(self, within_s: float) -> None:
        """Fill what is not read yet, in the time that a shutdown has."""
        await self._beside.close(within_s)

    async def _records(self, record: CallRecord) -> Records:
        if record.identified is None:
            return NOTHING_READ  # the records are away just now
        at, call = self.clock(), record.call.id
        read_at, records = self._read.get(call, (at, NOTHING_READ))
        if records.read and at - read_at <= FRESH:
            return records
        reading = self._reading.get(call) or self._begin(record, at)
        await asyncio.wait({reading}, timeout=WAIT_S)
        if not reading.done() and call not in self._late:
            self._late.add(call)
            self._beside.start(self._fill(record, reading))
        return self._read.get(call, (at, NOTHING_READ))[1]

    def _begin(self, record: CallRecord, at: datetime) -> asyncio.Task[None]:
        """Read it, once for all phones that ring."""
        reading = asyncio.create_task(self._read_and_keep(record, at))
        self._reading[record.call.id] = reading
        return reading

    async def _read_and_keep(self, record: CallRecord, at: datetime) -> None:
        call = record.call.id
        records = await self._read_anew(record, at)
        if self._reading.get(call) is asyncio.current_task():  # else it does not count any more
            del self._reading[call]
            self._read[call] = (at, records)

    async def _fill(self, record: CallRecord, reading: asyncio.Task[None]) -> None:
        """The packets that did not wait have it when it is there."""
        await asyncio.wait({reading})
        self._late.discard(record.call.id)
        if self._read.get(record.call.id, (None, NOTHING_READ))[1].read:
            for leg in record.call.legs:
                await self.follow_records(record, leg)

    async def _read_anew(self, record: CallRecord, at: datetime) -> Records:
        try:
            async with asyncio.timeout(LATE_S), self.sessions() as session:
                return await read_records(session, record, at)
        except (OSError, SQLAlchemyError) as error:
            FAILURES.labels("packets").inc()
            log.warning(
                "cannot read what was done on %s before it was handed over: %s", record.call.id, error
            )
            return NOTHING_READ
