"""Agents who pass a call on, with frames made to order."""

from dataclasses import replace

from telephony.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallTransferred,
)
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    LOCAL,
    LOCAL_2,
    Channel,
    connected,
    dial,
    dial_end,
    hangup,
    member,
    new,
    on,
    raw,
)
from tests.telephony.asterisk.told import (
    PICKED_UP,
    TALKING,
    kinds,
    tell,
    then,
    translator,
)

CONSULTING = replace(ANA, name="PJSIP/1001-00000021", uniqueid="100.21", linkedid="100.21", exten="1002")
ASKED = replace(BEN, uniqueid="100.22", linkedid="100.21")
CONSULTED = TALKING + new(CONSULTING, ASKED) + dial(ASKED, CONSULTING) + dial_end("ANSWER", ASKED, CONSULTING)


def attended(first: Channel = ANA, second: Channel = CONSULTING, **extra: str) -> bytes:
    said = {"DestType": "Bridge"} | extra
    head = [("Result", said.pop("Result", "Success"))]
    blocks = (first.block("OrigTransferer"), second.block("SecondTransferer"))
    return raw("AttendedTransfer", head, *blocks, extra=said)


def bridged(channel: Channel, bridge: str) -> bytes:
    return on("BridgeEnter", channel, BridgeUniqueid=bridge, BridgeType="basic", BridgeNumChannels="2")


class TestBlind:
    def transfer(self, result: str = "Success", transferer: Channel = ANA) -> bytes:
        said = {"IsExternal": "Yes", "Context": "agents", "Extension": "103"}
        return raw("BlindTransfer", [("Result", result)], transferer.block("Transferer"), extra=said)

    def test_blind_transfer(self) -> None:
        after = (self.transfer(), self.transfer(), member("AgentComplete", Reason="transfer"), hangup(ANA))
        (transfer,) = then(TALKING, *after)
        assert isinstance(transfer, CallTransferred)
        assert (transfer.leg, transfer.target) == ("main-100.2", "103")

    def test_a_transfer_that_failed_or_of_somebody_else(self) -> None:
        assert then(TALKING, self.transfer("Fail"), self.transfer(transferer=CALLER)) == []

    def test_who_passes_a_call_on_has_talked(self) -> None:
        assert kinds(then(PICKED_UP, self.transfer(), connected())) == ["CallAnswered", "CallTransferred"]


class TestAttended:
    def test_the_colleague_has_a_leg_of_the_same_call(self) -> None:
        """By Atxfer: a Local channel dials, with the Linkedid of the call."""
        ring = new(LOCAL, LOCAL_2, BEN) + dial(BEN, LOCAL_2)
        offer, transfer, answer = then(
            TALKING, ring, attended(ANA, ANA), hangup(ANA), dial_end("ANSWER", BEN, LOCAL_2)
        )
        assert isinstance(offer, CallOffered)
        assert isinstance(transfer, CallTransferred)
        assert isinstance(answer, CallAnswered)
        assert (offer.interface, offer.queue, offer.caller.number) == ("PJSIP/1002", None, CALLER.number)
        assert (transfer.leg, answer.leg) == ("main-100.2", "main-100.3")

    def test_of_two_calls_the_consultation_becomes_part_of_the_other(self) -> None:
        for pair in ((ANA, CONSULTING), (CONSULTING, ANA)):
            events = then(CONSULTED, attended(*pair), attended(*pair))
            assert kinds(events) == ["CallTransferred", "CallOffered", "CallAnswered", "CallEnded"]
            transfer, offer, _, ended = events
            assert isinstance(transfer, CallTransferred)
            assert isinstance(offer, CallOffered)
            assert isinstance(ended, CallEnded)
            assert (transfer.leg, transfer.target) == ("main-100.2", "1002")
            assert (offer.call, offer.leg) == ("main-100.1", "main-100.22-100.1")
            assert ended.call == "main-100.21"

    def test_to_a_phone_that_still_rings(self) -> None:
        ringing = TALKING + new(CONSULTING, ASKED) + dial(ASKED, CONSULTING)
        events = then(ringing, attended(), dial_end("ANSWER", ASKED, CONSULTING))
        assert kinds(events) == ["CallTransferred", "CallOffered", "CallEnded", "CallAnswered"]

    def test_calls_that_meet_in_a_bridge_are_one(self) -> None:
        """The word of the transfer may come behind."""
        events = then(CONSULTED, bridged(ASKED, "b"), bridged(CALLER, "b"), hangup(ANA), attended())
        assert kinds(events) == ["CallOffered", "CallAnswered", "CallEnded", "LegEnded", "CallTransferred"]

    def test_who_has_left_the_bridge_meets_nobody(self) -> None:
        gone = on("BridgeLeave", ASKED, BridgeUniqueid="b", BridgeType="basic", BridgeNumChannels="0")
        other = gone.replace(b"BridgeUniqueid: b", b"BridgeUniqueid: c")
        assert then(CONSULTED, bridged(ASKED, "b"), other, gone, bridged(CALLER, "b")) == []

    def test_what_is_gone_is_in_no_bridge(self) -> None:
        assert then(TALKING + hangup(ANA), bridged(ANA, "b"), bridged(CALLER, "b")) == []

    def test_three_who_talk_are_no_transfer(self) -> None:
        assert then(CONSULTED, attended(DestType="Threeway")) == []
        events = then(CONSULTED, bridged(ANA, "b"), bridged(CALLER, "b"), bridged(ASKED, "b"))
        assert kinds(events) == ["CallOffered", "CallAnswered", "CallEnded"]

    def test_that_failed_or_is_incomplete(self) -> None:
        assert then(CONSULTED, attended(Result="Fail")) == []

    def test_two_callers_are_joined_and_nobody_of_ours_is_left(self) -> None:
        other = Channel("PJSIP/trunk-00000031", "100.31", "100.31", number="+421905777777")
        phone = replace(ANA, name="PJSIP/1001-00000032", uniqueid="100.32", linkedid="100.31")
        direct = new(other, phone) + dial(phone, other) + dial_end("ANSWER", phone, other)
        events = then(TALKING + direct, attended(ANA, phone), hangup())
        assert kinds(events) == ["CallTransferred", "CallTransferred", "CallEnded", "CallEnded"]
        assert [event.call for event in events if isinstance(event, CallEnded)] == [
            "main-100.31",
            "main-100.1",
        ]

    def test_between_callers_words_nothing_is_believed_twice(self) -> None:
        evil = replace(ANA, connected="1\r\nSecondTransfererUniqueid: 100.3\r\nSecondTransfererChannel: x")
        listener = translator()
        tell(CONSULTED, listener)
        assert tell(attended(evil), listener) == []
        assert listener.counters == {"unknown_channel": 1}
        assert tell(attended(second=replace(CONSULTING, uniqueid="100.77")), listener) == []
        assert len(listener.board.early) == 1

    def test_of_strangers(self) -> None:
        stranger = Channel("PJSIP/trunk-00000041", "100.41", "100.41")
        assert then(new(stranger), attended(stranger, stranger)) == []
