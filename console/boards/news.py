"""What whoever listens to a phone system tells the boards: who waits, and what was counted."""

import asyncio

from console.boards.counting import Counting
from console.calls.record import CallRecord
from console.calls.register import Step
from console.desk.waiting import WaitingRoom


class BoardNews:
    """The news of our own links for boards."""

    def __init__(self, waiting: WaitingRoom, counting: Counting) -> None:
        self._waiting = waiting
        self._counting = counting

    async def run(self) -> None:
        """Say for ever what is new."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._waiting.run())
            tasks.create_task(self._counting.run())

    def take(self, step: Step) -> None:
        """Something happened to a call. Does not wait."""
        self._counting.take(step)

    def finishes(self, record: CallRecord | None, leg: str, *, begins: bool) -> None:
        """An agent begins to finish a call of ours (None: it is another's), or is done with that."""
        if record is not None:
            self._counting.finishes(record.call, leg, begins=begins)

    async def begin(self, link: str) -> None:
        """Go on from what an earlier process left. Raises the database's and the bus' errors."""
        await self._waiting.adopt(link)
        await self._counting.begin(link)

    async def resynced(self, link: str) -> None:
        """The phone system said what is alive, and that was told."""
        self._waiting.resynced(link)

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._waiting.mend()
        await self._counting.mend()

    async def say_again(self) -> None:
        """Say all anew: the bus may have forgotten it."""
        await self._waiting.say_again()
        await self._counting.say_again()
