"""What recorded streams lead to: fed whole, byte by byte, and with junk behind."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony import lifecycle
from telephony.asterisk.replay import replay
from telephony.asterisk.translate import Translator
from telephony.events import (
    CallEnded,
    CallEvent,
    CallHeld,
    CallOffered,
    CallResumed,
    CallTransferred,
    End,
    Event,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.lifecycle import Call, CallState
from tests.conftest import NOW
from tests.fakes.asterisk_transcripts import NAMES, expected, live, recorded

JUNK = b"Event: Hangup\r\nChannel: PJSIP/trunk-00000007\r\n\r\n\x00\xff: \r\n\n\nResponse: \r\n\r\nEvent: Ag"


def told(chunks: Iterable[bytes]) -> list[Event]:
    return list(replay(chunks, Translator(LinkName("main")), NOW))


def outcome(events: Iterable[Event]) -> Call:
    """The one call of a story."""
    calls: dict[str, Call | None] = {}
    for event in events:
        if isinstance(event, CallEvent):
            calls[event.call] = lifecycle.apply(calls.get(event.call), event)
    (call,) = calls.values()
    assert call is not None
    return call


def bytewise(stream: bytes) -> list[bytes]:
    return [stream[position : position + 1] for position in range(len(stream))]


def rung(events: Iterable[Event]) -> list[str]:
    return [event.interface for event in events if isinstance(event, CallOffered)]


def connected(call: Call) -> list[str]:
    return [leg.interface for leg in call.legs if leg.talked]


@pytest.mark.parametrize("name", NAMES)
class TestEveryRecording:
    def test_is_the_same_however_it_arrives(self, name: str) -> None:
        whole = told([recorded(name)])
        assert whole
        assert told(bytewise(recorded(name))) == whole
        assert told([recorded(name) + JUNK]) == whole
        assert told([live(name)]) == whole

    def test_ends_as_it_was_played(self, name: str) -> None:
        events = told([recorded(name)])
        call = outcome(events)
        assert call.state is CallState.ENDED
        assert isinstance(events[-1], CallEnded)
        assert call.caller.number == "+421905123456"
        assert call.end is (End.ABANDONED if expected(name).get("abandoned") else End.COMPLETED)
        assert all(leg.result is not None for leg in call.legs)

    def test_rings_and_connects_who_it_says(self, name: str) -> None:
        events, scenario = told([recorded(name)]), expected(name)
        if "ring" in scenario:
            assert rung(events) == [f"PJSIP/{agent}" for agent in scenario["ring"]]
        if scenario.get("connect", "") in {"a1", "a2"}:
            assert connected(outcome(events))[0] == f"PJSIP/{scenario['connect']}"
        if "connect" in scenario and scenario["connect"] is None:
            assert connected(outcome(events)) == []

    def test_leaves_nothing_behind(self, name: str) -> None:
        translator = Translator(LinkName("main"))
        list(replay([recorded(name)], translator, NOW))
        assert (translator.board.calls, translator.board.agents, translator.board.channels) == ({}, {}, {})
        assert translator.counters == {}
        assert not translator.resync_wanted


def test_the_offer_has_what_a_pop_needs() -> None:
    offer = next(event for event in told([recorded(NAMES[0])]) if isinstance(event, CallOffered))
    assert (offer.link, offer.call, offer.leg) == ("main", "main-1795292938.7", "main-1795292938.8")
    assert (offer.interface, offer.queue, offer.dialled, offer.at) == ("PJSIP/a1", "q1", "501", NOW)
    assert (offer.caller.number, offer.caller.name, offer.caller.withheld) == (
        "+421905123456",
        "Jan Novak",
        False,
    )


def test_the_pop_is_withdrawn_when_the_caller_gives_up() -> None:
    events = told([recorded("c02_q_abandon_while_ringing")])
    (ended,) = [event for event in events if isinstance(event, OfferEnded)]
    assert ended.result is LegResult.CANCELLED


def test_who_was_rung_in_vain_did_not_miss_the_call() -> None:
    call = outcome(told([recorded("c05_q_ringall_two_agents")]))
    assert [leg.result for leg in call.legs] == [LegResult.ANSWERED, LegResult.WITHDRAWN]


def test_hold_and_unhold() -> None:
    events = told([recorded("c06_q_hold_unhold_by_agent")])
    kinds = [type(event) for event in events if isinstance(event, CallHeld | CallResumed)]
    assert kinds == [CallHeld, CallResumed]


def test_a_blind_transfer_moves_the_pop_and_does_not_end_the_call() -> None:
    events = told([recorded("c07_q_ami_blindtransfer_to_agent3")])
    assert rung(events) == ["PJSIP/a2", "PJSIP/a3"]
    (transfer,) = [event for event in events if isinstance(event, CallTransferred)]
    assert transfer.target == "103"
    assert not any(isinstance(event, CallResumed) for event in events)  # the Unhold without a Hold
    call = outcome(events)
    assert [leg.result for leg in call.legs] == [LegResult.TRANSFERRED, LegResult.ANSWERED]
    assert sum(isinstance(event, CallEnded) for event in events) == 1


def test_a_local_channel_optimised_away_ends_nothing() -> None:
    events = told([recorded("c10b_q_local_member_optimized_with_rtp")])
    (leg,) = outcome(events).legs
    assert (leg.interface, leg.result) == ("Local/101@agents", LegResult.ANSWERED)
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["CallQueued", "CallOffered", "CallAnswered", "LegEnded", "CallEnded"]


def test_timestamps_of_the_phone_system_count() -> None:
    stamped = live("c01_q_answered_caller_hangup").replace(
        b"\r\nPrivilege:", b"\r\nTimestamp: 1795292940.500000\r\nPrivilege:"
    )
    assert {event.at.timestamp() for event in told([stamped])} == {1795292940.5}


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_frames_lost_doubled_or_swapped_never_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    frames = [frame + b"\r\n\r\n" for frame in live(name).split(b"\r\n\r\n") if frame]
    order = data.draw(st.lists(st.integers(0, len(frames) - 1), max_size=80))
    for event in told(frames[index] for index in order):
        assert event.at.tzinfo is not None


@pytest.mark.parametrize("name", NAMES)
def test_said_twice_is_said_once(name: str) -> None:
    frames = [frame + b"\r\n\r\n" for frame in live(name).split(b"\r\n\r\n") if frame]
    once, twice = told(frames), told(frame * 2 for frame in frames)
    assert twice == once
