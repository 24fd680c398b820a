"""Frames that are compressed once for all boards, and what a browser may do with that."""

import json
import zlib
from collections.abc import AsyncIterator, Sequence

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.extensions import ClientExtensionFactory
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, PerMessageDeflate
from websockets.frames import CloseCode, Opcode
from websockets.typing import Origin

from console.live.frame import PACKED_FROM_BYTES, Fragment, build_frame
from console.live.incoming import MESSAGE_BYTES
from console.live.server import UVICORN
from tests.console.live.screens import until
from tests.console.live.site import Site, serving

LONG = "<p>a tile</p>" * 1_000
FIN, RSV1, MASKED = 0x80, 0x40, 0x80  # RFC 6455 section 5.2
PACKS = [ClientPerMessageDeflateFactory()]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(UVICORN) as site:
        yield site


def opened(site: Site, path: str, extensions: Sequence[ClientExtensionFactory] = PACKS) -> connect:
    origin = Origin(site.url.replace("ws://", "http://").removesuffix("/live"))
    return connect(
        site.url.removesuffix("/live") + path,
        origin=origin,
        additional_headers={"Cookie": "who=ann"},
        compression=None,
        extensions=extensions or None,
    )


async def told(site: Site, client: ClientConnection) -> str:
    """What a board hears of a long change, behind the snapshot."""
    await client.recv()
    await site.bus.put("desk:1", "a", {"text": LONG})
    return str(json.loads(await client.recv())["content"])


def test_a_packed_frame_holds_the_same() -> None:
    frame = build_frame("board", 1, Fragment(LONG, "#t", "outerMorph"))
    head, length, data = frame.packed[0], int.from_bytes(frame.packed[2:4], "big"), frame.packed[4:]
    assert (head, length) == (FIN | RSV1 | Opcode.TEXT, len(data))
    assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(data + b"\x00\x00\xff\xff") == frame.payload
    assert len(frame.packed) < len(frame.raw) / 10
    assert frame.packed is frame.packed


def test_a_short_one_stays_as_it_is() -> None:
    frame = build_frame("board", 1, None)
    assert len(frame.payload) < PACKED_FROM_BYTES
    assert frame.packed is frame.raw


@pytest.mark.slow
async def test_a_board_gets_it_packed(site: Site) -> None:
    async with opened(site, "/live/board") as client:
        [agreed] = client.protocol.extensions
        assert isinstance(agreed, PerMessageDeflate)
        assert (agreed.remote_no_context_takeover, agreed.local_no_context_takeover) == (True, True)
        assert await told(site, client) == LONG


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "extensions", "agreed"),
    [
        ("/live", PACKS, 0),  # a desk
        ("/live/board", [], 0),
        ("/live/board", [ClientPerMessageDeflateFactory(server_max_window_bits=10)], 1),
    ],
)
async def test_others_get_it_plain(
    site: Site, path: str, extensions: Sequence[ClientExtensionFactory], agreed: int
) -> None:
    async with opened(site, path, extensions) as client:
        assert len(client.protocol.extensions) == agreed
        assert await told(site, client) == LONG


@pytest.mark.slow
async def test_what_a_browser_packs_is_heard(site: Site) -> None:
    async with opened(site, "/live/board") as client:
        await client.recv()
        await client.send(json.dumps({"type": "shown", "leg": "x" * 2_000}))
        await until(lambda: not site.said.empty())
        assert (await site.said.get())["leg"] == "x" * 2_000


@pytest.mark.slow
async def test_a_message_that_unpacks_to_too_much_is_refused(site: Site) -> None:
    async with opened(site, "/live/board") as client:
        await client.recv()
        await client.send("x" * (MESSAGE_BYTES * 100))
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG


@pytest.mark.slow
async def test_nonsense_that_says_it_is_packed_is_refused(site: Site) -> None:
    async with opened(site, "/live/board") as client:
        await client.recv()
        client.transport.write(bytes([FIN | RSV1 | Opcode.TEXT, MASKED | 40]) + bytes(4) + b"\xff" * 40)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.PROTOCOL_ERROR
