"""Tells the phone systems what an agent does: each of them, at each of the agent's phones."""

import asyncio
from collections.abc import Callable, Collection
from typing import Protocol

from console.queues.directory import Directory
from telephony.commands import IN_NO_QUEUE, Command, Done, Outcome, Unsure
from telephony.events import LinkName


class Send(Protocol):
    """The way of a command to the process that talks to a phone system, and of its outcome back."""

    async def send(self, link: LinkName, command: Command) -> Outcome: ...


class Phones:
    """All phones of the agents in the directory."""

    def __init__(self, commands: Send, directory: Directory) -> None:
        self._commands = commands
        self._directory = directory

    async def tell(
        self, user_id: int, links: Collection[LinkName], command_at: Callable[[str], Command]
    ) -> Outcome:
        """Ask these phone systems for what `command_at` says of each interface; what came of it in all.

        A phone that is in no queue of a phone system has nothing to stop there: another one may.
        """
        interfaces = self._directory.interfaces(user_id)
        asked = [self._commands.send(link, command_at(each)) for link in links for each in interfaces]
        outcomes = await asyncio.gather(*asked)
        troubles = [each for each in outcomes if not isinstance(each, Done) and each != IN_NO_QUEUE]
        if troubles:
            return next((each for each in troubles if isinstance(each, Unsure)), troubles[0])
        return Done() if Done() in outcomes else IN_NO_QUEUE
