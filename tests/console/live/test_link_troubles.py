"""What a phone system sends that it should not: counted, each kind apart, where /metrics tells of it."""

from contextlib import aclosing
from datetime import datetime

from prometheus_client import generate_latest

from console.live.link_health import LinkHealth
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY
from telephony.asterisk.client import AsteriskSource
from telephony.asterisk.troubles import Trouble
from telephony.events import CallQueued, LinkName, LinkResynced
from tests.fakes.asterisk_frames import CALLER, hangup, joined, new
from tests.fakes.asterisk_server import AsteriskServer

HUNG_UP = b"Event: Hangup\r\n"

SENT: dict[Trouble, bytes] = {
    Trouble.FRAME_TOO_LONG: HUNG_UP + b"X: 1\r\n" * 20_000 + b"\r\n",
    Trouble.LINE_TOO_LONG: HUNG_UP + b"X: " + b"x" * 10_000 + b"\r\n\r\n",
    Trouble.TOO_MANY_HEADERS: HUNG_UP + b"X: 1\r\n" * 600 + b"\r\n",
    Trouble.NUL: HUNG_UP + b"X: \0\r\n\r\n",
    Trouble.UNKNOWN_FRAME: b"X: 1\r\n\r\n",
    Trouble.BAD_UTF8: b"Event: Hangup\r\nX: \xff\r\n\r\n",
    Trouble.DUPLICATE_HEADER: HUNG_UP + b"X: 1\r\nX: 2\r\n\r\n",
    Trouble.BARE_LINE_FEED: b"Event: Hangup\nX: 1\n\n",
    Trouble.UNSOLICITED_ANSWER: b"Response: Follows\r\nActionID: 1\r\n\r\n",
    Trouble.INCOMPLETE: HUNG_UP + b"\r\n",
}
"""One frame for each."""


async def test_each_kind_is_on_the_metrics(now: datetime) -> None:
    link = LinkName("attacked")
    async with AsteriskServer() as server:
        address = (server.host, server.port, server.user, server.secret)
        source = AsteriskSource(link, *address, clock=lambda: now)
        health = LinkHealth(MemoryBus(), lambda: now)
        async with aclosing(source.events()) as events:
            while not isinstance(await anext(events), LinkResynced):
                pass
            server.play(b"".join(SENT.values()) + hangup() + new(CALLER) + joined())
            assert isinstance(await anext(events), CallQueued)
            health._count(source)
            await source.close()
    told = generate_latest(REGISTRY).decode()
    for trouble in SENT:
        assert f'lineside_source_dropped_total{{link="{link}",reason="{trouble}"}}' in told
    assert {action.last("Action") for action in server.actions} <= {
        "Login",
        "ListCommands",
        "Ping",
        "Status",
        "QueueStatus",
    }
