"""A phone system that floods its link, with `listen` and `serve` as processes on a real Redis."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.live.link_watch import BEATS, SILENT_S
from console.live.redis_bus import RedisBus
from telephony.asterisk.client import BACKLOG
from tests.console.test_flood import FLOODED, QUIET, RINGS, caller, flood, ring
from tests.fakes.asterisk_frames import hangup
from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import free_port, until
from tests.rig.product import Product, add_agent

SOON_S = 2.0
"""A pop of the quiet link comes within this, also on a machine that is busy with other tests."""

DRAINED_S = 120.0

MOST_MEMORY = 500_000_000
"""Bytes of `listen`: a third of it is there before the flood."""


class Heard:
    """What the bus said: which pops were put on a desk, and when each beat of the quiet link came."""

    def __init__(self, bus: RedisBus) -> None:
        self._bus = bus
        self.pops: set[str] = set()
        self.beats: list[float] = []

    async def pops_come(self) -> None:
        async with self._bus.changes() as changes:
            async for change in changes:
                if change is not None and change.topic.startswith("desk:"):
                    self.pops.add(change.key)

    async def beats_come(self) -> None:
        async with self._bus.messages(BEATS) as messages:
            async for message in messages:
                self.beats += [time.monotonic()] * (message["link"] == QUIET)


@asynccontextmanager
async def listening(redis_url: str) -> AsyncIterator[Heard]:
    bus = RedisBus(redis_url)
    heard = Heard(bus)
    tasks = [asyncio.create_task(heard.pops_come()), asyncio.create_task(heard.beats_come())]
    yield heard
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await bus.close()


def install(folder: Path, redis_url: str, *servers: AsteriskServer) -> Product:
    """An installation with one agent, whom the queue `support` rings, and a link to each server."""
    links = [
        f"ami://{server.user}:{server.secret}@{server.host}:{server.port}?name={name}"
        for name, server in zip((FLOODED, QUIET), servers, strict=True)
    ]
    product = Product(folder, {"PBX": " ".join(links), "REDIS_URL": redis_url})
    product.commands((["db", "upgrade"], ""), add_agent("a@x.example", "Ana", "PJSIP/a1", 1, "support"))
    return product


def counted(port: int) -> Counter[tuple[str, ...]]:
    """What `listen` says on `/metrics`: by name, and the values of the labels."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    return Counter(
        {
            (sample.name, *(label for _name, label in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    )


def recorded(folder: Path) -> Counter[tuple[str, str]]:
    """How many calls are on record, by link and state."""
    database = sqlite3.connect(folder / "lineside.sqlite", timeout=30)
    try:
        rows = database.execute("SELECT link, state, count(*) FROM calls GROUP BY link, state").fetchall()
    finally:
        database.close()
    return Counter({(link, state): number for link, state, number in rows})


def most_memory(pid: int) -> int:
    """Bytes that the process ever had in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.slow
@pytest.mark.alone  # how fast the calm link's pops come is what it is about
@pytest.mark.real("redis")
async def test_a_flood_on_one_link_starves_nothing_else(tmp_path: Path, redis_url: str) -> None:
    attack, port = flood(), free_port()
    took: list[float] = []
    logs = [tmp_path / "listen.log", tmp_path / "serve.log"]
    async with AsteriskServer(secret="s") as flooded, AsteriskServer(secret="s") as quiet:
        product = install(tmp_path, redis_url, flooded, quiet)
        with (
            product._process(logs[0], "listen", "--port", str(port)) as listen,
            product._process(logs[1], "serve", "--port", str(product.port)),
        ):
            await until(lambda: product._answers("/readyz"), "the product to be ready")
            async with listening(redis_url) as heard:
                flooded.play(attack)
                queued = ("lineside_events_total", "CallQueued", FLOODED)
                await until(lambda: counted(port)[queued] > 0, "the flood to begin")
                for number in range(RINGS):
                    began = time.monotonic()
                    quiet.play(ring(number))
                    leg = f"{QUIET}-200.{number}"
                    await until(partial(heard.pops.__contains__, leg), f"the pop of {leg}")
                    took.append(time.monotonic() - began)
                    quiet.play(hangup(caller(f"100.{number}")))
                during = recorded(tmp_path)
                await flooded.played()

                def drained() -> bool:
                    states = {state for _link, state in recorded(tmp_path)}
                    return states == {"ended"} and not counted(port)["lineside_calls_to_record",]

                await until(drained, "the flood to be on record", DRAINED_S)
            told, calls, memory = counted(port), recorded(tmp_path), most_memory(listen.pid)
            assert product._answers("/readyz")
    assert (max(took) < SOON_S, memory < MOST_MEMORY) == (True, True), (took, memory)
    assert during[FLOODED, "ended"] < calls[FLOODED, "ended"]
    assert calls == {(FLOODED, "ended"): told[queued], (QUIET, "ended"): RINGS}
    assert told["lineside_source_dropped_total", FLOODED, "backlog_dropped"] >= BACKLOG
    assert not [name for name in told if name[:2] == ("lineside_source_dropped_total", QUIET) and told[name]]
    assert told["lineside_calls_unrecorded_total",] == told["lineside_puts_dropped_total",] == 0
    assert not sum(number for name, number in told.items() if name[0] == "lineside_failures_total")
    assert max(after - before for before, after in pairwise(heard.beats)) < SILENT_S
    assert not [log for log in logs if "Traceback" in log.read_text()]
