"""Who takes calls and where callers wait, kept in memory: the pop must not wait for the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.identity.models import User, UserInterface, UserQueue
from console.queues.models import ANSWER_WITHIN_S, WRAP_UP_S, Queue, QueueThresholds
from console.queues.service_levels import AllLimits, read_limits
from console.queues.thresholds import NAMES, Thresholds


@dataclass(frozen=True, slots=True)
class Agent:
    """A user who takes calls, at `extension` where one is known."""

    user_id: int
    email: str
    name: str
    line: int
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class QueueInfo:
    """A queue as screens name it, and what it asks of who takes its calls. One that nobody has set up has its
    own name as title, and line 1. `extension` leads into it, where that is known."""

    name: str
    title: str
    line: int
    wrap_up_s: int = WRAP_UP_S
    answer_within_s: int = ANSWER_WITHIN_S
    outcome_required: bool = False
    outcomes: tuple[str, ...] = ()
    extension: str | None = None


def thresholds_of(row: QueueThresholds) -> Thresholds:
    """The thresholds on record."""
    return Thresholds(**{name: getattr(row, name) for name in NAMES})


class Directory:
    """Agents by interface and queues by name; `refresh` swaps both whole."""

    def __init__(self) -> None:
        self._agents: Mapping[str, Agent] = {}
        self._interfaces: Mapping[int, Sequence[str]] = {}
        self._queues_of: Mapping[int, set[str]] = {}
        self._extensions: Mapping[str, Agent] = {}
        self._queues: Mapping[str, QueueInfo] = {}
        self._thresholds: Mapping[str, Thresholds] = {}
        self._limits = AllLimits()

    async def refresh(self, session: AsyncSession) -> None:
        """Read all agents and queues anew."""
        found = await session.execute(
            select(UserInterface.interface, User)
            .join(User, User.id == UserInterface.user_id)
            .where(User.disabled_at.is_(None))
            .order_by(UserInterface.interface)
        )
        rows = found.all()
        interfaces: defaultdict[int, list[str]] = defaultdict(list)
        for interface, user in rows:
            interfaces[user.id].append(interface)
        self._interfaces = interfaces
        self._agents = {
            interface.lower(): Agent(user.id, user.email, user.name, user.line, user.extension or None)
            for interface, user in rows
        }
        self._extensions = {agent.extension: agent for agent in self._agents.values() if agent.extension}
        queues_of: defaultdict[int, set[str]] = defaultdict(set)
        for user_id, queue in await session.execute(select(UserQueue.user_id, UserQueue.queue)):
            queues_of[user_id].add(queue)
        self._queues_of = queues_of
        queues = await session.scalars(select(Queue))
        self._queues = {
            q.name: QueueInfo(
                name=q.name,
                title=q.title or q.name,
                line=q.line,
                wrap_up_s=q.wrap_up_s,
                answer_within_s=q.answer_within_s,
                outcome_required=q.outcome_required,
                outcomes=tuple(q.outcomes or ()),
                extension=q.extension or None,
            )
            for q in queues
        }

        limits = await session.scalars(select(QueueThresholds))
        self._thresholds = {each.queue: thresholds_of(each) for each in limits}
        self._limits = await read_limits(session)

    def all_thresholds(self) -> Mapping[str, Thresholds]:
        """From when on queues are yellow or red, by name."""
        return self._thresholds

    def limits(self) -> AllLimits:
        """How the service levels of queues are computed."""
        return self._limits

    def agent(self, interface: str, device: str = "") -> Agent | None:
        """The agent whose phone is at an interface such as `PJSIP/1001`, or the device behind it. The case of
        their letters does not matter."""
        return self._agents.get(interface.lower()) or self._agents.get(device.lower())

    def interfaces(self, user_id: int) -> Sequence[str]:
        """All names of the agent's phones on the phone systems."""
        return self._interfaces.get(user_id, ())

    def queues_of(self, user_id: int) -> Collection[str]:
        """The names of the queues in which an agent is to work."""
        return self._queues_of.get(user_id, ())

    def absent(self, queues: Collection[str], members: Collection[int]) -> list[int]:
        """The agents who are to work in one of the queues, and are not among these."""
        theirs = [user_id for user_id, own in self._queues_of.items() if not own.isdisjoint(queues)]
        return [user_id for user_id in theirs if user_id in self._interfaces and user_id not in members]

    def who_take_calls(self) -> list[Agent]:
        """All agents but those who only have a phone: supervisors listen at one."""
        return [each for each in self.agents() if each.extension or self.queues_of(each.user_id)]

    def agent_by_id(self, user_id: int) -> Agent | None:
        """The agent who is that user."""
        return next((each for each in self._agents.values() if each.user_id == user_id), None)

    def name_at(self, interface: str, device: str = "") -> str:
        """The name of that agent; the interface where it is nobody's."""
        agent = self.agent(interface, device)
        return agent.name if agent else interface

    def is_agent(self, interface: str) -> bool:
        """Whether an agent's phone is at the interface."""
        return interface.lower() in self._agents

    def at_extension(self, extension: str) -> Agent | None:
        """The agent who is reached by dialling an extension such as `1001`."""
        return self._extensions.get(extension)

    def queue(self, name: str) -> QueueInfo:
        """What is known of a queue."""
        return self._queues.get(name) or QueueInfo(name, name, 1)

    def queues(self) -> list[QueueInfo]:
        """All queues that were set up."""
        return list(self._queues.values())

    def interface(self, user_id: int) -> str | None:
        """The first interface of an agent, as the phone system spells it."""
        return next(iter(self._interfaces.get(user_id, ())), None)

    def agents(self) -> list[Agent]:
        """All agents, each once."""
        return list({agent.user_id: agent for agent in self._agents.values()}.values())
