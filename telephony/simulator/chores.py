"""What agents do besides the queues' calls: direct, internal and outgoing calls, asking colleagues. Pure."""

from collections.abc import Callable
from random import Random

from telephony.events import Caller, Direction, LegResult
from telephony.simulator.exchange import Call, Exchange, Leg, Script, extension_of
from telephony.simulator.floor import Floor
from telephony.simulator.population import can_be_called

RING_S = (3.0, 9.0)
RING_OUT_S = 15.0
TALK_S = (10.0, 30.0)
CONSULT_S = (4.0, 9.0)
UNANSWERED_SHARE = 0.15  # of these rings
ATTENDED_SHARE = 0.5  # of what goes to a colleague; the rest is passed on without asking
DECLINED_SHARE = 0.3  # of the colleagues who are asked cannot take the call


class Chores:
    """Scripts for agents who are free, or who talk and need a colleague."""

    def __init__(self, exchange: Exchange, floor: Floor, random: Random) -> None:
        self._exchange = exchange
        self._floor = floor
        self._random = random

    def begin(self, who: Caller) -> bool:
        """Some free agent calls or is called by `who`, or calls a colleague; False when nobody is free."""
        agent = self._take_colleague()
        if agent is None:
            return False
        kinds: tuple[Callable[[str, Caller], Script], ...] = (self._direct, self._internal, self._outgoing)
        weights = (2, 1, 3 if can_be_called(who) else 0)
        self._exchange.play(self._random.choices(kinds, weights)[0](agent, who))
        return True

    def with_colleague(self, call: Call, leg: Leg) -> Script:
        """The agent of `leg` passes the call on to a colleague, or asks one, until nobody talks any more."""
        colleague = self._take_colleague()
        if colleague is None:
            leg.hang_up()
            self._floor.rest(leg.interface)
        elif self._random.random() < ATTENDED_SHARE:
            yield from self._attended(call, leg, colleague)
        else:
            leg.pass_on(extension_of(colleague))
            self._floor.rest(leg.interface)
            yield from self._ring(call, colleague, LegResult.NO_ANSWER)

    def _take_colleague(self) -> str | None:
        colleague = self._floor.colleague()
        if colleague is not None:
            self._floor.take(colleague)
        return colleague

    def _direct(self, agent: str, who: Caller) -> Script:
        call = self._exchange.call(who, extension_of(agent))
        yield from self._ring(call, agent, LegResult.NO_ANSWER)
        call.end()

    def _outgoing(self, agent: str, who: Caller) -> Script:
        call = self._exchange.call(Caller(who.number), who.number, Direction.OUTBOUND)
        yield from self._ring(call, agent, self._random.choice((LegResult.NO_ANSWER, LegResult.CANCELLED)))
        call.end()

    def _internal(self, agent: str, who: Caller) -> Script:
        colleague = self._take_colleague()
        if colleague is None:  # nobody calls herself: the caller from outside does
            yield from self._direct(agent, who)
            return
        call = self._exchange.internal_call(colleague, extension_of(agent))
        yield from self._ring(call, agent, LegResult.NO_ANSWER)
        call.end()
        self._floor.rest(colleague)

    def _ring(self, call: Call, interface: str, unanswered: LegResult) -> Script:
        """The phone rings; its agent answers and talks, or does not."""
        leg = call.ring(interface)
        if self._random.random() < UNANSWERED_SHARE:
            yield RING_OUT_S
            leg.stop(unanswered)
        else:
            yield self._random.uniform(*RING_S)
            leg.answer()
            yield self._random.uniform(*TALK_S)
            leg.hang_up()
        self._floor.rest(interface)

    def _attended(self, call: Call, leg: Leg, interface: str) -> Script:
        leg.hold()
        colleague = call.ring(interface)
        yield self._random.uniform(*RING_S)
        if self._random.random() < UNANSWERED_SHARE:
            leg.resume()
            colleague.stop(LegResult.WITHDRAWN)
            last, free = leg, interface
        else:
            colleague.answer()
            yield self._random.uniform(*CONSULT_S)
            last, free = self._decide(leg, colleague)
        self._floor.rest(free)
        yield self._random.uniform(*TALK_S)
        last.hang_up()
        self._floor.rest(last.interface)

    def _decide(self, leg: Leg, colleague: Leg) -> tuple[Leg, str]:
        """Who goes on with the caller, and whose phone is free."""
        if self._random.random() < DECLINED_SHARE:
            leg.resume()
            colleague.hang_up()
            return leg, colleague.interface
        leg.pass_on(extension_of(colleague.interface))
        return colleague, leg.interface
