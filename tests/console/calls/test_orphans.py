"""Calls of links that nobody listens to any more do not stay open; those of others are left alone."""

import asyncio
from typing import Any, cast

import pytest

from console.calls.orphans import Orphans
from telephony.events import LinkName

MAIN, BRANCH, OLD = (LinkName(name) for name in ("main", "branch", "old"))


class World:
    """Links with open calls, of which some are held; `rounds` changes who holds what, look by look."""

    def __init__(self, *rounds: set[LinkName], grace_s: float = 1e-9) -> None:
        self.open = {MAIN, BRANCH, OLD}
        self.rounds = list(rounds)
        self.grace_s = grace_s
        self.given_up: list[LinkName] = []
        self.troubles: list[Exception] = []
        self.over = asyncio.Event()

    async def open_links(self) -> set[LinkName]:
        if len(self.rounds) == 1:
            self.over.set()
        if self.troubles:
            raise self.troubles.pop()
        return set(self.open)

    async def held(self, name: str) -> bool:
        return name in self.rounds[0]

    async def give_up(self, link: LinkName) -> None:
        self.open.discard(link)
        self.given_up.append(link)

    async def look(self) -> None:
        """Look as often as there are rounds."""
        world = cast("Any", self)
        looking = asyncio.create_task(Orphans([MAIN], world, world, self.give_up).run())
        async with asyncio.timeout(10):
            await (self.over.wait() if self.grace_s else looking)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


class Turning(World):
    """Every look sees the next round."""

    async def open_links(self) -> set[LinkName]:
        found = await super().open_links()
        if len(self.rounds) > 1:
            self.rounds.pop(0)
        return found


async def test_where_nobody_else_can_listen_they_end_at_once() -> None:
    world = World(set(), grace_s=0)
    await world.look()
    assert sorted(world.given_up) == [BRANCH, OLD]


async def test_what_others_listen_to_is_left_alone() -> None:
    world = Turning({BRANCH}, {BRANCH}, {BRANCH}, {BRANCH})
    await world.look()
    assert world.given_up == [OLD]


async def test_a_listener_that_starts_anew_is_waited_for() -> None:
    world = Turning({BRANCH, OLD}, {BRANCH, OLD}, {OLD}, {BRANCH, OLD}, {OLD}, {BRANCH, OLD})
    await world.look()
    assert world.given_up == []


@pytest.mark.parametrize("trouble", [OSError("away"), ConnectionError("away")])
async def test_a_database_or_bus_that_is_away_is_tried_again(trouble: Exception) -> None:
    world = Turning(*[{BRANCH}] * 6)
    world.troubles = [trouble]
    await world.look()
    assert world.given_up == [OLD]


async def test_what_cannot_be_ended_yet_is_tried_again() -> None:
    world = Turning(*[{BRANCH}] * 9)
    tries: list[LinkName] = []

    async def fail_once(link: LinkName) -> None:
        tries.append(link)
        if len(tries) == 1:
            raise OSError("away")
        await World.give_up(world, link)

    world.give_up = fail_once  # type: ignore[method-assign] # the first time it fails
    await world.look()
    assert (tries, world.given_up) == ([OLD, OLD], [OLD])
