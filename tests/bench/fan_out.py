"""One change on all boards: from the moment at which the server is told of it until the last board has it.

Told by a signal, all three alike. Ours is the product: a log-in for each board, the tile drawn, the frame
built. The others send the same text, ready as it is, to whoever is connected (`rivals`).
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench.board_records import leaders
from tests.bench.phone_system import PhoneSystem
from tests.bench.processes import Process, server
from tests.bench.report import Series
from tests.bench.stage import Build, let_in, one_node
from tests.bench.watchers import Message, Place, Watcher, open_boards
from tests.rig.processes import free_port

TOLD_WITHIN_S = 20.0
BETWEEN_S = 0.2
QUIET_S = 1.0
A_LOT = 1_000_000
A_CHANGE = 300
"""A text that is longer is a change; shorter ones are beats and greetings."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to push: `command` runs it at `port`; what a client says first, and where."""

    name: str
    command: Sequence[str]
    place: Place
    greeting: str = ""


def rivals(text: Path) -> list[Rival]:
    """The others, with this text to send."""
    ports = [free_port(), free_port()]
    start = ("-m", "tests.bench.rivals")
    return [
        Rival(
            "python-socketio",
            (*start, "socketio", str(ports[0]), str(text)),
            Place(ports[0], "/socket.io/?EIO=4&transport=websocket"),
            "40",
        ),
        Rival("Django Channels", (*start, "channels", str(ports[1]), str(text)), Place(ports[1], "/board")),
    ]


class Audience:
    """Boards that wait for a change; `last` is the newest text."""

    def __init__(self) -> None:
        self.last = Message(b"", packed=False)
        self._boards: list[Watcher] = []
        self._waiting = 0
        self._all_told = asyncio.Event()

    def seen(self, _watcher: Watcher, message: Message, _at: float) -> None:
        if len(message.data) <= A_CHANGE:
            return
        self.last = message
        self._waiting -= 1
        if not self._waiting:
            self._all_told.set()

    @asynccontextmanager
    async def open(self, places: Sequence[Place], greeting: str = "") -> AsyncIterator[None]:
        """The boards are open meanwhile, and have what they show at first."""
        self._boards = await open_boards(places, self.seen, greeting)
        await self._quiet()
        yield
        for board in self._boards:
            board.close()

    async def _quiet(self) -> None:
        """Return when nothing comes any more but beats."""
        before = -1
        while before != (before := sum(board.bytes for board in self._boards) // A_LOT):  # noqa: ASYNC110
            await asyncio.sleep(QUIET_S)

    async def told(self, process: Process, times: int) -> list[float]:
        """Tell the server so often, and how many seconds it took each time until the last board had it."""
        took = []
        for _ in range(times):
            self._waiting = len(self._boards)
            self._all_told.clear()
            at = perf_counter()
            process.send_signal(signal.SIGUSR1)
            async with asyncio.timeout(TOLD_WITHIN_S):
                await self._all_told.wait()
            took.append(perf_counter() - at)
            await asyncio.sleep(BETWEEN_S)
        return took


async def measure_ours(
    records: Path, agents: int, numbers: Sequence[int], times: int
) -> tuple[list[Series], bytes]:
    """A series for each number of boards, and the text that was sent."""
    build, audience, series = one_node(records, "-m", "tests.bench.pushed"), Audience(), []
    async with _running(build) as process:
        for number in numbers:
            async with audience.open(board_places(build.ports[0], agents, number)):
                series.append(Series("Lineside"))
                series[-1].add(await audience.told(process, times), 0.0, times)
    return series, audience.last.whole()


def board_places(port: int, agents: int, number: int) -> list[Place]:
    """Where so many boards are opened; who leads may have several."""
    who = leaders(agents)
    users = [who[each % len(who)] for each in range(number)]
    return [Place(port, "/live/board", let_in(user, port)) for user in users]


@asynccontextmanager
async def _running(build: Build) -> AsyncIterator[Process]:
    phones = PhoneSystem(lambda _uniqueid, _at: None)
    [(words, port)] = build.processes
    async with (
        await phones.listen(build.ami_port),
        server(*words, port=port, environment=build.environment) as process,
    ):
        await asyncio.wait_for(phones.ready.wait(), 30)
        yield process


async def measure_rival(rival: Rival, numbers: Sequence[int], times: int) -> list[Series]:
    """A series for each number of boards."""
    audience, series = Audience(), []
    async with server(*rival.command, port=rival.place.port) as process:
        for number in numbers:
            async with audience.open([rival.place] * number, rival.greeting):
                series.append(Series(rival.name))
                series[-1].add(await audience.told(process, times), 0.0, times)
    return series
