"""The simulated day: repeatable, and every call a life that a phone system could have told."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import TypeGuard

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.events import (
    AgentPaused,
    AgentUnpaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.simulator.day import QUEUE_TIMEOUT_S, RETRY_S, RING_OUT_S, Day
from telephony.simulator.exchange import Happened
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy
from tests.contracts.telling import Story

pytestmark = pytest.mark.slow  # whole days, many times

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")
ANA, BORIS, CYRIL, DANA = (f"PJSIP/100{n}" for n in range(1, 5))


def population(strategy: Strategy = Strategy.RING_ALL, callers: int = 30) -> Population:
    return Population(
        queues=(
            SimulatedQueue("support", (ANA, BORIS, CYRIL), "501", strategy),
            SimulatedQueue("specialists", (DANA, CYRIL), "503"),
        ),
        callers=tuple(
            SimulatedCaller(
                Caller(f"+4219051234{n:02}", f"Caller {n}"), ("support", "support", "specialists")
            )
            for n in range(callers)
        ),
    )


def everything(
    *,
    hours: float = 2,
    seed: int = 7,
    rate: float = 0.1,
    of: Population | None = None,
    most: int | None = None,
) -> list[Happened]:
    day = Day(LINK, of or population(), seed=seed, rate=rate, start=START, most=most)
    end = START + timedelta(hours=hours)
    return list(takewhile(lambda event: event.at < end, day))


def events(
    *, hours: float = 2, seed: int = 7, rate: float = 0.1, of: Population | None = None
) -> list[CallEvent]:
    return [
        event
        for event in everything(hours=hours, seed=seed, rate=rate, of=of)
        if isinstance(event, CallEvent)
    ]


def by_call(happened: Iterable[CallEvent]) -> dict[str, list[CallEvent]]:
    calls: dict[str, list[CallEvent]] = defaultdict(list)
    for event in happened:
        calls[event.call].append(event)
    return calls


def seconds(earlier: CallEvent, later: CallEvent) -> float:
    return (later.at - earlier.at).total_seconds()


def test_the_same_seed_gives_the_same_events() -> None:
    assert events(seed=7) == events(seed=7)
    assert events(seed=7) != events(seed=8)


def test_events_come_in_order_of_time_after_the_start() -> None:
    happened = events()
    assert happened[0].at > START
    assert all(earlier.at <= later.at for earlier, later in pairwise(happened))


def test_callers_arrive_at_the_rate() -> None:
    assert len(by_call(events(hours=10, rate=0.1))) == pytest.approx(3600, rel=0.1)


def test_after_the_last_call_there_are_only_breaks() -> None:
    happened = everything(most=20)
    calls = [event for event in happened if isinstance(event, CallEvent)]
    assert len(by_call(calls)) == 20
    assert isinstance(calls[-1], CallEnded)
    assert {type(event) for event in happened[happened.index(calls[-1]) + 1 :]} == {
        AgentPaused,
        AgentUnpaused,
    }


@pytest.mark.parametrize(
    ("of", "rate"),
    [(population(callers=0), 0.2), (Population((), ()), 0.2), (population(), 0.0)],
    ids=["no callers", "nobody at all", "no calls"],
)
def test_without_callers_nothing_happens(of: Population, rate: float) -> None:
    assert list(Day(LINK, of, seed=7, rate=rate, start=START)) == []


def test_a_caller_of_an_unknown_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="'sales'"):
        Population((SimulatedQueue("support", (ANA,)),), (SimulatedCaller(Caller(), ("sales",)),))


def test_everything_that_makes_a_day_happens() -> None:
    happened = events(hours=8, rate=0.05)
    kinds = Counter(type(event) for event in happened)
    assert min(kinds[kind] for kind in (CallHeld, CallResumed, LegEnded, CallTransferred)) > 20
    results = Counter(event.result for event in happened if isinstance(event, OfferEnded))
    assert {LegResult.WITHDRAWN, LegResult.NO_ANSWER, LegResult.CANCELLED} == set(results)
    ends = Counter(event.end for event in happened if isinstance(event, CallEnded))
    assert ends[End.COMPLETED] > 5 * ends[End.ABANDONED] > 0


def test_most_calls_come_to_queues_and_some_do_not() -> None:
    calls = list(by_call(events(hours=4)).values())
    queues = [call for call in calls if isinstance(call[0], CallQueued)]
    others = [call[0] for call in calls if isinstance(call[0], CallOffered)]
    directions = Counter(offer.direction for offer in others)
    assert 0.05 < len(others) / len(calls) < 0.2
    assert set(directions) == set(Direction)
    assert all(
        offer.dialled == offer.interface[-4:] for offer in others if offer.direction is not Direction.OUTBOUND
    )
    again = [call for call in queues if sum(isinstance(event, CallQueued) for event in call) > 1]
    transferred = [call for call in queues if any(isinstance(event, CallTransferred) for event in call)]
    assert again
    assert 0.02 < len(transferred) / len(queues) < 0.15


def test_one_agent_at_a_time_takes_a_break_and_is_not_rung() -> None:
    paused: list[str] = []
    for event in everything(hours=1):
        if isinstance(event, AgentPaused):
            assert not paused
            assert event.reason
            paused.append(event.interface)
        elif isinstance(event, AgentUnpaused):
            paused.remove(event.interface)
        elif isinstance(event, CallOffered):
            assert event.interface not in paused


def test_somebody_else_may_pick_a_call_up() -> None:
    one_by_one = events(hours=4, rate=0.05, of=population(Strategy.LONGEST_IDLE))
    taken = [
        call
        for call in by_call(one_by_one).values()
        for offer, ended, answer in zip(call, call[1:], call[2:], strict=False)
        if isinstance(offer, CallOffered)
        and isinstance(ended, OfferEnded)
        and isinstance(answer, CallAnswered)
        and offer.at == ended.at == answer.at
        and ended.result is LegResult.WITHDRAWN
        and answer.leg == offer.leg != ended.leg
    ]
    assert taken


def test_everybody_calls_before_others_start_again() -> None:
    """As often as their weight says; only a few call again at once."""
    callers = tuple(
        SimulatedCaller(Caller(str(number)), ("support",), weight)
        for number, weight in enumerate([1.0] * 40 + [2.0] * 10 + [0.001])
    )
    happened = events(of=Population(population().queues, callers), hours=8)
    arrivals = [call[0].caller.number for call in by_call(happened).values() if is_from_outside(call[0])]
    round_ = Counter(arrivals[:61])
    assert len(round_) > 40
    assert "50" not in round_
    assert "50" in arrivals


def is_from_outside(event: CallEvent) -> TypeGuard[CallQueued | CallOffered]:
    return isinstance(event, CallQueued | CallOffered) and event.direction is not Direction.INTERNAL


def test_some_callers_call_again_within_the_day() -> None:
    arrivals = [event for event in events(of=population(callers=10_000)) if isinstance(event, CallQueued)]
    assert len({event.caller.number for event in arrivals}) < len(arrivals)


def test_a_queue_gives_up_in_the_end() -> None:
    nobody = Population((SimulatedQueue("support", ()),), (SimulatedCaller(Caller("1"), ("support",)),))
    happened = events(of=nobody, hours=8)
    waits = [seconds(call[0], call[1]) for call in by_call(happened).values() if len(call) > 1]
    ends = Counter(event.end for event in happened if isinstance(event, CallEnded))
    assert max(waits) == pytest.approx(QUEUE_TIMEOUT_S)
    assert set(ends) == {End.ABANDONED, End.TIMED_OUT}


def test_a_ring_that_nobody_answers_stops_and_is_tried_again() -> None:
    rung_out = [
        call
        for call in by_call(events(hours=8)).values()
        if any(isinstance(event, OfferEnded) and event.result is LegResult.NO_ANSWER for event in call)
        and isinstance(call[-1], CallEnded)
        and call[-1].end is End.COMPLETED
    ]
    assert rung_out
    for call in rung_out:
        offers = [event for event in call if isinstance(event, CallOffered)]
        assert any(seconds(a, b) >= RING_OUT_S + RETRY_S - 0.001 for a, b in pairwise(offers))


def test_one_at_a_time_rings_one_agent() -> None:
    for call in by_call(events(of=population(Strategy.LONGEST_IDLE))).values():
        ringing = 0
        for event in call:
            ringing += isinstance(event, CallOffered)
            ringing -= isinstance(event, OfferEnded | CallAnswered)
            assert ringing <= 2  # where a colleague picks up, for a moment


def test_ids_look_like_a_phone_system_s() -> None:
    first = events()[0]
    assert first.call == f"sim-{int(first.at.timestamp())}.1"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.floats(0.01, 0.5), strategy=st.sampled_from(Strategy))
def test_agents_and_legs_are_never_in_two_places(seed: int, rate: float, strategy: Strategy) -> None:
    busy: dict[str, str] = {}  # interface -> leg
    interfaces: dict[str, str] = {}
    for event in events(hours=0.2, seed=seed, rate=rate, of=population(strategy)):
        if isinstance(event, CallOffered):
            assert event.interface not in busy
            assert event.leg not in interfaces
            busy[event.interface] = interfaces[event.leg] = event.leg
            interfaces[event.leg] = event.interface
        elif isinstance(event, LegEvent):
            assert busy[interfaces[event.leg]] == event.leg
            if isinstance(event, OfferEnded | LegEnded | CallTransferred):
                del busy[interfaces[event.leg]]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.floats(0.01, 0.5), strategy=st.sampled_from(Strategy))
def test_each_call_is_one_story(seed: int, rate: float, strategy: Strategy) -> None:
    story = Story()
    happened = events(hours=0.2, seed=seed, rate=rate, of=population(strategy))
    for event in happened:
        story.tell(event)
    for call in by_call(happened).values():
        if call[0].call in story.ended:
            assert_all_legs_ended(call)


def assert_all_legs_ended(call: list[CallEvent]) -> None:
    offered = {event.leg for event in call if isinstance(event, CallOffered)}
    ended = [event.leg for event in call if isinstance(event, OfferEnded | LegEnded | CallTransferred)]
    assert sorted(offered) == sorted(ended)
