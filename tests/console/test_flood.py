"""A phone system that floods its link: the other links, the beats and the record do not suffer from it."""

import asyncio
import logging
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.calls.models import Call
from console.db.engine import Sessions
from console.live.link_watch import BEATS, SILENT_S
from console.live.memory_bus import MemoryBus
from telephony.asterisk.client import AsteriskSource
from telephony.events import LinkName
from telephony.lifecycle import CallState
from tests.conftest import NOW
from tests.console.live.screens import metric
from tests.fakes.asterisk_frames import ANA, CALLER, Channel, called, hangup, joined, new
from tests.fakes.asterisk_server import AsteriskServer
from tests.fakes.story import Stage, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FLOODED, QUIET = LinkName("flooded"), LinkName("quiet")
CALLS = 20_000
RINGS = 10


def caller(uniqueid: str) -> Channel:
    return replace(CALLER, name=f"PJSIP/x-{uniqueid}", uniqueid=uniqueid, linkedid=uniqueid)


def flood() -> bytes:
    """New calls, all at once, that nobody answers; when asked, the phone system knows of none."""
    callers = [caller(f"900.{number}") for number in range(CALLS)]
    return b"".join(new(one) + joined(one) for one in callers)


def ring(number: int) -> bytes:
    """A caller joins the queue, which rings the first agent."""
    visitor = caller(f"100.{number}")
    phone = replace(ANA, name=f"PJSIP/a1-{number}", uniqueid=f"200.{number}", linkedid=visitor.uniqueid)
    return new(visitor) + joined(visitor) + new(phone) + called(phone, visitor)


class Scene:
    """Two phone systems, a source at each, and all that is behind them."""

    def __init__(self, on: Stage, servers: list[AsteriskServer], sources: list[AsteriskSource]) -> None:
        self.on = on
        self.flooded, self.quiet = servers
        self.sources = sources

    @property
    def drained(self) -> bool:
        """Whether all that the flood brought was taken in and told."""
        pending = self.on.intake._tellings._waiting or self.sources[0]._backlog
        return not pending and self.on.intake._register.of_link(FLOODED) != []

    async def pops(self, number: int) -> None:
        """Ring the agent over the quiet link, wait for the pop, and hang up."""
        self.quiet.play(ring(number))
        await until(lambda: self._rings(number))
        self.quiet.play(hangup(caller(f"100.{number}")))

    def _rings(self, number: int) -> bool:
        return f"quiet-200.{number}" in self.on.intake._screens._pops

    def open_calls(self) -> list[Any]:
        register = self.on.intake._register
        records = [*register.of_link(FLOODED), *register.of_link(QUIET)]
        return [record for record in records if record.call.state is not CallState.ENDED]

    async def states(self) -> set[str]:
        async with self.on.sessions() as session:
            return set(await session.scalars(select(Call.state)))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)


@asynccontextmanager
async def scene(sessions: Sessions, database_url: str, bus: MemoryBus) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(AsteriskServer()) for _ in range(2)]
        sources = [
            AsteriskSource(
                name,
                *(server.host, server.port, server.user, server.secret),
                clock=lambda: NOW,
                backoff=lambda: repeat(0.0),
            )
            for name, server in zip((FLOODED, QUIET), servers, strict=True)
        ]
        for source in sources:
            stack.push_async_callback(source.close)
        on = await stack.enter_async_context(stage(sessions, database_url, bus, sources))
        await until(lambda: on.intake._resynced == {FLOODED, QUIET})
        yield Scene(on, servers, sources)


@contextmanager
def beats(bus: MemoryBus) -> Iterator[list[float]]:
    """When it was said of the quiet link that somebody listens to it."""
    heard: list[float] = []
    now = asyncio.get_running_loop().time

    async def hear() -> None:
        async with bus.messages(BEATS) as messages:
            async for message in messages:
                heard.extend([now()] * (message["link"] == QUIET))

    hearing = asyncio.create_task(hear())
    yield heard
    hearing.cancel()


def memory() -> int:
    """Bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def failures() -> dict[str, float]:
    told = {what: metric("lineside_failures_total", what=what) for what in ("story", "records", "bus")}
    return told | {"unrecorded": metric("lineside_calls_unrecorded_total")}


@pytest.mark.slow
async def test_a_flood_on_one_link_starves_nothing_else(
    sessions: Sessions, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await people(sessions)
    bus, before, attack = MemoryBus(), failures(), flood()
    async with scene(sessions, database_url, bus) as played:
        with beats(bus) as heard:
            kept = memory()
            played.flooded.play(attack)
            await until(lambda: played.on.intake._register.of_link(FLOODED) != [])
            for number in range(RINGS):
                await played.pops(number)
            assert not played.drained
            await until(lambda: played.drained and not played.open_calls())
            await played.on.intake.told()
            await played.on.recorder.flushed()
            assert memory() - kept < 100_000_000
        assert await played.states() == {"ended"}
        assert played.sources[0].counters["backlog_dropped"] > 0
        assert played.sources[1].counters == {}
    assert failures() == before
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []
    assert max(after - earlier for earlier, after in pairwise(heard)) < SILENT_S
