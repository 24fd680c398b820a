"""A full floor for the pictures of what supervisors see: more queues than the demo has, who waits in them,
and who talks."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from console.demo.team import AGENTS, DemoQueue, Member
from console.demo.team import QUEUES as OF_THE_DEMO

OFFICE = (
    DemoQueue("returns", "Returns", "504"),
    DemoQueue("billing", "Billing", "505"),
    DemoQueue("key-accounts", "Key accounts", "506", line=2),
)
TOPICS = ("Orders", "Returns", "Billing", "Delivery", "Complaints", "Warranty")
COUNTRIES = ("SK", "CZ", "PL", "HU", "AT", "DE", "DK", "RO")
MANY = tuple(
    DemoQueue(f"{topic}-{country}".lower(), f"{topic} {country}", str(600 + place))
    for place, (country, topic) in enumerate(itertools.product(COUNTRIES, TOPICS))
)[: 50 - len(OF_THE_DEMO)]


@dataclass(frozen=True, slots=True)
class Floor:
    """A demo with `more` queues, in which `waiting` callers wait and `talking` agents talk."""

    more: Sequence[DemoQueue]
    waiting: int
    talking: int

    @property
    def queues(self) -> Sequence[DemoQueue]:
        """All of them."""
        return (*OF_THE_DEMO, *self.more)

    def agents_of(self, queue: DemoQueue) -> list[Member]:
        """Who takes calls of a queue: who does in the demo, or those of its line in turn."""
        if queue in OF_THE_DEMO:
            return [agent for agent in AGENTS if queue.name in agent.queues]
        place = self.queues.index(queue)
        fit = [agent for agent in AGENTS if agent.line == queue.line]
        return [agent for at, agent in enumerate(fit) if (at + place) % 3 == 0]

    def waits(self) -> Iterator[tuple[DemoQueue, int]]:
        """Who waits: in which queue, since how many seconds. The longest first."""
        fate = Random(1)  # noqa: S311 - the same pictures each time
        seconds = sorted((fate.randrange(4, 150) for _ in range(self.waiting)), reverse=True)
        return zip(fate.choices(self.queues, k=self.waiting), seconds, strict=True)

    def talks(self) -> Iterator[tuple[DemoQueue, Member, int]]:
        """Who talks, in which queue, since how many seconds."""
        fate = Random(2)  # noqa: S311
        for agent in fate.sample(AGENTS, k=self.talking):
            own = [queue for queue in self.queues if agent in self.agents_of(queue)]
            yield fate.choice(own), agent, fate.randrange(20, 500)


SIX = Floor(OFFICE, waiting=7, talking=7)
FIFTY = Floor(MANY, waiting=19, talking=9)
