"""From Asterisk's lists to what is alive."""

from dataclasses import replace
from datetime import timedelta

import pytest

from telephony.asterisk.messages import Message, parse
from telephony.asterisk.replay import replay
from telephony.asterisk.resync import take_channels, take_queues
from telephony.asterisk.translate import Translator
from telephony.events import (
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallOffered,
    CallQueued,
    Event,
    LinkName,
    LinkResynced,
    LinkResyncing,
)
from tests.conftest import NOW
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    LOCAL,
    LOCAL_2,
    Channel,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    new,
    on,
    raw,
    row,
)
from tests.fakes.asterisk_transcripts import recorded
from tests.telephony.asterisk.told import tell

LATER = NOW + timedelta(minutes=5)
QUEUE = {"Application": "Queue", "Data": "support,tT,,,20"}
RUNG = {"Application": "AppQueue", "Data": "(Outgoing Line)"}
DIALLED = {"Application": "AppDial", "Data": "(Outgoing Line)"}


def rows(*frames: bytes) -> list[Message]:
    return [parse(frame) for frame in frames]


def status(channel: Channel, **extra: str) -> bytes:
    return row("Status", channel, **extra)


def entry(queue: str = "support", wait: str = "7", uniqueid: str = CALLER.uniqueid) -> bytes:
    return (
        f"Event: QueueEntry\r\nQueue: {queue}\r\nPosition: 1\r\n"
        f"Channel: {CALLER.name}\r\nUniqueid: {uniqueid}\r\n"
        f"CallerIDNum: {CALLER.number}\r\nCallerIDName: unknown\r\nWait: {wait}\r\nPriority: 0"
    ).encode()


def queue_member(location: str, state: str, paused: str = "0", queue: str = "support") -> bytes:
    return (
        f"Event: QueueMember\r\nQueue: {queue}\r\nName: Ana\r\nLocation: {location}\r\n"
        f"StateInterface: {state}\r\nPaused: {paused}\r\nPausedReason: lunch"
    ).encode()


def resync(
    channels: list[bytes], queues: list[bytes], before: bytes = b"", between: bytes = b""
) -> tuple[Translator, list[Event]]:
    """What a resync tells behind `LinkResyncing`, after `before` and with live events between its lists."""
    translator = Translator(LinkName("main"), {"PJSIP/1001", "PJSIP/1002"}.__contains__)
    list(replay([b"Event: x\r\n\r\n" + before], translator, NOW))
    take_channels(translator.board, rows(*channels), LATER)
    list(replay([b"Event: x\r\n\r\n" + between], translator, LATER))
    opening, *events = take_queues(translator.board, rows(*queues), LATER)
    assert opening == LinkResyncing(link=LinkName("main"), at=LATER)
    return translator, events


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def alive(events: list[Event]) -> tuple[set[str], set[str]]:
    last = events[-1]
    assert isinstance(last, LinkResynced)
    return set(last.calls), set(last.legs)


