"""THE STORY: a call is offered -> who is it -> which script and why -> whose screen -> push -> record.

Told for one call at a time, in the order in which things happened to it; different calls don't wait for each
other. The pop goes to the screen first and on record right behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.calls import delivery
from console.calls.record import CallRecord, NoteRecord, RunRecord
from console.calls.recorder import Recorder
from console.clock import Clock
from console.customers.learning import Learnt
from console.desk.callers import Callers, Foresee, Who
from console.desk.colleagues import concerns_all, of_call
from console.desk.composition import Picked, Screen, compose, of_caller, of_leg, of_script, screen_of
from console.desk.onward import Onward
from console.desk.packet import giver_of
from console.desk.packets import Packets
from console.desk.picking import Picking
from console.desk.pop import Pop
from console.desk.screens import Screens
from console.desk.waiting import WaitingRoom, waits
from console.desk.wrap_ups import WrapUps
from console.facts.knowledge import Knowledge
from console.handover.records import AnswerKind, HandedOver
from console.queues.directory import Agent, Directory
from console.web.metrics import POPS_REFUSED
from telephony.events import LegId, LinkName
from telephony.lifecycle import Call, CallState, Leg


def nothing_known(_link: LinkName) -> list[str]:
    """Of no link is it known what its phone system can do."""
    return []


@dataclass(frozen=True, slots=True)
class Story:
    """All that the story needs, by name. `foresee` is told of callers where this process draws screens; `can`
    says what the phone system of a link can tell and do."""

    knowledge: Knowledge
    picking: Picking
    directory: Directory
    screens: Screens
    waiting: WaitingRoom
    wrap_ups: WrapUps
    onward: Onward
    packets: Packets
    recorder: Recorder
    clock: Clock
    foresee: Foresee | None = None
    can: Callable[[LinkName], list[str]] = nothing_known


class ScreenPop:
    """Follows calls from offer to end."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._callers = Callers(story.knowledge, story.directory, story.clock, story.foresee)

    async def close(self, within_s: float) -> None:
        """Finish what runs beside, in the time that a shutdown has."""
        await self._story.packets.close(within_s)

    async def follow(self, record: CallRecord, before: Call | None, after: Call, received: datetime) -> None:
        """Tell what happened to the call between `before` (None: it is new) and `after`."""
        try:
            await self._tell(record, before, after, received)
        finally:  # whatever went wrong on the way to a screen, the call is on record
            self._story.waiting.see(record, after, self._callers.part(after.id))
            if after.state is CallState.ENDED:
                self._callers.forget(after.id)
                self._story.packets.forget(after.id)
            for visit in after.visits:
                record.lines.setdefault(visit.queue, self._story.directory.queue(visit.queue).line)
            self._story.recorder.save(record)
            await self._dialled(after)

    async def _tell(self, record: CallRecord, before: Call | None, after: Call, received: datetime) -> None:
        earlier: Mapping[str, Leg] = {leg.id: leg for leg in before.legs if leg.interface} if before else {}
        if before is None:
            await self._callers.identify(record, after)
        everywhere = concerns_all(before, after)
        for leg in after.legs:
            if not leg.interface:
                continue
            changed = leg != earlier.get(leg.id)
            if not _was_told(record, leg):  # new, or there was trouble with what came before
                await self._offered(record, after, leg, received)
            elif changed or everywhere:
                await self._drawn_anew(record, after, leg)
            if changed:
                await self._went_on(record, leg)
        for leg in after.legs:  # who had the call last is known when all legs are
            await self._story.wrap_ups.follow(record, leg)
        if record.identified is None:
            await self._read_at_last(record, after)
        await self._story.packets.read_at_last(record)

    async def _read_at_last(self, record: CallRecord, call: Call) -> None:
        """The records could not be read so far. As soon as they can, pops and record say who calls."""
        who = await self._callers.identify(record, call)
        if who.known.read:
            for leg in call.legs:
                await self._story.screens.change(leg.id, **who.part)

    async def noted(self, record: CallRecord, leg: LegId, note: NoteRecord) -> None:
        """An agent writes: the others on the call read it while it is being written."""
        self._story.screens.written(leg, note.text)
        known = record.notes.get(leg)
        if record.call.state is CallState.ENDED or (known is not None and known.version >= note.version):
            return
        record.notes[leg] = note
        for other in record.call.legs:
            await self._drawn_anew(record, record.call, other)

    async def walked(self, record: CallRecord, leg: LegId, run: RunRecord) -> None:
        """An agent took a step of a script: the others on the call see it, and it stays with the call."""
        if record.run is not None and record.run.age >= run.age:
            return
        record.run = run
        _note_run(record, run)
        self._story.recorder.save(record)
        for other in record.call.legs:
            agent = self._story.directory.agent(other.interface, other.device)
            if other.id != leg and other.result is None and agent is not None:
                who = await self._callers.identify(record, record.call)
                shown = await self._story.onward.show(record, other.id, agent, who.known)
                await self._story.packets.follow_run(other, shown)

    async def learnt(self, record: CallRecord, learnt: tuple[Learnt, ...]) -> None:
        """Agents said who calls, or took it back: the pops of the call follow, and so does its record."""
        record.learnt = learnt
        call = record.call
        self._callers.forget(call.id)
        self._story.packets.forget(call.id)
        who = await self._callers.identify(record, call)
        if not who.known.read:
            record.identified = None  # read at last with the call's next step
        else:
            for leg in call.legs:
                await self._follow_facts(record, call, leg, who)
                await self._story.packets.follow_records(record, leg)
        self._story.waiting.see(record, call, who.part)
        if call.state is CallState.ENDED:
            self._callers.forget(call.id)
        self._story.recorder.save(record)

    async def read_anew(self, record: CallRecord) -> None:
        """The records of who calls have changed: the pops of the call follow."""
        await self.learnt(record, record.learnt)

    async def case_changed(self, customer: str, leg: LegId) -> None:
        """A case of this customer has changed, who is shown by a pop of a call that is long over."""
        known = await self._story.knowledge.of_customer(customer, self._story.clock())
        await self._story.screens.change(leg, cases=of_caller(known)["cases"])

    async def judged(self, record: CallRecord, satisfaction: int | None, outcome: str | None) -> None:
        """An agent noted how satisfied the caller was, or how the call ended: all pops of it say so."""
        record.satisfaction, record.outcome = satisfaction, outcome
        for leg in record.call.legs:
            await self._story.screens.change(leg.id, satisfaction=satisfaction, outcome=outcome)

    async def handed_over(self, record: CallRecord, said: HandedOver) -> None:
        """Agents said why the call is handed over, or something to that: those before and after read it."""
        new = said.answers[len(record.handed_over.answers) :]
        record.handed_over = said
        for leg in record.call.legs:
            await self._story.packets.follow_words(record, leg)
        for answered in new:
            if answered.kind is not AnswerKind.TAKEN:
                await self._bring_back(record, LegId(answered.leg))

    async def _bring_back(self, record: CallRecord, from_leg: LegId) -> None:
        """Somebody waits for a word of whoever had the call before, who put it away already."""
        leg = giver_of(record.call, from_leg)
        if leg is not None and self._story.screens.pop(leg.id) is None:
            await self._put_back(record, leg)

    async def put_back(self, record: CallRecord, leg_id: LegId) -> None:
        """After a restart: the agent finishes the call, with what came with it and what was asked in it."""
        leg = record.call.leg(leg_id)
        if leg is None or self._story.screens.pop(leg_id) is not None:
            return
        agent, who = await self._put_back(record, leg)
        if agent is not None:
            run = await self._story.onward.show(record, leg_id, agent, who.known)
            await self._story.screens.change(leg_id, **await self._story.packets.of(record, leg, run))

    async def _put_back(self, record: CallRecord, leg: Leg) -> tuple[Agent | None, Who]:
        """A pop that is not on its agent's desk any more, and what is written on it."""
        call, received = record.call, self._story.clock()
        agent = self._story.directory.agent(leg.interface, leg.device)
        who = await self._callers.identify(record, call)
        if agent is not None:
            pop, _ = self._composed(record, call, leg, agent, who=who, received=received)
            await self._story.screens.show({**pop, **self._story.packets.words(record, leg)})
            note = record.notes.get(leg.id)
            if note is not None:
                await self._story.screens.show_note(agent.user_id, leg.id, call.id, note)
        if call.state is CallState.ENDED:
            self._callers.forget(call.id)
        return agent, who

    async def _follow_facts(self, record: CallRecord, call: Call, leg: Leg, who: Who) -> None:
        """The script follows the facts as long as the agent is on the call."""
        agent = self._story.directory.agent(leg.interface, leg.device)
        if agent is None or leg.result is not None:
            await self._story.screens.change(leg.id, **who.part)
            return
        screen = screen_of(call, leg, agent, self._story.directory)
        picked = self._pick(call, leg, screen, who, self._story.clock())
        await self._story.screens.change(leg.id, **who.part, script=of_script(picked))
        _note_script(record, picked, record.line)
        _note_pick(record, leg, picked)

    def _pick(self, call: Call, leg: Leg, screen: Screen, who: Who, at: datetime) -> Picked:
        return self._story.picking.pick(call, leg, screen.agent, screen.queue, who.known, at=at)

    async def show_again(self, record: CallRecord, received: datetime) -> None:
        """After a restart: where the call is alive, its pops belong on the screens."""
        if waits(record.call):
            who = await self._callers.identify(record, record.call)
            self._story.waiting.see(record, record.call, who.part)
        for leg in record.call.legs:
            if leg.result is None and leg.interface:
                await self._offered(record, record.call, leg, received)
                await self._went_on(record, leg)
                note, user_id = record.notes.get(leg.id), record.users.get(leg.id)
                if note is not None and user_id is not None:
                    await self._story.screens.show_note(user_id, leg.id, record.call.id, note)

    async def _offered(self, record: CallRecord, call: Call, leg: Leg, received: datetime) -> None:
        """One ring of one agent: exactly one pop."""
        agent = self._whose_screen(record, leg)
        if agent is None:
            return
        if leg.result is not None:
            delivery.missed(record.pops[leg.id])
            return
        who = await self._callers.identify(record, call)
        if not self._has_room(record, leg, agent):
            return
        pop, picked = self._composed(record, call, leg, agent, who=who, received=received)
        run = await self._story.onward.entry(record, pop, agent, who.known)
        pop = {**pop, **await self._story.packets.of(record, leg, run)}
        if not self._has_room(record, leg, agent):  # nothing is awaited from here until `show`
            return
        _note_pick(record, leg, picked)
        delivery.put(record.pops[leg.id], arrived=await self._story.screens.show(pop))
        _note_script(record, picked, pop["line"])
        if run is not None:
            await self._story.screens.show_run(run)

    def _composed(
        self, record: CallRecord, call: Call, leg: Leg, agent: Agent, *, who: Who, received: datetime
    ) -> tuple[Pop, Picked]:
        """The pop of a leg, and what was picked for it."""
        gathered = self._story.clock()
        screen = screen_of(call, leg, agent, self._story.directory)
        picked = self._pick(call, leg, screen, who, gathered)
        others = of_call(call, leg, self._story.directory, record.notes)
        can = self._story.can(call.link)
        pop = compose(
            call, leg, screen, caller=who.part, others=others, picked=picked, received_at=received, can=can
        )
        pop["stages"] = {
            "gathered": (gathered - received).total_seconds(),
            "picked": (self._story.clock() - received).total_seconds(),
        }
        pop["satisfaction"], pop["outcome"] = record.satisfaction, record.outcome
        asks = self._story.wrap_ups.asks(call, leg)
        pop["outcome_required"], pop["outcomes"] = asks.outcome_required, [*asks.outcomes]
        return pop, picked

    def _has_room(self, record: CallRecord, leg: Leg, agent: Agent) -> bool:
        if self._story.screens.has_room(agent.user_id, leg.id):
            return True
        POPS_REFUSED.inc()
        delivery.refused(record.pops[leg.id])
        return False

    def _whose_screen(self, record: CallRecord, leg: Leg) -> Agent | None:
        agent = self._story.directory.agent(leg.interface, leg.device)
        user_id = agent.user_id if agent else None
        record.users[leg.id] = user_id
        if leg.id not in record.pops:
            record.pops[leg.id] = delivery.offered(user_id, leg.interface, leg.offered_at)
        return agent

    async def _drawn_anew(self, record: CallRecord, call: Call, leg: Leg) -> None:
        """The pop says where its leg is, and what the others on the call do and write."""
        others = of_call(call, leg, self._story.directory, record.notes)
        await self._story.screens.change(leg.id, **of_leg(leg), **others)

    async def _dialled(self, call: Call) -> None:
        """Whoever makes an internal call has no leg: nobody rang them. On a call they are all the same."""
        agent = self._story.directory.agent(call.dialler) if call.dialler_is_on else None
        user_id, since = agent.user_id if agent else None, self._story.clock().isoformat()
        await self._story.screens.presences.dialler(call.id, call.link, user_id, since)

    async def _went_on(self, record: CallRecord, leg: Leg) -> None:
        """The leg was offered, answered, held, resumed or is over: so is its pop, and its agent is."""
        pop = record.pops[leg.id]
        if leg.answered_at is not None:
            delivery.answered(pop, self._story.clock())
        if leg.result is not None:
            delivery.over(pop, leg.result, self._story.clock())
        await self._story.wrap_ups.follow(record, leg)  # first: nobody is free in between
        if pop.user_id is not None:
            await self._story.screens.presence(pop.user_id, self._story.clock())


def _was_told(record: CallRecord, leg: Leg) -> bool:
    """Whether the offer is on its agent's desk, or on record as one that belongs on none."""
    pop = record.pops.get(leg.id)
    return pop is not None and (pop.put or pop.user_id is None or pop.hindrance is not None)


def _note_pick(record: CallRecord, leg: Leg, picked: Picked) -> None:
    """Of each offer the last pick counts; from the first step that an agent takes on, what is picked anew is
    only offered to them."""
    if picked.noted is not None and (record.run is None or not record.pops[leg.id].put):
        record.picks[leg.id] = picked.noted


def _note_script(record: CallRecord, picked: Picked, line: int | None) -> None:
    """Once an agent walks through a script, that is the script of the call."""
    record.line = line
    if picked.pick.script is not None and record.run is None:
        record.script_key = picked.pick.script.key
        record.script_version = picked.version
        record.script_sentence = picked.pick.sentence


def _note_run(record: CallRecord, run: RunRecord) -> None:
    if run.key != record.script_key:
        record.script_sentence = run.reason
    record.script_key, record.script_version = run.key, run.version
