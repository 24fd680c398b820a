"""Every way a call can go, by name: short plays for tests, for demonstrations, and to try a desk with.

A scenario is a script with a cast: three agents, two queues, a caller. Its docstring is its line in the
documentation.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from telephony.events import Caller, Direction, End, LegResult, LinkName
from telephony.simulator.exchange import Call, Exchange, Happened, Leg, Script, extension_of
from telephony.simulator.population import Population, SimulatedQueue, can_be_called

BETWEEN_S = 5.0
"""Between the end of a scenario and the beginning of the next."""

RING_S = 4.0
TALK_S = 10.0
RING_OUT_S = 15.0
DIALPLAN_S = 0.1
"""From one queue to the next."""

UNSTAFFED = tuple(f"PJSIP/90{number}" for number in range(1, 4))
"""The phones that ring where the population has fewer than three agents."""

STRANGER = Caller("+421905000001")
"""Who calls, or is called, where the population has nobody who could."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays: the interfaces of three agents, two queues (maybe the same), who calls and who is called."""

    exchange: Exchange
    ana: str
    boris: str
    cyril: str
    queue: SimulatedQueue
    other_queue: SimulatedQueue
    caller: Caller
    callee: Caller

    def call(self) -> Call:
        """The caller dials the queue and waits there."""
        call = self.exchange.call(self.caller, self.queue.dialled)
        call.wait(self.queue.name)
        return call

    def call_out(self) -> Call:
        """An agent dials somebody outside."""
        return self.exchange.call(self.callee, self.callee.number, Direction.OUTBOUND)


Scenario = Callable[[Stage], Script]


def answered(on: Stage) -> Script:
    """The agent answers, and the caller hangs up after a talk."""
    call, leg = yield from _talk(on)
    yield TALK_S
    _over(call, leg)


def abandoned(on: Stage) -> Script:
    """The caller hangs up while the agent's phone rings."""
    call = on.call()
    leg = call.ring(on.ana)
    yield RING_S
    leg.stop(LegResult.CANCELLED)
    call.leave()
    call.end(End.ABANDONED)


def no_answer(on: Stage) -> Script:
    """Nobody answers at the first agent; the next one does."""
    call = on.call()
    first = call.ring(on.ana)
    yield RING_OUT_S
    first.stop(LegResult.NO_ANSWER)
    yield 1.0
    yield from _answer_and_end(call, call.ring(on.boris))


def ring_all(on: Stage) -> Script:
    """Three phones ring at once; the first to answer gets the call."""
    call = on.call()
    legs = [call.ring(interface) for interface in (on.ana, on.boris, on.cyril)]
    yield RING_S
    for loser in legs[1:]:
        loser.stop(LegResult.WITHDRAWN)
    legs[0].answer()
    yield TALK_S
    _over(call, legs[0])


def second_queue(on: Stage) -> Script:
    """The queue's time is up; the caller waits on in a second queue, whose agent answers."""
    call = on.call()
    first = call.ring(on.ana)
    yield RING_OUT_S
    first.stop(LegResult.NO_ANSWER)
    call.leave()
    yield DIALPLAN_S
    call.wait(on.other_queue.name)
    yield 1.0
    yield from _answer_and_end(call, call.ring(on.boris))


def overflow(on: Stage) -> Script:
    """The time is up in one queue, then in the other, and nothing else takes the call."""
    call = on.call()
    for queue, interface in ((on.queue, on.ana), (on.other_queue, on.boris)):
        if call.waits_in is None:
            call.wait(queue.name)
        leg = call.ring(interface)
        yield RING_OUT_S
        leg.stop(LegResult.NO_ANSWER)
        call.leave()
        yield DIALPLAN_S
    call.end(End.TIMED_OUT)


def hold(on: Stage) -> Script:
    """The agent puts the caller on hold twice."""
    call, leg = yield from _talk(on)
    for _ in range(2):
        yield TALK_S / 2
        leg.hold()
        yield TALK_S / 2
        leg.resume()
    yield TALK_S / 2
    _over(call, leg)


def blind_transfer(on: Stage) -> Script:
    """The agent passes the caller on to a colleague without asking."""
    call, leg = yield from _talk(on)
    yield TALK_S
    leg.pass_on(extension_of(on.boris))
    yield from _answer_and_end(call, call.ring(on.boris))


def queue_transfer(on: Stage) -> Script:
    """The agent passes the caller on into another queue."""
    call, leg = yield from _talk(on)
    yield TALK_S
    leg.pass_on(on.other_queue.dialled)
    call.wait(on.other_queue.name)
    yield RING_S
    yield from _answer_and_end(call, call.ring(on.boris))


def attended_transfer(on: Stage) -> Script:
    """The agent asks a colleague first, then passes the caller on."""
    call, leg, colleague = yield from _consult(on)
    leg.pass_on(extension_of(on.boris))
    yield TALK_S
    _over(call, colleague)


def attended_cancelled(on: Stage) -> Script:
    """The agent asks a colleague, who cannot take the call, and goes on with the caller."""
    call, leg, colleague = yield from _consult(on)
    leg.resume()
    colleague.hang_up()
    yield TALK_S
    _over(call, leg)


def attended_unanswered(on: Stage) -> Script:
    """The agent rings a colleague in vain and goes back to the caller."""
    call, leg = yield from _talk(on)
    yield TALK_S
    leg.hold()
    colleague = call.ring(on.boris)
    yield RING_S
    leg.resume()
    colleague.stop(LegResult.WITHDRAWN)
    yield TALK_S
    _over(call, leg)


