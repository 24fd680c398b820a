"""A believable day on the phones, as a deterministic sequence of events.

Callers arrive at random (a Poisson process), wait while everybody is busy, give up or are answered. An agent
rings for some seconds, now and then lets it ring out, talks, sometimes holds, then has a moment to herself.
Some callers call again soon; the others only when everybody else has called. The same seed, start and
population give the same events.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from telephony.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    End,
    LegEnded,
    LegId,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

ANSWER_S = (5.5, 8.5)  # a phone rings this long before its agent answers: time to read the pop
RING_OUT_S = 15.0  # then the phone system stops ringing
RETRY_S = 5.0  # between a ring that nobody answered and the next
TALK_S = (20.0, 40.0)
REST_S = (3.0, 8.0)  # between two calls of an agent
PATIENCE_S = 60.0  # how long callers wait, on average
LEAST_PATIENCE_S = 4.0
QUEUE_TIMEOUT_S = 180.0  # after which the queue gives up
NO_ANSWER_SHARE = 0.07  # of the rings
HOLD_SHARE = 0.2  # of the talks
REPEAT_SHARE = 0.06  # of the arrivals
RECENT_CALLERS = 20  # that may call again, once there are so many


@dataclass(slots=True, eq=False)
class _Visit:
    """One call from its arrival to its end. `rings` are the phones ringing for it now, `ring` counts how
    often the queue has rung; `talking` is the interface that answered."""

    call: CallId
    queue: SimulatedQueue
    caller: SimulatedCaller
    rings: dict[str, LegId] = field(default_factory=dict)
    ring: int = 0
    talking: str | None = None
    ended: bool = False


class Day:
    """Iterate to get the events in order of `at`, beginning after `start` (aware UTC), without end.

    `rate` is in calls per second. Nothing happens without callers or with a rate of 0.
    """

    def __init__(
        self, link: LinkName, population: Population, *, seed: int, rate: float, start: datetime
    ) -> None:
        self._link = link
        self._callers = population.callers
        self._weights = [caller.weight for caller in population.callers]
        self._calls_left = list(self._weights)
        self._queues = {queue.name: queue for queue in population.queues}
        self._idle_since = {
            interface: 0.0 for queue in population.queues for interface in queue.interfaces
        }  # the free agents, by offset
        self._rate = rate
        self._start = start
        # Repeatable, not secret: this decides who "calls" in a demo.
        self._random = Random(seed)  # noqa: S311
        self._offset = 0.0  # seconds since start
        self._channels = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._planned = 0
        self._waiting: list[_Visit] = []
        self._recent: deque[SimulatedCaller] = deque(maxlen=RECENT_CALLERS)
        self._out: deque[CallEvent] = deque()

    def __iter__(self) -> Iterator[CallEvent]:
        if any(self._weights) and self._rate > 0:
            self._plan_arrival()
        while self._due:
            self._offset, _, happen = heapq.heappop(self._due)
            happen()
            while self._out:
                yield self._out.popleft()

    # Time

    @property
    def _at(self) -> datetime:
        return self._start + timedelta(seconds=self._offset)

    def _plan(self, delay_s: float, happen: Callable[[], None]) -> None:
        self._planned += 1  # breaks ties, so that callables are never compared
        heapq.heappush(self._due, (self._offset + delay_s, self._planned, happen))

    def _channel(self) -> str:
        """An id as Asterisk makes them: when the channel came up, and a counter."""
        self._channels += 1
        return f"{self._link}-{int(self._at.timestamp())}.{self._channels}"

    # Callers

    def _plan_arrival(self) -> None:
        self._plan(self._random.expovariate(self._rate), self._arrive)

    def _arrive(self) -> None:
        self._plan_arrival()
        who = self._who_calls()
        queue = self._queues[self._random.choice(who.queues)]
        visit = _Visit(CallId(self._channel()), queue, who)
        self._out.append(
            CallQueued(
                link=self._link,
                at=self._at,
                call=visit.call,
                queue=queue.name,
                caller=who.caller,
                dialled=queue.dialled,
            )
        )
        patience_s = LEAST_PATIENCE_S + self._random.expovariate(1 / (PATIENCE_S - LEAST_PATIENCE_S))
        self._plan(patience_s, lambda: self._give_up(visit, End.ABANDONED))
        self._plan(QUEUE_TIMEOUT_S, lambda: self._give_up(visit, End.TIMED_OUT))
        self._waiting.append(visit)
        self._serve()

    def _who_calls(self) -> SimulatedCaller:
        if len(self._recent) == RECENT_CALLERS and self._random.random() < REPEAT_SHARE:
            return self._random.choice(self._recent)
        index = self._random.choices(range(len(self._callers)), self._calls_left)[0]
        self._calls_left[index] = max(0.0, self._calls_left[index] - 1.0)
        if not any(self._calls_left):
            self._calls_left = list(self._weights)
        return self._callers[index]

    def _give_up(self, visit: _Visit, end: End) -> None:
        if visit.ended or visit.talking is not None:
            return
        if visit in self._waiting:
            self._waiting.remove(visit)
        self._stop_ringing(visit, LegResult.CANCELLED)
        self._out.append(CallLeftQueue(link=self._link, at=self._at, call=visit.call, queue=visit.queue.name))
        self._end(visit, end)

    def _end(self, visit: _Visit, end: End) -> None:
        visit.ended = True
        self._recent.append(visit.caller)
        self._out.append(CallEnded(link=self._link, at=self._at, call=visit.call, end=end))
        self._serve()

    # Ringing

    def _serve(self) -> None:
        """Ring for those who wait, the longest waiting first."""
        for visit in list(self._waiting):
            free = sorted(
                (interface for interface in visit.queue.interfaces if interface in self._idle_since),
                key=self._idle_since.__getitem__,
            )
            if free:
                self._waiting.remove(visit)
                self._ring(visit, free if visit.queue.strategy is Strategy.RING_ALL else free[:1])

    def _ring(self, visit: _Visit, interfaces: list[str]) -> None:
        visit.ring += 1
        ring = visit.ring
        for interface in interfaces:
            self._offer(visit, interface)
        self._plan(RING_OUT_S, lambda: self._ring_out(visit, ring))

    def _offer(self, visit: _Visit, interface: str) -> None:
        del self._idle_since[interface]
        leg = visit.rings[interface] = LegId(self._channel())
        self._out.append(
            CallOffered(
                link=self._link,
                at=self._at,
                call=visit.call,
                leg=leg,
                interface=interface,
                caller=visit.caller.caller,
                queue=visit.queue.name,
                dialled=visit.queue.dialled,
            )
        )
        if self._random.random() >= NO_ANSWER_SHARE:
            self._plan(self._random.uniform(*ANSWER_S), lambda: self._answer(visit, interface, leg))

    def _ring_out(self, visit: _Visit, ring: int) -> None:
        if visit.ended or visit.talking is not None or visit.ring != ring:
            return
        self._stop_ringing(visit, LegResult.NO_ANSWER)
        self._plan(RETRY_S, lambda: self._wait_again(visit))

    def _wait_again(self, visit: _Visit) -> None:
        if not visit.ended:
            self._waiting.append(visit)
            self._serve()

    def _stop_ringing(self, visit: _Visit, result: LegResult) -> None:
        for interface, leg in visit.rings.items():
            self._out.append(
                OfferEnded(link=self._link, at=self._at, call=visit.call, leg=leg, result=result)
            )
            self._idle_since[interface] = self._offset
        visit.rings.clear()

    # Talking

    def _answer(self, visit: _Visit, interface: str, leg: LegId) -> None:
        if visit.rings.get(interface) != leg:
            return  # the caller gave up, or somebody else was faster
        del visit.rings[interface]
        visit.talking = interface
        # As Asterisk: those who rang in vain first, then who talks.
        self._stop_ringing(visit, LegResult.WITHDRAWN)
        self._out.append(CallAnswered(link=self._link, at=self._at, call=visit.call, leg=leg))
        talk_s = self._random.uniform(*TALK_S)
        if self._random.random() < HOLD_SHARE:
            self._plan(talk_s * 0.3, lambda: self._hold(visit, leg))
            self._plan(talk_s * 0.6, lambda: self._resume(visit, leg))
        self._plan(talk_s, lambda: self._hang_up(visit, interface, leg))
        self._serve()

    def _hold(self, visit: _Visit, leg: LegId) -> None:
        self._out.append(CallHeld(link=self._link, at=self._at, call=visit.call, leg=leg))

    def _resume(self, visit: _Visit, leg: LegId) -> None:
        self._out.append(CallResumed(link=self._link, at=self._at, call=visit.call, leg=leg))

    def _hang_up(self, visit: _Visit, interface: str, leg: LegId) -> None:
        self._out.append(LegEnded(link=self._link, at=self._at, call=visit.call, leg=leg))
        self._end(visit, End.COMPLETED)
        self._plan(self._random.uniform(*REST_S), lambda: self._be_free(interface))

    def _be_free(self, interface: str) -> None:
        self._idle_since[interface] = self._offset
        self._serve()
