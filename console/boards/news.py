"""What whoever listens to a phone system tells the boards: who waits, and what was counted."""

import asyncio

from console.calls.register import Step
from console.desk.waiting import WaitingRoom


class BoardNews:
    """The news of our own links for boards."""

    def __init__(self, waiting: WaitingRoom) -> None:
        self.waiting = waiting

    async def run(self) -> None:
        """Say for ever what is new."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.waiting.run())

    def take(self, step: Step) -> None:
        """Something happened to a call. Does not wait."""

    async def begin(self, link: str) -> None:
        """Go on from what an earlier process said of a link."""
        await self.waiting.adopt(link)

    async def resynced(self, link: str) -> None:
        """The phone system said what is alive, and that was told."""
        self.waiting.resynced(link)

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self.waiting.mend()

    async def say_again(self) -> None:
        """Say all anew: the bus may have forgotten it."""
        await self.waiting.say_again()
