"""A real Asterisk is stopped in order, and started again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from telephony.asterisk.client import AsteriskSource
from telephony.events import Event, LinkLost, LinkName, LinkResynced, LinkUp
from tests.pbx.asterisk import prepared_asterisk, started

pytestmark = pytest.mark.real("asterisk")

BACK_WITHIN_S = 8.0
"""From the moment at which it takes connections again: it was away for a few seconds, and that loaded machine
of a test counts, too."""


async def until(events: AsyncIterator[Event], kind: type[Event]) -> Event:
    """The next event of the kind."""
    async with asyncio.timeout(30):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the source ended without {kind.__name__}")


async def test_the_link_says_that_it_was_shut_down_and_is_back_within_seconds() -> None:
    with prepared_asterisk() as asterisk:
        source = AsteriskSource(
            LinkName("main"),
            *("127.0.0.1", asterisk.ports.ami, asterisk.user, asterisk.secret),
            clock=lambda: datetime.now(UTC),
        )
        async with aclosing(source.events()) as events:
            with started(asterisk):
                await until(events, LinkResynced)
                await asyncio.to_thread(asterisk.command, "core stop now")
                lost = await until(events, LinkLost)
            assert isinstance(lost, LinkLost)
            assert lost.reason == "The phone system was shut down; trying again until it is back."
            with started(asterisk):
                began = asyncio.get_running_loop().time()
                await until(events, LinkUp)
                await until(events, LinkResynced)
                assert asyncio.get_running_loop().time() - began < BACK_WITHIN_S
            await source.close()
