"""What is asked of Asterisk for each command, by what is known of the calls."""

from dataclasses import replace

import pytest
from hypothesis import assume, given

from telephony.asterisk.commanding import (
    CONNECTING,
    NO_TONES,
    SEVERAL_PHONES,
    CannotError,
    actions,
    outcome,
)
from telephony.asterisk.messages import Action, Message, encode, parse
from telephony.asterisk.resync import take_queues
from telephony.asterisk.translate import Translator
from telephony.commands import (
    ASKS_ALREADY,
    ASKS_NOBODY,
    NOT_ANSWERED,
    NOT_WAITING,
    OVER,
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Outcome,
    Pause,
    Refused,
    SendOn,
    TakeFirst,
    ToAgent,
    ToNumber,
    TransferAttended,
    TransferBlind,
    Unpause,
    flaw,
)
from telephony.events import CallId, LegId
from tests.conftest import NOW
from tests.fakes.asterisk_frames import (
    ANA,
    CALLER,
    LOCAL,
    LOCAL_2,
    Channel,
    called,
    connected,
    dial,
    hangup,
    joined,
    new,
    on,
)
from tests.telephony.asterisk.test_resync import entry
from tests.telephony.asterisk.told import RINGING, TALKING, WAITING, tell, translator
from tests.telephony.test_commands import commands

PHONE = "PJSIP/1001"
LEG = LegId("main-100.2")
BEN = ToAgent("PJSIP/1002", "1002")


def enters(channel: Channel, bridge: str) -> bytes:
    return on("BridgeEnter", channel, BridgeUniqueid=bridge, BridgeType="basic", BridgeNumChannels="2")


IN_CALL = TALKING + enters(CALLER, "b1") + enters(ANA, "b1")


def after(frames: bytes) -> Translator:
    listener = translator()
    tell(frames, listener)
    return listener


def asked(command: Command, listener: Translator) -> list[Action]:
    return actions(command, listener.board, "inside")


def refused(command: Command, listener: Translator) -> Refused:
    with pytest.raises(CannotError) as caught:
        asked(command, listener)
    return caught.value.refused


def members(*named: tuple[str, str, str]) -> Translator:
    listener = translator()
    for queue, interface, device in named:
        listener.board.members.add(queue, interface, device)
    return listener


def test_click_to_call_rings_the_own_phone_and_never_claims_to_be_who_is_called() -> None:
    (action,) = asked(Dial(PHONE, "+421905123456"), translator())
    where = {"Channel": PHONE, "Context": "inside", "Exten": "+421905123456", "Priority": "1"}
    assert action == Action("Originate", {**where, "Timeout": "30000", "Async": "true"})


def test_pause_in_every_queue() -> None:
    headers = {"Interface": PHONE, "Paused": "true", "Reason": "Lunch"}
    assert asked(Pause(PHONE, "Lunch"), translator()) == [Action("QueuePause", headers)]
    headers = {"Interface": PHONE, "Paused": "false"}
    assert asked(Unpause(PHONE), translator()) == [Action("QueuePause", headers)]


def test_a_phone_is_paused_under_each_name_that_queues_know_it_by() -> None:
    local = "Local/1001@agents"
    listener = members(
        ("support", local, PHONE), ("second", PHONE, PHONE), ("third", local, PHONE), ("a", "PJSIP/9", "")
    )
    assert [action.headers["Interface"] for action in asked(Unpause(PHONE), listener)] == [local, PHONE]
    assert [action.headers["Interface"] for action in asked(Unpause(local), listener)] == [local]


def test_queues_are_joined_and_left() -> None:
    local = "Local/1001@agents"
    listener = members(("support", local, PHONE), ("second", PHONE, PHONE))
    headers = {"Queue": "support", "Interface": PHONE}
    assert asked(JoinQueue(PHONE, "support"), listener) == [Action("QueueAdd", headers)]
    headers = {"Queue": "support", "Interface": local}
    assert asked(LeaveQueue(PHONE, "support"), listener) == [Action("QueueRemove", headers)]


