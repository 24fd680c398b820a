"""What happens on the simulated phone system, with what agents ask for. Pure.

A programme (a random day, scenarios, a recording) goes its own way. A call that is commanded is taken over:
the programme's word on it counts no more, and it goes on as commanded, by a short plan: who is rung answers,
talks and hangs up. A new command makes a new plan.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import cast

from telephony.commands import (
    ASKS_ALREADY,
    ASKS_NOBODY,
    NOT_ANSWERED,
    OVER,
    CancelTransfer,
    Command,
    Dial,
    Done,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    LegCommand,
    Outcome,
    Pause,
    Refused,
    Target,
    ToAgent,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
    dialled,
)
from telephony.events import (
    AgentEvent,
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.simulator.exchange import Happened, extension_of
from telephony.simulator.members import Members
from telephony.simulator.plan import RING_S, Plan
from telephony.simulator.truth import Alive, Truth

AT_ONCE_S = 0.1
PATIENCE_S = 60.0
"""How long a caller waits for whom the phone system does not ring."""

ONLY_COLLEAGUES = Refused("The simulated phone system can ask colleagues only.")
NO_SUCH_QUEUE = Refused("The simulated phone system has no such queue.")


@dataclass(frozen=True, slots=True)
class Part:
    """A living leg, with what is alive of its call."""

    leg: LegId
    call: CallId
    alive: Alive

    @property
    def offer(self) -> CallOffered:
        return cast("CallOffered", self.alive.legs[self.leg][0])

    @property
    def talks(self) -> bool:
        return self._was(CallAnswered)

    @property
    def held(self) -> bool:
        return self._was(CallHeld)

    @property
    def others(self) -> "list[Part]":
        """The other living legs of the call."""
        return [Part(leg, self.call, self.alive) for leg in self.alive.legs if leg != self.leg]

    def _was(self, kind: type[LegEvent]) -> bool:
        return any(isinstance(event, kind) for event in self.alive.legs[self.leg])


class Control:
    """`happened` is the programme, in order of `at`; `queues` are the interfaces of the agents in each."""

    def __init__(
        self,
        link: LinkName,
        happened: Iterable[Happened],
        queues: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._link = link
        self._programme = iter(happened)
        self._next = next(self._programme, None)
        self.members = Members(queues or {})
        self._truth = Truth(link)
        self._taken: set[CallId] = set()
        self._planned: list[tuple[datetime, int, Happened]] = []
        self._number = count(1)
        self._asked: dict[LegId, LegId] = {}

    @property
    def next_at(self) -> datetime | None:
        """When something happens next; None: never, unless a command makes it."""
        moments = [at for at, *_ in self._planned[:1]]
        if self._next is not None:
            moments.append(self._next.at)
        return min(moments, default=None)

    def happens(self) -> list[Happened]:
        """What happens next: an event, or none of the programme's that counts no more."""
        event = self._next
        if event is None or (self._planned and self._planned[0][0] <= event.at):
            event = heapq.heappop(self._planned)[2]
        else:
            self._next = next(self._programme, None)
            if not self._counts(event):
                return []
        self._truth.take(event)
        return [event]

    def _counts(self, event: Happened) -> bool:
        """Whether the programme's word counts."""
        if isinstance(event, AgentEvent):
            return event.interface not in self.members.paused
        if event.call in self._taken:
            return False
        if not isinstance(event, CallOffered) or event.queue is None:
            return True
        if self.members.is_rung(event.interface, event.queue):
            return True
        self._ring_somebody_else(event)
        return False

    def _ring_somebody_else(self, offer: CallOffered) -> None:
        """The programme does not know that an agent is paused, or has left the queue: it may have that very
        phone answered, so the call goes on without it."""
        alive = self._truth.call(offer.call)
        if alive is None:
            return
        plan = Plan(self._link, offer.call, offer.at)
        if alive.legs:
            plan.answers(*alive.legs)
        else:
            self._serve(plan, alive, offer.queue or "")
        self._take_over(plan)

    # Commands

    def do(self, command: Command, at: datetime) -> Outcome:
        """What comes of a command at a moment."""
        match command:
            case Pause(interface, reason):
                self.members.paused.add(interface)
                self._plan(AgentPaused(link=self._link, at=at, interface=interface, reason=reason))
            case Unpause(interface):
                self.members.paused.discard(interface)
                self._plan(AgentUnpaused(link=self._link, at=at, interface=interface))
            case Dial(interface, number):
                self._dial(interface, number, at)
            case EndCall(call):
                return self._end(call, at)
            case LegCommand():
                return self._of_leg(command, at)
            case _:  # what is left is about a queue
                return self._of_queue(command, at)
        return Done()

    def _of_queue(self, command: JoinQueue | LeaveQueue, at: datetime) -> Outcome:
        """The programme's own pauses are for all queues at once: they go with the last one."""
        interface, queue = command.interface, command.queue
        if queue not in self.members:
            return NO_SUCH_QUEUE
        if isinstance(command, JoinQueue):
            if self.members.join(interface, queue):
                self._plan(AgentUnpaused(link=self._link, at=at, interface=interface, queue=queue))
        elif self.members.leave(interface, queue):
            self._plan(AgentLeft(link=self._link, at=at, interface=interface, queue=queue))
            if self.members.in_none(interface):
                self._plan(AgentLeft(link=self._link, at=at, interface=interface))
        return Done()

    def _dial(self, interface: str, number: str, at: datetime) -> None:
        plan = Plan(self._link, CallId(self._channel(at)), at)
        plan.later(RING_S)  # the agent's own phone
        leg = LegId(self._channel(at))
        plan.say(
            CallOffered,
            leg=leg,
            interface=interface,
            caller=Caller(number),
            dialled=number,
            direction=Direction.OUTBOUND,
        )
        plan.answers(leg)
        self._take_over(plan)

    def _end(self, call: CallId, at: datetime) -> Outcome:
        alive = self._truth.call(call)
        if alive is None:
            return OVER
        plan = Plan(self._link, call, at)
        for leg in alive.legs:
            _stop(plan, Part(leg, call, alive), LegResult.CANCELLED)
        if alive.waits is not None:
            plan.say(CallLeftQueue, queue=alive.waits.queue)
        plan.say(CallEnded)
        self._take_over(plan)
        return Done()

    def _of_leg(self, command: LegCommand, at: datetime) -> Outcome:
        part = self._part(command.leg)
        if part is None:
            return OVER
        plan = Plan(self._link, part.call, at)
        asked = next((other for other in part.others if other.leg == self._asked.get(part.leg)), None)
        if isinstance(command, HangUp) and asked is None:
            self._hang_up(plan, part)
            return self._take_over(plan)
        if not part.talks:
            return NOT_ANSWERED
        match command:
            case TransferBlind(target=target) | TransferAttended(target=target):
                if asked is not None:
                    return ASKS_ALREADY
                refused = self._pass_on(plan, part, target, asks=isinstance(command, TransferAttended))
            case _ if asked is None:
                return ASKS_NOBODY
            case _:
                refused = None
                _decide(plan, part, asked, command)
        return refused or self._take_over(plan)

    def _part(self, leg: LegId) -> Part | None:
        for call in self._truth.calls:
            alive = self._truth.call(call)
            if alive is not None and leg in alive.legs:
                return Part(leg, call, alive)
        return None

    def _hang_up(self, plan: Plan, part: Part) -> None:
        """Of a ring that a queue began: it rings somebody, maybe again."""
        _stop(plan, part, LegResult.NO_ANSWER)
        if part.others:
            _go_on(plan, part.others)
        elif part.alive.waits is not None:
            self._serve(plan, part.alive, part.alive.waits.queue)
        else:
            plan.say(CallEnded)

    def _pass_on(self, plan: Plan, part: Part, target: Target, *, asks: bool) -> Refused | None:
        match target:
            case _ if asks and not isinstance(target, ToAgent):
                return ONLY_COLLEAGUES
            case ToQueue(queue=queue) if queue not in self.members:
                return NO_SUCH_QUEUE
        if asks:
            plan.say(CallHeld, leg=part.leg)
        else:
            plan.say(CallTransferred, leg=part.leg, target=dialled(target))
        plan.later(AT_ONCE_S)
        match target:
            case ToAgent(interface=interface):
                colleague = self._ring(plan, part.offer, interface)
                if asks:
                    self._asked[part.leg] = colleague
                plan.answers(colleague)
            case ToQueue(queue=queue):
                plan.say(CallQueued, queue=queue, **_who(part.offer))
                self._serve(plan, part.alive, queue)
            case _:
                plan.say(CallEnded)
        return None

    def _serve(self, plan: Plan, alive: Alive, queue: str) -> None:
        """The queue rings an agent; where nobody may be rung the caller gives up."""
        free = self.members.free(queue)
        told = next(iter(alive.legs.values()), [alive.waits])[0]
        if free and isinstance(told, CallOffered | CallQueued):
            plan.later(AT_ONCE_S)
            plan.answers(self._ring(plan, told, free[0], queue))
            return
        plan.later(PATIENCE_S)
        plan.say(CallLeftQueue, queue=queue)
        plan.say(CallEnded, end=End.ABANDONED)

    def _ring(
        self, plan: Plan, told: CallOffered | CallQueued, interface: str, queue: str | None = None
    ) -> LegId:
        leg = LegId(self._channel(plan.at))
        plan.say(CallOffered, leg=leg, interface=interface, queue=queue, **_who(told))
        return leg

    def _channel(self, at: datetime) -> str:
        """An id that the programme does not give."""
        return f"{self._link}-{int(at.timestamp())}.c{next(self._number)}"

    def _take_over(self, plan: Plan) -> Done:
        """The call goes by the plan from now on."""
        self._taken.add(plan.call)
        self._planned = [
            each for each in self._planned if isinstance(each[2], AgentEvent) or each[2].call != plan.call
        ]
        heapq.heapify(self._planned)
        for event in plan.events:
            self._plan(event)
        return Done()

    def _plan(self, event: Happened) -> None:
        heapq.heappush(self._planned, (event.at, next(self._number), event))


