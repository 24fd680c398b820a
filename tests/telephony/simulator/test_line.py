"""The way from the phone system to us: in order without faults, put right by resyncs with them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.events import (
    AgentEvent,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallOffered,
    CallQueued,
    Event,
    LegEvent,
    LegId,
    LinkEvent,
    LinkLost,
    LinkName,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from telephony.lifecycle import Call, LegState, apply, reconciled
from telephony.simulator.day import Day
from telephony.simulator.exchange import Exchange, Happened
from telephony.simulator.faults import USUAL, Fault, Faults, read_faults
from telephony.simulator.forgery import FORGED, HOSTILE, STRANGER
from telephony.simulator.line import RESYNC_EVERY, Arrival, Line
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy
from telephony.simulator.troubles import Trouble
from telephony.simulator.truth import Truth

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")
POPULATION = Population(
    (
        SimulatedQueue("support", ("PJSIP/1001", "PJSIP/1002", "PJSIP/1003"), "501", Strategy.RING_ALL),
        SimulatedQueue("specialists", ("PJSIP/1003", "PJSIP/1004"), "502"),
    ),
    tuple(SimulatedCaller(Caller(f"+42190512345{n}"), ("support", "specialists")) for n in range(10)),
)


@cache
def day(most: int = 200, seed: int = 7) -> list[Happened]:
    """Calls, and after their end some breaks."""
    events: list[Happened] = []
    alive: set[CallId] = set()
    ended = 0
    for event in Day(LINK, POPULATION, seed=seed, rate=0.1, start=START, most=most):
        events.append(event)
        if isinstance(event, CallEvent):
            alive.add(event.call)
        if isinstance(event, CallEnded):
            alive.discard(event.call)
            ended += 1
        if ended == most and isinstance(event, AgentEvent):
            return events
    raise AssertionError("there is no end of breaks")


Counted = Counter[Fault | Trouble]


def arrivals(happened: Iterable[Happened], **options: object) -> tuple[list[Arrival], Counted]:
    line = Line(LINK, happened, start=START, **options)  # type: ignore[arg-type] # a test's own
    return list(line), line.counters


def live(arrived: Sequence[Arrival]) -> list[Event]:
    return [arrival.event for arrival in arrived if arrival.live]


def test_without_faults_everything_comes_when_it_happens() -> None:
    happened = day()
    arrived, counters = arrivals(happened)
    assert live(arrived) == happened
    assert all(arrival.due == arrival.event.at for arrival in arrived if arrival.live)
    assert not counters


def test_it_begins_up_and_in_step_and_resyncs_every_minute() -> None:
    arrived, _ = arrivals(day())
    assert [type(arrival.event) for arrival in arrived[:3]] == [LinkUp, LinkResyncing, LinkResynced]
    resynced = [arrival.due for arrival in arrived if isinstance(arrival.event, LinkResynced)]
    assert {later - earlier for earlier, later in pairwise(resynced)} == {RESYNC_EVERY}


def test_a_resync_retells_what_is_alive_and_nothing_comes_between() -> None:
    arrived, _ = arrivals(day(), faults=Faults(USUAL), seed=3)
    retold: list[Event] | None = None
    found: Counter[type[Event]] = Counter()
    for arrival in arrived:
        if isinstance(arrival.event, LinkResyncing):
            retold = []
        elif isinstance(arrival.event, LinkResynced):
            assert retold is not None
            assert arrival.event.legs == {event.leg for event in retold if isinstance(event, LegEvent)}
            assert arrival.event.calls >= {event.call for event in retold if isinstance(event, CallEvent)}
            found.update(map(type, retold))
            retold = None
        else:
            assert arrival.live is (retold is None) or isinstance(arrival.event, LinkEvent)
            if retold is not None:
                retold.append(arrival.event)
    assert min(found[kind] for kind in (CallQueued, CallOffered, CallAnswered, CallHeld)) > 0
    assert any(issubclass(kind, AgentEvent) for kind in found)


def test_without_resyncs_the_truth_is_never_told() -> None:
    arrived, _ = arrivals(day(), faults=Faults({Fault.CUT: 0.05}), resyncs=False)
    said = [arrival.event for arrival in arrived if not arrival.live]
    assert said
    assert all(isinstance(event, LinkUp | LinkLost) for event in said)


def test_without_timestamps_events_bear_the_time_of_their_arrival() -> None:
    arrived, _ = arrivals(day(), faults=Faults({Fault.DELAY: 0.3}), timestamps=False)
    assert all(arrival.event.at == arrival.due for arrival in arrived if arrival.live)


def test_the_same_seed_gives_the_same_faults() -> None:
    happened = day()
    assert arrivals(happened, faults=Faults(USUAL), seed=3) == arrivals(
        happened, faults=Faults(USUAL), seed=3
    )
    assert arrivals(happened, faults=Faults(USUAL), seed=3) != arrivals(
        happened, faults=Faults(USUAL), seed=4
    )


def with_fault(fault: Fault) -> tuple[list[Happened], list[Arrival], int]:
    happened = day()
    arrived, counters = arrivals(happened, faults=Faults({fault: 0.2}), seed=3)
    assert counters[fault] > 50
    return happened, arrived, counters[fault]


def test_duplicates_come_twice() -> None:
    happened, arrived, times = with_fault(Fault.DUPLICATE)
    assert len(live(arrived)) == len(happened) + times
    assert set(live(arrived)) == set(happened)


def test_dropped_events_never_come() -> None:
    happened, arrived, times = with_fault(Fault.DROP)
    assert len(live(arrived)) == len(happened) - times
    assert set(live(arrived)) < set(happened)


def test_what_is_delayed_delays_what_is_behind_it() -> None:
    happened, arrived, _ = with_fault(Fault.DELAY)
    assert live(arrived) == happened
    assert max(arrival.due - arrival.event.at for arrival in arrived if arrival.live) > timedelta(seconds=5)


def test_what_is_reordered_is_overtaken() -> None:
    happened, arrived, _ = with_fault(Fault.REORDER)
    assert live(arrived) != happened
    assert sorted(map(repr, live(arrived))) == sorted(map(repr, happened))


def test_forged_events_are_added_and_name_only_what_never_was() -> None:
    happened, arrived, times = with_fault(Fault.FORGE)
    forged = [event for event in live(arrived) if event not in happened]
    assert len(forged) == times
    assert len({type(event) for event in forged}) > 8
    for event in forged:
        assert (
            FORGED in getattr(event, "leg", "") or FORGED in getattr(event, "call", "") or is_strange(event)
        )
    assert {e.caller.name for e in forged if isinstance(e, CallOffered | CallQueued)} == set(HOSTILE)


def is_strange(event: Event) -> bool:
    return isinstance(event, AgentEvent) and event.interface == STRANGER


def test_after_a_cut_there_is_silence_then_a_resync() -> None:
    happened = day()
    arrived, counters = arrivals(happened, faults=Faults({Fault.CUT: 0.05}), seed=3)
    assert set(counters) == {Fault.CUT, Trouble.CUT_OFF}
    assert len(live(arrived)) == len(happened) - counters[Trouble.CUT_OFF]
    for index, arrival in enumerate(arrived):
        if isinstance(arrival.event, LinkLost):
            assert isinstance(arrived[index + 1].event, LinkUp)
            assert isinstance(arrived[index + 2].event, LinkResyncing)
            assert timedelta(seconds=3) <= arrived[index + 1].due - arrival.due <= timedelta(seconds=30)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_goes_wrong_a_resync_puts_right(seed: int) -> None:
    """Behind each resync exactly the calls and legs are believed alive that are."""
    arrived, _ = arrivals(day(40, seed), faults=Faults(USUAL), seed=seed)
    assert all(earlier.due <= later.due for earlier, later in pairwise(arrived))
    calls: dict[CallId, Call] = {}
    for arrival in arrived:
        event = arrival.event
        if isinstance(event, CallEvent):
            call = apply(calls.get(event.call), event)
            calls |= {call.id: call} if call else {}
        elif isinstance(event, LinkResynced):
            calls = {call.id: reconciled(call, event) for call in calls.values()}
            assert {call.id for call in calls.values() if call.ended_at is None} <= event.calls
            assert alive(calls.values()) == event.legs


def alive(calls: Iterable[Call]) -> set[LegId]:
    return {leg.id for call in calls for leg in call.legs if leg.state is not LegState.OVER}


def test_a_line_that_nothing_happens_on_is_up() -> None:
    arrived, _ = arrivals([])
    assert [type(arrival.event) for arrival in arrived] == [LinkUp, LinkResyncing, LinkResynced]


def test_the_end_of_an_unknown_call_is_no_news_for_the_truth() -> None:
    truth = Truth(LINK)
    truth.take(CallEnded(link=LINK, at=START, call=CallId("sim-1.1")))
    assert not truth.calls


def test_a_script_that_is_over_is_over() -> None:
    exchange = Exchange(LINK, START)
    exchange.play(iter([1.0, 2.0]))
    assert list(exchange.happened()) == []
    assert exchange.offset_s == 3.0


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("all", USUAL),
        ("drop", {Fault.DROP: USUAL[Fault.DROP]}),
        ("drop:0.1,cut:0", {Fault.DROP: 0.1, Fault.CUT: 0.0}),
        ("all,drop:0.3", {**USUAL, Fault.DROP: 0.3}),
    ],
)
def test_faults_are_read(text: str, shares: dict[Fault, float]) -> None:
    assert read_faults(text).shares == shares


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'' is none of all, duplicate, delay"),
        ("all:0.1", "is none of all"),
        ("drop:often", "'often' is no share such as 0.02"),
        ("drop:0.6", "together from 0 to 0.5"),
        ("drop:-1", "together from 0 to 0.5"),
        ("drop:nan", "together from 0 to 0.5"),
        ("drop:0.1,drop:0.2", "'drop' stands there twice"),
    ],
)
def test_wrong_faults_say_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_faults(text)
