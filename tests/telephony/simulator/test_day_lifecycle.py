"""Every simulated call goes through the life of a call, and each of its events says something new."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.events import CallEnded, Caller, CallEvent, End, LegResult, LinkName, VisitEnd
from telephony.lifecycle import TALKED, Call, CallState, apply
from telephony.simulator.day import Day
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy

pytestmark = pytest.mark.slow  # whole days, many times

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
UNANSWERED = {LegResult.NO_ANSWER, LegResult.WITHDRAWN, LegResult.CANCELLED}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.floats(0.01, 0.5), strategy=st.sampled_from(Strategy))
def test_calls_live_and_end(seed: int, rate: float, strategy: Strategy) -> None:
    queue = SimulatedQueue("support", ("PJSIP/1001", "PJSIP/1002", "PJSIP/1003"), "501", strategy)
    population = Population((queue,), (SimulatedCaller(Caller("+421905123456"), ("support",)),))
    day = Day(LinkName("sim"), population, seed=seed, rate=rate, start=START)
    calls: dict[str, Call] = {}
    for event in takewhile(lambda event: event.at < START + timedelta(minutes=15), day):
        if not isinstance(event, CallEvent):
            continue
        before = calls.get(event.call)
        after = apply(before, event)
        assert after is not None
        assert after is not before
        calls[event.call] = after
        if isinstance(event, CallEnded):
            assert_is_over(after, event)


def assert_is_over(call: Call, event: CallEnded) -> None:
    assert call.state is CallState.ENDED
    assert call.end is (End.COMPLETED if call.talked else event.end or End.ABANDONED)
    assert all(leg.ended_at is not None and leg.offered_at < leg.ended_at for leg in call.legs)
    talked = [leg for leg in call.legs if leg.answered_at is not None]
    assert bool(talked) is (call.answered_at is not None)
    assert all(leg.result in TALKED for leg in talked)
    assert all(leg.result in UNANSWERED for leg in call.legs if leg not in talked)
    assert_waits_are_over(call, event)


def assert_waits_are_over(call: Call, event: CallEnded) -> None:
    answered = [visit for visit in call.visits if visit.end is VisitEnd.ANSWERED]
    out_of_a_queue = {leg.id for leg in call.legs if leg.answered_at is not None and leg.queue is not None}
    assert {visit.leg for visit in answered} == out_of_a_queue
    assert len(answered) == len(out_of_a_queue)
    waits = [visit for visit in call.visits if visit not in answered]
    ends = {None: set[VisitEnd](), End.TIMED_OUT: {VisitEnd.TIMED_OUT}, End.ABANDONED: {VisitEnd.ABANDONED}}
    assert {visit.end for visit in waits[-1:]} <= ends.get(event.end, {VisitEnd.TIMED_OUT})
    assert {visit.end for visit in waits[:-1]} <= {VisitEnd.TIMED_OUT}
    assert all(leg.held_s >= 0 and not leg.held for leg in call.legs)
