"""What happened is told in order; what waits is bounded, and how things stand in the end is always told."""

import asyncio
from datetime import datetime

import pytest

from console.calls import telling
from console.calls.register import Register, Step
from console.calls.telling import Tellings
from telephony.events import CallEvent
from telephony.lifecycle import CallState
from tests.conftest import NOW
from tests.console.calls.happened import answered, ended, leg_ended, offered, queued
from tests.console.live.screens import metric

Told = list[tuple[CallState | None, CallState]]


class Teller:
    """Tells when the gate is open, and writes down what."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.told: Told = []
        self.calls: list[str] = []
        self.fails = 0

    async def tell(self, step: Step, _received: datetime) -> None:
        await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a bug")
        self.told.append((step.before.state if step.before else None, step.after.state))
        self.calls.append(step.after.id)


def steps(calls: Register, *events: CallEvent) -> list[Step]:
    return [step for event in events if (step := calls.take(event)) is not None]


async def test_steps_are_told_one_by_one_in_order() -> None:
    teller = Teller()
    tellings = Tellings(teller.tell)
    for step in steps(Register(), queued(), offered(), answered(), ended()):
        tellings.step(step, NOW)
    teller.gate.set()
    await tellings.told()
    states = ["queued", "ringing", "answered", "ended"]
    assert teller.told == list(zip([None, *states], states, strict=False))


async def test_the_end_of_a_call_is_told_with_that_of_its_last_leg() -> None:
    joined = metric("lineside_steps_joined_total")
    teller = Teller()
    tellings = Tellings(teller.tell)
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
    tellings = Tellings(teller.tell)
    teller.gate.set()
    for step in steps(Register(), queued(), offered()):
        tellings.step(step, NOW)
    await tellings.told()
    assert teller.told == [("queued", "ringing")]


async def test_too_many_steps_of_a_call_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_STEPS", 2)
    joined = metric("lineside_steps_joined_total")
    teller = Teller()
    tellings = Tellings(teller.tell)
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
    tellings = Tellings(teller.tell)
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


async def test_what_says_the_newest_waits_once() -> None:
    said: list[str] = []
    gate = asyncio.Event()
    tellings = Tellings(Teller().tell)

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
    tellings = Tellings(teller.tell)
    for step in steps(Register(), queued()):
        tellings.step(step, NOW)
    async with asyncio.timeout(5):
        await tellings.close(0)
        await tellings.told()
    assert teller.told == []
