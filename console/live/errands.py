"""Carries out what is asked of a phone system, in the process that talks to it. See `commands`."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

from console.clock import Clock
from console.live.bus import Bus, Value
from console.live.command_words import read_command, spell
from console.live.commands import COMMANDS, EXPIRY, OUTCOME, UNANSWERED
from console.web.metrics import COMMANDS_DONE
from telephony.commands import Command, Outcome, Refused
from telephony.source import Source

log = logging.getLogger(__name__)

TOO_LATE = Refused("This reached the phone system's side too late; it was not done. Try again.")
NOT_UNDERSTOOD = Refused("Lineside runs in two versions at once: restart all its processes, then try again.")


class Errands:
    """The commands for one source. Only who holds the lease of its link may run this."""

    def __init__(self, source: Source, bus: Bus, clock: Clock) -> None:
        self._source = source
        self._bus = bus
        self._clock = clock
        self._topic = COMMANDS + source.name
        self._taken: dict[str, datetime] = {}

    async def run(self) -> None:
        """Carry out commands for ever. None waits for another."""
        async with self._bus.changes() as changes, asyncio.TaskGroup() as tasks:
            await self._catch_up(tasks)
            async for change in changes:
                if change is None:
                    await self._catch_up(tasks)
                elif change.topic == self._topic and change.value is not None:
                    self._take(change.key, change.value, tasks)

    async def _catch_up(self, tasks: asyncio.TaskGroup) -> None:
        """What was asked while nobody heard it: some of it is not too late, the rest goes away."""
        with suppress(OSError):  # the bus is away again: so it will break, and come, again
            for order, value in (await self._bus.snapshot(self._topic)).entries.items():
                self._take(order, value, tasks)

    def _take(self, order: str, value: Value, tasks: asyncio.TaskGroup) -> None:
        """Each once: the bus may tell twice what it took once."""
        now = self._clock()
        self._taken = {each: at for each, at in self._taken.items() if now - at <= EXPIRY}
        if order not in self._taken:
            self._taken[order] = now
            tasks.create_task(self._carry_out(order, value))

    async def _carry_out(self, order: str, value: Value) -> None:
        try:
            if await self._bus.put(self._topic, order, None) is None:
                return  # it was taken back, or another process was faster
            outcome = await self._done(value)
            await self._bus.send(OUTCOME + order, spell(outcome))
        except OSError as error:  # who asked will say that it is not sure
            log.warning("cannot say what came of a command to %s: %s", self._source.name, error)

    async def _done(self, value: Value) -> Outcome:
        try:
            until, command = float(value["until"]), read_command(value["command"])
        except (KeyError, TypeError, ValueError) as error:
            log.error("a command to %s cannot be read: %s", self._source.name, error)  # noqa: TRY400
            return NOT_UNDERSTOOD
        outcome = await self._sent(command, until)
        COMMANDS_DONE.labels(self._source.name, type(command).__name__, type(outcome).__name__).inc()
        return outcome

    async def _sent(self, command: Command, until: float) -> Outcome:
        if self._clock().timestamp() > until:
            return TOO_LATE
        try:
            return await self._source.send(command)
        except Exception:
            log.exception("%s failed on a command", self._source.name)
            return UNANSWERED
