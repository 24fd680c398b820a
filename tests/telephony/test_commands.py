"""What may be asked of a phone system, and what is refused before it is."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.commands import (
    LONGEST_INTERFACE,
    LONGEST_NAME,
    LONGEST_NUMBER,
    Barge,
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Listen,
    Pause,
    SendOn,
    TakeFirst,
    Target,
    ToAgent,
    ToNumber,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
    Whisper,
    dialled,
    flaw,
)
from telephony.events import CallId, LegId
from telephony.source import COMMANDED, NEEDS, Capability, refusal

ANA = "PJSIP/1001"
LEG = LegId("main-1.2")
CALL = CallId("main-1.1")


@pytest.mark.parametrize(
    ("target", "number"),
    [(ToAgent(ANA, "1001"), "1001"), (ToQueue("support", "601"), "601"), (ToNumber("+42190"), "+42190")],
)
def test_what_is_dialled_for_a_target(target: Target, number: str) -> None:
    assert dialled(target) == number


@pytest.mark.parametrize(
    "command",
    [
        Pause(ANA, "Obed: kúsok šalátu"),
        Pause(ANA),
        Unpause("Local/5001@from-queue/n"),
        JoinQueue(ANA, "support"),
        LeaveQueue(ANA, "Second line"),
        Dial(ANA, "+421905123456"),
        Dial(ANA, "*21#"),
        EndCall(CallId("main-1.1")),
        HangUp(LEG),
        TransferBlind(LEG, ToAgent(ANA, "ana.novakova")),
        TransferBlind(LEG, ToQueue("support", "601")),
        TransferAttended(LEG, ToNumber("0905123456")),
        CompleteTransfer(LEG),
        CancelTransfer(LEG),
        Listen(LEG, ANA),
        Whisper(LEG, ANA),
        Barge(LEG, ANA),
        TakeFirst(CALL),
        SendOn(CALL, ToQueue("support", "601")),
    ],
)
def test_what_may_be_sent(command: Command) -> None:
    assert flaw(command) is None
    assert refusal(command, COMMANDED) is None


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Unpause("1001"), "1001 is no phone: it is written like PJSIP/1001."),
        (Unpause("PJSIP/1\n"), "PJSIP/1? is no phone: it is written like PJSIP/1001."),
        (Unpause("Local/1@a;1"), "Local/1@a;1 is no phone: it is written like PJSIP/1001."),
        (
            Unpause("PJSIP/" + "1" * LONGEST_INTERFACE),
            f"PJSIP/{'1' * (LONGEST_NUMBER - 6)}… is no phone: it is written like PJSIP/1001.",
        ),
        (Listen(LEG, "PJSIP/1,w"), "PJSIP/1,w is no phone: it is written like PJSIP/1001."),
        (SendOn(CALL, ToAgent(ANA, "")), "It is not known what to dial for this colleague."),
        (Pause(ANA, "a\r\nb"), "The reason a??b holds characters that cannot be sent."),
        (Pause(ANA, "š" * LONGEST_NAME), "The reason is too long: 79 characters are the most."),
        (JoinQueue(ANA, ""), "The queue has no name."),
        (LeaveQueue(ANA, "a\0"), "The queue a? holds characters that cannot be sent."),
        (Dial(ANA, ""), "There is no number to dial."),
        (Dial(ANA, "1" * 41), "A number of 41 characters cannot be dialled: 40 are the most."),
        (
            Dial(ANA, "ana"),
            "ana cannot be dialled: only digits, *, # and a leading + can.",
        ),
        (
            TransferBlind(LEG, ToNumber("12&PJSIP/2")),
            "12&PJSIP/2 cannot be dialled: only digits, *, # and a leading + can.",
        ),
        (TransferBlind(LEG, ToAgent(ANA, "")), "It is not known what to dial for this colleague."),
        (
            TransferAttended(LEG, ToQueue("support", "")),
            "It is not known what to dial for the queue support.",
        ),
        (
            TransferAttended(LEG, ToQueue("support", "6,1")),
            "6,1 cannot be dialled: only digits, *, # and a leading + can.",
        ),
    ],
)
def test_what_must_not_be_sent(command: Command, sentence: str) -> None:
    assert flaw(command) == sentence
    refused = refusal(command, COMMANDED)
    assert refused is not None
    assert refused.why == sentence


def test_every_command_needs_a_capability() -> None:
    assert set(NEEDS) == set(get_args(Command))


@pytest.mark.parametrize("capability", sorted(COMMANDED))
def test_without_the_capability_it_is_refused(capability: Capability) -> None:
    of_agents: list[Command] = [Pause(ANA), JoinQueue(ANA, "a"), Dial(ANA, "1")]
    of_legs: list[Command] = [
        HangUp(LEG),
        TransferBlind(LEG, ToNumber("1")),
        TransferAttended(LEG, ToNumber("1")),
    ]
    of_others: list[Command] = [
        Listen(LEG, ANA),
        Whisper(LEG, ANA),
        Barge(LEG, ANA),
        TakeFirst(CALL),
        SendOn(CALL, ToNumber("1")),
    ]
    every = of_agents + of_legs + of_others
    (command,) = [each for each in every if NEEDS[type(each)] is capability]
    refused = refusal(command, COMMANDED - {capability})
    assert refused is not None
    assert refused.why.startswith("This phone system cannot be told to ")
    assert "at the phone" in refused.why or command in of_others


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command, with anything in it."""
    anything = st.text() | st.text(alphabet="PJSIP/a10*#+\r\n\0&,: ")
    targets = st.one_of(
        st.builds(ToAgent, anything, anything),
        st.builds(ToQueue, anything, anything),
        st.builds(ToNumber, anything),
    )
    kind = draw(st.sampled_from(get_args(Command)))
    values = {field.name: draw(targets if field.name == "target" else anything) for field in fields(kind)}
    command: Command = kind(**values)
    return command


@given(commands())
def test_a_flaw_is_one_line_that_can_be_shown(command: Command) -> None:
    sentence = flaw(command)
    assert sentence is None or (sentence.isprintable() and sentence.endswith("."))
