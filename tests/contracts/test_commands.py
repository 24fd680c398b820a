"""What every phone system promises of commands (`telephony.source.Source.send`), asked of each that there is.

A test plays on a stage: a caller, a queue with an agent, a second queue with another, and a colleague. To put
another phone system under this contract, write a stage and add it to `STAGES`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import pytest

from telephony.asterisk.client import AsteriskSource
from telephony.call import Call, CallState
from telephony.commands import (
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Pause,
    Refused,
    Target,
    ToAgent,
    ToNumber,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
)
from telephony.events import (
    AgentEvent,
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallOffered,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    Event,
    LegId,
    LegResult,
    LinkName,
    LinkResynced,
    OfferEnded,
)
from telephony.lifecycle import apply
from telephony.simulator.exchange import Exchange, Happened, Script
from telephony.simulator.source import SimulatorSource
from telephony.source import Capability, Source
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.fixtures import OUTSIDE, Pbx

LINK = LinkName("main")
WITHIN_S = 20.0
NUMBER = "+421905654321"
GONE = LegId("main-1.1")
CONNECTING = Refused("This call is just being connected: try again.")

E = TypeVar("E", bound=Event)


class Hearing:
    """Listens to a source; keeps every event, and the calls as the lifecycle makes them of it."""

    def __init__(self, source: Source) -> None:
        self.events: list[Event] = []
        self.calls: dict[CallId, Call] = {}
        self._source = source
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        async for event in self._source.events():
            async with self._news:
                self._hear(event)
                self._news.notify_all()

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, CallEvent):
            call = apply(self.calls.get(event.call), event)
            if call is not None:
                self.calls[event.call] = call

    async def hears(self, kind: type[E], **values: Any) -> E:
        """The first event of this kind with these values, as soon as it is heard."""

        def found() -> list[E]:
            events = [event for event in self.events if isinstance(event, kind)]
            return [event for event in events if all(getattr(event, key) == values[key] for key in values)]

        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise TimeoutError(f"no {kind.__name__} with {values}, only {self.events}") from None
        return found()[0]


class Stage(Protocol):
    """A phone system that a test plays on. `agent` is in the queue `support`, `other` in `second`; both and
    the `colleague` have phones that the test handles."""

    source: Source
    hearing: Hearing
    agent: str
    other: str
    colleague: str

    @property
    def to_colleague(self) -> Target: ...

    @property
    def to_second(self) -> Target: ...

    async def caller(self) -> None:
        """Somebody calls the queue `support`."""

    async def answer(self, interface: str) -> None:
        """The phone rings, and its agent answers."""

    async def rings(self, interface: str) -> None:
        """The phone rings."""

    async def is_quiet(self, interface: str) -> None:
        """The phone's call is over."""

    async def outside_answers(self) -> None:
        """Whoever is called outside answers."""

    def paused(self, interface: str) -> str | None:
        """For which reason the phone system has paused the agent in the queue `support`; None: it has not."""

    def is_in(self, interface: str, queue: str) -> bool:
        """Whether the phone system rings the agent for the queue."""


class AsteriskStage:
    """A real Asterisk with real phones."""

    agent, other, colleague = "PJSIP/a1", "PJSIP/a4", "PJSIP/a3"
    to_colleague = ToAgent("PJSIP/a3", EXTENSIONS["a3"])
    to_second = ToQueue("second", EXTENSIONS["second"])

    def __init__(self, source: Source, hearing: Hearing, pbx: Pbx) -> None:
        self.source = source
        self.hearing = hearing
        self._pbx = pbx

    async def caller(self) -> None:
        self._pbx.call("support")

    async def answer(self, interface: str) -> None:
        await self.rings(interface)
        await self._phone(interface).answer()

    async def rings(self, interface: str) -> None:
        await self._phone(interface).rings()

    async def is_quiet(self, interface: str) -> None:
        phone = self._phone(interface)
        await phone.wait_for("ended" if phone.count("answered") else "cancelled")

    async def outside_answers(self) -> None:
        await self._pbx.phones[OUTSIDE].rings()
        await self._pbx.phones[OUTSIDE].answer()

    def paused(self, interface: str) -> str | None:
        line = self._member(interface, "support")
        if "paused" not in line:
            return None
        return line.partition("paused:")[2].partition(" was")[0].strip("() ")

    def is_in(self, interface: str, queue: str) -> bool:
        return bool(self._member(interface, queue))

    def _member(self, interface: str, queue: str) -> str:
        lines = self._pbx.asterisk.command(f"queue show {queue}").splitlines()
        return next((line for line in lines if interface in line), "")

    def _phone(self, interface: str) -> Any:
        return self._pbx.phones[interface.removeprefix("PJSIP/")]


