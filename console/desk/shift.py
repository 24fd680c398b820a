"""What agents do about their own shift: take calls, take a break, log in to their queues and out.

All of it is asked of the phone systems, as far as they can; what they say then is what the desk shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from console.desk.breaks import BREAKS
from console.desk.finishing import Desk, be_done
from console.desk.phones import Phones
from console.desk.pop import PRESENCE_KEY
from console.desk.presence import LOGGED_OUT
from console.desk.screens import desk_topic
from console.errors import InvalidError, Problem
from console.identity.models import UserQueue
from console.live.commands import Commands, LinkState
from console.queues.directory import Directory
from console.web.i18n import gettext as _
from telephony.commands import Command, Done, JoinQueue, LeaveQueue, Outcome, Pause, Refused, Unpause
from telephony.events import LinkName
from telephony.source import Capability

Links = Mapping[LinkName, LinkState]


@dataclass(frozen=True, slots=True)
class Means:
    """What the phone systems that are up can be told by this agent."""

    pause: bool
    queues: bool


def means(links: Links) -> Means:
    """What can be asked at the desk."""
    return Means(bool(able(links, Capability.SET_PAUSE)), bool(able(links, Capability.SET_QUEUES)))


def able(links: Links, capability: Capability) -> list[LinkName]:
    """The links that are up and can do it."""
    return [name for name, link in links.items() if link.state == "up" and capability in link.can]


class Shift:
    """One agent's shift, at their desk."""

    def __init__(self, desk: Desk, commands: Commands, directory: Directory) -> None:
        self._desk = desk
        self._commands = commands
        self._directory = directory
        self._phones = Phones(commands, directory)

    async def take_calls(self) -> Outcome:
        """The agent is available. Raises InvalidError where an outcome is owed first."""
        await be_done(self._desk)
        presence = await self._presence()
        if presence.get("state") in {"on_call", "ringing"} and not presence.get("then"):
            return Done()  # no break was asked for: calls come when this one is finished
        return await self._tell(Capability.SET_PAUSE, Unpause)

    async def take_a_break(self, reason: str) -> Outcome:
        """No calls from now on; where an outcome is owed the break begins behind it."""
        if reason not in BREAKS:
            raise InvalidError([Problem("reason", _("Choose the reason of your break from the list."))])
        outcome = await self._tell(Capability.SET_PAUSE, partial(_pause, reason))
        if outcome == Done():
            await self._be_done_if_possible()
        return outcome

    async def log_in(self) -> Outcome:
        """Into all queues of the agent's."""
        outcome = await self._in_queues(JoinQueue)
        return outcome if outcome != Done() else await self._tell(Capability.SET_PAUSE, Unpause)

    async def log_out(self) -> Outcome:
        """Out of all queues. Who cannot leave one is paused there instead.

        Raises InvalidError where an outcome is owed first.
        """
        await be_done(self._desk)
        outcome = await self._in_queues(LeaveQueue)
        if isinstance(outcome, Refused):
            return await self._tell(Capability.SET_PAUSE, partial(_pause, LOGGED_OUT))
        return outcome

    async def _be_done_if_possible(self) -> None:
        try:
            await be_done(self._desk)
        except InvalidError:
            return

    async def _in_queues(self, command: type[JoinQueue | LeaveQueue]) -> Outcome:
        queues = await self._queues()
        if not queues:
            return Refused(
                _("You are in no queue here: an administrator sets that with `lineside user add`.")
            )
        outcomes = [await self._tell(Capability.SET_QUEUES, _of_queue(command, queue)) for queue in queues]
        return next((each for each in outcomes if each != Done()), Done())

    async def _queues(self) -> Sequence[str]:
        mine = select(UserQueue.queue).where(UserQueue.user_id == self._desk.viewer.user_id)
        async with self._desk.sessions() as session:
            return list(await session.scalars(mine.order_by(UserQueue.queue)))

    async def _tell(self, capability: Capability, command_at: Callable[[str], Command]) -> Outcome:
        user_id = self._desk.viewer.user_id
        links = able(await self._commands.links(), capability)
        if not links:
            return Refused(_("No phone system can be told so at the moment: do it at the phone."))
        if not self._directory.interfaces(user_id):
            return Refused(_("No phone is yours here: an administrator names it with `lineside user add`."))
        return await self._phones.tell(user_id, links, command_at)

    async def _presence(self) -> Mapping[str, object]:
        topic = desk_topic(self._desk.viewer.user_id)
        return (await self._desk.bus.snapshot(topic)).entries.get(PRESENCE_KEY, {})


def _pause(reason: str, phone: str) -> Command:
    return Pause(phone, reason)


def _of_queue(command: type[JoinQueue | LeaveQueue], queue: str) -> Callable[[str], Command]:
    return lambda phone: command(phone, queue)
