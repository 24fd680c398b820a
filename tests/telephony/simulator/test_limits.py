"""A phone system that cannot tell everything still tells stories that make sense."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile

import pytest

from telephony.events import (
    AgentEvent,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    Event,
    LinkName,
)
from telephony.simulator import scenarios
from telephony.simulator.day import Day
from telephony.simulator.exchange import Happened
from telephony.simulator.limits import limited
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy
from telephony.source import Capability
from tests.contracts.telling import Story

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")
POPULATION = Population(
    (
        SimulatedQueue("support", ("PJSIP/1001", "PJSIP/1002", "PJSIP/1003"), "501", Strategy.RING_ALL),
        SimulatedQueue("specialists", ("PJSIP/1003", "PJSIP/1004"), "502"),
    ),
    (
        SimulatedCaller(Caller("+421905123456"), ("support", "specialists")),
        SimulatedCaller(Caller(withheld=True), ("support",)),
    ),
)


@cache
def happened() -> list[Happened]:
    day = Day(LINK, POPULATION, seed=7, rate=0.05, start=START)
    return list(takewhile(lambda event: event.at < START + timedelta(hours=3), day))


def told(*without: Capability) -> list[Happened]:
    return list(limited(happened(), set(Capability) - set(without)))


def kinds(events: list[Happened]) -> set[type[Event]]:
    return {type(event) for event in events}


def offers(events: list[Happened]) -> list[CallOffered]:
    return [event for event in events if isinstance(event, CallOffered)]


@pytest.mark.parametrize("capability", Capability)
def test_each_call_stays_one_story(capability: Capability) -> None:
    story = Story()
    for event in told(capability):
        story.tell(event)
    assert len(story.ended) > 200


def test_with_all_capabilities_everything_is_told() -> None:
    assert told() == happened()
    assert kinds(told()) > {CallHeld, CallTransferred, CallQueued}


def test_without_hold() -> None:
    assert not kinds(told(Capability.HOLD)) & {CallHeld, CallResumed}


def test_without_queues_offers_come_from_nowhere() -> None:
    events = told(Capability.QUEUES)
    assert not kinds(events) & {CallQueued, CallLeftQueue}
    assert {offer.queue for offer in offers(events)} == {None}
    assert len(offers(events)) == len(offers(happened()))


def test_without_presentation_nobody_is_withheld() -> None:
    assert any(offer.caller.withheld for offer in offers(told()))
    assert not any(offer.caller.withheld for offer in offers(told(Capability.PRESENTATION)))


def test_without_pauses() -> None:
    assert not any(isinstance(event, AgentEvent) for event in told(Capability.PAUSE))


def test_without_direct_calls() -> None:
    directions = {offer.direction for offer in offers(told(Capability.DIRECT))}
    assert directions == {Direction.INBOUND, Direction.OUTBOUND}
    begun = first_events(told(Capability.DIRECT))
    assert not any(isinstance(e, CallOffered) and e.direction is Direction.INBOUND for e in begun)


def test_without_outgoing_calls() -> None:
    directions = {offer.direction for offer in offers(told(Capability.OUTGOING))}
    assert directions == {Direction.INBOUND, Direction.INTERNAL}


def first_events(events: list[Happened]) -> list[CallEvent]:
    first: dict[str, CallEvent] = {}
    for event in events:
        if isinstance(event, CallEvent):
            first.setdefault(event.call, event)
    return list(first.values())


@pytest.mark.parametrize("name", ["blind_transfer", "queue_transfer", "attended_transfer"])
def test_without_transfers_the_call_ends_where_it_was_passed_on(name: str) -> None:
    played = scenarios.play(LINK, POPULATION, names=[name, "answered"], seed=7, start=START)
    ends = 0
    interfaces = []
    for event in limited(played, set(Capability) - {Capability.TRANSFER}):
        assert not isinstance(event, CallTransferred)
        if isinstance(event, CallOffered):
            interfaces.append(event.interface)
        if isinstance(event, CallEnded):
            ends += 1
            assert event.end is End.COMPLETED
        if ends == 3:
            break
    assert interfaces == ["PJSIP/1001"] * 3
