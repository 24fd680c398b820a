"""Somebody listens to an agent's call: what is asked for it, and that their own phone is in no call."""

from typing import cast

import pytest

from telephony.asterisk import spying
from telephony.asterisk.commanding import CannotError, actions
from telephony.asterisk.messages import Action, parse
from telephony.asterisk.resync import take_channels, take_queues
from telephony.asterisk.translate import Translator
from telephony.commands import (
    NOT_ANSWERED,
    OVER,
    OWN_LEG,
    Barge,
    Command,
    HearCommand,
    Listen,
    Refused,
    Whisper,
)
from telephony.events import CallId, Event, LegId, ListenerEvent, ListenerJoined, ListenerLeft, Manner
from tests.conftest import NOW
from tests.fakes.asterisk_frames import ANA, BEN, CALLER, Channel, hangup, new, on, raw, spies
from tests.telephony.asterisk.test_resync import QUEUE, RUNG, status
from tests.telephony.asterisk.told import RINGING, TALKING, kinds, tell, translator

SUE = Channel("PJSIP/2001-00000009", "100.9", "100.9", number="2001", exten="s")
LEG, CALL, PHONE = LegId("main-100.2"), CallId("main-100.1"), "PJSIP/2001"

PICKED_UP = new(SUE) + raw("DialBegin", SUE.block("Dest"), extra={"DialString": "2001"})


def after(frames: bytes) -> Translator:
    listener = translator()
    tell(frames, listener)
    return listener


def asked(command: HearCommand, listener: Translator) -> Action:
    (action,) = actions(cast("Command", command), listener.board, "inside")
    return action


def refused(command: HearCommand, listener: Translator) -> Refused:
    with pytest.raises(CannotError) as caught:
        asked(command, listener)
    return caught.value.refused


def joined(manner: Manner = Manner.UNKNOWN, interface: str = PHONE) -> ListenerJoined:
    return ListenerJoined(
        link=translator().board.link, at=NOW, call=CALL, leg=LEG, interface=interface, manner=manner
    )


def left(interface: str = PHONE) -> ListenerLeft:
    return ListenerLeft(link=translator().board.link, at=NOW, call=CALL, leg=LEG, interface=interface)


@pytest.mark.parametrize(
    ("command", "options", "manner"),
    [
        (Listen(LEG, PHONE), "quE", Manner.LISTEN),
        (Whisper(LEG, PHONE), "quEw", Manner.WHISPER),
        (Barge(LEG, PHONE), "quEB", Manner.BARGE),
    ],
)
def test_the_own_phone_rings_and_then_hears_this_very_channel(
    command: HearCommand, options: str, manner: Manner
) -> None:
    listener = after(TALKING)
    assert asked(command, listener) == Action(
        "Originate",
        {
            "Channel": PHONE,
            "Application": "ChanSpy",
            "Data": f"{ANA.name},{options}",
            "Timeout": "30000",
            "Async": "true",
        },
    )
    assert tell(PICKED_UP + spies(SUE), listener) == [joined(manner)]


def test_who_does_not_talk_cannot_be_heard() -> None:
    assert refused(Listen(LEG, PHONE), after(RINGING)) == NOT_ANSWERED
    assert refused(Listen(LEG, PHONE), after(TALKING + hangup(CALLER) + hangup(ANA))) == OVER


@pytest.mark.parametrize("own", ["PJSIP/1001", "pjsip/1001"])
def test_nobody_listens_to_themselves(own: str) -> None:
    assert refused(Listen(LEG, own), after(TALKING)) == OWN_LEG


def test_a_phone_that_listens_is_in_no_call() -> None:
    listener = after(TALKING)
    calls = dict(listener.board.calls)
    events = tell(PICKED_UP + spies(SUE) + spies(SUE, event="ChanSpyStop") + hangup(SUE), listener)
    assert events == [joined(), left()]
    assert listener.board.calls == calls
    assert listener.counters == {}


def test_an_agent_s_own_phone_that_listens_is_in_no_call_either() -> None:
    """A supervisor who takes calls, too; and it is found so in the list of channels."""
    ben = Channel(BEN.name, "100.9", "100.9", number="1002", exten="s")
    listener = after(TALKING)
    events = tell(new(ben) + raw("DialBegin", ben.block("Dest")) + spies(ben), listener)
    assert events == [joined(interface="PJSIP/1002")]
    found = listed(translator(), status(CALLER, **QUEUE), status(ANA, **RUNG), spy_row(ben))
    assert kinds(found) == ["CallOffered", "ListenerJoined"]
    assert {getattr(each, "leg", None) for each in found} == {LEG}


