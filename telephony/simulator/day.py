"""A believable day on the phones, as a deterministic sequence of events. Pure.

Callers arrive at random (a Poisson process), wait while everybody is busy, give up, wait on in another queue
or are answered. An agent rings for some seconds, now and then lets it ring out (or a colleague picks the call
up), talks, sometimes holds, sometimes passes the call on, then has a moment to herself. Some callers call
again soon; the others only when everybody else has called. Between the queues' calls there are direct,
internal and outgoing ones (`chores`), and agents take short breaks. The same seed, start and population give
the same events.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from telephony.events import End, LegResult, LinkName
from telephony.simulator.chores import Chores
from telephony.simulator.exchange import Call, Exchange, Happened, Leg, Script
from telephony.simulator.floor import Floor
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

ANSWER_S = (5.5, 8.5)  # a phone rings this long before its agent answers: time to read the pop
PICKUP_S = 10.0  # where nobody answers, a colleague may hear it by then
RING_OUT_S = 15.0  # then the phone system stops ringing
RETRY_S = 5.0  # between a ring that nobody answered and the next
TALK_S = (20.0, 40.0)
PATIENCE_S = 60.0  # how long callers wait, on average
LEAST_PATIENCE_S = 4.0
QUEUE_TIMEOUT_S = 180.0  # after which the queue gives up
DIALPLAN_S = 0.1  # from one queue to the next
NO_ANSWER_SHARE = 0.07  # of the rings
PICKUP_SHARE = 0.3  # of those that nobody would answer, where one phone rings
HOLD_SHARE = 0.2  # of the talks
QUEUE_TRANSFER_SHARE = 0.04  # of the talks
COLLEAGUE_SHARE = 0.08  # of the talks are passed on to a colleague, or a colleague is asked
REPEAT_SHARE = 0.06  # of the arrivals
CHORE_SHARE = 0.12  # of the arrivals are no callers of a queue
RECENT_CALLERS = 20  # that may call again, once there are so many


@dataclass(slots=True, eq=False)
class _Visit:
    """One caller of a queue, from the arrival to the end. `rings` are the phones ringing now, `ring` counts
    how often the queue has rung and `wait` how often the caller has begun to wait; `talks`: was answered, and
    has not begun to wait again."""

    call: Call
    queue: SimulatedQueue
    caller: SimulatedCaller
    rings: dict[str, Leg] = field(default_factory=dict)
    ring: int = 0
    wait: int = 0
    talks: bool = False
    ended: bool = False


class Day:
    """Iterate to get the events in order of `at`, beginning after `start` (aware UTC), without end.

    `rate` is in calls per second. Nothing happens without callers or with a rate of 0. `most` calls come,
    where it is given; after them there are only breaks.
    """

    def __init__(
        self,
        link: LinkName,
        population: Population,
        *,
        seed: int,
        rate: float,
        start: datetime,
        most: int | None = None,
    ) -> None:
        self._callers = population.callers
        self._weights = [caller.weight for caller in population.callers]
        self._calls_left = list(self._weights)
        self._queues = {queue.name: queue for queue in population.queues}
        self._rate = rate
        self._most = most
        # Repeatable, not secret: this decides who "calls" in a demo.
        self._random = Random(seed)  # noqa: S311
        self._exchange = Exchange(link, start)
        interfaces = [interface for queue in population.queues for interface in queue.interfaces]
        self._floor = Floor(self._exchange, interfaces, self._random, self._serve)
        self._chores = Chores(self._exchange, self._floor, self._random)
        self._waiting: list[_Visit] = []
        self._recent: deque[SimulatedCaller] = deque(maxlen=RECENT_CALLERS)

    def __iter__(self) -> Iterator[Happened]:
        if any(self._weights) and self._rate > 0:
            self._exchange.play(self._arrivals())
            self._exchange.play(self._floor.breaks())
        return self._exchange.happened()

    # Callers

    def _arrivals(self) -> Script:
        calls = 0
        while self._most is None or calls < self._most:
            yield self._random.expovariate(self._rate)
            calls += 1
            who = self._who_calls()
            if self._random.random() >= CHORE_SHARE or not self._chores.begin(who.caller):
                self._arrive(who)

    def _who_calls(self) -> SimulatedCaller:
        if len(self._recent) == RECENT_CALLERS and self._random.random() < REPEAT_SHARE:
            return self._random.choice(self._recent)
        index = self._random.choices(range(len(self._callers)), self._calls_left)[0]
        self._calls_left[index] = max(0.0, self._calls_left[index] - 1.0)
        if not any(self._calls_left):
            self._calls_left = list(self._weights)
        return self._callers[index]

    def _arrive(self, who: SimulatedCaller) -> None:
        queue = self._queues[self._random.choice(who.queues)]
        visit = _Visit(self._exchange.call(who.caller, queue.dialled), queue, who)
        self._wait(visit, queue)

    def _wait(self, visit: _Visit, queue: SimulatedQueue) -> None:
        """The caller begins to wait, with new patience."""
        visit.queue, visit.talks = queue, False
        visit.wait += 1
        wait = visit.wait
        visit.call.wait(queue.name)
        patience_s = LEAST_PATIENCE_S + self._random.expovariate(1 / (PATIENCE_S - LEAST_PATIENCE_S))
        self._exchange.plan(patience_s, lambda: self._give_up(visit, wait, End.ABANDONED))
        self._exchange.plan(QUEUE_TIMEOUT_S, lambda: self._give_up(visit, wait, End.TIMED_OUT))
        self._waiting.append(visit)
        self._serve()

    def _give_up(self, visit: _Visit, wait: int, end: End) -> None:
        if visit.ended or visit.talks or visit.wait != wait:
            return
        if visit in self._waiting:
            self._waiting.remove(visit)
        # As Asterisk: whom the queue gives up on did not answer; whom the caller gives up on could not.
        self._stop_ringing(visit, LegResult.NO_ANSWER if end is End.TIMED_OUT else LegResult.CANCELLED)
        visit.call.leave()
        other = self._other_queue(visit.queue)
        if end is End.TIMED_OUT and other is not None and visit.wait == 1:
            visit.wait += 1  # nothing that was planned for the first wait counts any more
            self._exchange.plan(DIALPLAN_S, lambda: self._wait(visit, other))
        else:
            self._end(visit, end)

    def _other_queue(self, queue: SimulatedQueue) -> SimulatedQueue | None:
        others = [other for other in self._queues.values() if other is not queue]
        return self._random.choice(others) if others else None

    def _end(self, visit: _Visit, end: End) -> None:
        visit.ended = True
        self._recent.append(visit.caller)
        visit.call.end(end)
        self._serve()

    # Ringing

    def _serve(self) -> None:
        """Ring for those who wait, the longest waiting first."""
        for visit in list(self._waiting):
            free = self._floor.free(visit.queue.interfaces)
            if free:
                self._waiting.remove(visit)
                self._ring(visit, free if visit.queue.strategy is Strategy.RING_ALL else free[:1])

    def _ring(self, visit: _Visit, interfaces: list[str]) -> None:
        visit.ring += 1
        ring = visit.ring
        for interface in interfaces:
            self._offer(visit, interface, alone=len(interfaces) == 1)
        self._exchange.plan(RING_OUT_S, lambda: self._ring_out(visit, ring))

    def _offer(self, visit: _Visit, interface: str, *, alone: bool) -> None:
        self._floor.take(interface)
        leg = visit.rings[interface] = visit.call.ring(interface)
        if self._random.random() >= NO_ANSWER_SHARE:
            self._exchange.plan(self._random.uniform(*ANSWER_S), lambda: self._answer(visit, leg))
        elif alone and self._random.random() < PICKUP_SHARE:
            self._exchange.plan(PICKUP_S, lambda: self._pick_up(visit, leg))

    def _ring_out(self, visit: _Visit, ring: int) -> None:
        if not visit.rings or visit.ring != ring:
            return  # answered, or the caller gave up
        self._stop_ringing(visit, LegResult.NO_ANSWER)
        wait = visit.wait
        self._exchange.plan(RETRY_S, lambda: self._wait_again(visit, wait))
        self._serve()

    def _wait_again(self, visit: _Visit, wait: int) -> None:
        if not visit.ended and visit.wait == wait:
            self._waiting.append(visit)
            self._serve()

    def _stop_ringing(self, visit: _Visit, result: LegResult) -> None:
        rings = dict(visit.rings)
        visit.rings.clear()
        for interface, leg in rings.items():
            leg.stop(result)
            self._floor.free_again(interface)

    def _pick_up(self, visit: _Visit, rang: Leg) -> None:
        """A colleague hears the phone ring."""
        colleague = self._floor.colleague()
        if visit.rings.get(rang.interface) is rang and colleague is not None:
            self._floor.take(colleague)
            visit.rings[colleague] = visit.call.ring(colleague)
            self._answer(visit, visit.rings[colleague])

    # Talking

    def _answer(self, visit: _Visit, leg: Leg) -> None:
        if visit.rings.get(leg.interface) is not leg:
            return  # the caller gave up, or somebody else was faster
        del visit.rings[leg.interface]
        visit.talks = True
        # As Asterisk: those who rang in vain first, then who talks.
        self._stop_ringing(visit, LegResult.WITHDRAWN)
        leg.answer()
        self._exchange.play(self._talk(visit, leg))
        self._serve()

    def _talk(self, visit: _Visit, leg: Leg) -> Script:
        talk_s = self._random.uniform(*TALK_S)
        yield talk_s * 0.3
        if self._random.random() < HOLD_SHARE:
            leg.hold()
            yield talk_s * 0.3
            leg.resume()
            yield talk_s * 0.4
        else:
            yield talk_s * 0.7
        dice = self._random.random()
        other = self._other_queue(visit.queue)
        if dice < QUEUE_TRANSFER_SHARE and other is not None:
            leg.pass_on(other.dialled)
            self._floor.rest(leg.interface)
            self._wait(visit, other)
            return
        if dice > 1 - COLLEAGUE_SHARE:
            yield from self._chores.with_colleague(visit.call, leg)
        else:
            leg.hang_up()
            self._floor.rest(leg.interface)
        self._end(visit, End.COMPLETED)
