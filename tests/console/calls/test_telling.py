"""What happened is told in order; what waits is bounded, and how things stand in the end is always told."""

import asyncio
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from console.calls import telling
from console.calls.register import Register, Step
from console.calls.telling import Tellings
from telephony.events import CallEvent, LinkName
from telephony.lifecycle import CallState
from tests.conftest import NOW
from tests.console.calls.happened import LINK, answered, ended, leg_ended, offered, queued
from tests.console.live.screens import metric

BRANCH = LinkName("branch")

Told = list[tuple[CallState | None, CallState]]


class Teller:
    """Tells when the gate is open, and writes down what."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.told: Told = []
        self.begun: list[str] = []
        self.calls: list[str] = []
        self.fails = 0

    async def tell(self, step: Step, _received: datetime) -> None:
        self.begun.append(step.after.id)
        await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a bug")
        self.told.append((step.before.state if step.before else None, step.after.state))
        self.calls.append(step.after.id)


async def nothing() -> None:
    """There is room at once."""


def steps(calls: Register, *events: CallEvent) -> list[Step]:
    return [step for event in events if (step := calls.take(event)) is not None]


async def test_steps_are_told_one_by_one_in_order() -> None:
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    for step in steps(Register(), queued(), offered(), answered(), ended()):
        tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    states = ["queued", "ringing", "answered", "ended"]
    assert teller.told == list(zip([None, *states], states, strict=False))


async def test_the_end_of_a_call_is_told_with_that_of_its_last_leg() -> None:
    joined = metric("lineside_steps_joined_total")
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    for step in steps(Register(), queued(), offered(), answered(), leg_ended(), ended()):
        tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    states = ["queued", "ringing", "answered", "ended"]
    assert teller.told == list(zip([None, *states], states, strict=False))
    assert metric("lineside_steps_joined_total") == joined


async def test_trouble_with_one_step_does_not_silence_the_next() -> None:
    teller = Teller()
    teller.fails = 1
    tellings = Tellings(teller.tell, nothing)
    teller.gate.set()
    for step in steps(Register(), queued(), offered()):
        tellings.step(step, NOW)
    await tellings.told()
    assert teller.told == [("queued", "ringing")]


async def test_too_many_steps_of_a_call_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_STEPS", 2)
    joined = metric("lineside_steps_joined_total")
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    first, *others = steps(Register(), queued(), offered(1), offered(2, 2), answered(1, 3), ended())
    tellings.step(first, NOW)
    await asyncio.sleep(0)  # it is being told: it does not wait any more
    for step in others:
        tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    assert teller.told == [(None, "queued"), ("queued", "ringing"), ("ringing", "ended")]
    assert metric("lineside_steps_joined_total") - joined == 2


async def test_too_much_in_all_leaves_each_call_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_WAITING", 2)
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    register = Register()
    for number in range(4):
        call = f"main-{number}"
        for step in steps(register, queued(call=call), offered(call=call), ended(call=call)):
            tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    assert teller.calls.count("main-3") == 1
    assert teller.told[-1] == (None, "ended")
    assert set(teller.calls) == {f"main-{number}" for number in range(4)}


async def test_of_one_link_so_many_calls_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 2)
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    for number in range(4):
        begin(tellings, f"main-{number}")
    begin(tellings, "branch-1", BRANCH)
    await asyncio.sleep(0)
    assert teller.begun == ["main-0", "main-1", "branch-1"]
    assert all(tellings.pending(f"main-{number}") for number in range(4))
    teller.gate.set()
    await tellings.told()
    assert teller.begun[3:] == ["main-2", "main-3"]


async def test_calls_that_wait_for_their_turn_keep_the_order_of_their_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 1)
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    begin(tellings, "main-0")
    for step in steps(Register(), queued(), offered(), answered()):
        tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    assert teller.told[1:] == [(None, "queued"), ("queued", "ringing"), ("ringing", "answered")]


async def test_who_brings_too_many_calls_waits_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(telling, "MOST_CALLS", 2)
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    for number in range(3):
        await tellings.room(LINK)
        begin(tellings, f"main-{number}")
    waiting = asyncio.create_task(tellings.room(LINK))
    await tellings.room(BRANCH)
    await asyncio.sleep(0)
    assert not waiting.done()
    teller.gate.set()
    await waiting
    assert tellings.pending("main-2")


async def test_only_what_waits_anyway_waits_until_all_is_digested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 1)
    teller, digested = Teller(), asyncio.Event()

    async def digest() -> None:
        await digested.wait()

    teller.gate.set()
    tellings = Tellings(teller.tell, digest)
    for number in range(2):
        begin(tellings, f"main-{number}")
    begin(tellings, "branch-1", BRANCH)
    for _ in range(5):
        await asyncio.sleep(0)
    assert teller.begun == ["main-0", "branch-1"]
    digested.set()
    await tellings.told()
    assert teller.begun == ["main-0", "branch-1", "main-1"]


async def test_telling_what_waits_leaves_everybody_else_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 5)
    teller = Teller()
    teller.gate.set()
    tellings = Tellings(teller.tell, nothing)
    for number in range(20):
        begin(tellings, f"main-{number}")
    begun = []
    while tellings.pending("main-19"):
        await asyncio.sleep(0)
        begun.append(len(teller.begun))
    assert begun[0] == 5
    assert {after - before for before, after in pairwise(begun)} == {0, 1}


def begin(tellings: Tellings, call: str, link: LinkName = LINK) -> None:
    """Have it told that a call of the link is there."""
    for step in steps(Register(), replace(queued(call=call), link=link)):
        tellings.step(step, NOW)


async def test_what_says_the_newest_waits_once() -> None:
    said: list[str] = []
    gate = asyncio.Event()
    tellings = Tellings(Teller().tell, nothing)

    async def say() -> None:
        await gate.wait()
        said.append("newest")

    tellings.newest("link main", say)
    await asyncio.sleep(0)
    for _ in range(5):
        tellings.newest("link main", say)  # the first is under way, and may have looked already
    assert tellings.pending("link main")
    gate.set()
    await tellings.told()
    assert said == ["newest", "newest"]
    assert not tellings.pending("link main")


async def test_a_shutdown_does_not_wait_for_ever() -> None:
    teller = Teller()
    tellings = Tellings(teller.tell, nothing)
    for step in steps(Register(), queued()):
        tellings.step(step, NOW)
    async with asyncio.timeout(5):
        await tellings.close(0)
        await tellings.told()
    assert teller.told == []