class TestFresh:
    """Nothing was heard before."""

    def test_nothing_is_alive(self) -> None:
        _, events = resync([], [])
        assert kinds(events) == ["LinkResynced"]
        assert alive(events) == (set(), set())

    def test_the_queues_whose_members_are_named(self) -> None:
        """Also those in which nobody is; a row without a name says nothing."""
        lists = [b"Event: QueueParams\r\nQueue: orders\r\nMax: 0", b"Event: QueueParams\r\nMax: 0"]
        _, (_paused, last) = resync([], [*lists, queue_member("PJSIP/1001", "PJSIP/1001")])
        assert isinstance(last, LinkResynced)
        assert last.queues == {"orders"}

    def test_a_caller_who_waits(self) -> None:
        _, events = resync([status(CALLER, **QUEUE)], [entry()])
        queued, _ = events
        assert isinstance(queued, CallQueued)
        assert (queued.call, queued.queue, queued.at) == (
            "main-100.1",
            "support",
            LATER - timedelta(seconds=7),
        )
        assert (queued.caller.number, queued.caller.name) == ("+421905123456", "Jan Novak")
        assert alive(events) == ({"main-100.1"}, set())

    def test_an_agent_who_is_rung(self) -> None:
        _, events = resync([status(CALLER, **QUEUE), status(ANA, **RUNG)], [entry()])
        assert kinds(events) == ["CallQueued", "CallOffered", "LinkResynced"]
        offer = events[1]
        assert isinstance(offer, CallOffered)
        assert (offer.leg, offer.interface, offer.queue) == ("main-100.2", "PJSIP/1001", "support")
        assert alive(events) == ({"main-100.1"}, {"main-100.2"})

    def test_an_agent_who_talks(self) -> None:
        talking = replace(ANA, state="6")
        lists = [status(CALLER, BridgeID="b", **QUEUE), status(talking, BridgeID="b", **RUNG)]
        _, events = resync(lists, [])
        assert kinds(events) == ["CallOffered", "CallAnswered", "LinkResynced"]

    def test_an_agent_to_whom_the_queue_still_talks(self) -> None:
        translator, events = resync([status(CALLER, **QUEUE), status(replace(ANA, state="6"), **RUNG)], [])
        assert kinds(events) == ["CallOffered", "LinkResynced"]
        assert translator.board.channels["100.2"].leg is not None
        assert translator.board.channels["100.2"].leg.picked_up

    def test_the_other_list_says_the_same(self) -> None:
        said = [("Application", "Queue"), ("ApplicationData", "support"), ("BridgeId", "b")]
        lists = [
            row("CoreShowChannel", CALLER, **dict(said)),
            row("CoreShowChannel", replace(ANA, state="6"), Application="AppQueue", BridgeId="b"),
        ]
        assert kinds(resync(lists, [])[1]) == ["CallOffered", "CallAnswered", "LinkResynced"]

    def test_a_member_behind_a_local_channel_is_named_as_its_queue_does(self) -> None:
        members = [
            queue_member("Local/1001@agents/n", "PJSIP/1001"),
            queue_member("Local/1001@agents/x", "PJSIP/1001", queue="other"),
        ]
        _, events = resync([status(CALLER, **QUEUE), status(LOCAL, **RUNG)], [entry(), *members])
        assert [event.interface for event in events if isinstance(event, CallOffered)] == [
            "Local/1001@agents/n"
        ]

    def test_a_device_whose_local_channel_was_optimised_away(self) -> None:
        device = replace(ANA, state="6")
        lists = [status(CALLER, BridgeID="b", **QUEUE), status(device, BridgeID="b", **DIALLED)]
        _, events = resync(lists, [queue_member("Local/1001@agents", "PJSIP/1001")])
        assert [event.interface for event in events if isinstance(event, CallOffered)] == [
            "Local/1001@agents"
        ]

    def test_channels_of_no_queue_are_known_but_nothing_to_us(self) -> None:
        other = replace(CALLER, name="PJSIP/1009-00000007", uniqueid="7.7", linkedid="7.7")
        translator, events = resync([status(other, Application="Dial"), status(BEN, **DIALLED)], [])
        assert kinds(events) == ["LinkResynced"]
        assert set(translator.board.channels) == {"7.7", "100.3"}

    def test_the_agent_of_another_call_is_not_this_ones(self) -> None:
        other = replace(ANA, linkedid="7.7")
        _, events = resync([status(CALLER, **QUEUE), status(other, **RUNG)], [entry()])
        assert kinds(events) == ["CallQueued", "LinkResynced"]

    def test_who_is_paused(self) -> None:
        members = [queue_member("PJSIP/1001", "PJSIP/1001", "1"), queue_member("PJSIP/1002", "PJSIP/1002")]
        _, (paused, unpaused, _) = resync([], members)
        assert isinstance(paused, AgentPaused)
        assert (paused.interface, paused.queue, paused.reason) == ("PJSIP/1001", "support", "lunch")
        assert isinstance(unpaused, AgentUnpaused)

    def test_what_does_not_make_sense_is_left_out(self) -> None:
        evil = replace(CALLER, number="1\r\nUniqueid: 66.6\r\nLinkedid: 66.6")
        odd = [status(evil, **QUEUE), b"Event: Status\r\nChannel: x", b"Event: Other\r\nChannel: x"]
        translator, events = resync(odd, [entry(), entry(wait="long"), b"Event: QueueEntry\r\nQueue: x"])
        assert kinds(events) == ["LinkResynced"]
        assert translator.board.channels == {}
        _, (queued, _) = resync([status(CALLER, **QUEUE)], [entry(wait="9" * 30)])
        assert queued.at == LATER


