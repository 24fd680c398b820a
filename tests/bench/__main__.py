"""Measures speed, as ratios within one run: `python -m tests.bench [--quick]`."""

import argparse
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.bench import event_to_pop, statements
from tests.bench.processes import take_load_core


def main() -> int:
    """Run all benches; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: to see that it works")
    quick = parser.parse_args().quick
    take_load_core()
    kept = uvloop.run(run(event_to_pop.QUICK if quick else event_to_pop.Size()))
    return 0 if kept or quick else 1


async def run(size: event_to_pop.Size) -> bool:
    """All benches; whether every goal is met."""
    kept = await event_to_pop.run(size)
    with tempfile.TemporaryDirectory() as folder:
        print(await statements.run(Path(folder)))
    return kept


if __name__ == "__main__":
    sys.exit(main())