class SimulatorStage:
    """The phone system in the box: somebody calls in any case, and its agents answer by themselves."""

    agent, other, colleague = "PJSIP/1001", "PJSIP/1002", "PJSIP/1003"
    to_colleague = ToAgent("PJSIP/1003", "1003")
    to_second = ToQueue("second", "602")

    def __init__(self, source: Source, hearing: Hearing) -> None:
        self.source = source
        self.hearing = hearing

    async def caller(self) -> None:
        pass

    async def answer(self, interface: str) -> None:
        pass

    async def rings(self, interface: str) -> None:
        pass

    async def is_quiet(self, interface: str) -> None:
        pass

    async def outside_answers(self) -> None:
        pass

    def paused(self, interface: str) -> str | None:
        said = [event for event in self.hearing.events if isinstance(event, AgentEvent)][-1]
        return said.reason if isinstance(said, AgentPaused) and said.interface == interface else None

    def is_in(self, interface: str, queue: str) -> bool:
        return interface == self.agent and queue == "support"


Factory = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Stage]]


@asynccontextmanager
async def heard(source: Source) -> AsyncIterator[Hearing]:
    """What the source tells while the block lasts, from its first resync on."""
    hearing = Hearing(source)
    listening = asyncio.create_task(hearing.listen())
    try:
        await hearing.hears(LinkResynced)
        yield hearing
    finally:
        await source.close()
        await listening


