"""2,000 desks on one node: event to pop while all are open, what an idle one costs, and how soon all are back
after a restart."""

import tempfile
from asyncio import timeout
from pathlib import Path
from time import perf_counter

from tests.bench import echo
from tests.bench.desks import Desk, connect
from tests.bench.event_to_pop import describe, measure_echo
from tests.bench.pace import arrivals
from tests.bench.processes import server, until
from tests.bench.records import copy_records
from tests.bench.report import Goal, Series, figures, over_floor
from tests.bench.stage import Size, Stage, on_stage, one_node

SIZE = Size(desks=2_000)
QUICK = Size(customers=10_000, desks=200, offers=100, rounds=2)
BACK_WITHIN_S = 60.0


async def run(quick: bool) -> list[Goal]:
    """Measure one node with many desks."""
    size = QUICK if quick else SIZE
    floor, product = Series("TCP echo"), Series("Lineside")
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "product.sqlite"
        await copy_records(records, size.customers)
        async with echo.running() as echo_port, on_stage(size, one_node(records)) as stage:
            for number in range(size.rounds):
                gaps = arrivals(size.offers, size.rate, seed=number + 1)
                await measure_echo(floor, echo_port, gaps)
                await stage.measure(product, gaps)
        back_s = await _come_back(stage)
    print(f"\n{describe('One node on SQLite', size)}\n\n{figures(floor, product)}")
    return [
        *over_floor(f"event to pop, {size.desks:,} desks", product, floor, 8, 10),
        Goal("a connected idle desk, session included", stage.desk_kb, 30, " kB"),
        Goal(f"{size.desks:,} desks back after a restart", back_s, 3, " s"),
        Goal(f"pops at a wrong desk, {size.desks:,} desks", stage.rings.astray, 0),
    ]


async def _come_back(stage: Stage) -> float:
    """Seconds from the moment the server listens again until every desk has its snapshot. All come at
    once; in life they come with jitter."""
    [(command, port)] = stage.build.processes
    waiting = {seat.user_id for seat in stage.seats()}

    def heard(desk: Desk, message: str, _at: float) -> None:
        if f'"topic":"desk:{desk.seat.user_id}"' in message and '"snapshot":true' in message:
            waiting.discard(desk.seat.user_id)

    async with (
        await stage.rings.phones.listen(stage.build.ami_port),
        server(*command, port=port, environment=stage.build.environment),
        timeout(BACK_WITHIN_S),
    ):
        start = perf_counter()
        desks = await connect(stage.seats(), heard, at_once=stage.size.desks)
        await until(lambda: not waiting, "all snapshots", look_s=0.01)
        back_s = perf_counter() - start
        for desk in desks:
            desk.close()
        return back_s
