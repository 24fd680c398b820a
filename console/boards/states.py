"""How queues and agents are at one moment, as values: what boards and the API read out. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.desk.presence import activity
from console.desk.waiting import Waiting
from console.figures.formulas import service_level
from console.figures.shares import Share
from console.figures.tally import Handling, Limits, Tally
from console.live.bus import Value
from console.queues.directory import Agent, QueueInfo
from console.queues.thresholds import Thresholds

STATES = ("available", "ringing", "on_call", "wrap_up", "on_break", "offline")
"""What agents do, whoever is free first."""

FREE = STATES[0]
OFFLINE = STATES[-1]

FOREMOST = ("answered", "ringing")
"""Of the calls of an agent the one that they talk in comes first."""


@dataclass(frozen=True, slots=True)
class Stale:
    """What is shown is as it was then (ISO 8601), because that `link` is not up ("": the bus is away)."""

    since: str
    link: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue: who `waiting` joined first comes first, `states` how many of its agents do what, `now` what
    was counted of the last 30 minutes, `limits` how its service level is computed."""

    info: QueueInfo
    waiting: Sequence[Waiting]
    states: Mapping[str, int]
    thresholds: Thresholds
    limits: Limits
    now: Tally
    today: Tally
    stale: Stale | None

    @property
    def level(self) -> Share:
        """The service level of the last 30 minutes."""
        return service_level(self.now, self.limits.switches)

    @property
    def longest_since(self) -> str | None:
        """Since when the caller waits who joined first."""
        return self.waiting[0]["since"] if self.waiting else None


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent: `state` (of STATES) since then (ISO 8601, "" when nobody said), `reason` of a break, `then`
    what follows; `queues` in which they work, each with why they are paused there; `pop` is the call on hand,
    as it is on their desk, `handling` what they did today."""

    agent: Agent
    state: str
    reason: str
    since: str
    then: str
    queues: Sequence[tuple[QueueInfo, str | None]]
    pop: Value | None
    handling: Handling
    stale: Stale | None


def agent_state(
    agent: Agent,
    presence: Value | None,
    pops: Iterable[Value],
    *,
    handling: Handling,
    queues: Sequence[tuple[QueueInfo, str | None]],
    stale: Stale | None,
) -> AgentState:
    """What an agent does, by what is on their desk."""
    said = presence or {}
    return AgentState(
        agent=agent,
        state=str(said.get("state") or OFFLINE),
        reason=str(said.get("reason") or ""),
        since=str(said.get("since") or ""),
        then=str(said.get("then") or ""),
        queues=queues,
        pop=_foremost(pops),
        handling=handling,
        stale=stale,
    )


def _foremost(pops: Iterable[Value]) -> Value | None:
    """The call on hand: the last one answered, else the last one that rings."""
    in_order = sorted(pops, key=lambda pop: (pop["answered_at"] or pop["offered_at"], pop["leg"]))
    by_state = {activity(pop): pop for pop in in_order}
    return next((by_state[state] for state in FOREMOST if state in by_state), None)


def counted_states(states: Iterable[str]) -> dict[str, int]:
    """How many of each, none included."""
    counts = Counter(states)
    return {state: counts[state] for state in STATES}
