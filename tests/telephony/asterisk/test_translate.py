"""What recorded streams lead to: fed whole, byte by byte, and with junk behind."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.asterisk.replay import replay
from telephony.asterisk.translate import Translator
from telephony.asterisk.troubles import Trouble
from telephony.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallResumed,
    CallTransferred,
    Direction,
    Event,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.lifecycle import CallState
from tests.conftest import NOW
from tests.fakes.asterisk_transcripts import (
    NAMES,
    calls_of,
    expected,
    is_agent,
    live,
    live_frames,
    outcome,
    recorded,
)

JUNK = b"Event: Hangup\r\nChannel: PJSIP/trunk-00000007\r\n\r\n\x00\xff: \r\n\n\nResponse: \r\n\r\nEvent: Ag"


def listener() -> Translator:
    return Translator(LinkName("main"), is_agent)


def told(chunks: Iterable[bytes]) -> list[Event]:
    return list(replay(chunks, listener(), NOW))


def pieces(stream: bytes, size: int) -> list[bytes]:
    return [stream[position : position + size] for position in range(0, len(stream), size)]


def kinds(events: Iterable[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


@pytest.mark.parametrize("name", NAMES)
def test_every_recording_leads_to_what_was_played_and_leaves_nothing_behind(name: str) -> None:
    translator = listener()
    events = list(replay([recorded(name)], translator, NOW))
    assert outcome(events) == expected(name)
    assert all(call.state is CallState.ENDED for call in calls_of(events))
    assert (translator.board.calls, translator.board.channels, translator.board.early) == ({}, {}, [])
    assert not +translator.counters
    assert not translator.resync_wanted


def the_same_however_it_arrives(name: str) -> None:
    whole = told([recorded(name)])
    assert told(pieces(recorded(name), 499)) == whole
    assert told([recorded(name) + JUNK]) == whole
    assert told([live(name)]) == whole
    assert told(frame * 2 for frame in live_frames(name)) == whole


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("c0")])
def test_is_the_same_however_it_arrives(name: str) -> None:
    the_same_however_it_arrives(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_recording_is_the_same_however_it_arrives(name: str) -> None:
    the_same_however_it_arrives(name)
    assert told(pieces(recorded(name), 1)) == told([recorded(name)])


def test_byte_by_byte() -> None:
    stream = recorded("c02_q_abandon_while_ringing")
    assert told(pieces(stream, 1)) == told([stream])


def test_the_offer_has_what_a_pop_needs() -> None:
    offer = next(e for e in told([recorded("c01_q_answered_caller_hangup")]) if isinstance(e, CallOffered))
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


def test_a_blind_transfer_moves_the_pop_and_does_not_end_the_call() -> None:
    events = told([recorded("c07_q_ami_blindtransfer_to_agent3")])
    (transfer,) = [event for event in events if isinstance(event, CallTransferred)]
    assert transfer.target == "103"
    assert not any(isinstance(event, CallResumed) for event in events)  # the Unhold without a Hold
    assert sum(isinstance(event, CallEnded) for event in events) == 1


def test_a_local_channel_optimised_away_ends_nothing() -> None:
    events = told([recorded("c10b_q_local_member_optimized_with_rtp")])
    assert kinds(events) == [
        *("CallQueued", "CallOffered", "CallOffered", "CallAnswered", "LegEnded", "CallEnded")
    ]
    assert [e.device for e in events if isinstance(e, CallOffered)] == ["", "PJSIP/a1"]


def test_an_outgoing_call_is_answered_by_the_other_side() -> None:
    offer, answer, *_ = told([recorded("outgoing_answered")])
    assert isinstance(offer, CallOffered)
    assert isinstance(answer, CallAnswered)
    assert (offer.direction, offer.interface, offer.dialled) == (
        Direction.OUTBOUND,
        "PJSIP/a1",
        "+421905654321",
    )
    assert answer.leg == offer.leg


def test_a_consultation_becomes_part_of_the_call_with_a_leg_of_its_own() -> None:
    main, consultation = calls_of(told([recorded("attended_transfer_refer")]))
    assert main.legs[1].id == f"{consultation.legs[0].id}-{main.id.removeprefix('main-')}"
    assert consultation.ended_at is not None
    assert main.ended_at is not None
    assert consultation.ended_at < main.ended_at


def test_timestamps_of_the_phone_system_count() -> None:
    stamps = {event.at.timestamp() for event in told([recorded("direct_answered")])}
    assert all(1795311000 < stamp < 1795312000 for stamp in stamps)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_frames_lost_doubled_or_swapped_never_raise(data: st.DataObject) -> None:
    frames = live_frames(data.draw(st.sampled_from(NAMES)))
    order = data.draw(st.lists(st.integers(0, len(frames) - 1), max_size=80))
    for event in told(frames[index] for index in order):
        assert event.at.tzinfo is not None


@pytest.mark.parametrize("stamp", ["0", "-1", "253370764800", "soon", "nan"])
def test_a_timestamp_that_cannot_be_is_counted_and_our_clock_counts(stamp: str) -> None:
    translator = listener()
    stream = recorded("direct_answered")
    old = re.sub(rb"(?<=\nTimestamp: )[0-9.]+", stamp.encode(), stream)
    events = list(replay([old], translator, NOW))
    assert kinds(events) == kinds(told([stream]))
    assert {event.at for event in events} == {NOW}
    assert translator.counters[Trouble.WRONG_TIME] > 0
    assert not translator.resync_wanted
    assert translator.lag.seconds is None


def test_recordings_of_years_ago_are_told_by_their_own_time() -> None:
    translator = listener()
    old = re.sub(rb"(?<=\nTimestamp: )17", b"10", recorded("direct_answered"))
    assert {event.at.year for event in replay([old], translator, NOW)} == {2004}
    assert not +translator.counters
