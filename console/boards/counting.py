"""Counts what happens on the phone systems that this process listens to, and says it on the bus: the topic
`queues`, at most a few times a second and only what changed.

Of each queue it says what was counted of the last 30 minutes and of today, of each agent what they did today.
It goes on from what is on record: so a process that begins at noon knows the morning.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from console.boards.counts import write_handling, write_tally
from console.boards.stored import read_parts, read_visits
from console.calls.register import Step
from console.clock import Clock
from console.db.engine import Sessions
from console.figures.intervals import Span, today
from console.figures.live import RECENT, Live
from console.figures.tally import Handling, Limits
from console.figures.visits import Part, Visit
from console.live.bus import Bus, Value
from console.live.puts import Puts
from console.queues.directory import Directory
from telephony.call import Call
from telephony.call import Visit as LiveVisit

QUEUES = "queues"
"""The bus topic of what was counted: `link`, and either `queue` with `now` and `today` (`counts.write_tally`)
or `user_id` with `handling`."""

SAID_S = 0.25
ALL_ANEW = 20
"""Each so-manieth time all queues are looked at: time alone changes what the last 30 minutes were."""

OfQueue = tuple[str, str]
OfAgent = tuple[str, int]
"""A link, and the name of a queue or the id of a user."""


def queue_key(of: OfQueue) -> str:
    """The key of what is said of a queue."""
    return f"queue:{of[0]}:{of[1]}"


def agent_key(of: OfAgent) -> str:
    """The key of what is said of an agent."""
    return f"agent:{of[0]}:{of[1]}"


class Counting:
    """The counts of our own links."""

    def __init__(
        self, bus: Bus, sessions: Sessions, directory: Directory, zone: ZoneInfo, clock: Clock
    ) -> None:
        self._bus = bus
        self._puts = Puts(bus)
        self._sessions = sessions
        self._directory = directory
        self._zone = zone
        self._clock = clock
        self._queues: dict[OfQueue, Live] = {}
        self._limits: dict[OfQueue, Limits] = {}
        self._parts: dict[str, tuple[OfAgent, Part]] = {}
        self._agents: dict[OfAgent, Handling] = {}
        self._visits: dict[str, list[Visit]] = {}
        self._finishing: dict[str, tuple[Call, datetime]] = {}
        self._finished: dict[str, float] = {}
        self._day = today(clock(), zone)
        self._dirty: set[OfQueue] = set()
        self._agents_dirty: set[OfAgent] = set()
        self._said: dict[str, Value] = {}

    def take(self, step: Step) -> None:
        """Something happened to a call."""
        self._count(step.after)

    def finishes(self, call: Call, leg: str, *, begins: bool) -> None:
        """An agent begins to finish a call, behind this leg of it, or is done with that."""
        if begins:
            self._finishing.setdefault(leg, (call, self._clock()))
        elif leg in self._finishing:
            _call, began = self._finishing.pop(leg)
            self._finished[leg] = (self._clock() - began).total_seconds()
            self._count(call)

    async def begin(self, link: str) -> None:
        """Go on from what is on record of a link. Raises the database's and the bus' errors."""
        at = self._clock()
        self._day = today(at, self._zone)
        since = min(self._day.begin, at - RECENT)
        async with self._sessions() as session:
            visits = await read_visits(session, link, since)
            parts = await read_parts(session, link, self._day.begin)
        for visit in visits:
            self._put_visit((link, visit.queue), visit)
        for leg, part in parts.items():
            self._put_part(leg, (link, int(part.agent)), part)
        for key, value in (await self._bus.snapshot(QUEUES)).entries.items():
            if value["link"] == link:
                self._said.setdefault(key, value)

    async def run(self) -> None:
        """Say for ever what changed."""
        turn = 0
        while True:
            await asyncio.sleep(SAID_S)
            turn += 1
            await self.say(everything=turn % ALL_ANEW == 0)

    async def say(self, *, everything: bool = True) -> None:
        """Say what changed: of what is known to have changed, or of everything."""
        for key, value in list(self._due(everything=everything)):
            if self._said.get(key) != value:
                self._said[key] = value
                await self._puts.put(QUEUES, key, value)

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()

    async def say_again(self) -> None:
        """Say it all anew: the bus may have forgotten it."""
        self._said.clear()
        await self.say()

    # What is counted.

    def _count(self, call: Call) -> None:
        visits = list(self._visits_of(call))
        known = self._visits.get(call.id, [])
        for visit in visits:
            if visit not in known:
                self._put_visit((call.link, visit.queue), visit)
        for visit in known[len(visits) :]:  # two waits turned out to be one
            self._forget_visit((call.link, visit.queue), visit)
        self._remember(call, visits)
        for leg in call.legs:
            part = self._part(call, leg.id)
            if part is not None and part.agent:
                self._put_part(leg.id, (call.link, int(part.agent)), part)

    def _remember(self, call: Call, visits: Sequence[Visit]) -> None:
        self._visits[call.id] = list(visits)
        if call.ended_at is not None and not any(leg.id in self._finishing for leg in call.legs):
            self._visits.pop(call.id)

    def _visits_of(self, call: Call) -> Iterator[Visit]:
        for number, visit in enumerate(call.visits, 1):
            yield Visit(
                call=call.id,
                number=number,
                queue=visit.queue,
                queued_at=visit.queued_at,
                left_at=visit.left_at,
                end=visit.end,
                part=self._part_of(call, visit),
                line=self._directory.queue(visit.queue).line,
            )

    def _part_of(self, call: Call, visit: LiveVisit) -> Part | None:
        return None if visit.leg is None else self._part(call, visit.leg)

    def _part(self, call: Call, leg_id: str) -> Part | None:
        leg = next((leg for leg in call.legs if leg.id == leg_id), None)
        if leg is None or not leg.interface:
            return None
        agent = self._directory.agent(leg.interface, leg.device)
        return Part(
            agent=str(agent.user_id) if agent else "",
            offered_at=leg.offered_at,
            answered_at=leg.answered_at,
            ended_at=leg.ended_at,
            result=leg.result,
            held_s=leg.held_s,
            wrap_up_s=self._finished.get(leg.id, 0.0),
            queue=leg.queue,
        )

    def _put_visit(self, of: OfQueue, visit: Visit) -> None:
        self._live(of).put(visit, self._clock())
        self._dirty.add(of)

    def _forget_visit(self, of: OfQueue, visit: Visit) -> None:
        """As if it had begun long ago: then it counts nowhere."""
        long_ago = self._day.begin - RECENT - RECENT
        self._put_visit(of, replace(visit, queued_at=long_ago, left_at=long_ago))

    def _put_part(self, leg: str, of: OfAgent, part: Part) -> None:
        before = self._parts.pop(leg, None)
        if before is not None and before[1] == part:
            self._parts[leg] = before
            return
        if before is not None:
            self._agents[before[0]].put(before[1], -1)
        if part.offered_at in self._day:
            self._parts[leg] = (of, part)
            self._agents.setdefault(of, Handling()).put(part)
        self._agents_dirty.add(of)

    def _live(self, of: OfQueue) -> Live:
        limits = self._directory.limits().of(of[1])
        if of not in self._queues:
            self._queues[of] = Live(limits, self._zone, self._clock())
        elif self._limits[of] != limits:
            self._queues[of] = self._queues[of].with_limits(limits)
        self._limits[of] = limits
        return self._queues[of]

    # What is said.

    def _due(self, *, everything: bool) -> Iterator[tuple[str, Value]]:
        at = self._clock()
        if at not in self._day:
            self._begin_day(today(at, self._zone))
        queues: Iterable[OfQueue] = list(self._queues if everything else self._dirty)
        agents: Iterable[OfAgent] = list(self._agents if everything else self._agents_dirty)
        self._dirty.clear()
        self._agents_dirty.clear()
        for queue in queues:
            yield queue_key(queue), self._said_of(queue, at)
        for link, user_id in agents:
            handling = write_handling(self._agents.get((link, user_id), Handling()))
            yield agent_key((link, user_id)), {"link": link, "user_id": user_id, "handling": handling}

    def _said_of(self, of: OfQueue, at: datetime) -> Value:
        live = self._live(of)
        counted: Mapping[str, object] = {
            "now": write_tally(live.recent(at)),
            "today": write_tally(live.today(at)),
        }
        return {"link": of[0], "queue": of[1], **counted}

    def _begin_day(self, day: Span) -> None:
        """It is another day: what agents did on the one before is said no more."""
        self._day = day
        self._finished.clear()
        self._parts = {leg: each for leg, each in self._parts.items() if each[1].offered_at in day}
        self._agents_dirty.update(self._agents)
        self._agents = {}
        for of, part in self._parts.values():
            self._agents.setdefault(of, Handling()).put(part)
