"""Phones that are dialled, and those that dial, with frames made to order."""

from dataclasses import replace

import pytest

from telephony.events import (
    CallAnswered,
    CallEnded,
    CallHeld,
    CallOffered,
    CallQueued,
    Direction,
    End,
    LegResult,
    OfferEnded,
)
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    LOCAL,
    LOCAL_2,
    Channel,
    abandoned,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    left,
    new,
    on,
    raw,
)
from tests.telephony.asterisk.told import (
    RINGING,
    WAITING,
    kinds,
    offer_result,
    tell,
    the_end,
    then,
    translator,
)

# Who calls whom: a caller outside, agents at 1001 and 1002, and whoever is behind the trunk.
OUTSIDE = Channel("PJSIP/trunk-00000009", "100.9", "100.2", number="0905654321", exten="0905654321")
DIALLER = replace(ANA, linkedid="100.2", exten="0905654321", connected="<unknown>")
COLLEAGUE = replace(BEN, linkedid="100.2")


class TestDirect:
    RINGS = new(CALLER, ANA) + dial()

    def test_rings_and_is_answered(self) -> None:
        offer, answer = then(b"Event: x\r\n\r\n", self.RINGS, dial(), dial_end("ANSWER"))
        assert isinstance(offer, CallOffered)
        assert isinstance(answer, CallAnswered)
        assert (offer.interface, offer.queue, offer.direction) == ("PJSIP/1001", None, Direction.INBOUND)
        assert (offer.caller.number, offer.dialled) == (CALLER.number, "501")

    @pytest.mark.parametrize(
        ("frames", "result"),
        [
            (dial_end("NOANSWER"), LegResult.NO_ANSWER),
            (dial_end("BUSY"), LegResult.NO_ANSWER),
            (on("HangupRequest") + dial_end("CANCEL"), LegResult.CANCELLED),
            (hangup(ANA, "17"), LegResult.NO_ANSWER),
            (hangup(ANA) + dial_end("NOANSWER"), LegResult.NO_ANSWER),
        ],
    )
    def test_is_not_answered(self, frames: bytes, result: LegResult) -> None:
        events = then(self.RINGS, frames)
        assert [event.result for event in events if isinstance(event, OfferEnded)][-1] is result

    def test_ends_with_its_caller(self) -> None:
        assert kinds(then(self.RINGS + dial_end("ANSWER"), hangup(), hangup(ANA))) == ["CallEnded"]
        assert kinds(then(self.RINGS + dial_end("ANSWER"), hangup(ANA), hangup())) == [
            "LegEnded",
            "CallEnded",
        ]

    def test_ends_for_us_when_somebody_else_has_it(self) -> None:
        passed = raw(
            "BlindTransfer", [("Result", "Success")], ANA.block("Transferer"), extra={"Extension": "9"}
        )
        stranger = replace(OUTSIDE, linkedid="100.1")
        talk = self.RINGS + dial_end("ANSWER") + passed + hangup(ANA)
        events = then(talk, new(stranger), dial(stranger), dial_end("ANSWER", stranger), hangup())
        assert kinds(events) == ["CallEnded"]

    def test_comes_back_as_another_call(self) -> None:
        head = [("Result", "Success")]
        passed = raw("BlindTransfer", head, ANA.block("Transferer"), extra={"Extension": "9"})
        stranger = replace(OUTSIDE, linkedid="100.1")
        talk = self.RINGS + dial_end("ANSWER") + passed + hangup(ANA)
        gone = new(stranger) + dial(stranger) + dial_end("ANSWER", stranger)
        queued, ended = then(talk + gone, joined(), joined(), hangup())
        assert isinstance(queued, CallQueued)
        assert isinstance(ended, CallEnded)
        assert queued.call == ended.call == "main-100.1-2"

    def test_goes_on_into_a_queue(self) -> None:
        assert kinds(then(self.RINGS + dial_end("NOANSWER"), joined())) == ["CallQueued"]

    def test_is_told_of_by_who_meets_in_a_bridge(self) -> None:
        bridged = [
            on("BridgeEnter", one, BridgeUniqueid="b", BridgeType="basic", BridgeNumChannels="2")
            for one in (CALLER, ANA)
        ]
        assert kinds(then(self.RINGS, *bridged, dial_end("ANSWER"))) == ["CallAnswered"]


