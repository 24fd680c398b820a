"""Recorded streams whose frames come twice, late or in another order lead to the same record.

What can happen: TCP keeps the order on one connection, so disorder is Asterisk's own. It publishes from
several threads: the one that runs the dialplan for a channel, the one that reads a channel's phone, those of
bridges, of transfers, of the queues' bookkeeping. Each publishes in order; between them frames may swap
within a short distance (a channel's introduction by a frame or two: whoever dials it introduces it first). A
frame may come twice, a few frames later. All carry the time at which they were sent.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.asterisk.replay import replay
from telephony.asterisk.translate import Translator
from telephony.events import LinkName
from telephony.lifecycle import Call
from tests.conftest import NOW
from tests.fakes.asterisk_frames import message
from tests.fakes.asterisk_transcripts import NAMES, calls_of, is_agent, live_frames

FAR = 8
"""Frames by which a single one may be late."""

NEAR = 4
"""Frames by which each of several may be."""

TOLERANCE = timedelta(seconds=1)
"""The same thing may be told by another frame of the same moment."""


@dataclass(frozen=True)
class Frame:
    """A frame and the thread that published it: frames of one thread keep their order."""

    data: bytes
    thread: tuple[str, str]


def thread_of(data: bytes) -> tuple[str, str]:
    """By the kind of the event and the channel that it is first of all about."""
    said = message(data)
    channel = next((value for name, value in said.headers if name.endswith("Channel")), "")
    if said.name.startswith("QueueMember"):
        return "members", said.first("Interface")
    if said.name == "AgentComplete":
        return "bookkeeping", said.first("Queue")
    if said.name.startswith(("QueueCaller", "Agent")):
        return "queue", channel
    if said.name in {"BlindTransfer", "AttendedTransfer", "Pickup"}:
        return said.name, channel
    return "channel", channel


@cache
def frames_of(name: str) -> tuple[Frame, ...]:
    """The events of a recording that mean something, each with its time."""
    wanted = Translator(LinkName("main"), is_agent).wanted
    frames = []
    for place, data in enumerate(live_frames(name)):
        if data.split(b"\r\n", 1)[0].removeprefix(b"Event: ") in wanted:
            stamp = f"\r\nTimestamp: {1795292938 + place * 0.02:.6f}\r\nPrivilege:".encode()
            stamped = data if b"\r\nTimestamp: " in data else data.replace(b"\r\nPrivilege:", stamp, 1)
            frames.append(Frame(stamped, thread_of(stamped)))
    return tuple(frames)


def delayed(frames: list[Frame], place: int, by: int) -> None:
    """Let later frames overtake the one at `place`, as far as they may."""
    if frames[place].data.startswith(b"Event: Newchannel"):
        by = min(by, 2)
    while by and place + 1 < len(frames) and frames[place].thread != frames[place + 1].thread:
        frames[place], frames[place + 1] = frames[place + 1], frames[place]
        place, by = place + 1, by - 1


def record(frames: list[Frame] | tuple[Frame, ...]) -> list[Call]:
    translator = Translator(LinkName("main"), is_agent)
    calls = calls_of(replay([frame.data for frame in frames], translator, NOW))
    assert not +translator.counters
    assert (translator.board.calls, translator.board.channels, translator.board.early) == ({}, {}, [])
    return sorted(calls, key=lambda call: call.id)


@cache
def in_order(name: str) -> list[Call]:
    return record(frames_of(name))


def facts(call: Call) -> list[Any]:
    legs = [(leg.device or leg.interface, leg.queue, leg.result, leg.talked) for leg in call.legs]
    visits = [(visit.queue, visit.end) for visit in call.visits]
    told = [call.id, call.direction, call.caller, call.dialled, call.end, call.state]
    return [*told, legs, visits, [leg.transferred_to for leg in call.legs]]


def times(call: Call) -> list[Any]:
    of_legs = [at for leg in call.legs for at in (leg.offered_at, leg.answered_at, leg.ended_at)]
    of_visits = [at for visit in call.visits for at in (visit.queued_at, visit.left_at)]
    return [call.started_at, call.answered_at, call.ended_at, *of_visits, *of_legs]


def same(one: Call, other: Call) -> None:
    assert facts(one) == facts(other)
    for at, known in zip(times(one), times(other), strict=True):
        assert (at is None) == (known is None)
        assert at is None or abs(at - known) <= TOLERANCE


MOVES = st.lists(
    st.tuples(st.sampled_from(["late", "twice"]), st.integers(0, 10_000), st.integers(0, NEAR)), max_size=8
)


def told_in_disorder(name: str, moves: list[tuple[str, int, int]]) -> None:
    frames = list(frames_of(name))
    moved: set[Frame] = set()
    for kind, drawn, by in moves:
        place = drawn % len(frames)
        if frames[place] in moved:
            continue
        moved.add(frames[place])
        if kind == "twice":
            frames.insert(place, frames[place])
            place += 1
        delayed(frames, place, by)
    for one, other in zip(record(frames), in_order(name), strict=True):
        same(one, other)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), MOVES)
def test_disorder_leads_to_the_same_record(name: str, moves: list[tuple[str, int, int]]) -> None:
    told_in_disorder(name, moves)


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(st.sampled_from(NAMES), MOVES)
def test_much_disorder_leads_to_the_same_record(name: str, moves: list[tuple[str, int, int]]) -> None:
    told_in_disorder(name, moves)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_frame_may_be_late_or_come_twice(name: str) -> None:
    count = len(frames_of(name))
    for place in range(count):
        told_in_disorder(name, [("late", place, FAR)])
        told_in_disorder(name, [("twice", place, FAR)])
