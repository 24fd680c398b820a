"""Measures speed, as ratios within one run: `python -m tests.bench [--quick] [BENCH…]`.

Exit status 1 when a goal is missed, except with --quick, which only shows that the benches work.
"""

import argparse
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from tests.bench import (
    ami_decoding,
    boards,
    event_to_pop,
    importing,
    many_desks,
    million,
    pick,
    reports,
    search,
    shift,
    stages,
    statements,
    two_nodes,
    works,
)
from tests.bench.processes import take_load_core
from tests.bench.report import Goal, goals_table

BENCHES: dict[str, Callable[[bool], Awaitable[list[Goal]]]] = {
    "event_to_pop": event_to_pop.run,
    "many_desks": many_desks.run,
    "million": million.run,
    "two_nodes": two_nodes.run,
    "shift": shift.run,
    "search": search.run,
    "statements": statements.run,
    "stages": stages.run,
    "ami_decoding": ami_decoding.run,
    "pick": pick.run,
    "works": works.run,
    "importing": importing.run,
    "reports": reports.run,
    "boards": boards.run,
}
LONG: dict[str, Callable[[bool], Awaitable[list[Goal]]]] = {"importing_million": importing.run_million}
"""These run only when they are named."""


def main() -> int:
    """Run the benches; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: to see that it works")
    parser.add_argument(
        "benches",
        nargs="*",
        metavar="BENCH",
        help=f"of {', '.join(BENCHES)} (default: all), {', '.join(LONG)}",
    )
    args = parser.parse_args()
    if unknown := set(args.benches) - BENCHES.keys() - LONG.keys():
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    take_load_core()
    goals = uvloop.run(run(args.benches or list(BENCHES), args.quick))
    if goals:
        print(f"\n{goals_table(goals)}")
    return 0 if args.quick or all(goal.kept for goal in goals) else 1


async def run(names: Sequence[str], quick: bool) -> list[Goal]:
    """The goals of these benches, measured."""
    goals: list[Goal] = []
    for name in names:
        gc.collect()
        gc.freeze()
        gc.disable()  # the load's own pauses are nobody's latency
        goals += await (BENCHES | LONG)[name](quick)
        gc.enable()
    return goals


if __name__ == "__main__":
    sys.exit(main())
