"""The hub with a bus in memory and screens that write down what they get."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from console.live import hub as hub_module
from tests.console.live.screens import BreakableBus, FakeWire, World, a_viewer, metric, running, until


@pytest.fixture
async def world(now: datetime) -> AsyncIterator[World]:
    async with running(now) as world:
        yield world


async def test_a_screen_gets_snapshots_then_changes(world: World) -> None:
    await world.bus.put("desk:1", "a", {"x": 1})
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "b", {"x": 2})
    await until(lambda: len(wire.frames) == 3)
    assert wire.seqs() == [("snapshot", 1), ("change", 2)]
    assert wire.seqs("links") == [("snapshot", 0)]
    assert wire.frames[0]["target"] == '[data-topic="desk:1"]'
    assert wire.frames[0]["swap"] == "innerMorph swapEmpty:true"
    assert wire.frames[2] == {
        "topic": "desk:1",
        "seq": 2,
        "snapshot": False,
        "content": '{"b": {"x": 2}}',
        "target": "#t",
        "swap": "beforeend swapEmpty:true",
    }


async def test_a_change_is_drawn_once_for_each_language(world: World) -> None:
    wires = [FakeWire() for _ in range(4)]
    for wire, locale in zip(wires, ("en", "sk", "en", "sk"), strict=True):
        world.hub.join(a_viewer(locale=locale), wire)
    await until(lambda: all(len(wire.frames) == 2 for wire in wires))
    world.renderer.drawn.clear()
    await world.bus.put("desk:1", "a", {"x": 1})
    await until(lambda: all(len(wire.frames) == 3 for wire in wires))
    assert sorted(world.renderer.drawn) == [("change", 1, "en"), ("change", 1, "sk")]


async def test_screens_that_come_together_share_a_snapshot(world: World) -> None:
    wires = [FakeWire() for _ in range(100)]
    for user_id, wire in enumerate(wires):
        world.hub.join(a_viewer(user_id), wire)
    await until(lambda: all(len(wire.frames) == 2 for wire in wires))
    assert len(world.renderer.drawn) == 100 + 1  # a desk each, and the links once


async def test_what_was_delivered_is_told_with_the_moment(world: World, now: datetime) -> None:
    await world.bus.put("desk:1", "a", {"x": 1})
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "b", {"x": 2})
    await world.bus.put("desk:1", "a", None)
    await until(lambda: len(wire.frames) == 4)
    assert world.renderer.told == [({"a": {"x": 1}}, 1, now), ({"b": {"x": 2}}, 1, now)]


async def test_a_slow_reader_is_dropped_and_holds_nobody_up(world: World) -> None:
    slow, quick = FakeWire(room=2), FakeWire()
    dropped = metric("lineside_live_dropped_total", reason="slow")
    for wire in (slow, quick):
        world.hub.join(a_viewer(), wire)
    await until(lambda: len(slow.frames) == len(quick.frames) == 2)
    await world.bus.put("desk:1", "a", {})
    await world.bus.put("desk:1", "b", {})
    await until(lambda: len(quick.frames) == 4)
    assert slow.closed_with == (1013, "too slow")
    assert len(slow.frames) == 2
    assert metric("lineside_live_dropped_total", reason="slow") == dropped + 1
    assert world.renderer.told[-1][0] == {"b": {}}
    assert len(world.renderer.told) == 2  # nothing is told of the slow one


async def test_a_resync_brings_new_snapshots(world: World) -> None:
    wire = FakeWire()
    connection = world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    await world.bus.put("desk:1", "a", {"x": 1})
    await until(lambda: len(wire.frames) == 3)
    world.hub.resync(connection)
    await until(lambda: len(wire.frames) == 5)
    await world.bus.put("desk:1", "b", {"x": 2})
    await until(lambda: len(wire.frames) == 6)
    assert wire.seqs() == [("snapshot", 0), ("change", 1), ("snapshot", 1), ("change", 2)]


async def test_who_is_connected_is_counted(world: World) -> None:
    assert world.hub.connected(1) == 0
    one = world.hub.join(a_viewer(), FakeWire())
    two = world.hub.join(a_viewer(), FakeWire())
    assert world.hub.connected(1) == 2
    world.hub.leave(one)
    assert world.hub.connected(1) == 1
    world.hub.leave(two)
    assert world.hub.connected(1) == 0


async def test_a_log_out_closes_the_other_tabs_of_the_session(world: World) -> None:
    ana = a_viewer()
    other_login = replace(ana, csrf="another session")
    tab, elsewhere = FakeWire(), FakeWire()
    world.hub.join(ana, tab)
    world.hub.join(other_login, elsewhere)
    await until(lambda: len(tab.frames) == len(elsewhere.frames) == 2)
    world.hub.end_session(ana.session)
    await world.bus.put("desk:1", "a", {"x": 1})
    await until(lambda: len(elsewhere.frames) == 3)
    assert tab.closed_with == (1008, "logged out")
    assert len(tab.frames) == 2
    assert not elsewhere.closed


async def test_who_left_gets_nothing_more(world: World) -> None:
    wire = FakeWire()
    connection = world.hub.join(a_viewer(), wire)
    other = FakeWire()
    world.hub.join(a_viewer(), other)
    await until(lambda: len(other.frames) == 2)
    world.hub.leave(connection)
    world.hub.resync(connection)
    await world.bus.put("desk:1", "a", {})
    await until(lambda: len(other.frames) == 3)
    assert len(wire.frames) == 2


async def test_what_cannot_be_drawn_keeps_the_numbers_and_the_screen(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    wire = FakeWire()
    world.hub.join(a_viewer(), wire)
    await until(lambda: len(wire.frames) == 2)
    world.renderer.fails = True
    await world.bus.put("desk:1", "a", {})
    await until(lambda: len(wire.frames) == 3)
    assert wire.frames[2] == {"topic": "desk:1", "seq": 1, "snapshot": False}
    assert "The renderer of desk:1 failed" in caplog.text
    world.renderer.fails = False
    await world.bus.put("desk:1", "b", {})
    await until(lambda: len(wire.frames) == 4)
    assert wire.seqs()[-1] == ("change", 2)


async def test_after_a_break_all_get_new_snapshots(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wires = [FakeWire(), FakeWire()]
        for user_id, wire in enumerate(wires):
            world.hub.join(a_viewer(user_id), wire)
        await until(lambda: all(len(wire.frames) == 2 for wire in wires))
        await bus.put("links", "a", {"x": 1})
        await until(lambda: all(len(wire.frames) == 3 for wire in wires))
        bus.forget()
        await bus.put("links", "b", {"x": 2})
        bus.break_connection()
        await until(lambda: all(len(wire.frames) == 5 for wire in wires))
        await bus.put("links", "c", {"x": 3})
        await until(lambda: all(len(wire.frames) == 6 for wire in wires))
        for wire in wires:
            assert wire.state("links") == {"b": {"x": 2}, "c": {"x": 3}}


async def test_a_lost_change_leads_to_a_snapshot(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wire = FakeWire()
        world.hub.join(a_viewer(), wire)
        await bus.put("desk:1", "a", {"x": 1})
        await until(lambda: len(wire.frames) >= 2)
        bus.lose("desk:1")
        await bus.put("desk:1", "b", {"x": 2})
        await until(lambda: wire.seqs()[-1] == ("snapshot", 3))
        assert wire.state() == {"a": {"x": 1}, "b": {"x": 2}}


async def test_a_topic_reset_on_the_bus_leads_to_a_snapshot(now: datetime) -> None:
    bus = BreakableBus()
    async with running(now, bus) as world:
        wire = FakeWire()
        connection = world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
        for key in "abc":
            await bus.put("desk:1", key, {})
        await until(lambda: wire.seqs()[-1] == ("change", 3))
        bus.forget()
        await bus.put("desk:1", "d", {})
        await until(lambda: wire.seqs()[-1] == ("snapshot", 1))
        bus.forget()
        world.hub.resync(connection)
        await until(lambda: wire.seqs()[-1] == ("snapshot", 0))
        assert wire.state() == {}


async def test_a_bus_that_is_away_is_asked_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SNAPSHOT_RETRY_S", 0)
    bus = BreakableBus()
    bus.away = 3
    async with running(now, bus) as world:
        wire = FakeWire()
        world.hub.join(a_viewer(), wire)
        await until(lambda: len(wire.frames) == 2)
