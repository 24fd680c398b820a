"""No screen is connected while the bus does not have what belongs on it."""

import asyncio

import pytest

from console.live.gate import TOPIC, Gate, say_all_said
from tests.console.live.screens import BreakableBus

FOR_EVER = 10**6


def is_open(gate: Gate) -> bool:
    return gate.open


@pytest.fixture
def bus() -> BreakableBus:
    return BreakableBus()


async def test_a_console_without_any_listener_is_open(bus: BreakableBus) -> None:
    gate = Gate(bus)
    await gate.look()
    assert is_open(gate)


async def test_a_bus_that_is_away_closes_it_after_a_moment(
    bus: BreakableBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(bus)
    await gate.look()
    bus.away = FOR_EVER
    await gate.look()
    assert is_open(gate)  # a connection that broke
    monkeypatch.setattr("console.live.gate.AWAY_S", 0)
    await gate.look()
    assert not is_open(gate)
    bus.away = 0
    await gate.look()
    assert is_open(gate)


async def test_a_bus_that_forgot_closes_it_until_all_is_said_again(bus: BreakableBus) -> None:
    gate = Gate(bus)
    await say_all_said(bus, ["main", "branch"])
    await say_all_said(bus, ["main"])
    await gate.look()
    assert is_open(gate)
    bus.forget()
    await gate.look()
    assert not is_open(gate)
    await say_all_said(bus, ["main"])
    await gate.look()
    assert not is_open(gate)  # the branch's listener has not spoken yet
    await say_all_said(bus, ["branch"])
    await gate.look()
    assert is_open(gate)


async def test_whoever_never_speaks_again_is_not_waited_for(
    bus: BreakableBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(bus)
    await say_all_said(bus, ["main", "branch"])
    await gate.look()
    bus.forget()
    await say_all_said(bus, ["main"])
    await gate.look()
    assert not is_open(gate)
    monkeypatch.setattr("console.live.gate.PATIENCE_S", 0)
    await gate.look()
    assert is_open(gate)


async def test_a_link_that_was_taken_out_does_not_close_it(bus: BreakableBus) -> None:
    gate = Gate(bus)
    await say_all_said(bus, ["main", "branch"])
    await gate.look()
    await bus.put(TOPIC, "branch", None)
    await gate.look()
    assert is_open(gate)


async def test_while_it_is_closed_everybody_is_turned_away(
    bus: BreakableBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWAY_S", "LOOK_S"):
        monkeypatch.setattr(f"console.live.gate.{name}", 0)
    gate, turned = Gate(bus), asyncio.Event()
    bus.away = FOR_EVER
    watching = asyncio.create_task(gate.run(turned.set))
    async with asyncio.timeout(10):
        await turned.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