class TestOutgoing:
    DIALS = new(DIALLER, OUTSIDE) + dial(OUTSIDE, DIALLER)

    def test_is_offered_to_who_dials_and_answered_by_the_other_side(self) -> None:
        offer, answer = then(b"Event: x\r\n\r\n", self.DIALS, dial_end("ANSWER", OUTSIDE, DIALLER))
        assert isinstance(offer, CallOffered)
        assert isinstance(answer, CallAnswered)
        assert (offer.interface, offer.direction) == ("PJSIP/1001", Direction.OUTBOUND)
        assert (offer.caller.number, offer.dialled) == ("0905654321", "0905654321")

    def test_another_way_out_is_the_same_call(self) -> None:
        other = replace(OUTSIDE, name="PJSIP/trunk2-00000010", uniqueid="100.10")
        failed = dial_end("CONGESTION", OUTSIDE, DIALLER) + hangup(OUTSIDE)
        events = then(
            self.DIALS, failed, new(other), dial(other, DIALLER), dial_end("ANSWER", other, DIALLER)
        )
        assert kinds(events) == ["CallAnswered"]

    @pytest.mark.parametrize(
        ("frames", "result"),
        [
            (dial_end("BUSY", OUTSIDE, DIALLER), LegResult.NO_ANSWER),
            (on("HangupRequest", DIALLER) + dial_end("CANCEL", OUTSIDE, DIALLER), LegResult.CANCELLED),
        ],
    )
    def test_is_not_answered(self, frames: bytes, result: LegResult) -> None:
        events = then(self.DIALS, frames, hangup(OUTSIDE), hangup(DIALLER))
        assert offer_result(events) is result
        assert the_end(events) is None

    def test_ends_with_the_other_side(self) -> None:
        talk = self.DIALS + dial_end("ANSWER", OUTSIDE, DIALLER)
        assert kinds(then(talk, hangup(OUTSIDE), hangup(DIALLER))) == ["CallEnded"]
        assert kinds(then(talk, hangup(DIALLER), hangup(OUTSIDE))) == ["LegEnded", "CallEnded"]

    def test_a_phone_that_rings_by_an_originate_is_no_call_yet(self) -> None:
        rings = raw("DialBegin", DIALLER.block("Dest")) + raw("DialEnd", DIALLER.block("Dest"))
        assert then(new(DIALLER), rings, hangup(DIALLER)) == []
        assert then(new(COLLEAGUE), rings) == []  # nor one of a phone that was not introduced


class TestInternal:
    RINGS = new(DIALLER, COLLEAGUE) + dial(COLLEAGUE, DIALLER)

    def test_rings_the_colleague(self) -> None:
        (offer,) = then(b"Event: x\r\n\r\n", self.RINGS)
        assert isinstance(offer, CallOffered)
        assert (offer.interface, offer.direction, offer.caller.number, offer.dialler) == (
            *("PJSIP/1002", Direction.INTERNAL, "1001", "PJSIP/1001"),
        )

    def test_lives_until_both_are_gone(self) -> None:
        talk = self.RINGS + dial_end("ANSWER", COLLEAGUE, DIALLER)
        assert kinds(then(talk, hangup(DIALLER))) == ["DiallerLeft"]
        assert kinds(then(talk, hangup(DIALLER), hangup(COLLEAGUE))) == [
            *("DiallerLeft", "LegEnded", "CallEnded")
        ]
        assert kinds(then(talk, hangup(COLLEAGUE), hangup(DIALLER))) == ["LegEnded", "CallEnded"]


class TestOverflow:
    GAVE_UP = WAITING + abandoned() + left()

    def test_to_somebody_who_is_no_agent(self) -> None:
        stranger = replace(OUTSIDE, linkedid="100.1")
        events = then(self.GAVE_UP, new(stranger), dial(stranger), dial_end("ANSWER", stranger), hangup())
        assert the_end(events) is End.COMPLETED

    @pytest.mark.parametrize("late", [True, False])
    def test_the_caller_gives_up_while_somebody_else_rings(self, late: bool) -> None:
        frames = (
            (dial(BEN), on("HangupRequest"), new(BEN)) if late else (new(BEN), dial(BEN), on("HangupRequest"))
        )
        assert the_end(then(self.GAVE_UP, *frames, dial_end("CANCEL", BEN), hangup())) is None

    def test_the_ring_may_be_heard_of_before_the_queue_let_go(self) -> None:
        events = then(WAITING + new(BEN), dial(BEN), abandoned(), left(), dial_end("ANSWER", BEN))
        assert kinds(events) == ["CallLeftQueue", "CallOffered", "CallAnswered"]

    def test_to_somebody_who_does_not_answer_either(self) -> None:
        stranger = replace(OUTSIDE, linkedid="100.1")
        frames = (
            new(stranger),
            dial(stranger),
            dial_end("BUSY", stranger),
            on("SoftHangupRequest"),
            hangup(),
        )
        assert the_end(then(self.GAVE_UP, *frames)) is End.TIMED_OUT


