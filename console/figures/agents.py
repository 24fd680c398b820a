"""The time of agents: in which state they were for how long, how busy, and how many were there.

An agent is in one state at a time, in however many queues: each state ends where the next one begins, so
every second counts once.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

from console.figures.intervals import Span
from console.figures.visits import NOTHING

Key = TypeVar("Key")


class AgentState(StrEnum):
    """What an agent does."""

    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"  # talking, or the caller is on hold
    WRAP_UP = "wrap_up"
    ON_BREAK = "on_break"  # with a reason
    OFFLINE = "offline"


BUSY = frozenset({AgentState.ON_CALL, AgentState.WRAP_UP})
STAFFED = frozenset({AgentState.AVAILABLE, AgentState.RINGING, *BUSY})
"""There for callers: logged in, and not on a break."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """For how long an agent was in a state; without `ended_at` they still are. A break has its `reason`."""

    agent: str
    state: AgentState
    began_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AgentTime:
    """How long agents were in which state, and on a break for which reason."""

    states: Mapping[AgentState, timedelta] = field(default_factory=dict)
    breaks: Mapping[str | None, timedelta] = field(default_factory=dict)

    def within(self, states: Iterable[AgentState]) -> timedelta:
        """How long in any of these states."""
        return sum((self.states.get(state, NOTHING) for state in states), NOTHING)

    @property
    def staffed(self) -> timedelta:
        """How long they were there for callers."""
        return self.within(STAFFED)

    def occupancy(self, *, ringing: bool = True) -> float | None:
        """(talk + hold + wrap-up) ÷ (that + available + ringing): between 0 and 1, None when they were not
        there. With `ringing` off, the time in which their phone rang is left out."""
        busy = self.within(BUSY)
        idle = self.within({AgentState.AVAILABLE} | ({AgentState.RINGING} if ringing else set()))
        return busy / (busy + idle) if busy + idle else None

    def __add__(self, other: "AgentTime") -> "AgentTime":
        return AgentTime(_sums(self.states, other.states), _sums(self.breaks, other.breaks))


def agent_times(stretches: Iterable[Stretch], period: Span, at: datetime) -> dict[str, AgentTime]:
    """The time of each agent within the period, as far as it was over at the moment `at`."""
    states: defaultdict[str, dict[AgentState, timedelta]] = defaultdict(dict)
    breaks: defaultdict[str, dict[str | None, timedelta]] = defaultdict(dict)
    for each in _one_by_one(stretches, at):
        time = period.overlap(each.began_at, _end(each, at))
        if time:
            _add(states[each.agent], each.state, time)
            if each.state is AgentState.ON_BREAK:
                _add(breaks[each.agent], each.reason, time)
    return {agent: AgentTime(times, breaks.get(agent, {})) for agent, times in states.items()}


def staffing(stretches: Iterable[Stretch], spans: Sequence[Span], at: datetime) -> list[float | None]:
    """How many agents were there for callers, on average, in each of the spans, which are in order; of one
    that is not over, in the part until `at`. None for one that has not begun."""
    times = [NOTHING] * len(spans)
    begins = [span.begin for span in spans]
    for each in _one_by_one(stretches, at):
        if each.state in STAFFED:
            end = _end(each, at)
            for index in range(max(bisect_right(begins, each.began_at) - 1, 0), bisect_right(begins, end)):
                times[index] += spans[index].overlap(each.began_at, end)
    passed = [span.overlap(span.begin, at) for span in spans]
    return [time / length if length else None for time, length in zip(times, passed, strict=True)]


def now(stretches: Iterable[Stretch], at: datetime) -> Counter[AgentState]:
    """How many agents are in which state at the moment `at`."""
    return Counter(
        each.state
        for each in _one_by_one(stretches, at)
        if each.began_at <= at and (each.ended_at is None or at < each.ended_at)
    )


def _end(stretch: Stretch, at: datetime) -> datetime:
    return at if stretch.ended_at is None else min(stretch.ended_at, at)


def _one_by_one(stretches: Iterable[Stretch], at: datetime) -> Iterator[Stretch]:
    """The stretches of each agent, none of which lasts into the next one."""
    ordered = sorted(stretches, key=attrgetter("agent", "began_at"))
    for index, each in enumerate(ordered):
        after = ordered[index + 1] if index + 1 < len(ordered) else None
        if after is None or after.agent != each.agent or _end(each, at) <= after.began_at:
            yield each
        else:
            yield replace(each, ended_at=after.began_at)


def _add(times: dict[Key, timedelta], key: Key, time: timedelta) -> None:
    times[key] = times.get(key, NOTHING) + time


def _sums(one: Mapping[Key, timedelta], other: Mapping[Key, timedelta]) -> dict[Key, timedelta]:
    return {key: one.get(key, NOTHING) + other.get(key, NOTHING) for key in one.keys() | other.keys()}
