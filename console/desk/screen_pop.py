"""THE STORY: a call is offered -> who is it -> which script and why -> whose screen -> push -> record.

Told for one call at a time, in the order in which things happened to it; different calls don't wait for each
other. The pop goes to the screen first and on record right behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.calls import delivery
from console.calls.record import CallRecord
from console.calls.recorder import Recorder
from console.clock import Clock
from console.desk.composition import Picked, compose, of_caller, of_leg
from console.desk.picking import Picking
from console.desk.pop import CallerPart
from console.desk.screens import Screens
from console.facts.knowledge import Knowledge
from console.facts.known import Known
from console.queues.directory import Agent, Directory
from telephony.events import CallId, LegResult
from telephony.lifecycle import Call, CallState, Leg

FRESH = timedelta(seconds=5)
"""Facts read when the caller joined the queue still do for an offer so soon after."""


@dataclass(frozen=True, slots=True)
class Story:
    """All that the story needs, by name."""

    knowledge: Knowledge
    picking: Picking
    directory: Directory
    screens: Screens
    recorder: Recorder
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Who:
    """Who calls, as read at `read_at`, and what a pop says of them."""

    read_at: datetime
    known: Known
    part: CallerPart


class ScreenPop:
    """Follows calls from offer to end."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._known: dict[CallId, _Who] = {}

    async def follow(self, record: CallRecord, before: Call | None, after: Call, received: datetime) -> None:
        """Tell what happened to the call between `before` (None: it is new) and `after`."""
        try:
            await self._tell(record, before, after, received)
        finally:  # whatever went wrong on the way to a screen, the call is on record
            if after.state is CallState.ENDED:
                self._known.pop(after.id, None)
            self._story.recorder.save(record)

    async def _tell(self, record: CallRecord, before: Call | None, after: Call, received: datetime) -> None:
        earlier: Mapping[str, Leg] = {leg.id: leg for leg in before.legs if leg.interface} if before else {}
        if before is None:
            await self._who(record, after)
        for leg in after.legs:
            if leg.interface and leg.id not in record.pops:  # new, or there was trouble with what came before
                await self._offered(record, after, leg, received)
            # A ring-all's losers are withdrawn before it is said who has answered.
            winner_known = _answered_elsewhere(before, leg) != _answered_elsewhere(after, leg)
            if leg.interface and (leg != earlier.get(leg.id) or winner_known):
                await self._changed(record, after, leg)

    async def show_again(self, record: CallRecord, received: datetime) -> None:
        """After a restart: where the call is alive, its pops belong on the screens."""
        for leg in record.call.legs:
            if leg.result is None and leg.interface:
                await self._offered(record, record.call, leg, received)
                await self._changed(record, record.call, leg)
                note, user_id = record.notes.get(leg.id), record.users.get(leg.id)
                if note is not None and user_id is not None:
                    await self._story.screens.show_note(user_id, leg.id, record.call.id, note)

    async def _offered(self, record: CallRecord, call: Call, leg: Leg, received: datetime) -> None:
        """One ring of one agent: exactly one pop."""
        agent = self._whose_screen(record, leg)
        if agent is None or leg.result is not None:
            return
        who = await self._who(record, call)
        gathered = self._story.clock()
        queue = self._story.directory.queue(leg.queue) if leg.queue else None
        picked = self._story.picking.pick(call, leg, agent, queue, who.known, at=gathered)
        pop = compose(
            call, leg, agent=agent, queue=queue, caller=who.part, picked=picked, received_at=received
        )
        pop["stages"] = {
            "gathered": (gathered - received).total_seconds(),
            "picked": (self._story.clock() - received).total_seconds(),
        }
        await self._story.screens.show(pop)
        _note_script(record, picked, pop["line"])

    def _whose_screen(self, record: CallRecord, leg: Leg) -> Agent | None:
        agent = self._story.directory.agent(leg.interface)
        user_id = agent.user_id if agent else None
        record.users[leg.id] = user_id
        if leg.id not in record.pops:
            record.pops[leg.id] = delivery.offered(user_id, leg.interface, leg.offered_at)
        return agent

    async def _who(self, record: CallRecord, call: Call) -> _Who:
        now = self._story.clock()
        who = self._known.get(call.id)
        if who is None or now - who.read_at > FRESH:
            known = await self._story.knowledge.of_call(call.link, call.caller, call.id, now)
            who = self._known[call.id] = _Who(now, known, of_caller(known))
        known = who.known
        record.identified = known.identification.outcome.value
        record.number = known.shown_number
        record.customer_id = known.customer.id if known.customer else None
        record.line = record.line or (self._story.directory.queue(call.queue).line if call.queue else None)
        return who

    async def _changed(self, record: CallRecord, call: Call, leg: Leg) -> None:
        """The leg was answered, held, resumed or is over: so is its pop."""
        pop = record.pops[leg.id]
        if leg.answered_at is not None:
            delivery.answered(pop)
        if leg.result is not None:
            delivery.over(pop, leg.result, self._story.clock())
        await self._story.screens.change(leg.id, **of_leg(leg), withdrawn_by=self._answered_by(call, leg))
        if pop.user_id is not None:
            await self._story.screens.presence(pop.user_id, self._story.clock())

    def _answered_by(self, call: Call, leg: Leg) -> str | None:
        """The name of who answered instead, for a withdrawn offer."""
        interface = _answered_elsewhere(call, leg)
        agent = self._story.directory.agent(interface) if interface else None
        return agent.name if agent else interface


def _answered_elsewhere(call: Call | None, leg: Leg) -> str | None:
    """The interface that answered instead of a withdrawn leg's, once that is known."""
    if call is None or leg.result is not LegResult.WITHDRAWN:
        return None
    return next((other.interface for other in call.legs if other.answered_at and other.id != leg.id), None)


def _note_script(record: CallRecord, picked: Picked, line: int | None) -> None:
    record.line = line
    if picked.pick.script is not None:
        record.script_key = picked.pick.script.key
        record.script_version = picked.version
        record.script_sentence = picked.pick.sentence
