"""Statements per pop: counted in SQLite itself, in a short run of its own (counting costs time)."""

import asyncio
import json
import signal
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.bench.pace import arrivals
from tests.bench.processes import Process, until
from tests.bench.records import copy_records
from tests.bench.report import Goal
from tests.bench.stage import Size, on_stage, one_node

SIZE = Size(customers=1_000, desks=20, offers=60, rounds=1)


async def run(_quick: bool) -> list[Goal]:
    """How many statements read customer records per pop; and prints how many write."""
    with tempfile.TemporaryDirectory() as folder:
        records, counts = Path(folder) / "counted.sqlite", Path(folder) / "counts.json"
        await copy_records(records, SIZE.customers)
        async with on_stage(SIZE, one_node(records, "-m", "tests.bench.counted", str(counts))) as stage:
            [process] = stage.processes
            before = await _counts(process, counts)
            await stage.rings.round(arrivals(SIZE.offers, SIZE.rate, seed=1))
            # until the recorded call of the last offer is over, too
            await asyncio.sleep(2)
            during = await _counts(process, counts) - before
    writes = _total(during, ("INSERT", "UPDATE", "DELETE"), "") / SIZE.offers
    print(f"\nStatements that record a whole call: {writes:.1f}")
    reads = _total(during, ("SELECT", "WITH"), "phone_numbers") / SIZE.offers
    return [Goal("statements to read all about the caller, per pop", reads, 1)]


async def _counts(process: Process, file: Path) -> Counter[str]:
    file.unlink(missing_ok=True)
    process.send_signal(signal.SIGUSR1)
    await until(lambda: file.exists() and file.stat().st_size, "the counts")
    return Counter(json.loads(file.read_text()))


def _total(counts: Counter[str], verbs: Sequence[str], table: str) -> int:
    return sum(
        number
        for statement, number in counts.items()
        if statement.upper().startswith(tuple(verbs)) and table in statement
    )
