"""Event to pop: from the last byte of AgentCalled on the AMI socket to the whole pop frame at the desk.

The phone system and all desks are in this process, on one core; the server is alone on the other. Rounds of
the echo, the product and the baseline alternate, so that a busy machine is busy for all of them.
"""

import asyncio
import gc
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import echo
from tests.bench.desks import Desk, Seat, connect
from tests.bench.pace import arrivals, keep_pace
from tests.bench.phone_system import PhoneSystem, Recording
from tests.bench.processes import cpu_seconds, memory_mb, server
from tests.bench.records import QUEUE, copy_records, database_url, interface_of, number_of, token_of
from tests.bench.report import Series, ratio, table

CALL = re.compile(r'data-call-id=\\?"[^"\\]*-([0-9]+\.[0-9]+)\\?"')
WARM_UP_OFFERS = 40
ECHO_PORT, PRODUCT_PORT, BASELINE_PORT = 18_910, 18_911, 18_912
AMI_PORTS = {PRODUCT_PORT: 18_921, BASELINE_PORT: 18_922}
GOALS = {0.5: 15, 0.99: 25}
"""How many times the echo's p50 and p99 the product may take."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the bench is."""

    customers: int = 100_000
    desks: int = 500
    rate: float = 20.0  # offers a second
    offers: int = 300  # in each round
    rounds: int = 4


QUICK = Size(customers=10_000, desks=100, offers=150, rounds=2)


class Stage:
    """A server under test, with its phone system and its desks."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self.phones = PhoneSystem(self._rung)
        self._rung_at: dict[str, float] = {}
        self._right: dict[str, int] = {}
        self._popless: set[str] = set()
        self._times: list[float] = []
        self.astray = 0
        self._offered = 0
        self.desks: list[Desk] = []

    def _rung(self, uniqueid: str, at: float) -> None:
        self._rung_at[uniqueid] = at

    @property
    def _next_user(self) -> int:
        return self._offered % self._size.desks + 1

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

    def offer(self, *, at_once: bool) -> None:
        """Ring the next user's phone for the next customer."""
        user = self._next_user
        # 7919 is prime: customers in an order that no cache has foreseen
        customer = self._offered * 7919 % self._size.customers + 1
        call = self.phones.offer(number_of(customer), interface_of(user), QUEUE, at_once=at_once)
        self._right[call] = user
        self._popless.add(call)
        self._offered += 1

    async def round(self, gaps: Sequence[float], *, at_once: bool = False) -> list[float]:
        """Seconds from event to pop, of those offers whose pop came."""
        self._times = []
        self._rung_at.clear()
        self._popless.clear()
        await keep_pace(gaps, lambda _index: self.offer(at_once=at_once), lambda: not self._popless)
        return self._times


@asynccontextmanager
async def on_stage(size: Size, port: int, command: Sequence[str], records: Path) -> AsyncIterator["Running"]:
    """A server with everything connected and warm."""
    stage = Stage(size)
    environment = {
        "LINESIDE_DATABASE_URL": database_url(records),
        "LINESIDE_PBX": f"ami://console:secret@127.0.0.1:{AMI_PORTS[port]}?name=main",
        "LINESIDE_SECRET_KEY": "bench",
    }
    phones = await stage.phones.listen(AMI_PORTS[port])
    async with phones, server(*command, port=port, environment=environment) as process:
        await asyncio.wait_for(stage.phones.ready.wait(), 30)
        before_mb = memory_mb(process)
        stage.desks = await connect(_seats(size, port), port, stage.heard)
        desk_kb = (memory_mb(process) - before_mb) * 1000 / size.desks
        await stage.round(arrivals(WARM_UP_OFFERS, size.rate, seed=0))
        yield Running(stage, process, desk_kb)
        for desk in stage.desks:
            desk.close()


@dataclass(frozen=True, slots=True)
class Running:
    """A stage whose server is up; `desk_kb` is what a connected desk costs it."""

    stage: Stage
    process: subprocess.Popen[bytes]
    desk_kb: float

    async def measure(self, series: Series, gaps: Sequence[float], *, at_once: bool = False) -> None:
        """One round."""
        before = cpu_seconds(self.process)
        times = await self.stage.round(gaps, at_once=at_once)
        series.add(times, cpu_seconds(self.process) - before, len(gaps))


