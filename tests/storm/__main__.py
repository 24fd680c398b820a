"""`python -m tests.storm --calls 10000 --seed 7`: how the pops of so many calls fared, in counts."""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from console.db import schema
from console.db.engine import create_engine, create_sessions
from tests.storm.storm import rage
from tests.storm.verdict import judge


async def main(calls: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'storm.sqlite'}"
        engine = create_engine(url)
        await schema.ensure(engine)
        sessions = create_sessions(engine)
        storm = await rage(sessions, url, calls=calls, seed=seed)
        verdict = await judge(storm, sessions)
        await engine.dispose()
    print(verdict.report())
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    arguments = parser.parse_args()
    logging.disable()  # of thousands of faults, each is worth a warning
    sys.exit(asyncio.run(main(arguments.calls, arguments.seed)))
