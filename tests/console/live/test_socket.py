"""The socket through a real uvicorn, and through another server's eyes (Starlette's test client)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from console.live.incoming import MESSAGE_BYTES
from console.live.server import UVICORN
from console.live.socket import MESSAGE_BURST
from console.live.wire import OUTBOX_BYTES
from console.web.metrics import REGISTRY
from tests.console.live.site import Site, raw_client, serving

pytestmark = pytest.mark.slow

PLAIN = {"ws": "websockets-sansio", "ws_max_size": MESSAGE_BYTES}
"""uvicorn as it is: what another server would do."""


@pytest.fixture(params=["short way", "any server"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with serving(UVICORN if request.param == "short way" else PLAIN) as site:
        yield site


async def read(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return dict(json.loads(await client.recv()))


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_snapshot_then_changes_arrive(site: Site) -> None:
    await site.bus.put("desk:1", "a", {"text": "old"})
    async with site.connect() as client:
        first = await read(client)
        assert (first["snapshot"], first["seq"], first["content"]) == (True, 1, "old")
        assert site.hub.connected(1) == 1
        for size in (10, 200, 70_000):  # a WebSocket frame has three lengths of length
            await site.bus.put("desk:1", "b", {"text": "ž" * size})
            change = await read(client)
            assert (change["snapshot"], change["content"]) == (False, "ž" * size)


async def test_what_the_browser_says_is_handled_and_nonsense_survived(site: Site) -> None:
    bad = metric("lineside_live_bad_messages_total", reason="unreadable")
    unknown = metric("lineside_live_bad_messages_total", reason="unknown type")
    failed = metric("lineside_live_bad_messages_total", reason="failed")
    async with site.connect() as client:
        await read(client)
        for text in ("{", "[]", "7", '"x"', "[" * 10_000, b"\0binary"):
            await client.send(text)
        for text in ('{"type": "what"}', '{"type": ["list"]}', "{}"):
            await client.send(text)
        await client.send('{"type": "fail"}')
        await client.send('{"type": "shown", "leg": "7"}')
        async with asyncio.timeout(5):
            assert await site.said.get() == {"type": "shown", "leg": "7"}
        await client.send('{"type": "resync"}')
        assert (await read(client))["snapshot"]
    assert metric("lineside_live_bad_messages_total", reason="unreadable") == bad + 6
    assert metric("lineside_live_bad_messages_total", reason="unknown type") == unknown + 3
    assert metric("lineside_live_bad_messages_total", reason="failed") == failed + 1


async def test_a_browser_that_says_too_much_is_dropped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.live.socket.MESSAGES_PER_S", 0.0)  # however slow the machine is
    async with site.connect() as client:
        await read(client)
        for _ in range(MESSAGE_BURST + 50):
            await client.send('{"type": "shown"}')
        with pytest.raises(ConnectionClosed) as closed:
            await read(client)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    assert site.said.qsize() <= MESSAGE_BURST


async def test_a_message_too_large_closes(site: Site) -> None:
    async with site.connect() as client:
        await read(client)
        await client.send("x" * (MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            await read(client)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"cookie": "who=nobody"}, 401),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_who_may_not_is_refused_before_the_upgrade(
    site: Site, who: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with site.connect(**who):
            raise AssertionError("was let in")
    assert refused.value.response.status_code == status
    assert site.hub.connected(1) == 0


async def test_who_closes_is_forgotten(site: Site) -> None:
    async with site.connect() as client:
        await read(client)
    async with asyncio.timeout(5):
        while site.hub.connected(1):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


async def test_a_reader_that_does_not_read_is_dropped_and_others_get_all(site: Site) -> None:
    dropped = metric("lineside_live_dropped_total", reason="slow")
    async with site.connect() as quick, raw_client(site) as (_, writer):
        await read(quick)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        sent = 0
        while metric("lineside_live_dropped_total", reason="slow") == dropped:
            await site.bus.put("desk:1", "a", {"text": "x" * (OUTBOX_BYTES // 4)})
            sent += 1
            assert sent < 200
            assert len((await read(quick))["content"]) == OUTBOX_BYTES // 4
    assert sent > 4