def test_the_whole_call_ends_with_its_caller() -> None:
    listener = after(RINGING)
    hang_up = Action("Hangup", {"Channel": CALLER.name})
    assert asked(EndCall(CallId("main-100.1")), listener) == [hang_up]
    assert refused(EndCall(CallId("main-100.9")), listener) == OVER
    tell(hangup(CALLER), listener)
    assert refused(EndCall(CallId("main-100.1")), listener) == OVER


CALL = CallId("main-100.1")


def test_a_waiting_caller_is_taken_before_all_others() -> None:
    listener = after(WAITING)
    headers = {"Queue": "support", "Caller": CALLER.name, "Immediate": "yes"}
    first = Action("QueueChangePriorityCaller", {**headers, "Priority": "1001"})
    assert [each.headers for each in asked(TakeFirst(CALL), listener)] == [first.headers]
    (again,) = asked(TakeFirst(CALL), listener)
    assert (again.name, again.headers["Priority"]) == (first.name, "1002")


@pytest.mark.parametrize(
    ("known", "given"), [("5000", "5001"), ("7", "1001"), ("", "1001"), ("9" * 9, "1001")]
)
def test_whoever_was_given_more_elsewhere_is_overtaken_too(known: str, given: str) -> None:
    listener = after(WAITING)
    waits = entry().replace(b"Priority: 0", f"Priority: {known}".encode())
    take_queues(listener.board, [parse(waits)], NOW)
    (action,) = asked(TakeFirst(CALL), listener)
    assert action.headers["Priority"] == given


def test_a_waiting_caller_is_sent_elsewhere() -> None:
    where = {"Channel": CALLER.name, "Context": "inside", "Exten": "1002", "Priority": "1"}
    assert asked(SendOn(CALL, BEN), after(WAITING)) == [Action("Redirect", where)]


@pytest.mark.parametrize("command", [TakeFirst(CALL), SendOn(CALL, BEN)])
def test_who_does_not_wait_is_neither_taken_first_nor_sent(command: TakeFirst | SendOn) -> None:
    assert refused(command, translator()) == OVER
    assert refused(command, after(TALKING)) == NOT_WAITING
    listener = after(WAITING)
    listener.board.forget(CALLER.uniqueid)
    assert refused(command, listener) == NOT_WAITING


@pytest.mark.parametrize("frames", [RINGING, IN_CALL])
def test_the_agent_s_own_channel_is_hung_up(frames: bytes) -> None:
    listener = after(frames)
    assert asked(HangUp(LEG), listener) == [Action("Hangup", {"Channel": ANA.name})]
    assert refused(HangUp(LegId("main-100.9")), listener) == OVER
    tell(hangup(ANA), listener)
    assert refused(HangUp(LEG), listener) == OVER


def test_a_leg_whose_phone_is_not_known_any_more_is_over() -> None:
    listener = after(IN_CALL)
    listener.board.forget(ANA.uniqueid)
    assert refused(HangUp(LEG), listener) == OVER


class TestBehindALocalChannel:
    OTHER = replace(ANA, name="PJSIP/mobile-00000009", uniqueid="100.9")
    RUNG = (
        new(CALLER)
        + joined()
        + new(LOCAL, LOCAL_2, ANA, OTHER)
        + called(LOCAL, Interface="Local/1001@agents")
    )
    LEG = LegId("main-100.4")

    def hung_up(self, frames: bytes) -> str:
        (action,) = asked(HangUp(self.LEG), after(frames))
        return action.headers["Channel"]

    def test_all_phones_stop_ringing(self) -> None:
        assert self.hung_up(self.RUNG + dial(ANA, LOCAL_2) + dial(self.OTHER, LOCAL_2)) == LOCAL.name

    def test_the_phone_counts_once_it_was_answered(self) -> None:
        talks = connected(LOCAL, Interface="Local/1001@agents")
        assert self.hung_up(self.RUNG + dial(ANA, LOCAL_2) + talks) == ANA.name
        assert self.hung_up(self.RUNG + talks) == LOCAL.name

    def test_several_phones(self) -> None:
        talks = connected(LOCAL, Interface="Local/1001@agents")
        listener = after(self.RUNG + dial(ANA, LOCAL_2) + dial(self.OTHER, LOCAL_2) + talks)
        assert refused(HangUp(self.LEG), listener) == SEVERAL_PHONES


