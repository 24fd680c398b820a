"""What is alive of one agent's part in a simulated call, and how it goes on by a plan. Pure."""

from dataclasses import dataclass
from typing import cast

from telephony.commands import CancelTransfer, LegCommand
from telephony.events import (
    CallAnswered,
    CallHeld,
    CallId,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    OfferEnded,
)
from telephony.simulator.exchange import extension_of
from telephony.simulator.plan import Plan
from telephony.simulator.truth import Alive


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


def who(told: CallOffered | CallQueued) -> dict[str, object]:
    """Who calls whom, for another event of the same call."""
    return {
        "caller": told.caller,
        "dialled": told.dialled,
        "direction": told.direction,
        "dialler": told.dialler,
    }


def stop(plan: Plan, part: Part, result: LegResult) -> None:
    """The agent's part ends; `result` of a ring."""
    if part.talks:
        plan.say(LegEnded, leg=part.leg)
    else:
        plan.say(OfferEnded, leg=part.leg, result=result)


def go_on(plan: Plan, parts: list[Part]) -> None:
    """One of those who are left has the caller: who talks already, or the first to answer."""
    one, *others = sorted(parts, key=lambda part: not part.talks)
    for other in others:
        stop(plan, other, LegResult.WITHDRAWN)
    if one.held:
        plan.say(CallResumed, leg=one.leg)
    if one.talks:
        plan.talks(one.leg)
    else:
        plan.answers(one.leg)


def decide(plan: Plan, part: Part, asked: Part, command: LegCommand) -> None:
    """Who asked a colleague leaves the caller there, or comes back."""
    if isinstance(command, CancelTransfer):
        stop(plan, asked, LegResult.WITHDRAWN)
        go_on(plan, [part])
        return
    plan.say(CallTransferred, leg=part.leg, target=extension_of(asked.offer.interface))
    go_on(plan, [asked])
