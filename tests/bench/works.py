"""Reading what became of 100,000 runs of a script, in turns with a plain select of the same rows: how long it
takes, for how long at a time nobody else has the loop, and what memory it needs."""

import asyncio
import tempfile
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter, thread_time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, StoredRun
from console.clock import now
from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.studio.replay_reading import Period
from console.studio.works_reading import read_tallies
from console.studio.works_tally import together
from tests.bench.records import database_url
from tests.bench.report import Goal, percentile
from tests.fakes.past_runs import OFFER, BelievableCalls, Manner, script_of, store

CALLS, QUICK_CALLS = 118_000, 2_000
"""About 100,000 and 1,700 of them are walked through."""

AT_ONCE = 2_000
PEOPLE = 20_000
ROUNDS = 3
DAYS = 28
SCRIPT = script_of(OFFER)
PERIOD = Period(now() - timedelta(days=DAYS), now())


async def run(quick: bool) -> list[Goal]:
    """How many times as long as the plain select it takes; at most so long nobody else has their turn."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(database_url(Path(folder) / "works.sqlite"))
        await schema.ensure(engine)
        sessions = create_sessions(engine)
        await _fill(sessions, QUICK_CALLS if quick else CALLS)
        async with sessions() as session:
            runs = await _ours(session)
            pairs = [(await _time(_ours, session), await _time(_plain, session)) for _ in range(ROUNDS)]
            held, grown = await _held(session), await _grown(session)
        await engine.dispose()
    ours, plain = (min(each) for each in zip(*pairs, strict=True))
    print(f"\nWhat became of {runs:,} runs: {ours:.2f} s, the plain select {plain:.2f} s")
    print(f"Nobody else has the loop for: p50 {percentile(held, 0.5) * 1000:.2f} ms of processor time,")
    print(f"p99 {percentile(held, 0.99) * 1000:.2f} ms; memory at most {grown / 1024:.0f} kB")
    return [
        Goal("what works: reading over the plain select", ours / plain, 3, "x"),
        Goal("what works: p99 of what others wait", percentile(held, 0.99) * 1000, 5, " ms"),
        Goal("what works: memory", grown / 1024**2, 5, " MB"),
    ]


async def _fill(sessions: Sessions, number: int) -> None:
    """Calls of the period, stored some at a time: their rows take more memory than what is measured."""
    chance = Random(1)  # noqa: S311 - the same calls in each run
    calls = BelievableCalls(seed=1, people=PEOPLE)
    span = (PERIOD.ends_at - PERIOD.starts_at).total_seconds()
    for first in range(0, number, AT_ONCE):
        for _ in range(min(AT_ONCE, number - first)):
            at = PERIOD.starts_at + timedelta(seconds=chance.uniform(0, span))
            calls.add(Manner(chance.randint(1, 3), SCRIPT), at)
        await store(sessions, calls.calls, calls.runs)
        calls.calls.clear()
        calls.runs.clear()


async def _ours(session: AsyncSession) -> int:
    found = await read_tallies(session, SCRIPT.key, PERIOD, PERIOD.ends_at)
    return together(found.values()).runs


async def _plain(session: AsyncSession) -> int:
    """The same rows, and nothing made of them."""
    wanted = (
        select(StoredRun.script_version, StoredRun.walk, Call.customer_id, Call.ended_at, Call.satisfaction)
        .join(Call, Call.id == StoredRun.call_id)
        .where(StoredRun.script_key == SCRIPT.key, Call.started_at >= PERIOD.starts_at)
    )
    return len((await session.execute(wanted)).all())


async def _time(work: Callable[[AsyncSession], Awaitable[int]], session: AsyncSession) -> float:
    begun = perf_counter()
    await work(session)
    return perf_counter() - begun


async def _held(session: AsyncSession) -> list[float]:
    """The processor time between two turns of somebody who always wants one."""
    waits: list[float] = []

    async def watch() -> None:
        while True:
            begun = thread_time()
            await asyncio.sleep(0)
            waits.append(thread_time() - begun)

    watching = asyncio.create_task(watch())
    await _ours(session)
    watching.cancel()
    return [wait for wait in waits if wait > IDLE_S]


IDLE_S = 0.0002
"""A turn that is shorter than this did nothing."""


async def _grown(session: AsyncSession) -> int:
    """The most memory, in bytes, that it takes beside what was there."""
    tracemalloc.start()
    await _ours(session)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
