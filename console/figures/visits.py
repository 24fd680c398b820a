"""What figures are computed from: waits of callers in queues, and the parts of agents in their calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from telephony.events import LegResult, VisitEnd

NOTHING = timedelta(0)
TALKED = frozenset({LegResult.ANSWERED, LegResult.TRANSFERRED})
"""The results of a part whose agent talked with the caller."""


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part in a call: a leg. `wrap_up_s` is the time to finish it, as far as that is over.

    It is handled once it has ended after an answer. Talking is without the hold: both together are the time
    from the answer to the end.
    """

    agent: str
    offered_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: LegResult | None = None
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    queue: str | None = None

    @property
    def handled(self) -> bool:
        """Whether the agent talked with the caller, and is done with that."""
        return self.answered_at is not None and self.ended_at is not None

    @property
    def missed(self) -> bool:
        """Whether it rang and nobody answered, the agent's own doing (not: the caller gave up)."""
        return self.result is LegResult.NO_ANSWER

    @property
    def transferred(self) -> bool:
        """Whether the agent passed the call on."""
        return self.result is LegResult.TRANSFERRED

    @property
    def lasted(self) -> timedelta:
        """From the answer to the end; nothing as long as both are not known, and never less than nothing,
        whatever clocks said."""
        if self.answered_at is None or self.ended_at is None:
            return NOTHING
        return max(self.ended_at - self.answered_at, NOTHING)

    @property
    def held(self) -> timedelta:
        """How long the caller was on hold; never longer than the part."""
        return min(timedelta(seconds=self.held_s), self.lasted)

    @property
    def talked(self) -> timedelta:
        """How long agent and caller talked, the hold not counted."""
        return self.lasted - self.held

    @property
    def wrap_up(self) -> timedelta:
        """How long it was finished afterwards."""
        return timedelta(seconds=self.wrap_up_s)


class VisitKey(NamedTuple):
    """Which visit it is: the so-manieth wait of a call, the first being 1."""

    call: str
    number: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One wait of a caller in a queue, under the name that the queue had then. `part` is that of the agent
    who answered out of it. `call_back`: we called, because it was promised.

    Without `left_at` the caller waits. Who left has no `end` yet as long as it may still show whether they
    hung up.
    """

    call: str
    number: int
    queue: str
    queued_at: datetime
    left_at: datetime | None = None
    end: VisitEnd | None = None
    part: Part | None = None
    line: int | None = None
    call_back: bool = False

    @property
    def key(self) -> VisitKey:
        """Which visit it is."""
        return VisitKey(self.call, self.number)

    @property
    def waits(self) -> bool:
        """Whether the caller waits now."""
        return self.left_at is None and self.end is None

    @property
    def wait(self) -> timedelta:
        """From joining to the answer, or to whatever else ended it. Nothing as long as that is not known;
        never less than nothing, whatever clocks said."""
        return NOTHING if self.left_at is None else max(self.left_at - self.queued_at, NOTHING)
