"""A million customers: identify and facts beside the bare statement and beside the search by last digits that
other products use; event to pop beside the same with ten thousand.
"""

import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from console.clock import now
from console.db.hot import Dialect, Hot, HotValue, open_hot
from console.facts.knowledge import Knowledge
from console.facts.reader import FactReader
from console.settings import read_settings
from telephony.numbers import normalise
from tests.bench import echo
from tests.bench.event_to_pop import describe, measure_echo
from tests.bench.pace import arrivals
from tests.bench.records import copy_records, database_url, number_of
from tests.bench.report import Goal, Series, figures, percentile, table
from tests.bench.stage import Size, on_stage, one_node

FEW, MANY = Size(customers=10_000), Size(customers=1_000_000)
QUICK_FEW = Size(customers=1_000, desks=100, offers=100, rounds=2)
QUICK_MANY = Size(customers=10_000, desks=100, offers=100, rounds=2)
LOOKED_UP = 3_000
LOOKED_UP_BY_SUFFIX = 20
SUFFIX = "SELECT count(*), max(customer_id) FROM phone_numbers WHERE e164 LIKE :suffix"
SUFFIX_DIGITS = 9


async def run(quick: bool) -> list[Goal]:
    """Measure on SQLite."""
    few, many = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{size.customers}.sqlite" for size in (few, many)]
        for file, size in zip(files, (few, many), strict=True):
            await copy_records(file, size.customers)
        return [*await _identify(files[1], many.customers), *await _pops(files, few, many)]


class _Overheard:
    """A database that remembers what it was asked last."""

    dialect = Dialect.SQLITE
    connections = 1
    statements = 0

    def __init__(self, hot: Hot) -> None:
        self._hot = hot
        self.asked: tuple[str, Mapping[str, HotValue]] = ("", {})

    async def row(self, sql: str, values: Mapping[str, HotValue]) -> tuple[Any, ...]:
        self.asked = (sql, values)
        return await self._hot.row(sql, values)


async def _identify(records: Path, customers: int) -> list[Goal]:
    """Each number is looked up in both ways, one right behind the other, in turn one or the other first."""
    random = Random(1)  # noqa: S311 - repeatable, not secret
    numbers = [number_of(random.randint(1, customers)) for _ in range(LOOKED_UP)]
    async with open_hot(database_url(records)) as hot:
        overheard = _Overheard(hot)
        knowledge = Knowledge(FactReader(overheard), read_settings({}))
        plan = knowledge.plan("")

        async def whole(number: str) -> None:
            await knowledge.of_number(normalise(number, plan), now())

        async def bare(_number: str) -> None:
            await hot.row(*overheard.asked)

        async def by_suffix(number: str) -> None:
            await hot.row(SUFFIX, {"suffix": f"%{number[-SUFFIX_DIGITS:]}"})

        whole_s, bare_s = await _in_turn(numbers, whole, bare)
        suffix_s = [await _timed(by_suffix, number) for number in numbers[:LOOKED_UP_BY_SUFFIX]]
    series = {
        "the bare statement": bare_s,
        "identify and facts": whole_s,
        "LIKE '%123456789' alone": suffix_s,
    }
    print(f"\n{customers:,} customers on SQLite, {LOOKED_UP:,} of their numbers\n\n{_rows(series)}")
    return [
        Goal(
            f"identify and facts over the bare statement, {name}",
            percentile(whole_s, share) / percentile(bare_s, share),
            2,
            "x",
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


async def _in_turn(numbers: Sequence[str], *ways: Callable[[str], Awaitable[None]]) -> list[list[float]]:
    """Seconds of each way. What is asked last is what `bare` asks again: each number is asked for first."""
    times: list[list[float]] = [[] for _ in ways]
    for index, number in enumerate(numbers):
        await ways[0](number)
        for turn in range(len(ways)):
            way = (index + turn) % len(ways)
            times[way].append(await _timed(ways[way], number))
    return times


async def _timed(way: Callable[[str], Awaitable[None]], number: str) -> float:
    start = perf_counter()
    await way(number)
    return perf_counter() - start


def _rows(series: Mapping[str, Sequence[float]]) -> str:
    rows = [
        (name, *(f"{percentile(times, share) * 1000:.3f}" for share in (0.5, 0.99)))
        for name, times in series.items()
    ]
    return table([("", "p50 ms", "p99 ms"), *rows])


async def _pops(files: Sequence[Path], few: Size, many: Size) -> list[Goal]:
    """Two servers on one core, whose rounds alternate: the one that rests costs next to nothing."""
    floor = Series("TCP echo")
    measured = [Series(f"{size.customers:,} customers") for size in (few, many)]
    async with AsyncExitStack() as life:
        echo_port = await life.enter_async_context(echo.running())
        stages = [
            await life.enter_async_context(on_stage(size, one_node(file)))
            for size, file in zip((few, many), files, strict=True)
        ]
        for number in range(many.rounds):
            gaps = arrivals(many.offers, many.rate, seed=number + 1)
            await measure_echo(floor, echo_port, gaps)
            for stage, series in zip(stages, measured, strict=True):
                await stage.measure(series, gaps)
    print(f"\n{describe('Event to pop, one node on SQLite', many)}\n\n{figures(floor, *measured)}")
    ours, at_few = measured[1].middle(0.5), measured[0].middle(0.5)
    what = f"event to pop with {many.customers:,} customers over {few.customers:,}"
    return [
        Goal(f"{what}, p50", ours / at_few, 1.5, "x"),
        Goal(f"{what}, p99", measured[1].middle(0.99) / measured[0].middle(0.99), 1.5, "x"),
        Goal(f"{what}, pops lost", sum(series.lost for series in measured), 0),
    ]
