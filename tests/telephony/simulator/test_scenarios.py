"""Every way a call can go, and what it must look like on record."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice, pairwise

import pytest

from telephony.events import (
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallOffered,
    CallQueued,
    DiallerLeft,
    Direction,
    End,
    LinkName,
    LinkResynced,
)
from telephony.lifecycle import Call, CallState, apply
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue
from telephony.simulator.scenarios import SCENARIOS, play
from telephony.simulator.truth import Truth
from tests.contracts.telling import Story

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")
QUEUES = (
    SimulatedQueue("support", ("PJSIP/1001", "PJSIP/1002", "PJSIP/1003"), "501"),
    SimulatedQueue("specialists", ("PJSIP/1003", "PJSIP/1004"), "502"),
)
CALLERS = tuple(SimulatedCaller(Caller(f"+42190512345{n}"), ("support",)) for n in range(10))

# Of each call: its direction, how it ended, and of each leg the agent and the result.
ON_RECORD = {
    "answered": ["inbound completed", "1001 answered"],
    "abandoned": ["inbound abandoned", "1001 cancelled"],
    "no_answer": ["inbound completed", "1001 no_answer", "1002 answered"],
    "ring_all": ["inbound completed", "1001 answered", "1002 withdrawn", "1003 withdrawn"],
    "second_queue": ["inbound completed", "1001 no_answer", "1002 answered"],
    "overflow": ["inbound timed_out", "1001 no_answer", "1002 no_answer"],
    "hold": ["inbound completed", "1001 answered"],
    "blind_transfer": ["inbound completed", "1001 transferred", "1002 answered"],
    "queue_transfer": ["inbound completed", "1001 transferred", "1002 answered"],
    "attended_transfer": ["inbound completed", "1001 transferred", "1002 answered"],
    "attended_cancelled": ["inbound completed", "1001 answered", "1002 answered"],
    "attended_unanswered": ["inbound completed", "1001 answered", "1002 withdrawn"],
    "local_member": ["inbound completed", "1001@agents/n answered"],
    "direct": ["inbound completed", "1001 answered"],
    "internal": ["internal completed", "1001 answered"],
    "internal_transfer": ["internal completed", "1001 answered", "1003 answered"],
    "outgoing": ["outbound completed", "1001 answered"],
    "outgoing_unanswered": ["outbound abandoned", "1001 cancelled"],
    "pickup": ["inbound completed", "1001 withdrawn", "1002 answered"],
    "two_calls": ["inbound completed", "1001 answered", "inbound completed", "1001 answered"],
    "call_again": ["inbound abandoned", "1001 cancelled", "inbound completed", "1001 answered"],
}


def played(name: str, calls: int = 1, of: Population = Population(QUEUES, CALLERS)) -> list[CallEvent]:  # noqa: B008 - frozen
    """What happens until so many calls have ended."""
    events: list[CallEvent] = []
    for event in play(LINK, of, names=[name], seed=7, start=START):
        assert isinstance(event, CallEvent)
        events.append(event)
        if sum(isinstance(each, CallEnded) for each in events) == calls:
            return events
    raise AssertionError("it goes on for ever")


def on_record(events: Sequence[CallEvent]) -> list[str]:
    calls: dict[str, Call] = {}
    for event in events:
        after = apply(calls.get(event.call), event)
        assert after is not None
        assert after is not calls.get(event.call), f"{event} says nothing new"
        calls[event.call] = after
    assert all(call.state is CallState.ENDED for call in calls.values())
    return [line for call in calls.values() for line in lines(call)]


def lines(call: Call) -> list[str]:
    legs = [f"{leg.interface.partition('/')[2]} {leg.result}" for leg in call.legs]
    return [f"{call.direction} {call.end}", *legs]


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_is_a_story_with_the_right_end(name: str) -> None:
    calls = sum(" " in line and line.split()[0].endswith("bound") for line in ON_RECORD[name])
    events = played(name, max(1, calls))
    story = Story()
    for event in events:
        story.tell(event)
    assert on_record(events) == ON_RECORD[name]


def test_each_scenario_says_what_it_is() -> None:
    assert all(scenario.__doc__ for scenario in SCENARIOS.values())
    assert set(ON_RECORD) == set(SCENARIOS)


def test_a_call_that_is_passed_on_waits_in_the_other_queue() -> None:
    for name in ("second_queue", "queue_transfer", "overflow"):
        queues = [event.queue for event in played(name) if isinstance(event, CallQueued)]
        assert queues == ["support", "specialists"]


def test_a_local_member_is_known_by_the_phone_behind_it() -> None:
    (offer,) = [event for event in played("local_member") if isinstance(event, CallOffered)]
    assert (offer.interface, offer.device) == ("Local/1001@agents/n", "PJSIP/1001")


def test_the_caller_is_on_hold_while_the_colleague_is_asked() -> None:
    events = played("attended_transfer")
    held = next(index for index, event in enumerate(events) if isinstance(event, CallHeld))
    offer = events[held + 1]
    assert isinstance(offer, CallOffered)
    assert offer.queue is None


def test_a_resync_retells_that_the_dialler_left() -> None:
    truth = Truth(LINK)
    for event in played("internal_transfer"):
        truth.take(event)
        retold = [type(each) for each in truth.retold(event.at)]
        if isinstance(event, DiallerLeft):
            assert retold[-2:] == [DiallerLeft, LinkResynced]
    assert DiallerLeft not in retold


def test_they_are_played_one_after_the_other_again_and_again() -> None:
    happened = list(
        islice(play(LINK, Population(QUEUES, CALLERS), names=list(SCENARIOS), seed=7, start=START), 500)
    )
    callers = {event.caller for event in happened if isinstance(event, CallQueued)}
    ends = Counter(event.end for event in happened if isinstance(event, CallEnded))
    assert len(callers) > 3
    assert ends[End.TIMED_OUT] > 1
    assert all(earlier.at <= later.at for earlier, later in pairwise(happened))


def test_the_same_seed_gives_the_same_events() -> None:
    assert played("hold") == played("hold")


def test_without_agents_phones_ring_that_nobody_has() -> None:
    offers = [each for each in played("ring_all", of=Population((), ())) if isinstance(each, CallOffered)]
    assert [offer.interface for offer in offers] == ["PJSIP/901", "PJSIP/902", "PJSIP/903"]


@pytest.mark.parametrize("name", ["outgoing", "outgoing_unanswered"])
def test_agents_call_nobody_who_withholds_the_number(name: str) -> None:
    hidden = [SimulatedCaller(Caller(withheld=True), ("support",))] * 20
    whole = Population(QUEUES, (*hidden, SimulatedCaller(Caller("+421905123456", "JAN"), ("support",))))
    for of, number in ((whole, "+421905123456"), (Population(QUEUES, tuple(hidden)), "+421905000001")):
        offers = [event for event in played(name, calls=5, of=of) if isinstance(event, CallOffered)]
        assert {(offer.direction, offer.dialled) for offer in offers} == {(Direction.OUTBOUND, number)}
        assert {offer.caller for offer in offers} == {Caller(number)}
