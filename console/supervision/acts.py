"""What supervisors have done: to an agent's call, to an agent's shift, to a caller who waits.

Nothing on any page changes because a button was pressed: what comes of it, the phone systems tell by events.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from console.audit.actions import About
from console.calls.models import Call
from console.db.engine import Sessions
from console.desk.breaks import BREAKS
from console.desk.calling import NO_PHONE, NotDoneError
from console.desk.floor import Floor
from console.desk.phones import Phones
from console.desk.presence import LOGGED_OUT
from console.desk.shift import able
from console.errors import InvalidError, NotFoundError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.live.commands import Commands
from console.queues.directory import Agent, Directory
from console.supervision.hearing import call_on
from console.supervision.record import UnsureError
from console.web.i18n import gettext as _
from telephony.commands import (
    Command,
    Done,
    HearCommand,
    JoinQueue,
    LeaveQueue,
    Outcome,
    Pause,
    Refused,
    SendOn,
    TakeFirst,
    Target,
    ToAgent,
    ToQueue,
    Unpause,
    Unsure,
)
from telephony.events import CallId, LegId, LinkName
from telephony.source import Capability


@dataclass(frozen=True, slots=True)
class Acts:
    """What supervisors can do. `about` is filled in with what it was done to, as soon as that is known."""

    sessions: Sessions
    bus: Bus
    commands: Commands
    directory: Directory
    floor: Floor

    # Calls

    async def hear(self, viewer: Viewer, kind: type[HearCommand], leg: str, about: About) -> None:
        """Ring the supervisor's own phone, to hear the agent's call. Raises NotFoundError, NotDoneError."""
        agent = self.agent(about)
        own = self.directory.interface(viewer.user_id)
        if own is None:
            raise NotDoneError(_(NO_PHONE))
        pop = await call_on(self.bus, agent, leg)
        about.call, about.queue = pop["call"], pop["queue"]
        _be_done(await self.commands.send(LinkName(pop["link"]), kind(LegId(pop["leg"]), own)))  # type: ignore[arg-type]

    async def take_first(self, call: str, about: About) -> None:
        """Nobody in the caller's queue is served before. Raises NotFoundError, NotDoneError."""
        await self._of_waiting(call, TakeFirst(CallId(call)), about)

    async def send_on(self, call: str, agent_id: int | None, queue: str, about: About) -> None:
        """The waiting caller goes to an agent or a queue.

        Raises InvalidError, NotFoundError, NotDoneError.
        """
        await self._of_waiting(call, SendOn(CallId(call), self._target(agent_id, queue, about)), about)

    def _target(self, agent_id: int | None, queue: str, about: About) -> Target:
        if agent_id is not None:
            about.agent_id = agent_id
            agent = self.agent(about)
            return ToAgent(self.directory.interface(agent.user_id) or "", agent.extension or "")
        about.details["to"] = self._queue(queue)
        return ToQueue(queue, self.directory.queue(queue).extension or "")

    async def _of_waiting(self, call: str, command: Command, about: About) -> None:
        async with self.sessions() as session:
            row = (await session.execute(select(Call.link, Call.queue).where(Call.id == call))).first()
        if row is None:
            raise NotFoundError(_("There is no such call."))
        about.call, about.queue = call, row.queue
        _be_done(await self.commands.send(LinkName(row.link), command))

    # Agents

    async def pause(self, reason: str, about: About) -> None:
        """The agent gets no calls from any queue. Raises InvalidError, NotFoundError, NotDoneError."""
        if reason not in BREAKS:
            raise InvalidError([Problem("reason", _("Choose the reason of the break from the list."))])
        about.details["reason"] = reason
        await self._tell(about, Capability.SET_PAUSE, lambda phone: Pause(phone, reason))

    async def unpause(self, about: About) -> None:
        """The agent's break ends. Raises NotFoundError, NotDoneError."""
        agent = self.agent(about)
        doing = self.floor.presence(agent.user_id)
        if doing["state"] != "on_break" and not doing.get("then"):
            raise NotDoneError(_("%(name)s is not on a break.", name=agent.name))
        await self._tell(about, Capability.SET_PAUSE, Unpause)

    async def join(self, queue: str, about: About) -> None:
        """The agent gets calls from a queue, too. Raises InvalidError, NotFoundError, NotDoneError."""
        about.queue = self._queue(queue)
        await self._tell(about, Capability.SET_QUEUES, lambda phone: JoinQueue(phone, queue))

    async def leave(self, queue: str, about: About) -> None:
        """The agent gets no more calls from a queue. Raises InvalidError, NotFoundError, NotDoneError."""
        about.queue = self._queue(queue)
        await self._tell(about, Capability.SET_QUEUES, lambda phone: LeaveQueue(phone, queue))

    async def move(self, queue: str, to: str, about: About) -> None:
        """Into one queue, then out of another: nobody is lost on the way.

        Raises InvalidError, NotFoundError, NotDoneError.
        """
        await self.join(to, about)
        about.details["to"] = to
        await self.leave(queue, about)

    async def log_out(self, about: About) -> None:
        """Out of all queues; who cannot leave one is paused there instead.

        Raises NotFoundError, NotDoneError.
        """
        agent = self.agent(about)
        queues = sorted(self.directory.queues_of(agent.user_id))
        outcomes = [await self._ask(agent, Capability.SET_QUEUES, _leaving(each)) for each in queues]
        if not queues or any(isinstance(each, Refused) for each in outcomes):
            await self._tell(about, Capability.SET_PAUSE, lambda phone: Pause(phone, LOGGED_OUT))
            return
        _be_done(next((each for each in outcomes if not isinstance(each, Done)), Done()))

    def agent(self, about: About) -> Agent:
        """The agent whom it is about. Raises NotFoundError."""
        agent = self.directory.agent_by_id(about.agent_id or 0)
        if agent is None:
            raise NotFoundError(_("There is no such agent (any more)."))
        return agent

    def _queue(self, queue: str) -> str:
        known = {each.name for each in self.directory.queues()}
        if queue not in known:
            raise InvalidError([Problem("queue", _("Choose the queue from the list."))])
        return queue

    async def _tell(self, about: About, capability: Capability, command_at: Callable[[str], Command]) -> None:
        _be_done(await self._ask(self.agent(about), capability, command_at))

    async def _ask(
        self, agent: Agent, capability: Capability, command_at: Callable[[str], Command]
    ) -> Outcome:
        links = able(await self.commands.links(), capability)
        if not links:
            return Refused(_("No phone system can be told so at the moment."))
        return await Phones(self.commands, self.directory).tell(agent.user_id, links, command_at)


def _leaving(queue: str) -> Callable[[str], Command]:
    return lambda phone: LeaveQueue(phone, queue)


def _be_done(outcome: Outcome) -> None:
    if isinstance(outcome, Unsure):
        raise UnsureError(_(outcome.why))
    if isinstance(outcome, Refused):
        raise NotDoneError(_(outcome.why))