def _seats(size: Size, port: int) -> list[Seat]:
    return [
        Seat(
            user_id=user,
            interface=interface_of(user),
            url=f"ws://127.0.0.1:{port}/live",
            headers=(
                ("Origin", f"http://127.0.0.1:{port}"),
                ("Cookie", f"lineside_session={token_of(user)}"),
            ),
        )
        for user in range(1, size.desks + 1)
    ]


async def run(size: Size) -> bool:
    """Measure, print, and say whether the goals are met."""
    floor, product, baseline = Series("TCP echo"), Series("Lineside"), Series("straightforward build")
    at_once = Series("Lineside, queued and rung at once")
    payload = Recording().agent_called
    with tempfile.TemporaryDirectory() as folder:
        records = [Path(folder) / name for name in ("product.sqlite", "baseline.sqlite")]
        for file in records:
            await copy_records(file, size.customers, size.desks)
        own = ("-m", "console", "serve", "--port", str(PRODUCT_PORT))
        plain = ("-m", "tests.bench.baseline.server", str(BASELINE_PORT), str(AMI_PORTS[BASELINE_PORT]))
        async with (
            server("-m", "tests.bench.echo", str(ECHO_PORT), port=ECHO_PORT),
            on_stage(size, PRODUCT_PORT, own, records[0]) as ours,
            on_stage(size, BASELINE_PORT, (*plain, database_url(records[1])), records[1]) as theirs,
        ):
            gc.freeze()
            gc.disable()
            for number in range(size.rounds):
                gaps = arrivals(size.offers, size.rate, seed=number + 1)
                floor.add(await echo.measure(ECHO_PORT, payload, gaps), 0.0, size.offers)
                await ours.measure(product, gaps)
                await ours.measure(at_once, gaps, at_once=True)
                await theirs.measure(baseline, gaps)
    print(
        f"\nEvent to pop: {size.customers:,} customers, {size.desks} desks, {size.rate:.0f} offers a second,"
    )
    print(f"{size.rounds} rounds of {size.offers}; medians of the rounds, ratios within each round.\n")
    print(_figures(floor, product, at_once, baseline))
    print(f"\na connected desk: {ours.desk_kb:.0f} kB; {theirs.desk_kb:.0f} kB in the straightforward build")
    return _verdict(floor, product, [ours.stage, theirs.stage])


def _figures(floor: Series, product: Series, at_once: Series, baseline: Series) -> str:
    rows: list[tuple[str, ...]] = [
        ("", "p50 ms", "p99 ms", "p50 / echo", "p99 / echo", "CPU ms / pop", "lost")
    ]
    rows += [
        (
            series.name,
            f"{series.middle(0.5) * 1000:.3f}",
            f"{series.middle(0.99) * 1000:.3f}",
            f"{ratio(series, floor, 0.5):.1f}",
            f"{ratio(series, floor, 0.99):.1f}",
            f"{sum(series.cpu_s) / len(series.cpu_s) * 1000:.2f}",
            str(series.lost),
        )
        for series in (floor, product, at_once, baseline)
    ]
    faster = [f"{ratio(baseline, product, share):.1f}" for share in (0.5, 0.99)]
    cpu = sum(baseline.cpu_s) / max(sum(product.cpu_s), 1e-9)
    rows.append(("straightforward / Lineside", "", "", *faster, f"{cpu:.1f}", ""))
    return table(rows)


def _verdict(floor: Series, product: Series, stages: Sequence[Stage]) -> bool:
    kept = True
    for share, goal in GOALS.items():
        own = ratio(product, floor, share)
        kept &= own <= goal
        missed = "" if own <= goal else ": MISSED"
        print(f"goal p{share * 100:.0f}: {own:.1f} of at most {goal} times the echo{missed}")
    for stage in stages:
        if stage.astray:
            kept = False
            print(f"{stage.astray} pops came to a wrong desk")
    return kept and product.lost == 0
