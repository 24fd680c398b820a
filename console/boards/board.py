"""What a board knows: everything that was said on the bus of queues and agents, and what is to be drawn anew.
Pure.

It hears the changes of the topics `waiting`, `queues`, `pauses`, `links`, `alerts`, and of all desks (who
does what), and notes which queues and agents are not drawn as they are by now; `take` hands that over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from console.alerts.keeping import ALERTS
from console.boards.counting import QUEUES
from console.boards.counts import read_handling, read_tally
from console.boards.states import AgentState, QueueState, Stale, agent_state, counted_states
from console.desk.pop import PRESENCE_KEY, is_pop
from console.desk.presence import OFFLINE, PAUSES
from console.desk.screens import DESK
from console.desk.waiting import WAITING, Waiting
from console.figures.tally import Handling, Tally, together
from console.live.bus import Change, Value
from console.live.link_health import TOPIC as LINKS
from console.queues.directory import Agent, QueueInfo
from console.queues.service_levels import AllLimits
from console.queues.thresholds import NONE as NO_THRESHOLDS
from console.queues.thresholds import Thresholds

TOPICS = (WAITING, QUEUES, PAUSES, LINKS, ALERTS)
"""What is looked at beside the desks of all agents."""

UP = "up"


@dataclass(slots=True)
class _Known:
    """What was heard of one agent: `pauses` by link, as in the topic of pauses, and what they did today."""

    presence: Value | None = None
    pops: dict[str, Value] = field(default_factory=dict)
    pauses: dict[str, Value] = field(default_factory=dict)
    handling: dict[str, Handling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of a queue on one link: in the last 30 minutes, and today."""

    now: Tally
    today: Tally


@dataclass(frozen=True, slots=True)
class Staff:
    """Who takes calls and where callers wait, as on record: `assigned` are the queues in which an agent is to
    work, `thresholds` say from when on a queue is yellow or red, `limits`
    how its service level is computed."""

    agents: Mapping[int, Agent] = field(default_factory=dict)
    queues: Mapping[str, QueueInfo] = field(default_factory=dict)
    assigned: Mapping[int, frozenset[str]] = field(default_factory=dict)
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    limits: AllLimits = field(default_factory=AllLimits)


@dataclass(frozen=True, slots=True)
class Dirty:
    """What is to be drawn anew. `all`: there are more queues or agents than before, or fewer."""

    queues: frozenset[str] = frozenset()
    agents: frozenset[int] = frozenset()
    links: bool = False
    alerts: bool = False
    all: bool = False

    def __bool__(self) -> bool:
        return bool(self.queues or self.agents or self.links or self.alerts or self.all)


