"""Event to pop between processes: `listen`, two `serve`, PostgreSQL and Redis.

The three processes of ours share one core, PostgreSQL and Redis the other with the load.
"""

import tempfile
from pathlib import Path

from tests.bench import echo
from tests.bench.event_to_pop import describe, measure_echo
from tests.bench.pace import arrivals
from tests.bench.records import make_records
from tests.bench.report import Goal, Series, figures, over_floor
from tests.bench.stage import Size, on_stage, two_nodes
from tests.rig.parts import command
from tests.rig.servers import run_postgres, run_redis

SIZE = Size(customers=10_000)
QUICK = Size(customers=1_000, desks=100, offers=100, rounds=2)


async def run(quick: bool) -> list[Goal]:
    """Measure, where there are a PostgreSQL and a Redis."""
    missing = [part for part in ("postgresql", "redis") if command(part) is None]
    if missing:
        print(f"\nNOT RUN: the bench of two nodes needs {' and '.join(missing)} (see .ci/provision).")
        return []
    size = QUICK if quick else SIZE
    floor, product = Series("TCP echo"), Series("Lineside")
    with (
        tempfile.TemporaryDirectory() as folder,
        run_redis(Path(folder)) as redis,
        run_postgres() as postgres,
        postgres.database("bench") as database,
    ):
        await make_records(database, size.customers)
        async with echo.running() as echo_port, on_stage(size, two_nodes(database, redis)) as stage:
            for number in range(size.rounds):
                gaps = arrivals(size.offers, size.rate, seed=number + 1)
                await measure_echo(floor, echo_port, gaps)
                await stage.measure(product, gaps)
    print(f"\n{describe('listen and two serve, PostgreSQL and Redis', size)}\n\n{figures(floor, product)}")
    return [
        *over_floor("event to pop, PostgreSQL and Redis", product, floor, 18, 20),
        Goal("pops at a wrong desk, PostgreSQL and Redis", stage.rings.astray, 0),
    ]