def test_stop_comes_without_whom_it_heard_and_once() -> None:
    listener = after(TALKING + PICKED_UP + spies(SUE))
    stop = spies(SUE, None, "ChanSpyStop")
    assert tell(stop, listener) == [left()]
    assert tell(stop + hangup(SUE), listener) == []


def test_a_hang_up_ends_it_whatever_else_is_told() -> None:
    assert tell(hangup(SUE), after(TALKING + PICKED_UP + spies(SUE))) == [left()]


def test_the_same_again_is_no_news_and_another_leg_is() -> None:
    listener = after(TALKING + PICKED_UP + spies(SUE))
    assert tell(spies(SUE), listener) == []


def test_whoever_hears_somebody_else_than_an_agent_is_nothing_to_us() -> None:
    listener = after(TALKING + PICKED_UP)
    assert tell(spies(SUE, CALLER), listener) == []


def test_a_second_channel_in_a_caller_s_words_is_not_believed() -> None:
    listener = after(TALKING + PICKED_UP)
    evil = Channel(SUE.name, SUE.uniqueid, SUE.linkedid, number=f"1\r\nSpyeeUniqueid: {BEN.uniqueid}")
    assert tell(spies(evil), listener) == []
    assert listener.counters.total() == 1


def test_a_wish_that_nobody_picked_up_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spying, "MOST_WISHES", 1)
    listener = after(TALKING)
    asked(Whisper(LEG, PHONE), listener)
    asked(Listen(LEG, "PJSIP/2002"), listener)
    assert tell(PICKED_UP + spies(SUE), listener) == [joined(Manner.UNKNOWN)]


def spy_row(spy: Channel, data: str = f"{ANA.name},quEw") -> bytes:
    """As the list of channels shows a phone that listens."""
    return status(spy, Application="ChanSpy", Data=data)


def listed(listener: Translator, *rows: bytes) -> list[Event]:
    """What a resync tells between its first and its last word."""
    take_channels(listener.board, [parse(row) for row in rows], NOW)
    return take_queues(listener.board, [], NOW)[1:-1]


class TestInTheList:
    TALK = (
        status(CALLER, **QUEUE, BridgeID="b1"),
        status(ANA, **RUNG, BridgeID="b1").replace(b"ChannelState: 4", b"ChannelState: 6"),
    )

    def found(self, *rows: bytes, listener: Translator | None = None) -> list[Event]:
        events = listed(listener or translator(), *self.TALK, *rows)
        return [each for each in events if isinstance(each, ListenerEvent)]

    @pytest.mark.parametrize(
        ("data", "manner"),
        [
            (f"{ANA.name},quE", Manner.LISTEN),
            (f"{ANA.name},quEw", Manner.WHISPER),
            (f"{ANA.name},quEB", Manner.BARGE),
            (f"{ANA.name},q", Manner.UNKNOWN),
        ],
    )
    def test_who_listens_and_how(self, data: str, manner: Manner) -> None:
        assert self.found(spy_row(SUE, data)) == [joined(manner)]

    @pytest.mark.parametrize("data", [CALLER.name + ",quE", "PJSIP/9-00000001,quE", ""])
    def test_whoever_hears_no_agent(self, data: str) -> None:
        assert self.found(spy_row(SUE, data)) == []

    def test_what_was_known_stays_with_its_time(self) -> None:
        listener = after(TALKING)
        asked(Barge(LEG, PHONE), listener)
        tell(PICKED_UP + spies(SUE), listener)
        assert self.found(spy_row(SUE), listener=listener) == [joined(Manner.BARGE)]

    def test_who_stopped_meanwhile(self) -> None:
        listener = after(TALKING + PICKED_UP + spies(SUE))
        assert self.found(status(SUE, Application="Wait"), listener=listener) == []


def test_a_leg_that_is_over_is_heard_by_nobody() -> None:
    listener = after(TALKING + PICKED_UP + spies(SUE))
    tell(on("Hangup", ANA, Cause="16", **{"Cause-txt": "x"}) + hangup(CALLER), listener)
    assert list(spying.listening(listener.board, NOW)) == []