def local_member(on: Stage) -> Script:
    """The queue's member is no phone itself (a Local channel); the agent is known by the phone behind it."""
    call = on.call()
    leg = call.ring(f"Local/{extension_of(on.ana)}@agents/n", device=on.ana)
    yield from _answer_and_end(call, leg)


def direct(on: Stage) -> Script:
    """The caller dials the agent's own extension."""
    call = on.exchange.call(on.caller, extension_of(on.ana))
    yield from _answer_and_end(call, call.ring(on.ana))


def internal(on: Stage) -> Script:
    """A colleague calls the agent."""
    call = on.exchange.internal_call(on.boris, extension_of(on.ana))
    yield from _answer_and_end(call, call.ring(on.ana))


def internal_transfer(on: Stage) -> Script:
    """A colleague calls the agent, then passes them on to a third one."""
    call = on.exchange.internal_call(on.boris, extension_of(on.ana))
    leg = call.ring(on.ana)
    yield RING_S
    leg.answer()
    yield TALK_S
    third = call.ring(on.cyril)
    call.dialler_leaves()
    yield RING_S
    third.answer()
    yield TALK_S
    third.hang_up()
    _over(call, leg)


def outgoing(on: Stage) -> Script:
    """The agent calls somebody, who answers."""
    call = on.call_out()
    yield from _answer_and_end(call, call.ring(on.ana))


def outgoing_unanswered(on: Stage) -> Script:
    """The agent calls somebody and gives up."""
    call = on.call_out()
    leg = call.ring(on.ana)
    yield RING_S
    leg.stop(LegResult.CANCELLED)
    call.end()


def pickup(on: Stage) -> Script:
    """One agent's phone rings; another agent picks the call up."""
    call = on.call()
    rang = call.ring(on.ana)
    yield RING_S
    taken = call.ring(on.boris)
    rang.stop(LegResult.WITHDRAWN)
    taken.answer()
    yield TALK_S
    _over(call, taken)


def two_calls(on: Stage) -> Script:
    """The agent's phone rings for a second call during the first, which is held for it."""
    first, talking = yield from _talk(on)
    yield TALK_S / 2
    second = on.exchange.call(Caller("+421905000002", "SECOND CALLER"), extension_of(on.ana))
    rings = second.ring(on.ana)
    yield RING_S
    talking.hold()
    rings.answer()
    yield TALK_S
    _over(second, rings)
    talking.resume()
    yield TALK_S
    _over(first, talking)


def call_again(on: Stage) -> Script:
    """The caller hangs up before anybody answers and calls again within seconds."""
    yield from abandoned(on)
    yield 2.0
    yield from answered(on)


SCENARIOS: Mapping[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        answered,
        abandoned,
        no_answer,
        ring_all,
        second_queue,
        overflow,
        hold,
        blind_transfer,
        queue_transfer,
        attended_transfer,
        attended_cancelled,
        attended_unanswered,
        local_member,
        direct,
        internal,
        internal_transfer,
        outgoing,
        outgoing_unanswered,
        pickup,
        two_calls,
        call_again,
    )
}


def play(
    link: LinkName, population: Population, *, names: Sequence[str], seed: int, start: datetime
) -> Iterator[Happened]:
    """The scenarios one after the other, again and again, with the people of the population. The same seed
    gives the same callers."""
    exchange = Exchange(link, start)
    exchange.play(_all(exchange, population, names, Random(seed)))  # noqa: S311 - repeatable, not secret
    return exchange.happened()


def _all(exchange: Exchange, population: Population, names: Sequence[str], random: Random) -> Script:
    while True:
        for name in names:
            yield BETWEEN_S
            yield from SCENARIOS[name](_stage(exchange, population, random))


def _stage(exchange: Exchange, population: Population, random: Random) -> Stage:
    """The population's first agents and queues, any of its callers, and any who can be called."""
    staffed = dict.fromkeys(interface for queue in population.queues for interface in queue.interfaces)
    ana, boris, cyril = [*staffed, *UNSTAFFED][:3]
    queues = [*population.queues, *([] if population.queues else [SimulatedQueue("queue", ())])]
    callers = [each.caller for each in population.callers] or [STRANGER]
    callees = [Caller(each.number) for each in callers if can_be_called(each)] or [STRANGER]
    caller, callee = random.choice(callers), random.choice(callees)
    return Stage(exchange, ana, boris, cyril, queues[0], queues[-1], caller, callee)


# What many scenarios begin and end with.


def _talk(on: Stage) -> Generator[float, None, tuple[Call, Leg]]:
    """The caller waits, the first agent's phone rings, and she answers."""
    call = on.call()
    leg = call.ring(on.ana)
    yield RING_S
    leg.answer()
    return call, leg


def _consult(on: Stage) -> Generator[float, None, tuple[Call, Leg, Leg]]:
    """The first agent talks with the caller, then, the caller on hold, with a colleague."""
    call, leg = yield from _talk(on)
    yield TALK_S
    leg.hold()
    colleague = call.ring(on.boris)
    yield RING_S
    colleague.answer()
    yield TALK_S
    return call, leg, colleague


def _answer_and_end(call: Call, leg: Leg) -> Script:
    yield RING_S
    leg.answer()
    yield TALK_S
    _over(call, leg)


def _over(call: Call, leg: Leg) -> None:
    leg.hang_up()
    call.end(End.COMPLETED)
