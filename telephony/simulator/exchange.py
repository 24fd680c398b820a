"""The simulated phone system itself: its time, its calls and legs, and what it says of them. Pure.

A call is made with `Exchange.call`, a leg with `Call.ring`; whatever is done to them is said as an event.
Who calls when, and who answers, is decided elsewhere, by scripts: generators that do something, then yield
for how many seconds nothing happens in them.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from telephony.events import (
    AgentEvent,
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    DiallerLeft,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    LinkName,
    ListenerEvent,
    OfferEnded,
)

Script = Iterator[float]
"""Something that goes on in time: yields for how many seconds nothing happens in it."""

Happened = CallEvent | AgentEvent | ListenerEvent


def extension_of(interface: str) -> str:
    """What to dial to ring an interface: `1001` for `PJSIP/1001`."""
    return interface.rpartition("/")[2].partition("@")[0]


class Exchange:
    """Time, channels and events of one phone system; begins without calls at `start` (aware UTC)."""

    def __init__(self, link: LinkName, start: datetime) -> None:
        self.link = link
        self.offset_s = 0.0  # since the start
        self._start = start
        self._channels = 0
        self._planned = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._said: deque[Happened] = deque()

    @property
    def at(self) -> datetime:
        """The present moment."""
        return self._start + timedelta(seconds=self.offset_s)

    def plan(self, delay_s: float, happen: Callable[[], None]) -> None:
        """Have something happen in `delay_s` seconds."""
        self._planned += 1  # breaks ties, so that callables are never compared
        heapq.heappush(self._due, (self.offset_s + delay_s, self._planned, happen))

    def play(self, script: Script) -> None:
        """Go through a script, in time."""
        wait_s = next(script, None)
        if wait_s is not None:
            self.plan(wait_s, lambda: self.play(script))

    def happened(self) -> Iterator[Happened]:
        """What happens, in order, until nothing is planned any more."""
        yield from self._news()
        while self._due:
            self.offset_s, _, happen = heapq.heappop(self._due)
            happen()
            yield from self._news()

    def _news(self) -> Iterator[Happened]:
        while self._said:
            yield self._said.popleft()

    def say(self, event: Happened) -> None:
        """It happened now."""
        self._said.append(event)

    def channel(self) -> str:
        """An id as Asterisk makes them: when the channel came up, and a counter."""
        self._channels += 1
        return f"{self.link}-{int(self.at.timestamp())}.{self._channels}"

    def call(self, caller: Caller, dialled: str, direction: Direction = Direction.INBOUND) -> "Call":
        """Somebody dials. Nothing is said before the call waits or rings."""
        return Call(self, CallId(self.channel()), caller, dialled, direction)

    def internal_call(self, dialler: str, dialled: str) -> "Call":
        """The agent at the interface `dialler` dials a colleague."""
        call = self.call(Caller(extension_of(dialler)), dialled, Direction.INTERNAL)
        call.dialler = dialler
        return call

    def pause(self, interface: str, reason: str) -> None:
        """The agent gets no calls from any queue."""
        self.say(AgentPaused(link=self.link, at=self.at, interface=interface, reason=reason))

    def unpause(self, interface: str) -> None:
        """The agent gets calls again."""
        self.say(AgentUnpaused(link=self.link, at=self.at, interface=interface))


@dataclass(slots=True, eq=False)
class Call:
    """One call. `waits_in` is the queue in which the caller waits now."""

    exchange: Exchange
    id: CallId
    caller: Caller
    dialled: str
    direction: Direction
    waits_in: str | None = None
    dialler: str = ""

    def wait(self, queue: str) -> None:
        """The caller begins to wait in a queue."""
        self.waits_in = queue
        self._say(CallQueued, queue=queue, **self._who())

    def leave(self) -> None:
        """The caller leaves the queue without an answer."""
        self._say(CallLeftQueue, queue=self.waits_in)
        self.waits_in = None

    def ring(self, interface: str, *, device: str = "") -> "Leg":
        """Ring an agent, for the queue if the caller waits in one."""
        leg = Leg(self, LegId(self.exchange.channel()), interface)
        self._say(
            CallOffered,
            leg=leg.id,
            interface=interface,
            device=device,
            queue=self.waits_in,
            **self._who(),
        )
        return leg

    def dialler_leaves(self) -> None:
        """The agent who made the call is gone; it goes on."""
        self._say(DiallerLeft)

    def end(self, end: End | None = None) -> None:
        """The caller's side is gone."""
        self._say(CallEnded, end=end)

    def _who(self) -> dict[str, object]:
        """Who calls whom."""
        return {
            "caller": self.caller,
            "dialled": self.dialled,
            "direction": self.direction,
            "dialler": self.dialler,
        }

    def _say(self, event: type[CallEvent], **values: object) -> None:
        self.exchange.say(event(link=self.exchange.link, at=self.exchange.at, call=self.id, **values))


@dataclass(slots=True, eq=False)
class Leg:
    """One ring of one agent for a call."""

    call: Call
    id: LegId
    interface: str

    def answer(self) -> None:
        """The agent talks with the caller, who waits no more."""
        self.call.waits_in = None
        self._say(CallAnswered)

    def stop(self, result: LegResult) -> None:
        """The ring is over without an answer."""
        self._say(OfferEnded, result=result)

    def hold(self) -> None:
        self._say(CallHeld)

    def resume(self) -> None:
        self._say(CallResumed)

    def pass_on(self, target: str) -> None:
        """The agent passes the call on to an extension, and is done with it."""
        self._say(CallTransferred, target=target)

    def hang_up(self) -> None:
        """The agent's part is over."""
        self._say(LegEnded)

    def _say(self, event: type[LegEvent], **values: object) -> None:
        exchange = self.call.exchange
        exchange.say(event(link=exchange.link, at=exchange.at, call=self.call.id, leg=self.id, **values))
