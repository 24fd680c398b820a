"""Statements per pop: counted in SQLite itself, in a short run of its own (counting costs time)."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.bench.event_to_pop import PRODUCT_PORT, Running, Size, on_stage
from tests.bench.pace import arrivals
from tests.bench.processes import until
from tests.bench.records import copy_records

SIZE = Size(customers=1_000, desks=20, offers=60, rounds=1)


async def run(folder: Path) -> str:
    """A sentence: how many statements read customer records, and how many write, per pop."""
    records, counts = folder / "counted.sqlite", folder / "counts.json"
    await copy_records(records, SIZE.customers, SIZE.desks)
    command = ("-m", "tests.bench.counted", str(counts), "serve", "--port", str(PRODUCT_PORT))
    async with on_stage(SIZE, PRODUCT_PORT, command, records) as product:
        before = await _counts(product, counts)
        await product.stage.round(arrivals(SIZE.offers, SIZE.rate, seed=1))
        # until the recorded call of the last offer is over, too
        await asyncio.sleep(2)
        during = await _counts(product, counts) - before
    reads = _total(during, ("SELECT", "WITH"), "phone_numbers") / SIZE.offers
    writes = _total(during, ("INSERT", "UPDATE", "DELETE"), "") / SIZE.offers
    return (
        f"statements per pop: {reads:.2f} to read all about the caller, {writes:.1f} to record the whole call"
    )


async def _counts(product: Running, file: Path) -> Counter[str]:
    file.unlink(missing_ok=True)
    product.process.send_signal(signal.SIGUSR1)
    await until(lambda: file.exists() and file.stat().st_size, "the counts")
    return Counter(json.loads(file.read_text()))


def _total(counts: Counter[str], verbs: Sequence[str], table: str) -> int:
    return sum(
        number
        for statement, number in counts.items()
        if statement.upper().startswith(tuple(verbs)) and table in statement
    )