class TestKnown:
    """The link was up before."""

    TALKING = new(CALLER, ANA) + joined() + called() + connected()
    BOTH = (status(CALLER, BridgeID="b", **QUEUE), status(replace(ANA, state="6"), BridgeID="b", **RUNG))

    def test_everything_is_said_again_with_its_own_times(self) -> None:
        _, events = resync(list(self.BOTH), [], before=self.TALKING)
        assert kinds(events) == ["CallOffered", "CallAnswered", "LinkResynced"]
        assert [event.at for event in events] == [NOW, NOW, LATER]

    def test_a_call_that_ended_unheard(self) -> None:
        translator, events = resync([], [], before=self.TALKING)
        assert alive(events) == (set(), set())
        assert (translator.board.calls, translator.board.channels) == ({}, {})

    def test_an_agent_who_left_unheard(self) -> None:
        _, events = resync([self.BOTH[0]], [], before=self.TALKING)
        assert alive(events) == ({"main-100.1"}, set())
        assert kinds(events) == ["LinkResynced"]

    def test_an_answer_that_was_not_heard(self) -> None:
        ringing = new(CALLER, ANA) + joined() + called()
        _, events = resync(list(self.BOTH), [], before=ringing)
        assert isinstance(events[1], CallAnswered)
        assert events[1].at == LATER

    def test_a_wait_that_goes_on_keeps_its_beginning(self) -> None:
        waiting = new(CALLER) + joined()
        _, (queued, _) = resync([status(CALLER, **QUEUE)], [entry(wait="900")], before=waiting)
        assert queued.at == NOW

    def test_a_wait_in_another_queue_meanwhile(self) -> None:
        waiting = new(CALLER) + joined()
        _, (queued, _) = resync([status(CALLER, **QUEUE)], [entry("second", "3")], before=waiting)
        assert isinstance(queued, CallQueued)
        assert (queued.queue, queued.at) == ("second", LATER - timedelta(seconds=3))

    def test_the_new_agent_of_a_transfer_that_was_not_heard(self) -> None:
        dialling = [status(CALLER, Application="Dial"), status(BEN, **DIALLED)]
        _, events = resync(dialling, [], before=self.TALKING)
        (offer,) = [event for event in events if isinstance(event, CallOffered)]
        assert (offer.interface, offer.queue) == ("PJSIP/1002", None)

    def test_the_leg_of_an_optimised_local_channel_lives_by_its_device(self) -> None:
        local = (
            new(CALLER, LOCAL, LOCAL_2, ANA)
            + joined()
            + called(LOCAL)
            + dial(ANA, LOCAL_2)
            + connected(LOCAL)
        )
        _, events = resync(list(self.BOTH), [], before=local + hangup(LOCAL) + hangup(LOCAL_2))
        assert alive(events) == ({"main-100.1"}, {"main-100.4"})

    def test_what_happens_between_the_lists(self) -> None:
        other = replace(CALLER, name="PJSIP/trunk-00000008", uniqueid="8.8", linkedid="8.8")
        second = entry(uniqueid="8.8")
        _, events = resync(list(self.BOTH), [second], before=self.TALKING, between=new(other) + joined(other))
        assert alive(events)[0] == {"main-100.1", "main-8.8"}
        _, events = resync(list(self.BOTH), [entry()], before=self.TALKING, between=hangup())
        assert alive(events) == (set(), set())

    def test_a_channel_that_was_renamed_unheard(self) -> None:
        renamed = replace(ANA, name="PJSIP/1001-0000000f", state="6")
        _, events = resync([self.BOTH[0], status(renamed, BridgeID="b", **RUNG)], [], before=self.TALKING)
        assert alive(events) == ({"main-100.1"}, {"main-100.2"})

    def test_calls_that_became_one_unheard(self) -> None:
        own = replace(ANA, name="PJSIP/1001-00000021", uniqueid="100.21", linkedid="100.21")
        asked = replace(BEN, uniqueid="100.22", linkedid="100.21")
        asking = new(own, asked) + dial(asked, own) + dial_end("ANSWER", asked, own)
        talks = replace(asked, linkedid="100.1", state="6")
        lists = [self.BOTH[0], status(talks, BridgeID="b", **DIALLED)]
        _, events = resync(lists, [], before=self.TALKING + asking)
        assert kinds(events) == ["CallOffered", "CallAnswered", "LinkResynced"]
        assert alive(events) == ({"main-100.1"}, {"main-100.22-100.1"})

    def test_a_list_that_has_not_heard_of_a_pickup_yet(self) -> None:
        """Asterisk says of the picker's channel what call it belongs to only when it is in the bridge."""
        picker = replace(BEN, linkedid=BEN.uniqueid)
        ringing = new(CALLER, ANA) + joined() + called() + new(picker)
        taken = ringing + raw("Pickup", picker.block(), ANA.block("Target")) + hangup(ANA)
        lists = [self.BOTH[0], status(picker, **RUNG)]
        _, events = resync(lists, [], before=taken + connected(picker, Interface="PJSIP/1001"))
        assert kinds(events) == ["CallOffered", "CallAnswered", "LinkResynced"]
        assert alive(events) == ({"main-100.1"}, {f"main-{picker.uniqueid}"})

    def test_a_list_between_two_frames_that_swapped_is_older_than_both(self) -> None:
        """The answer of a pickup overtook the pickup: the list may know of neither."""
        picker = replace(BEN, linkedid=BEN.uniqueid)
        ringing = new(CALLER, ANA) + joined() + called() + new(picker)
        lists = [self.BOTH[0], status(ANA, **RUNG), status(picker, Application="Pickup")]
        listener, _ = resync(lists, [], before=ringing + connected(picker, Interface="PJSIP/1001"))
        pickup = raw("Pickup", picker.block(), ANA.block("Target"))
        events = tell(pickup + hangup(ANA), listener)
        assert kinds(events) == ["OfferEnded", "CallOffered", "CallAnswered"]

    def test_what_no_frame_explains_after_a_list_is_made_up_for_by_it(self) -> None:
        stranger = replace(ANA, name="PJSIP/1001-0000000f", uniqueid="9.9")
        listener, _ = resync(list(self.BOTH), [], before=self.TALKING + on("Hold", stranger))
        assert len(listener.board.early) == 1
        listener.resync_wanted = False
        tell(on("Hold", ANA), listener, at=LATER + timedelta(seconds=1))
        assert (listener.counters, listener.resync_wanted, listener.board.early) == ({}, False, [])

    def test_colleagues_who_talk_on_when_the_caller_is_gone_have_no_new_call(self) -> None:
        lists = [
            status(replace(ANA, state="6"), BridgeID="b", **RUNG),
            status(replace(BEN, state="6"), BridgeID="c", **DIALLED),
            status(replace(LOCAL_2, state="6"), BridgeID="c", Application="Dial", Data="PJSIP/1002,30,tT"),
        ]
        consulting = self.TALKING + new(LOCAL, LOCAL_2, BEN) + dial(BEN, LOCAL_2)
        _, events = resync(lists, [], before=consulting + hangup(CALLER))
        assert kinds(events) == ["LinkResynced"]
        assert alive(events) == (set(), set())

    def test_an_agent_who_passed_a_call_to_a_colleague_on_unheard(self) -> None:
        own = replace(BEN, linkedid=BEN.uniqueid)
        rung = replace(ANA, linkedid=BEN.uniqueid, state="6")
        before = new(own, rung) + dial(rung, own) + dial_end("ANSWER", rung, own)
        lists = [status(rung, BridgeID="b", **DIALLED), status(own, BridgeID="b", Application="Dial")]
        _, events = resync(lists, [], before=before)
        assert kinds(events) == ["CallOffered", "CallAnswered", "LinkResynced"]
        _, events = resync(lists[:1], [], before=before)
        assert kinds(events) == ["CallOffered", "CallAnswered", "DiallerLeft", "LinkResynced"]

    def test_a_hold_is_said_again(self) -> None:
        held = self.TALKING + on("Hold", ANA, MusicClass="default")
        _, events = resync(list(self.BOTH), [], before=held)
        assert kinds(events) == ["CallOffered", "CallAnswered", "CallHeld", "LinkResynced"]