def test_a_blind_transfer() -> None:
    headers = {"Channel": ANA.name, "Exten": "1002", "Context": "inside"}
    assert asked(TransferBlind(LEG, BEN), after(IN_CALL)) == [Action("BlindTransfer", headers)]


@pytest.mark.parametrize("kind", [TransferBlind, TransferAttended])
def test_only_who_talks_passes_on(kind: type[TransferBlind | TransferAttended]) -> None:
    assert refused(kind(LEG, BEN), after(RINGING)) == NOT_ANSWERED
    assert refused(kind(LEG, BEN), after(TALKING)) == CONNECTING


def assert_asks_nobody(listener: Translator) -> None:
    for command in (CompleteTransfer(LEG), CancelTransfer(LEG)):
        assert refused(command, listener) == ASKS_NOBODY


def test_asking_first() -> None:
    listener = after(IN_CALL)
    assert refused(TransferAttended(LEG, ToAgent("PJSIP/1002", "ben")), listener) == NO_TONES
    headers = {"Channel": ANA.name, "Exten": "1002", "Context": "inside"}
    assert asked(TransferAttended(LEG, BEN), listener) == [Action("Atxfer", headers)]
    assert_asks_nobody(listener)  # it has not begun
    tell(enters(ANA, "b2"), listener)
    assert_asks_nobody(listener)  # the caller does not wait
    tell(on("Hold", ANA, MusicClass="default"), listener)
    for command in (TransferBlind(LEG, BEN), TransferAttended(LEG, ToNumber("1"))):
        assert refused(command, listener) == ASKS_ALREADY
    assert asked(CompleteTransfer(LEG), listener) == [Action("Hangup", {"Channel": ANA.name})]
    assert asked(CancelTransfer(LEG), listener) == [Action("CancelAtxfer", {"Channel": ANA.name})]
    tell(enters(ANA, "b1"), listener)
    assert_asks_nobody(listener)  # the agent is back


def test_who_did_not_ask_from_here_completes_nothing() -> None:
    """Else the caller would be hung up on."""
    listener = after(IN_CALL + on("Hold", ANA, MusicClass="default") + enters(ANA, "b2"))
    assert refused(CompleteTransfer(LEG), listener) == ASKS_NOBODY


@pytest.mark.parametrize(
    ("response", "meaning"),
    [
        ([("Response", "Success"), ("Message", "Channel Hungup")], Done()),
        (
            [("Response", "Error"), ("Message", "Extension does not exist.")],
            Refused("The phone system says: Extension does not exist."),
        ),
        ([("Response", "Error"), ("Message", "No such channel")], Refused("This call is over.")),
        (
            [("Response", "Error"), ("Message", "Interface not found")],
            Refused("The phone is in no queue of the phone system."),
        ),
        ([("Response", "Error"), ("Message", "Unable to add interface: Already there")], Done()),
        (
            [
                ("Response", "Error"),
                ("Message", "Unable to change priority caller on queue: No such caller"),
            ],
            NOT_WAITING,
        ),
        ([("Response", "Error"), ("Message", "a\x07b" + "c" * 200)], None),
        ([("Response", "Error")], Refused("The phone system says: no.")),
    ],
)
def test_what_its_answer_means(response: list[tuple[str, str]], meaning: Outcome | None) -> None:
    assert outcome(Message(response)) == (meaning or Refused(f"The phone system says: a?b{'c' * 97}."))


@given(commands())
def test_no_value_can_break_the_frame(command: Command) -> None:
    """Whatever a command that is sent holds, Asterisk reads one action with these headers."""
    assume(flaw(command) is None)
    listener = after(IN_CALL)
    try:
        wanted = asked(command, listener)
    except CannotError:
        return
    for action in wanted:
        data = encode(action, "t-1")
        assert data.count(b"\r\n\r\n") == 1
        assert data.count(b"\n") == data.count(b"\r") == len(action.headers) + 3
        assert parse(data).headers == [
            ["Action", action.name],
            ["ActionID", "t-1"],
            *([name, value] for name, value in action.headers.items()),
        ]
