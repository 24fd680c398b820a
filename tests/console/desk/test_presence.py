"""What an agent is doing, said the same by all who listen, whatever they hear when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.desk import presence
from console.desk.presence import DIALLED, PAUSES, activity
from console.desk.screens import Screens
from console.live.bus import Change
from console.live.memory_bus import MemoryBus
from tests.conftest import NOW
from tests.console.live.screens import until

SINCE = NOW.isoformat()
LINKS = ("main", "branch")


class Listener:
    """One process that listens to one link. It hears of changes when the test says so."""

    def __init__(self, bus: MemoryBus, link: str, changes: AsyncIterator[Change | None]) -> None:
        self.bus = bus
        self.link = link
        self.screens = Screens(bus)
        self.presences = self.screens.presences
        self.presences.own.add(link)
        self._changes: Any = changes
        self._rung = 0

    async def up(self, up: bool) -> None:
        self.presences.link(self.link, up=up)
        await self.bus.put("links", self.link, {"state": "up" if up else "down"})
        await self.say()

    async def offer(self) -> None:
        self._rung += 1
        leg: Any = f"{self.link}-{self._rung}"
        await self.screens.show({"leg": leg, "link": self.link, "user_id": 1, "state": "ringing"})  # type: ignore[typeddict-item] # the rest is for drawing
        await self.say()

    async def change(self, state: str) -> None:
        for leg in self.screens.unfinished(self.link)[:1]:
            await self.screens.change(leg, state=state)
        await self.say()

    async def put_away(self) -> None:
        """The agent does, in whatever process."""
        for key, value in (await self.bus.snapshot("desk:1")).entries.items():
            if value["state"] == "ended":
                await self.bus.put("desk:1", key, None)

    async def pause(self, reason: str | None) -> None:
        self.presences.pause(1, self.link, "support", reason)
        await self.presences.say_pauses(1, self.link)
        await self.say()

    async def dial(self, call: str, on: bool) -> None:
        """The agent calls a colleague, or does not any more."""
        await self.presences.dialler(f"{self.link}-{call}", self.link, 1 if on else None, SINCE)

    async def say(self) -> None:
        await self.presences.say(1, SINCE)

    def hear(self, most: int) -> bool:
        """Hear of so many changes; whether there were any."""
        heard = 0
        while heard < most and self._changes._items:
            change = self._changes._items.popleft()
            heard += 1
            if change.topic == "links":
                self.presences.hear_link(change.key, change.value)
            elif change.topic == PAUSES:
                self.presences.hear_pauses(change.value)
            elif change.topic == DIALLED:
                self.presences.hear_dialler(change.key, change.value)
            else:
                self.screens.hear(change)
        return heard > 0


STEPS = st.tuples(
    st.integers(0, 1),
    st.one_of(
        st.tuples(st.just("up"), st.booleans()),
        st.tuples(st.just("offer")),
        st.tuples(st.just("change"), st.sampled_from(["answered", "ended"])),
        st.tuples(st.just("put_away")),
        st.tuples(st.just("dial"), st.sampled_from("ab"), st.booleans()),
        st.tuples(st.just("pause"), st.sampled_from([None, "lunch"])),
        st.tuples(st.just("hear"), st.integers(1, 9)),
        st.tuples(st.just("settle")),
    ),
)


Steps = list[tuple[int, tuple[Any, ...]]]


@settings(max_examples=20)
@given(st.lists(STEPS, max_size=40))
def test_all_come_to_the_same_word(steps: Steps) -> None:
    asyncio.run(play(steps))


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None)
@given(st.lists(STEPS, max_size=80))
def test_all_come_to_the_same_word_whatever_happens(steps: Steps) -> None:
    asyncio.run(play(steps))


async def play(steps: Steps) -> None:
    bus = MemoryBus()
    async with AsyncExitStack() as stack:
        listeners = [Listener(bus, link, await stack.enter_async_context(bus.changes())) for link in LINKS]
        for which, (what, *arguments) in steps:
            if what == "settle":
                await listeners[which].presences.settle(SINCE)
            elif what == "hear":
                listeners[which].hear(*arguments)
            else:
                await getattr(listeners[which], what)(*arguments)
        await come_to_rest(listeners)
        said = (await bus.snapshot("desk:1")).entries.get("presence")
        for listener in listeners:
            state, reason = listener.presences.doing(1)
            assert said is None or (said["state"], said["reason"]) == (state, reason)
            assert said is not None or state == "offline"


async def come_to_rest(listeners: list[Listener]) -> None:
    """Everybody hears everything, and puts right what is wrong: that comes to an end."""
    for _ in range(10):
        heard = [listener.hear(10_000) for listener in listeners]
        for listener in listeners:
            await listener.presences.settle(SINCE)
        if not any(heard):
            return
    raise AssertionError("they never agree")


async def test_what_is_wrong_is_put_right_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "SETTLED_S", 0)
    bus = MemoryBus()
    async with bus.changes() as changes:
        listener = Listener(bus, "main", changes)
        running = asyncio.create_task(listener.presences.run(lambda: NOW))
        await listener.up(True)
        await bus.put("desk:1", "presence", {"state": "on_call", "reason": "", "since": SINCE})
        listener.hear(9)
        entries = (await bus.snapshot("desk:1")).entries
        await until(lambda: bus._topics["desk:1"].entries["presence"]["state"] == "available")
        assert entries["presence"]["state"] == "on_call"
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize(
    ("pop", "does"),
    [
        ({"state": "ringing", "dialling": False}, "ringing"),
        ({"state": "ringing", "dialling": True}, "answered"),
        ({"state": "ended", "dialling": True}, "ended"),
    ],
)
def test_whoever_makes_a_call_is_on_it(pop: dict[str, Any], does: str) -> None:
    assert activity(pop) == does