class TestStrangers:
    def test_a_channel_that_anybody_may_have_is_no_agents(self) -> None:
        """A caller who was passed on to a phone outside."""
        outside = replace(BEN, name="PJSIP/trunk-00000009")
        lists = [status(CALLER, Application="Dial"), status(outside, **DIALLED)]
        _, events = resync(lists, [], before=TestKnown.TALKING)
        assert alive(events) == ({"main-100.1"}, set())

    def test_an_agent_who_does_something_else_is_not_rung(self) -> None:
        lists = [status(CALLER, **QUEUE), status(ANA, Application="ChanSpy")]
        assert alive(resync(lists, [entry()])[1]) == ({"main-100.1"}, set())

    def test_a_stranger_whose_call_became_part_of_another_stays_one(self) -> None:
        outside = replace(BEN, name="PJSIP/trunk-00000009", linkedid="100.9")
        lists = [status(CALLER, **QUEUE), status(replace(outside, linkedid="100.1"), BridgeID="b", **DIALLED)]
        _, events = resync(lists, [entry()], before=new(CALLER, outside) + joined())
        assert alive(events) == ({"main-100.1"}, set())

    @pytest.mark.parametrize("age", ["90", "00:01:30", "soon", "9" * 13])
    def test_an_offer_is_as_old_as_its_channel(self, age: str) -> None:
        lists = [status(CALLER, Application="Dial"), status(ANA, Seconds=age, **DIALLED)]
        offer, _ = resync(lists, [])[1]
        old = age in {"90", "00:01:30"}
        assert offer.at == (LATER - timedelta(seconds=90) if old else LATER)


def test_the_lists_of_a_real_asterisk() -> None:
    frames = recorded("s1_resync_during_call").split(b"\r\n\r\n")
    lists = {
        name: [frame for frame in frames if f"ActionID: rs-{name}".encode() in frame and b"Event: " in frame]
        for name in ("Status", "QueueStatus", "CoreShowChannels")
    }
    for name in ("Status", "CoreShowChannels"):
        _, events = resync(lists[name], lists["QueueStatus"])
        assert sum(isinstance(event, AgentUnpaused) for event in events) == 6
        assert kinds(events)[6:] == ["CallOffered", "CallAnswered", "LinkResynced"]
        assert alive(events) == ({"main-1795293338.65"}, {"main-1795293338.66"})
