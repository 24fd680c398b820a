"""Imports of customers with their purchases and cases, beside a straight line that stores the same.

The straight line is what one would write for one's own clean file: csv.reader, telephone numbers, dates and
amounts, and executemany of the bare driver, with no mistake looked for and nothing compared. Both run in a
process of their own, one after the other, and their rows are counted.

`importing` takes 100,000 customers; `importing_million`, which runs only when it is named, 1,000,000 with
1,300,000 numbers, 3,000,000 purchases and 500,000 cases.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from console.db import schema
from console.db.engine import create_engine
from tests.bench.import_files import write_files
from tests.bench.records import database_url
from tests.bench.report import Goal, table
from tests.rig.parts import command
from tests.rig.servers import run_postgres

MILLION = 1_000_000
CUSTOMERS = 100_000
QUICK_CUSTOMERS = 2_000
TIMES_STRAIGHT_LINE = 2
MOST_MEMORY_MB = 300
Told = dict[str, float]


async def run(quick: bool) -> list[Goal]:
    """How many times as long as the straight line an import takes, and its memory, on both databases."""
    return await _measure(QUICK_CUSTOMERS if quick else CUSTOMERS)


async def run_million(quick: bool) -> list[Goal]:
    """The same with a million customers."""
    return await _measure(QUICK_CUSTOMERS if quick else MILLION)


async def _measure(customers: int) -> list[Goal]:
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_files(folder, customers)
        goals += await _beside("SQLite", folder, rows, database_url(folder / "ours.sqlite"))
        if command("postgresql") is None:
            print("PostgreSQL is not there: not measured on it.")
            return goals
        with run_postgres() as server, server.database("ours") as url:
            goals += await _beside("PostgreSQL", folder, rows, url)
    return goals


async def _beside(what: str, folder: Path, rows: dict[str, int], url: str) -> list[Goal]:
    """Both on one empty database, which is emptied in between."""
    straight = await _measured("straight", folder, url)
    ours = await _measured("ours", folder, url)
    assert {kind: ours[f"{kind}_rows"] for kind in rows} == rows
    _print(what, rows, straight, ours)
    ratio = sum(ours[kind] for kind in rows) / sum(straight[kind] for kind in rows)
    return [
        Goal(f"import on {what} over a straight line", ratio, TIMES_STRAIGHT_LINE, "x"),
        Goal(f"import on {what}, memory at most", ours["memory_mb"], MOST_MEMORY_MB, " MB"),
    ]


async def _measured(how: str, folder: Path, url: str) -> Told:
    async with _empty(url):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.import_ways", how, str(folder)),
            env={**os.environ, "LINESIDE_DATABASE_URL": url},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"The import, {how}, ended with {process.returncode}.")
    told: Told = json.loads(out.splitlines()[-1])
    return told


@asynccontextmanager
async def _empty(url: str) -> AsyncIterator[None]:
    """All tables, with nothing in them; gone afterwards."""
    engine = create_engine(url)
    await schema.ensure(engine)
    await engine.dispose()
    yield
    if engine.dialect.name == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{engine.url.database}{end}").unlink(missing_ok=True)
        return
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
    await engine.dispose()


def _print(what: str, rows: dict[str, int], straight: Told, ours: Told) -> None:
    lines = [
        (
            f"{number:,} {kind}",
            *(f"{told[kind]:.1f}" for told in (straight, ours)),
            f"{ours[kind] / straight[kind]:.2f}",
            f"{number / ours[kind]:,.0f}",
        )
        for kind, number in rows.items()
    ]
    print(f"\nImport on {what}")
    print(table([("", "straight line s", "import s", "ratio", "import rows/s"), *lines]))
