"""What was recorded happens again, now."""

from datetime import UTC, datetime, timedelta

from telephony.asterisk.replay import replay
from telephony.asterisk.translate import Translator
from telephony.events import AgentPaused, CallEvent, CallOffered, Event, LegEvent, LinkName, LinkUp
from telephony.simulator.recording import play_again
from tests.contracts.telling import Story
from tests.fakes.asterisk_transcripts import recorded

THEN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")


def transcript(name: str) -> list[Event]:
    return list(replay([recorded(name)], Translator(LinkName("main")), THEN))


def test_a_transcript_is_a_story_of_its_own() -> None:
    then = transcript("c05_q_ringall_two_agents")
    first = list(play_again(LINK, then, start=NOW))
    second = list(play_again(LINK, then, start=NOW + timedelta(hours=1)))
    story = Story()
    for event in (*first, *second):
        assert event.link == LINK
        story.tell(event)
    assert len(story.ended) == 2
    assert [type(event) for event in first] == [type(event) for event in then]


def test_ids_stay_apart_and_interfaces_stay() -> None:
    happened = list(play_again(LINK, transcript("c05_q_ringall_two_agents"), start=NOW))
    assert {event.interface for event in happened if isinstance(event, CallOffered)} == {
        "PJSIP/a1",
        "PJSIP/a2",
    }
    calls = {event.call for event in happened if isinstance(event, CallEvent)}
    legs = {event.leg for event in happened if isinstance(event, LegEvent)}
    assert (len(calls), len(legs)) == (1, 2)
    assert all(id_.startswith("sim-") for id_ in calls | legs)


def paused(seconds: float) -> AgentPaused:
    return AgentPaused(link=LINK, at=THEN + timedelta(seconds=seconds), interface="PJSIP/1")


def test_times_are_moved_to_now_and_time_never_turns_back() -> None:
    then = [LinkUp(link=LINK, at=THEN), paused(10), paused(14), paused(12), paused(20)]
    happened = list(play_again(LINK, then, start=NOW, speed=2.0))
    assert [(event.at - NOW).total_seconds() for event in happened] == [0, 2, 2, 5]


def test_without_times_events_come_one_a_second() -> None:
    happened = list(play_again(LINK, [paused(0), paused(0), paused(0)], start=NOW))
    assert [(event.at - NOW).total_seconds() for event in happened] == [0, 1, 2]


def test_an_empty_recording_is_silence() -> None:
    assert list(play_again(LINK, [], start=NOW)) == []
