"""Event to pop: from the last byte of AgentCalled on the AMI socket to the whole pop frame at the desk.

The phone system and all desks are in this process, on one core; the server is alone on the other: the
baseline, whose idle desks cost time, too, comes when the product is gone. Rounds of the echo alternate with
those of either, so that a busy machine is busy for both; they are compared by their ratios to it.
"""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from tests.bench import echo
from tests.bench.pace import arrivals
from tests.bench.phone_system import Recording
from tests.bench.records import copy_records
from tests.bench.report import Goal, Series, figures, over_floor, ratio
from tests.bench.stage import Size, on_stage, one_node, straightforward

QUICK = Size(customers=10_000, desks=100, offers=100, rounds=2)
AT_ONCE = 0.4
"""The share of a round that is rung in the same write as queued: no phone system does, but it may look so
where the network is slow."""


async def run(quick: bool) -> list[Goal]:
    """Measure one node, then the straightforward build."""
    size = QUICK if quick else Size()
    floor, their_floor = Series("TCP echo"), Series("TCP echo, beside the straightforward build")
    product, baseline = Series("Lineside"), Series("straightforward build")
    hurried = Series("Lineside, queued and rung in one write")
    with tempfile.TemporaryDirectory() as folder:
        records = [Path(folder) / name for name in ("product.sqlite", "baseline.sqlite")]
        for file in records:
            await copy_records(file, size.customers)
        async with echo.running() as echo_port:
            async with on_stage(size, one_node(records[0])) as ours:
                async for gaps in _rounds(size, floor, echo_port):
                    await ours.measure(product, gaps)
                    await ours.measure(hurried, gaps[: int(len(gaps) * AT_ONCE)], at_once=True)
            async with on_stage(size, straightforward(records[1])) as theirs:
                async for gaps in _rounds(size, their_floor, echo_port):
                    await theirs.measure(baseline, gaps)
    print(f"\n{describe('One node on SQLite', size)}\n\n{figures(floor, product, hurried)}")
    print(f"\n{figures(their_floor, baseline)}")
    print(f"a connected desk of the straightforward build: {theirs.desk_kb:.0f} kB")

    def slower(share: float) -> float:
        return ratio(baseline, their_floor, share) / ratio(product, floor, share)

    return [
        *over_floor(f"event to pop, {size.desks} desks", product, floor, 8, 10),
        Goal("straightforward build over ours, p50", slower(0.5), 10, "x", least=True),
        Goal("straightforward build over ours, p99", slower(0.99), 10, "x", least=True),
        Goal("straightforward build over ours, CPU", _cpu(baseline) / _cpu(product), 6, "x", least=True),
        Goal("pops at a wrong desk", ours.rings.astray + theirs.rings.astray, 0),
    ]


async def _rounds(size: Size, floor: Series, echo_port: int) -> AsyncIterator[list[float]]:
    """The arrivals of each round, in which the floor was measured."""
    for number in range(size.rounds):
        gaps = arrivals(size.offers, size.rate, seed=number + 1)
        await measure_echo(floor, echo_port, gaps)
        yield gaps


async def measure_echo(floor: Series, port: int, gaps: list[float]) -> None:
    """One round of the floor, with the frame that makes a pop."""
    floor.add(await echo.measure(port, Recording().agent_called, gaps), 0.0, len(gaps))


def describe(where: str, size: Size) -> str:
    """What stands above a bench's figures."""
    return (
        f"{where}: {size.customers:,} customers, {size.desks:,} desks, {size.rate:.0f} offers a second, "
        f"{size.rounds} rounds of {size.offers}; medians of the rounds, ratios within each round."
    )


def _cpu(series: Series) -> float:
    return max(sum(series.cpu_s), 1e-9)
