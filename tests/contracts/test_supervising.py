"""What every phone system promises of supervisors who listen, asked of each that there is."""

import pytest

from telephony.commands import NOT_ANSWERED, OWN_LEG, Barge, HangUp, HearCommand, Listen, Whisper
from telephony.events import (
    CallAnswered,
    CallEnded,
    CallId,
    CallOffered,
    ListenerJoined,
    ListenerLeft,
    Manner,
)
from tests.contracts.stages import GONE, Stage
from tests.contracts.test_commands import sent, stage, talk, why

__all__ = ["stage"]

pytestmark = pytest.mark.slow  # people talk in them, in real time


@pytest.mark.parametrize(
    ("kind", "manner"), [(Listen, Manner.LISTEN), (Whisper, Manner.WHISPER), (Barge, Manner.BARGE)]
)
async def test_hearing_a_call(stage: Stage, kind: type[HearCommand], manner: Manner) -> None:
    """The own phone rings first; it is in no call; it is over with the agent's."""
    answered = await talk(stage)
    await sent(stage, kind(answered.leg, stage.supervisor))  # type: ignore[arg-type]
    await stage.answer(stage.supervisor)
    joined = await stage.hearing.hears(ListenerJoined, leg=answered.leg)
    assert (joined.interface, joined.manner, joined.call) == (stage.supervisor, manner, answered.call)
    await sent(stage, HangUp(answered.leg))
    await stage.hearing.hears(ListenerLeft, leg=answered.leg, interface=stage.supervisor)
    await stage.hearing.hears(CallEnded, call=answered.call)
    assert calls_of(stage) == {answered.call}
    offered = [each for each in stage.hearing.events if isinstance(each, CallOffered)]
    assert stage.supervisor not in {each.interface for each in offered}


def calls_of(stage: Stage) -> set[CallId]:
    return set(stage.hearing.calls)


async def test_what_cannot_be_heard(stage: Stage) -> None:
    assert await why(stage, Listen(GONE, stage.supervisor)) == "This call is over."
    await stage.caller()
    await stage.rings(stage.agent)
    offered = await stage.hearing.hears(CallOffered, interface=stage.agent)
    assert await why(stage, Whisper(offered.leg, stage.supervisor)) == NOT_ANSWERED.why
    await stage.answer(stage.agent)
    await stage.hearing.hears(CallAnswered, leg=offered.leg)
    assert await why(stage, Barge(offered.leg, stage.agent)) == OWN_LEG.why