@asynccontextmanager
async def real_asterisk(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    pbx: Pbx = request.getfixturevalue("pbx")
    server = pbx.asterisk
    address = ("127.0.0.1", server.ports.ami, server.user, server.secret)
    interfaces = {"PJSIP/a1", "PJSIP/a2", "PJSIP/a3", "PJSIP/a4"}
    source = AsteriskSource(LINK, *address, clock=lambda: datetime.now(UTC), is_agent=interfaces.__contains__)
    async with heard(source) as hearing:
        yield AsteriskStage(source, hearing, pbx)


def one_call(_seed: int, start: datetime) -> Iterator[Happened]:
    """Somebody calls the queue; its agent answers after a while and talks for an hour."""
    exchange = Exchange(LINK, start)

    def script() -> Script:
        yield 1.0
        call = exchange.call(Caller("+421905123456"), "601")
        call.wait("support")
        leg = call.ring(SimulatorStage.agent)
        yield 20.0
        leg.answer()
        yield 3600.0
        leg.hang_up()
        call.end()

    exchange.play(script())
    return exchange.happened()


@asynccontextmanager
async def simulator(_request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    queues = {"support": (SimulatorStage.agent,), "second": (SimulatorStage.other,)}
    source = SimulatorSource(
        LINK, one_call, seed=1, clock=lambda: datetime.now(UTC), speed=10.0, queues=queues
    )
    async with heard(source) as hearing:
        yield SimulatorStage(source, hearing)


STAGES = [
    pytest.param(simulator, id="simulator"),
    pytest.param(real_asterisk, id="real-asterisk", marks=pytest.mark.real("asterisk")),
]


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    factory: Factory = request.param
    async with factory(request) as stage:
        yield stage


async def talk(stage: Stage) -> CallAnswered:
    """The agent talks with a caller."""
    await stage.caller()
    await stage.answer(stage.agent)
    offered = await stage.hearing.hears(CallOffered, interface=stage.agent)
    return await stage.hearing.hears(CallAnswered, leg=offered.leg)


async def sent(stage: Stage, command: Command) -> None:
    """The phone system takes the command, at the latest when those who talk are connected."""
    async with asyncio.timeout(WITHIN_S):
        while (outcome := await stage.source.send(command)) == CONNECTING:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)
    assert outcome == Done()


async def why(stage: Stage, command: Command) -> str:
    """The sentence with which a command is refused."""
    outcome = await stage.source.send(command)
    assert isinstance(outcome, Refused), outcome
    return outcome.why


async def test_pause_with_a_reason(stage: Stage) -> None:
    await sent(stage, Pause(stage.agent, "Lunch: soup"))
    await stage.hearing.hears(AgentPaused, interface=stage.agent, reason="Lunch: soup")
    assert stage.paused(stage.agent) == "Lunch: soup"
    stage.hearing.events.clear()
    await sent(stage, Unpause(stage.agent))
    await stage.hearing.hears(AgentUnpaused, interface=stage.agent)
    assert stage.paused(stage.agent) is None


async def test_join_and_leave_a_queue(stage: Stage) -> None:
    join, leave = JoinQueue(stage.colleague, "support"), LeaveQueue(stage.colleague, "support")
    if Capability.SET_QUEUES not in stage.source.capabilities:
        assert "cannot be told" in await why(stage, join)
        assert "cannot be told" in await why(stage, leave)
        return
    await sent(stage, join)
    assert stage.is_in(stage.colleague, "support")
    await stage.hearing.hears(AgentUnpaused, interface=stage.colleague, queue="support")
    await sent(stage, join)  # already there
    await sent(stage, leave)
    assert not stage.is_in(stage.colleague, "support")
    await stage.hearing.hears(AgentLeft, interface=stage.colleague, queue="support")
    await sent(stage, leave)  # gone already


async def test_hang_up(stage: Stage) -> None:
    answered = await talk(stage)
    await sent(stage, HangUp(answered.leg))
    await stage.is_quiet(stage.agent)
    ended = await stage.hearing.hears(CallEnded)
    assert stage.hearing.calls[ended.call].end is End.COMPLETED
    assert await why(stage, HangUp(answered.leg)) == "This call is over."


async def test_end_the_whole_call(stage: Stage) -> None:
    answered = await talk(stage)
    await sent(stage, EndCall(answered.call))
    await stage.is_quiet(stage.agent)
    await stage.hearing.hears(CallEnded, call=answered.call)
    assert await why(stage, EndCall(answered.call)) == "This call is over."


async def test_reject_a_ring(stage: Stage) -> None:
    """The phone falls silent; what then becomes of the caller is the queue's business."""
    await stage.caller()
    await stage.rings(stage.agent)
    offered = await stage.hearing.hears(CallOffered, interface=stage.agent)
    await sent(stage, HangUp(offered.leg))
    await stage.is_quiet(stage.agent)
    await stage.hearing.hears(OfferEnded, leg=offered.leg)


async def test_blind_transfer_to_a_colleague(stage: Stage) -> None:
    answered = await talk(stage)
    await sent(stage, TransferBlind(answered.leg, stage.to_colleague))
    await stage.hearing.hears(CallTransferred, leg=answered.leg)
    await stage.answer(stage.colleague)
    await goes_on_with(stage, answered, stage.colleague)


async def test_blind_transfer_to_a_queue(stage: Stage) -> None:
    answered = await talk(stage)
    await sent(stage, TransferBlind(answered.leg, stage.to_second))
    await stage.hearing.hears(CallTransferred, leg=answered.leg)
    await stage.answer(stage.other)
    await goes_on_with(stage, answered, stage.other, queue="second")


def result(stage: Stage, call: CallId, leg_id: LegId) -> LegResult | None:
    """How the leg ended, by the lifecycle."""
    leg = stage.hearing.calls[call].leg(leg_id)
    assert leg is not None
    return leg.result


async def goes_on_with(stage: Stage, first: CallAnswered, second: str, queue: str | None = None) -> None:
    """The call goes on with another agent, who ends it; the first one passed it on."""
    offered = await stage.hearing.hears(CallOffered, call=first.call, interface=second, queue=queue)
    await stage.hearing.hears(CallAnswered, leg=offered.leg)
    assert stage.hearing.calls[first.call].state is CallState.ANSWERED
    await sent(stage, HangUp(offered.leg))
    await stage.hearing.hears(CallEnded, call=first.call)
    results = [leg.result for leg in stage.hearing.calls[first.call].legs]
    assert results == [LegResult.TRANSFERRED, LegResult.ANSWERED]


async def asks(stage: Stage) -> tuple[CallAnswered, LegId]:
    """The agent lets a caller wait and asks the colleague, whose phone rings."""
    answered = await talk(stage)
    await sent(stage, TransferAttended(answered.leg, stage.to_colleague))
    await stage.rings(stage.colleague)
    await stage.hearing.hears(CallHeld, leg=answered.leg)
    offered = await stage.hearing.hears(CallOffered, interface=stage.colleague)
    assert offered.call == answered.call
    return answered, offered.leg


async def test_attended_transfer_completed(stage: Stage) -> None:
    answered, asked = await asks(stage)
    await stage.answer(stage.colleague)
    await stage.hearing.hears(CallAnswered, leg=asked)
    assert "already" in await why(stage, TransferAttended(answered.leg, stage.to_second))
    assert "already" in await why(stage, TransferBlind(answered.leg, stage.to_second))
    await sent(stage, CompleteTransfer(answered.leg))
    await stage.hearing.hears(CallTransferred, leg=answered.leg)
    await goes_on_with(stage, answered, stage.colleague)


async def test_attended_transfer_cancelled(stage: Stage) -> None:
    answered, asked = await asks(stage)
    await stage.answer(stage.colleague)
    await stage.hearing.hears(CallAnswered, leg=asked)
    await sent(stage, CancelTransfer(answered.leg))
    await stage.is_quiet(stage.colleague)
    await comes_back(stage, answered)
    assert result(stage, answered.call, asked) is LegResult.ANSWERED


async def test_attended_transfer_cancelled_while_it_rings(stage: Stage) -> None:
    answered, asked = await asks(stage)
    await sent(stage, CancelTransfer(answered.leg))
    await stage.is_quiet(stage.colleague)
    await comes_back(stage, answered)
    assert result(stage, answered.call, asked) is LegResult.WITHDRAWN


async def comes_back(stage: Stage, answered: CallAnswered) -> None:
    """The agent talks with the caller again, until the agent hangs up."""
    await stage.hearing.hears(CallResumed, leg=answered.leg)
    assert await why(stage, CompleteTransfer(answered.leg)) == await why(stage, CancelTransfer(answered.leg))
    assert stage.hearing.calls[answered.call].state is CallState.ANSWERED
    await sent(stage, HangUp(answered.leg))
    await stage.hearing.hears(CallEnded, call=answered.call)
    assert result(stage, answered.call, answered.leg) is LegResult.ANSWERED


def dialled(stage: Stage) -> list[Call]:
    """The calls that agents made."""
    return [call for call in stage.hearing.calls.values() if call.direction is Direction.OUTBOUND]


async def test_dial(stage: Stage) -> None:
    """The agent's own phone rings first, and only then the number is called."""
    await sent(stage, Dial(stage.agent, NUMBER))
    await stage.rings(stage.agent)
    assert not dialled(stage)
    await stage.answer(stage.agent)
    offered = await stage.hearing.hears(CallOffered, interface=stage.agent, direction=Direction.OUTBOUND)
    assert offered.dialled == NUMBER
    await stage.outside_answers()
    await stage.hearing.hears(CallAnswered, leg=offered.leg)
    await sent(stage, HangUp(offered.leg))
    await stage.hearing.hears(CallEnded, call=offered.call, end=None)


async def test_what_is_not_there_is_refused(stage: Stage) -> None:
    assert await why(stage, HangUp(GONE)) == "This call is over."
    assert await why(stage, TransferBlind(GONE, stage.to_colleague)) == "This call is over."
    assert await why(stage, CompleteTransfer(GONE)) == "This call is over."


async def test_who_is_not_talking_passes_nothing_on(stage: Stage) -> None:
    await stage.caller()
    await stage.rings(stage.agent)
    offered = await stage.hearing.hears(CallOffered, interface=stage.agent)
    assert "not answered" in await why(stage, TransferBlind(offered.leg, stage.to_colleague))
    assert "not answered" in await why(stage, TransferAttended(offered.leg, stage.to_colleague))


@pytest.mark.parametrize(
    "number", ["", "1003\r\nAction: Logoff", "1003\n", "10 03", "1003&PJSIP/a2", "a" * 99]
)
async def test_what_cannot_be_dialled_is_refused(stage: Stage, number: str) -> None:
    assert await why(stage, Dial(stage.agent, number))
    assert await why(stage, TransferBlind(GONE, ToNumber(number))) != "This call is over."
    assert await why(stage, Pause(stage.agent, f"Lunch\r\nPaused: {number}"))
    await sent(stage, Unpause(stage.agent))
    await stage.hearing.hears(AgentUnpaused, interface=stage.agent)
    assert not dialled(stage)
    assert not any(isinstance(event, AgentPaused) for event in stage.hearing.events)


async def test_nothing_is_sent_while_the_link_is_down(stage: Stage) -> None:
    await stage.source.close()
    assert "cannot be reached" in await why(stage, Unpause(stage.agent))
