"""What happens on the simulated phone system, with what agents ask for. Pure.

A programme (a random day, scenarios, a recording) goes its own way. A call that is commanded is taken over:
the programme's word on it counts no more, and it goes on as commanded, by a short plan: who is rung answers,
talks and hangs up. A new command makes a new plan.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from telephony.commands import (
    ASKS_ALREADY,
    ASKS_NOBODY,
    MANNERS,
    NOT_ANSWERED,
    NOT_WAITING,
    OVER,
    OWN_LEG,
    Command,
    Dial,
    Done,
    EndCall,
    HangUp,
    HearCommand,
    JoinQueue,
    LeaveQueue,
    LegCommand,
    Outcome,
    Pause,
    Refused,
    SendOn,
    Target,
    ToAgent,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
    WaitingCommand,
    dialled,
)
from telephony.events import (
    AgentEvent,
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallTransferred,
    Direction,
    End,
    LegId,
    LegResult,
    LinkName,
    ListenerEvent,
    ListenerJoined,
)
from telephony.simulator.exchange import Happened
from telephony.simulator.members import Members
from telephony.simulator.parts import Part, decide, go_on, stop, who
from telephony.simulator.plan import RING_S, Plan
from telephony.simulator.truth import Alive, Truth

AT_ONCE_S = 0.1
PATIENCE_S = 60.0
"""How long a caller waits for whom the phone system does not ring."""

ONLY_COLLEAGUES = Refused("The simulated phone system can ask colleagues only.")
NO_SUCH_QUEUE = Refused("The simulated phone system has no such queue.")


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
        if isinstance(event, ListenerJoined) and not self._truth.lives(event.leg):
            return []  # it was over before the phone was picked up
        self._truth.take(event)
        left = self._truth.hear_nothing(event.at)
        for each in left:
            self._truth.take(each)
        return [event, *left]

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
            case HearCommand():
                return self._hear(command, at)
            case LegCommand():
                return self._of_leg(command, at)
            case WaitingCommand():
                return self._of_waiting(command, at)
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
            stop(plan, Part(leg, call, alive), LegResult.CANCELLED)
        if alive.waits is not None:
            plan.say(CallLeftQueue, queue=alive.waits.queue)
        plan.say(CallEnded)
        self._take_over(plan)
        return Done()

    def _hear(self, command: HearCommand, at: datetime) -> Outcome:
        part = self._part(command.leg)
        if part is None or not part.talks:
            return OVER if part is None else NOT_ANSWERED
        if command.interface == part.offer.interface:
            return OWN_LEG
        self._plan(
            ListenerJoined(
                link=self._link,
                at=at + timedelta(seconds=RING_S),
                call=part.call,
                leg=command.leg,
                interface=command.interface,
                manner=MANNERS[type(command)],
            )
        )
        return Done()

    def _of_waiting(self, command: WaitingCommand, at: datetime) -> Outcome:
        alive = self._truth.call(command.call)
        if alive is None or alive.waits is None:
            return OVER if alive is None else NOT_WAITING
        plan = Plan(self._link, command.call, at)
        if isinstance(command, SendOn):
            for leg in alive.legs:
                stop(plan, Part(leg, command.call, alive), LegResult.CANCELLED)
            plan.say(CallLeftQueue, queue=alive.waits.queue)
            return self._go_to(plan, alive.waits, command.target) or self._take_over(plan)
        if not alive.legs and self.members.free(alive.waits.queue):
            self._serve(plan, alive, alive.waits.queue)
            return self._take_over(plan)
        return Done()  # somebody is rung for the caller already, or nobody can be

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
                decide(plan, part, asked, command)
        return refused or self._take_over(plan)

    def _part(self, leg: LegId) -> Part | None:
        for call in self._truth.calls:
            alive = self._truth.call(call)
            if alive is not None and leg in alive.legs:
                return Part(leg, call, alive)
        return None

    def _hang_up(self, plan: Plan, part: Part) -> None:
        """Of a ring that a queue began: it rings somebody, maybe again."""
        stop(plan, part, LegResult.NO_ANSWER)
        if part.others:
            go_on(plan, part.others)
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
        colleague = self._arrive(plan, part.offer, target)
        if asks and colleague is not None:
            self._asked[part.leg] = colleague
        return None

    def _go_to(self, plan: Plan, told: CallQueued, target: Target) -> Refused | None:
        """The caller of whom that was told goes to the target."""
        if isinstance(target, ToQueue) and target.queue not in self.members:
            return NO_SUCH_QUEUE
        self._arrive(plan, told, target)
        return None

    def _arrive(self, plan: Plan, told: CallOffered | CallQueued, target: Target) -> LegId | None:
        """The leg of the colleague who is rung, where the target is one."""
        plan.later(AT_ONCE_S)
        match target:
            case ToAgent(interface=interface):
                colleague = self._ring(plan, told, interface)
                plan.answers(colleague)
                return colleague
            case ToQueue(queue=queue):
                plan.say(CallQueued, queue=queue, **who(told))
                self._serve_caller(plan, told, queue)
            case _:
                plan.say(CallEnded)
        return None

    def _serve(self, plan: Plan, alive: Alive, queue: str) -> None:
        told = next(iter(alive.legs.values()), [alive.waits])[0]
        self._serve_caller(plan, told, queue)

    def _serve_caller(self, plan: Plan, told: CallEvent | None, queue: str) -> None:
        """The queue rings an agent; where nobody may be rung the caller gives up."""
        free = self.members.free(queue)
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
        plan.say(CallOffered, leg=leg, interface=interface, queue=queue, **who(told))
        return leg

    def _channel(self, at: datetime) -> str:
        """An id that the programme does not give."""
        return f"{self._link}-{int(at.timestamp())}.c{next(self._number)}"

    def _take_over(self, plan: Plan) -> Done:
        """The call goes by the plan from now on."""
        self._taken.add(plan.call)
        self._planned = [
            each
            for each in self._planned
            if isinstance(each[2], AgentEvent | ListenerEvent) or each[2].call != plan.call
        ]
        heapq.heapify(self._planned)
        for event in plan.events:
            self._plan(event)
        return Done()

    def _plan(self, event: Happened) -> None:
        heapq.heappush(self._planned, (event.at, next(self._number), event))