class TestLocal:
    """Members such as `Local/1001@agents`: a device rings behind a pair of channels."""

    RUNG = WAITING + new(LOCAL, LOCAL_2) + called(LOCAL, Interface="Local/1001@agents")
    DEVICE = new(ANA) + dial(ANA, LOCAL_2)

    def test_the_device_behind_is_the_agent(self) -> None:
        events = then(self.RUNG + self.DEVICE + connected(LOCAL), on("Hold", ANA), hangup(ANA))
        assert [type(event) for event in events] == [CallHeld]

    def test_one_device_of_several_says_nothing(self) -> None:
        busy = dial_end("BUSY", ANA, LOCAL_2) + hangup(ANA, "17")
        assert then(self.RUNG + self.DEVICE, busy) == []

    def test_the_pair_may_vanish_in_mid_call(self) -> None:
        connect = connected(LOCAL, Interface="Local/1001@agents")
        assert then(self.RUNG + self.DEVICE + connect, hangup(LOCAL), hangup(LOCAL_2)) == []

    def test_the_pair_vanishes_while_it_rings(self) -> None:
        assert offer_result(then(self.RUNG + self.DEVICE, hangup(LOCAL), hangup(ANA))) is LegResult.WITHDRAWN

    def test_the_other_half_of_somebody_elses_pair(self) -> None:
        other = replace(ANA, name="PJSIP/2001-00000002")
        assert then(new(CALLER, LOCAL, LOCAL_2, other), dial(other, LOCAL_2)) == []
        assert then(new(CALLER, LOCAL_2, other), dial(other, LOCAL_2)) == []

    def test_the_device_may_be_heard_of_first(self) -> None:
        """The channel behind runs in a thread of its own."""
        ring = called(LOCAL, Interface="Local/1001@agents")
        before = WAITING + new(BEN) + called(BEN) + new(LOCAL, LOCAL_2) + self.DEVICE
        offer, answer = then(before, ring, connected(LOCAL), hangup(ANA))
        assert isinstance(offer, CallOffered)
        assert isinstance(answer, CallAnswered)
        assert (offer.leg, offer.interface, offer.device, offer.queue) == (
            *("main-100.2", "Local/1001@agents", "PJSIP/1001", "support"),
        )

    def test_a_stranger_behind_does_not_name_the_phone(self) -> None:
        mobile = Channel("PJSIP/trunk-00000077", "100.7", "100.1")
        assert then(self.RUNG, new(mobile), dial(mobile, LOCAL_2)) == []

    def test_a_local_channel_rings_nobody_by_itself(self) -> None:
        assert then(new(CALLER, LOCAL, LOCAL_2), dial(LOCAL)) == []
        (offer,) = then(new(CALLER, LOCAL, LOCAL_2) + dial(LOCAL), new(ANA), dial(ANA, LOCAL_2))
        assert isinstance(offer, CallOffered)
        assert offer.caller.number == CALLER.number


class TestPickup:
    PICKER = replace(BEN, linkedid="100.3")

    def pickup(self, target: Channel = ANA) -> bytes:
        return raw("Pickup", self.PICKER.block(), target.block("Target"))

    def test_of_a_direct_call(self) -> None:
        direct = new(CALLER, ANA, self.PICKER) + dial()
        events = then(direct, self.pickup(), self.pickup(), hangup(ANA), dial_end("ANSWER", self.PICKER))
        assert kinds(events) == ["OfferEnded", "CallOffered", "CallAnswered"]
        assert isinstance(events[0], OfferEnded)
        assert events[0].result is LegResult.WITHDRAWN

    @pytest.mark.parametrize("early", [True, False])
    def test_of_a_queues_call_in_whatever_order(self, early: bool) -> None:
        connect = connected(self.PICKER, Interface="PJSIP/1001")
        frames = (connect, self.pickup()) if early else (self.pickup(), connect)
        events = then(RINGING + new(self.PICKER), *frames, hangup(ANA), hangup(self.PICKER))
        assert kinds(events) == ["OfferEnded", "CallOffered", "CallAnswered", "LegEnded"]

    def test_before_the_word_of_the_ring(self) -> None:
        events = then(new(CALLER, ANA, self.PICKER), self.pickup(), dial())
        assert kinds(events) == ["CallOffered", "OfferEnded", "CallOffered", "CallAnswered"]

    def test_of_a_strangers_phone(self) -> None:
        other = replace(ANA, name="PJSIP/2001-00000002")
        assert then(new(CALLER, other, self.PICKER), self.pickup(other)) == []

    def test_of_a_phone_that_rings_by_an_originate_asks_for_no_resync(self) -> None:
        listener = translator()
        rings = new(ANA, self.PICKER) + raw("DialBegin", ANA.block("Dest"))
        assert tell(rings + self.pickup(), listener) == []
        assert (listener.resync_wanted, listener.board.early) == (False, [])
