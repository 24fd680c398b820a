"""A phone system that keeps what it is told, behind the way that commands take."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast

from console.live.bus import Bus
from console.live.commands import Commands
from console.live.errands import Errands
from telephony.commands import Command, Done, Outcome
from telephony.events import LinkName
from telephony.source import COMMANDED, Capability, Source

MAIN = LinkName("main")


class Phones:
    """What it is told is in `told`; what it answers is `outcome`, once `answers` is set."""

    name = MAIN

    def __init__(self, outcome: Outcome | Exception | None = None) -> None:
        self.told: list[Command] = []
        self.outcome = outcome or Done()
        self.heard = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    async def send(self, command: Command) -> Outcome:
        """See `Source.send`."""
        self.told.append(command)
        self.heard.set()
        await self.answers.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@asynccontextmanager
async def told(
    bus: Bus, phones: Phones, at: datetime, can: Collection[Capability] = COMMANDED
) -> AsyncIterator[Commands]:
    """The way to these phones, which are up and can do so much."""
    errands = Errands(cast("Source", phones), bus, lambda: at)
    task = asyncio.create_task(errands.run())
    await bus.put("links", MAIN, {"state": "up", "reason": "", "since": at.isoformat(), "can": sorted(can)})
    yield Commands(bus, lambda: at)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
