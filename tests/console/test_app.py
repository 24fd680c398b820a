"""What a process is made of, and how it ends."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any, cast

import pytest

from console.app import Parts, open_parts
from console.errors import SettingError
from console.live.lease import LeaseLostError
from console.settings import Link, Settings
from telephony.commands import Done, JoinQueue, Pause, Refused
from telephony.events import LinkName
from telephony.source import Capability

pytestmark = pytest.mark.slow


async def test_background_work_that_fails_says_why_in_its_own_words() -> None:
    async def lose() -> None:
        raise LeaseLostError("main")

    async def fail_deep_inside() -> None:
        raise ExceptionGroup("intake", [ExceptionGroup("source", [LeaseLostError("main")])])

    for work in (lose, fail_deep_inside):
        parts = cast("Any", Parts)(*[None] * (len(fields(Parts)) - 1), background=[work()])
        with pytest.raises(LeaseLostError, match="Start it again when Redis answers"):
            await parts.work()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_transcript_that_cannot_be_played_stops_the_start(database_url: str) -> None:
    """With one sentence, and nothing left behind that never ran."""
    link = Link(scheme="sim", name="sim", transcript="/nowhere/calls.raw")
    settings = Settings(database_url=database_url, links=(link,))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(SettingError, match=r"the transcript /nowhere/calls.raw is no recorded AMI"):
            async with open_parts(settings, listens=True):
                raise AssertionError("it started")
        gc.collect()
    assert not warned, "a coroutine was never awaited"


SIM = LinkName("sim")


@asynccontextmanager
async def at_work(settings: Settings, *, listens: bool) -> AsyncIterator[Parts]:
    """A process at work, without its web server."""
    async with open_parts(settings, listens=listens) as parts:
        work = asyncio.create_task(parts.work())
        yield parts
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def up(parts: Parts) -> None:
    """Wait until the process knows the link as up."""
    async with asyncio.timeout(10), parts.bus.changes() as changes:
        while not (links := await parts.commands.links()) or links[SIM].state != "up":
            await anext(changes)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_command_goes_to_the_phone_system_in_one_process(database_url: str) -> None:
    settings = Settings(database_url=database_url, links=(Link(scheme="sim", name="sim"),))
    async with at_work(settings, listens=True) as parts:
        await up(parts)
        assert Capability.DIAL in await parts.commands.capabilities(SIM)
        assert await parts.commands.send(SIM, Pause("PJSIP/1001", "Lunch")) == Done()
        refused = await parts.commands.send(SIM, JoinQueue("PJSIP/1001", "support"))
        assert isinstance(refused, Refused)
        assert "has no such queue" in refused.why


@pytest.mark.real("redis")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_command_goes_from_serve_to_listen_and_back(database_url: str, redis_url: str) -> None:
    settings = Settings(
        database_url=database_url, redis_url=redis_url, links=(Link(scheme="sim", name="sim"),)
    )
    async with at_work(settings, listens=True) as listens, at_work(settings, listens=False) as serves:
        assert listens.bus is not serves.bus
        await up(serves)
        assert await serves.commands.send(SIM, Pause("PJSIP/1001", "Lunch")) == Done()
