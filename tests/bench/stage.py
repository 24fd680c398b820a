"""A server under test with its phone system and desks: rings, and takes the time until the pop is there."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from tests.bench.desks import Desk, Heard, Seat, connect
from tests.bench.pace import arrivals, keep_pace
from tests.bench.phone_system import PhoneSystem
from tests.bench.processes import Process, cpu_seconds, memory_mb, server
from tests.bench.records import database_url, interface_of, number_of, queue_of, token_of
from tests.bench.report import Series
from tests.rig.processes import free_port

CALL = re.compile(r'data-call-id=\\?"[^"\\]*-([0-9]+\.[0-9]+)\\?"')
WARM_UP_OFFERS = 40


@dataclass(frozen=True, slots=True)
class Size:
    """How large a bench is; every round rings `offers` times, at random, `rate` times a second, out of the
    `queues` in turn."""

    customers: int = 100_000
    desks: int = 500
    rate: float = 20.0
    offers: int = 250
    rounds: int = 3
    queues: int = 1


@dataclass(frozen=True, slots=True)
class Build:
    """What is measured: its processes, each with the port at which it serves desks (None: at none)."""

    ami_port: int
    processes: Sequence[tuple[tuple[str, ...], int | None]]
    environment: Mapping[str, str]

    @property
    def ports(self) -> list[int]:
        return [port for _, port in self.processes if port is not None]


def one_node(records: Path, *wrapper: str) -> Build:
    """One `serve` on SQLite; `wrapper` is what runs it in place of `-m console`."""
    ami_port, port = free_port(), free_port()
    command = (*(wrapper or ("-m", "console")), "serve", "--port", str(port))
    return Build(ami_port, [(command, port)], _environment(database_url(records), ami_port))


def two_nodes(database: str, redis: str) -> Build:
    """One `listen` and two `serve`, on PostgreSQL and Redis."""
    ami_port, ports = free_port(), [free_port(), free_port()]
    serves = [(("-m", "console", "serve", "--port", str(port)), port) for port in ports]
    environment = _environment(database, ami_port) | {"LINESIDE_REDIS_URL": redis}
    return Build(ami_port, [(("-m", "console", "listen"), None), *serves], environment)


def straightforward(records: Path) -> Build:
    """The baseline on SQLite."""
    ami_port, port = free_port(), free_port()
    words = ("-m", "tests.bench.baseline.server", str(port), str(ami_port), database_url(records))
    return Build(ami_port, [(words, port)], {})


def _environment(database: str, ami_port: int) -> dict[str, str]:
    return {
        "LINESIDE_DATABASE_URL": database,
        "LINESIDE_PBX": f"ami://console:secret@127.0.0.1:{ami_port}?name=main",
        "LINESIDE_SECRET_KEY": "bench",
    }


class Rings:
    """The rings of a stage and the pops that came of them. `astray` came to a wrong desk. `queued` is when
    each caller of this round joined, by the id of the call. `also` hears of each pop when it is there."""

    def __init__(self, size: Size, also: Heard | None = None) -> None:
        self.phones = PhoneSystem(self._rung)
        self.astray = 0
        self.queued: dict[str, float] = {}
        self._size = size
        self._also = also
        self._rung_at: dict[str, float] = {}
        self._right: dict[str, int] = {}
        self._popless: set[str] = set()
        self._times: list[float] = []
        self._offered = 0

    def _rung(self, uniqueid: str, at: float) -> None:
        self._rung_at[uniqueid] = at

    def heard(self, desk: Desk, message: str, at: float) -> None:
        """A desk got a message: it counts when it is the first with this call."""
        found = CALL.search(message)
        if found is None:
            return
        uniqueid = found[1]
        if self._right.get(uniqueid) != desk.seat.user_id:
            self.astray += 1
        elif uniqueid in self._rung_at:
            self._times.append(at - self._rung_at.pop(uniqueid))
            self._popless.discard(uniqueid)
            if self._also is not None:
                self._also(desk, message, at)

    def offer(self, *, at_once: bool) -> None:
        """Ring the next user's phone for the next customer."""
        user = self._offered % self._size.desks + 1
        # 7919 is prime: customers in an order that no cache has foreseen
        customer = self._offered * 7919 % self._size.customers + 1
        queue, at = queue_of(self._offered % self._size.queues), perf_counter()
        call = self.phones.offer(number_of(customer), interface_of(user), queue, at_once=at_once)
        self.queued[call] = at
        self._right[call] = user
        self._popless.add(call)
        self._offered += 1

    async def round(self, gaps: Sequence[float], *, at_once: bool = False) -> list[float]:
        """Seconds from event to pop, of those offers whose pop came."""
        self._times = []
        self._rung_at.clear()
        self._popless.clear()
        self.queued.clear()
        await keep_pace(gaps, lambda _index: self.offer(at_once=at_once), lambda: not self._popless)
        return self._times


@dataclass(slots=True)
class Stage:
    """A build that runs. `desk_kb` is what a connected desk costs it."""

    build: Build
    size: Size
    rings: Rings
    processes: list[Process]
    desks: list[Desk] = field(default_factory=list)
    desk_kb: float = 0.0

    def seats(self) -> list[Seat]:
        """Who sits where: the users in turn at the processes that serve."""
        ports = self.build.ports
        return [_seat(user, ports[user % len(ports)]) for user in range(1, self.size.desks + 1)]

    async def connect_desks(self) -> None:
        """Open all desks. The first of them move into memory that the start left behind: what one costs is
        measured with the rest."""
        seats = self.seats()
        first = len(seats) // 4
        self.desks = await connect(seats[:first], self.rings.heard)
        before_mb = sum(map(memory_mb, self.processes))
        self.desks += await connect(seats[first:], self.rings.heard)
        grown_mb = sum(map(memory_mb, self.processes)) - before_mb
        self.desk_kb = grown_mb * 1000 / (len(seats) - first)

    async def measure(self, series: Series, gaps: Sequence[float], *, at_once: bool = False) -> None:
        """One round."""
        before = self.cpu_seconds()
        times = await self.rings.round(gaps, at_once=at_once)
        series.add(times, self.cpu_seconds() - before, len(gaps))

    def cpu_seconds(self) -> float:
        return sum(map(cpu_seconds, self.processes))


@asynccontextmanager
async def on_stage(size: Size, build: Build, also: Heard | None = None) -> AsyncIterator[Stage]:
    """A build with everything connected and warm. `also` hears of each pop when it is there."""
    rings = Rings(size, also)
    async with AsyncExitStack() as life:
        await life.enter_async_context(await rings.phones.listen(build.ami_port))
        processes = [
            await life.enter_async_context(server(*words, port=port, environment=build.environment))
            for words, port in build.processes
        ]
        await asyncio.wait_for(rings.phones.ready.wait(), 30)
        stage = Stage(build, size, rings, processes)
        await stage.connect_desks()
        await rings.round(arrivals(WARM_UP_OFFERS, size.rate, seed=0))
        yield stage
        for desk in stage.desks:
            desk.close()


def let_in(user: int, port: int) -> tuple[tuple[str, str], ...]:
    """What the user's browser sends to be let in."""
    return (("Origin", f"http://127.0.0.1:{port}"), ("Cookie", f"lineside_session={token_of(user)}"))


def _seat(user: int, port: int) -> Seat:
    return Seat(user, interface_of(user), port, let_in(user, port))