class Board:
    """All queues and agents, as they are by what was heard."""

    def __init__(self) -> None:
        self._staff = Staff()
        self._agents: defaultdict[int, _Known] = defaultdict(_Known)
        self._waiting: dict[str, Value] = {}
        self._counts: defaultdict[str, dict[str, Counts]] = defaultdict(dict)
        self._together: dict[str, Counts] = {}  # of all links, as long as they stay
        self._links: dict[str, Value] = {}
        self._alerts: dict[str, Value] = {}
        self._away_since: str | None = None
        self._members: dict[str, set[int]] = {}
        self._drawn: tuple[list[str], list[int]] = ([], [])
        self._queues_to_draw: set[str] = set()
        self._agents_to_draw: set[int] = set()
        self._links_to_draw = False
        self._alerts_to_draw = False

    # What is heard.

    def employ(self, staff: Staff) -> None:
        """The records of agents and queues were read anew."""
        self._staff = staff
        self._find_members()
        self._draw_all()

    def load(self, topics: Mapping[str, Mapping[str, Value]]) -> None:
        """Forget what was heard; this is what is on the bus now, by topic and key."""
        self._agents.clear()
        self._counts.clear()
        self._together.clear()
        self._waiting, self._links, self._alerts = {}, {}, {}
        self._alerts_to_draw = True
        for topic, entries in topics.items():
            for key, value in entries.items():
                self.hear(Change(topic, 0, key, value, new=True))
        self._find_members()
        self._draw_all()

    def hear(self, change: Change) -> None:
        """Something was said on the bus."""
        if change.topic.startswith(DESK):
            self._hear_desk(int(change.topic.removeprefix(DESK)), change.key, change.value)
        elif change.topic in _HEARS:
            _HEARS[change.topic](self, change.key, change.value)

    def away(self, since: str | None) -> None:
        """The bus cannot be reached since then, or (None) is back."""
        if (since is None) != (self._away_since is None):
            self._away_since = since
            self._draw_all()

    def _hear_desk(self, user_id: int, key: str, value: Value | None) -> None:
        agent = self._agents[user_id]
        if key == PRESENCE_KEY:
            agent.presence = value
            self._draw_agent(user_id)
        elif is_pop(key):
            agent.pops.pop(key, None)
            if value is not None:
                agent.pops[key] = value
            self._agents_to_draw.add(user_id)

    def _hear_waiting(self, call: str, value: Value | None) -> None:
        for each in (self._waiting.pop(call, None), value):
            if each is not None:
                self._queues_to_draw.add(each["queue"])
        if value is not None:
            self._waiting[call] = value

    def _hear_counted(self, _key: str, value: Value | None) -> None:
        if value is None:
            return  # whoever counts says zero instead
        link = value["link"]
        if "queue" in value:
            counts = Counts(read_tally(value["now"]), read_tally(value["today"]))
            self._counts[value["queue"]][link] = counts
            self._together.pop(value["queue"], None)
            self._queues_to_draw.add(value["queue"])
        else:
            self._agents[value["user_id"]].handling[link] = read_handling(value["handling"])
            self._agents_to_draw.add(value["user_id"])

    def _hear_pauses(self, key: str, value: Value | None) -> None:
        user_id = int(key.rpartition(":")[2])
        agent, link = self._agents[user_id], key.rpartition(":")[0]
        self._draw_agent(user_id)
        agent.pauses.pop(link, None)
        if value is not None:
            agent.pauses[link] = value
        self._find_members()
        self._draw_agent(user_id)

    def _hear_link(self, name: str, value: Value | None) -> None:
        if value is not None:
            self._links[name] = value
        else:
            self._links.pop(name, None)
        self._links_to_draw = True
        self._draw_all()

    def _hear_alert(self, id_: str, value: Value | None) -> None:
        self._alerts_to_draw = True
        if value is not None:
            self._alerts[id_] = value
        else:
            self._alerts.pop(id_, None)

    # What is to be drawn.

    def take(self) -> Dirty:
        """What is to be drawn anew since the last time."""
        shown = (self.queues(), self.agents())
        dirty = Dirty(
            frozenset(self._queues_to_draw.intersection(shown[0])),
            frozenset(self._agents_to_draw.intersection(shown[1])),
            self._links_to_draw,
            self._alerts_to_draw,
            shown != self._drawn,
        )
        self._drawn, self._links_to_draw, self._alerts_to_draw = shown, False, False
        self._queues_to_draw.clear()
        self._agents_to_draw.clear()
        return dirty

    def _draw_all(self) -> None:
        self._queues_to_draw.update(self.queues())
        self._agents_to_draw.update(self.agents())

    def _draw_agent(self, user_id: int) -> None:
        self._agents_to_draw.add(user_id)
        self._queues_to_draw.update(self._queues_of(user_id))

    # What is so.

    def queues(self) -> list[str]:
        """The names of all queues: those on record, and those in which callers wait or agents work. By line
        and title."""
        heard = {str(value["queue"]) for value in self._waiting.values()}
        names = self._staff.queues.keys() | heard | self._members.keys() | self._counts.keys()
        return sorted(names, key=lambda name: (self._queue(name).line, self._queue(name).title, name))

    def agents(self) -> list[int]:
        """All agents on record, by line and name."""
        of = self._staff.agents
        return sorted(of, key=lambda user_id: (of[user_id].line, of[user_id].name, user_id))

    def links(self) -> Mapping[str, Value]:
        """The links to phone systems, as in the topic of links."""
        return self._links

    def alerts(self) -> list[tuple[str, Value]]:
        """The alerts of now and of a moment ago, in the order of their beginnings: id, and as on the bus."""
        return sorted(self._alerts.items(), key=lambda each: (each[1]["began_at"], int(each[0])))

    def info(self, name: str) -> QueueInfo:
        """How screens name a queue."""
        return self._queue(name)

    def thresholds(self, name: str) -> Thresholds:
        """From when on a queue is yellow or red."""
        return self._staff.thresholds.get(name, NO_THRESHOLDS)

    def queue(self, name: str) -> QueueState:
        """How a queue is now. What was counted is the same object as long as it stays so."""
        counts = self._counted(name)
        doing = [self._doing(user_id) for user_id in self._members.get(name, ())]
        return QueueState(
            info=self._queue(name),
            waiting=self._waiters(name),
            states=counted_states(doing),
            thresholds=self.thresholds(name),
            limits=self._staff.limits.of(name),
            now=counts.now,
            today=counts.today,
            stale=self._stale(self._links_of_queue(name)),
        )

    def _counted(self, name: str) -> Counts:
        if name not in self._together:
            counts = self._counts.get(name, {}).values()
            now, today = (together(each) for each in ([c.now for c in counts], [c.today for c in counts]))
            self._together[name] = Counts(now, today)
        return self._together[name]

    def states_in(self, names: Iterable[str]) -> dict[str, int]:
        """How many agents of these queues do what, each agent once."""
        members = {user_id for name in names for user_id in self._members.get(name, ())}
        return counted_states(self._doing(user_id) for user_id in members)

    def agent(self, user_id: int) -> AgentState:
        """What an agent does now."""
        known = self._agents[user_id]
        return agent_state(
            self._staff.agents[user_id],
            known.presence,
            known.pops.values(),
            handling=sum(known.handling.values(), Handling()),
            queues=[(self._queue(name), self._paused(user_id, name)) for name in self._queues_of(user_id)],
            stale=self._stale(known.pauses.keys()),
        )

    def _doing(self, user_id: int) -> str:
        return str((self._agents[user_id].presence or OFFLINE)["state"])

    def _waiters(self, name: str) -> list[Waiting]:
        waiting = [cast("Waiting", value) for value in self._waiting.values() if value["queue"] == name]
        return sorted(waiting, key=lambda each: (each["since"], each["call"]))

    def _queue(self, name: str) -> QueueInfo:
        return self._staff.queues.get(name) or QueueInfo(name, name, 1)

    def _queues_of(self, user_id: int) -> list[str]:
        """Where the phone systems say that the agent works; else where they are to work."""
        pauses = self._agents[user_id].pauses.values()
        said = {queue for value in pauses for queue in value["queues"] if queue}
        return sorted(said or self._staff.assigned.get(user_id, frozenset()))

    def _paused(self, user_id: int, name: str) -> str | None:
        """Why the agent gets no calls from this queue, on any link."""
        pauses = sorted(self._agents[user_id].pauses.items())
        reasons = [value["queues"][name] for _link, value in pauses if name in value["queues"]]
        return None if None in reasons else next(iter(reasons), None)

    def _find_members(self) -> None:
        self._members = {}
        for user_id in self._staff.agents:
            for queue in self._queues_of(user_id):
                self._members.setdefault(queue, set()).add(user_id)

    def _links_of_queue(self, name: str) -> set[str]:
        waiting = {str(value["link"]) for value in self._waiting.values() if value["queue"] == name}
        waiting |= self._counts[name].keys() if name in self._counts else set()
        pauses = [self._agents[user_id].pauses for user_id in self._members.get(name, ())]
        return waiting | {link for each in pauses for link, value in each.items() if name in value["queues"]}

    def _stale(self, links: Iterable[str]) -> Stale | None:
        """Since when nothing is known any more of what comes over these links (of none: over all)."""
        if self._away_since is not None:
            return Stale(self._away_since, "")
        named = [(name, self._links[name]) for name in sorted({*links} or self._links) if name in self._links]
        down = [Stale(str(value["since"]), name) for name, value in named if value["state"] != UP]
        return min(down, key=lambda each: each.since, default=None)


_HEARS: Mapping[str, Callable[[Board, str, Value | None], None]] = {
    WAITING: Board._hear_waiting,  # noqa: SLF001 - its own
    QUEUES: Board._hear_counted,  # noqa: SLF001
    PAUSES: Board._hear_pauses,  # noqa: SLF001
    LINKS: Board._hear_link,  # noqa: SLF001
    ALERTS: Board._hear_alert,  # noqa: SLF001
}
