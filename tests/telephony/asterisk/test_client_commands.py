"""What agents ask for, over a real socket: one answer for each, and nothing is asked twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from telephony.asterisk.orders import CUT
from telephony.commands import NO_LINK, Dial, Done, Pause, Refused, Unpause
from telephony.events import LinkLost, LinkResynced
from tests.fakes.asterisk_server import AsteriskServer
from tests.telephony.asterisk.test_client import connected, until

PHONE = "PJSIP/1001"


@pytest.fixture
async def server() -> AsyncIterator[AsteriskServer]:
    async with AsteriskServer() as server:
        server.instead["QueuePause"] = lambda action_id: (
            b"Response: Success\r\nActionID: " + action_id + b"\r\nMessage: Interface paused\r\n\r\n"
        )
        yield server


def asked(server: AsteriskServer, action: str) -> int:
    return [each.last("Action") for each in server.actions].count(action)


async def test_asked_and_answered(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        assert await source.send(Unpause(PHONE)) == NO_LINK
        await until(events, LinkResynced)
        pausing, dialling = source.send(Pause(PHONE, "Lunch")), source.send(Dial(PHONE, "0905"))
        paused, dialled = await asyncio.gather(pausing, dialling)
        assert paused == Done()
        assert dialled == Refused("The phone system says: Invalid/unknown command.")
    assert await source.send(Unpause(PHONE)) == NO_LINK
    assert asked(server, "QueuePause") == 1


async def test_what_must_not_be_sent_is_not(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        assert isinstance(await source.send(Pause(PHONE, "x\r\n\r\nAction: Logoff")), Refused)
        assert await source.send(Unpause(PHONE)) == Done()
    assert asked(server, "QueuePause") == 1
    assert asked(server, "Logoff") == 0


async def test_a_link_that_breaks_leaves_it_open_and_nothing_is_asked_again(server: AsteriskServer) -> None:
    server.instead["QueuePause"] = lambda _action_id: b""
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        sending = asyncio.create_task(source.send(Pause(PHONE, "Lunch")))
        await server.asked("QueuePause")
        server.cut()
        assert await asyncio.wait_for(sending, 5) == CUT
        await until(events, LinkLost)
        await until(events, LinkResynced)
    assert asked(server, "QueuePause") == 1


async def test_nobody_waits_for_the_answer_any_more(server: AsteriskServer) -> None:
    async with connected(server) as (source, events):
        await until(events, LinkResynced)
        sending = asyncio.create_task(source.send(Pause(PHONE, "Lunch")))
        await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert await source.send(Unpause(PHONE)) == Done()
    assert asked(server, "QueuePause") == 2
