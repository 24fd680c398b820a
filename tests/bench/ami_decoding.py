"""AMI decoding: events a second, beside two other clients, of the same bytes in the same process.

The stream is every recording that there is, again and again, each time with channels of its own. Decoding
is the way from bytes to parsed events, of those that are wanted: all that the other two do. They are run as
they come, by the code that reads their sockets, with reads as large as theirs are, and look up each event's
name among those that Lineside wants. Beside it stands the whole way that Lineside goes: log-in and resync,
decoding, and what it all means, in its own events.

Processor time counts, and the garbage collector runs, as it does for any user.
"""

import asyncio
import gc
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median
from time import process_time
from typing import Any

from asterisk.ami import AMIClient
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager as Panoramisk

from telephony.asterisk.protocol import Protocol
from telephony.events import CallEvent
from tests.bench.report import Goal, table
from tests.conftest import NOW
from tests.fakes.asterisk_frames import CALLER, hangup, new
from tests.fakes.asterisk_manager import GREETING, Manager
from tests.fakes.asterisk_stream import busy, count_events
from tests.fakes.asterisk_transcripts import NAMES

LOGGED_IN = b"Response: Success\r\nActionID: bench-1\r\n\r\n"
READ = 65_536
"""Bytes that come at once to who asks for no less."""

READ_EVERY_S = 0.008
"""By Lineside's clock: that makes some 20,000 events a second."""

EVENTS, QUICK = 200_000, 20_000
ROUNDS = 5
GOAL = 4
"""How many times as many events a second as panoramisk decodes."""


def logged_in() -> Manager:
    """A session that is up, with nothing alive, and has heard of a call."""
    asterisk = Manager()
    asterisk.say(GREETING)
    asterisk.say(new(CALLER) + hangup(CALLER))
    return asterisk


WANTED = frozenset(logged_in().translator.wanted)


async def run(quick: bool) -> list[Goal]:
    """Measure, print, and say whether the goal is met."""
    one = b"".join(busy(NAMES, 1))
    stream = b"".join(busy(NAMES, (QUICK if quick else EVENTS) // count_events(one) + 1))
    events = count_events(stream)
    decoders: Sequence[Callable[[bytes], int]] = (lineside, lineside_whole_way, panoramisk, asterisk_ami)
    rates: dict[str, list[float]] = {decoder.__name__: [] for decoder in decoders}
    heard = {decoder.__name__: decoder(stream) for decoder in decoders}  # and warm
    gc.enable()
    for _ in range(1 if quick else ROUNDS):
        for decoder in decoders:
            began = process_time()
            decoder(stream)
            rates[decoder.__name__].append(events / (process_time() - began))
    gc.disable()
    print(f"\nAMI decoding: {events:,} events; medians of {len(rates['lineside'])} rounds\n")
    print(_figures(rates, heard))
    times = _times(rates, "panoramisk")
    return [Goal("AMI events decoded a second, over panoramisk's", times, GOAL, "x", least=True)]


def _figures(rates: dict[str, list[float]], heard: dict[str, int]) -> str:
    rows: list[tuple[str, ...]] = [("", "events/s", "us/event", "Lineside is", "events")]
    rows += [
        (
            name,
            f"{median(of):,.0f}",
            f"{1e6 / median(of):.1f}",
            f"{_times(rates, name):.1f}x",
            f"{heard[name]:,}",
        )
        for name, of in rates.items()
    ]
    return table(rows)


def _times(rates: dict[str, list[float]], name: str) -> float:
    return median(own / of for own, of in zip(rates["lineside"], rates[name], strict=True))


def lineside(stream: bytes) -> int:
    """Decoding; how many of the events are wanted."""
    protocol = Protocol("user", "secret", wanted=WANTED, token="bench", now=0.0)
    [_] = protocol.receive_data(GREETING + LOGGED_IN, 0.0)
    heard = 0
    for start in range(0, len(stream), READ):
        heard += sum(1 for _ in protocol.receive_data(stream[start : start + READ], 0.0))
    return heard


def lineside_whole_way(stream: bytes) -> int:
    """All that the product does; how many events of its own it came to."""
    session, heard = logged_in().session, 0
    for number, start in enumerate(range(0, len(stream), READ)):
        now = number * READ_EVERY_S
        events = session.receive_data(stream[start : start + READ], now, NOW + timedelta(seconds=now))
        heard += sum(isinstance(event, CallEvent) for event in events)
    return heard


class _Transport:
    """Takes what panoramisk would write."""

    def write(self, _data: bytes) -> None:
        pass


def panoramisk(stream: bytes) -> int:
    """As far as its listeners; how many of the events are wanted."""
    wanted, names = 0, {name.decode() for name in WANTED}

    def take(_manager: Panoramisk, event: Any) -> None:
        nonlocal wanted
        wanted += event.event in names

    manager = Panoramisk(loop=asyncio.get_running_loop())
    manager.patterns.clear()
    manager.callbacks.clear()
    manager.register_event("*", take)
    protocol = AMIProtocol()
    protocol.connection_made(_Transport())
    protocol.factory, protocol.encoding = manager, manager.config["encoding"]
    protocol.data_received(GREETING)
    for start in range(0, len(stream), READ):
        protocol.data_received(stream[start : start + READ])
    return wanted


class _Socket:
    """Gives asterisk-ami as much of the stream as it asks for."""

    def __init__(self, stream: bytes) -> None:
        self._stream = memoryview(GREETING + stream)
        self._read = 0

    def recv(self, size: int) -> bytes:
        data = bytes(self._stream[self._read : self._read + size])
        self._read += size
        return data

    def close(self) -> None:
        pass


def asterisk_ami(stream: bytes) -> int:
    """As far as its listeners, in this thread; how many of the events are wanted."""
    wanted, names = 0, {name.decode() for name in WANTED}

    def take(event: Any, **_: object) -> None:
        nonlocal wanted
        wanted += event.name in names

    client = AMIClient()
    client.add_event_listener(on_event=take)
    client._socket, client.finished = _Socket(stream), threading.Event()
    client.listen()
    return wanted
