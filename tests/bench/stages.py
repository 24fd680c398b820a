"""Where the processor's time goes: milliseconds for each call, by stage, in a short run of its own (measuring
costs time). The caches are cold, as in life: between two calls there are 50 ms."""

import json
import signal
import tempfile
from pathlib import Path

from tests.bench.pace import arrivals
from tests.bench.processes import Process, until
from tests.bench.records import copy_records
from tests.bench.report import Goal, table
from tests.bench.stage import Size, on_stage, one_node

SIZE = Size(rounds=1)
QUICK = Size(customers=10_000, desks=100, offers=100, rounds=1)


async def run(quick: bool) -> list[Goal]:
    """Print the budget; it has no goals."""
    size = QUICK if quick else SIZE
    with tempfile.TemporaryDirectory() as folder:
        records, spent = Path(folder) / "product.sqlite", Path(folder) / "spent.json"
        await copy_records(records, size.customers)
        async with on_stage(size, one_node(records, "-m", "tests.bench.staged", str(spent))) as stage:
            [process] = stage.processes
            before, used = await _spent(process, spent), stage.cpu_seconds()
            await stage.rings.round(arrivals(size.offers, size.rate, seed=1))
            used = stage.cpu_seconds() - used
            after = await _spent(process, spent)
    stages = {name: after[name] - before.get(name, 0.0) for name in after}
    stages["all else: tasks, event loop, recording"] = used - sum(stages.values())
    rows = [(name, f"{seconds / size.offers * 1000:.2f}") for name, seconds in stages.items()]
    total = ("in all", f"{used / size.offers * 1000:.2f}")
    print(f"\nA whole call by stage\n\n{table([('', 'CPU ms'), *rows, total])}")
    return []


async def _spent(process: Process, file: Path) -> dict[str, float]:
    file.unlink(missing_ok=True)
    process.send_signal(signal.SIGUSR1)
    await until(lambda: file.exists() and file.stat().st_size, "the times")
    spent: dict[str, float] = json.loads(file.read_text())
    return spent
