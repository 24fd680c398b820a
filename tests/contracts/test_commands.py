"""What every phone system promises of commands (`telephony.source.Source.send`), asked of each that there is.

A test plays on a stage (`stages.py`). To put another phone system under this contract, write a stage and add
it to `STAGES`.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

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
    ToNumber,
    TransferAttended,
    TransferBlind,
    Unpause,
)
from telephony.events import (
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallId,
    CallOffered,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegId,
    LegResult,
    OfferEnded,
)
from telephony.source import Capability
from tests.contracts.stages import GONE, NUMBER, WITHIN_S, Factory, Stage, real_asterisk, simulator

pytestmark = pytest.mark.slow  # people talk in them, in real time

CONNECTING = Refused("This call is just being connected: try again.")


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