def _who(told: CallOffered | CallQueued) -> dict[str, object]:
    return {
        "caller": told.caller,
        "dialled": told.dialled,
        "direction": told.direction,
        "dialler": told.dialler,
    }


def _stop(plan: Plan, part: Part, result: LegResult) -> None:
    """The agent's part ends; `result` of a ring."""
    if part.talks:
        plan.say(LegEnded, leg=part.leg)
    else:
        plan.say(OfferEnded, leg=part.leg, result=result)


def _go_on(plan: Plan, parts: list[Part]) -> None:
    """One of those who are left has the caller: who talks already, or the first to answer."""
    one, *others = sorted(parts, key=lambda part: not part.talks)
    for other in others:
        _stop(plan, other, LegResult.WITHDRAWN)
    if one.held:
        plan.say(CallResumed, leg=one.leg)
    if one.talks:
        plan.talks(one.leg)
    else:
        plan.answers(one.leg)


def _decide(plan: Plan, part: Part, asked: Part, command: LegCommand) -> None:
    """Who asked a colleague leaves the caller there, or comes back."""
    if isinstance(command, CancelTransfer):
        _stop(plan, asked, LegResult.WITHDRAWN)
        _go_on(plan, [part])
        return
    plan.say(CallTransferred, leg=part.leg, target=extension_of(asked.offer.interface))
    _go_on(plan, [asked])
