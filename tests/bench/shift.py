"""A busy shift: 500 desks, 20 calls a second for five minutes, a note typed in each of them.

From event to pop, and from the pause after the last key until the note is in the database; the server's
memory at the beginning and at the end.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import echo
from tests.bench.event_to_pop import describe, measure_echo
from tests.bench.pace import arrivals
from tests.bench.processes import memory_mb
from tests.bench.records import copy_records
from tests.bench.report import Goal, Series, figures, over_floor
from tests.bench.stage import Size, on_stage, one_node
from tests.bench.typists import PHRASES, Typists, request_of

Pair = tuple[Series, Series]
"""A floor, and what is measured."""

MINUTE = 1_200
"""Calls in a minute at 20 a second."""

SIZE = Size(offers=MINUTE, rounds=5)
QUICK = Size(customers=10_000, desks=100, offers=100, rounds=2)
A_NOTE = 3
"""Phrases, each saved when it is typed."""

FLOORS = 100
"""Payloads to and fro, for each floor of a round."""

GROWTH_MB = 15
"""After the first minute. What grows with each call would be 30 MB at 5 kB a call."""


async def run(quick: bool) -> list[Goal]:
    """Measure the shift, minute by minute, the floors before each."""
    size = QUICK if quick else SIZE
    typists = Typists(A_NOTE)
    floor, pops = Series("TCP echo of a pop's event"), Series("event to pop")
    echoed, saved = Series("TCP echo of a note"), Series("a note to saved")
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "product.sqlite"
        await copy_records(records, size.customers)
        async with echo.running() as port, on_stage(size, one_node(records), also=typists.heard) as stage:
            await typists.written()
            typists.forget()
            note = request_of(stage.seats()[0], "/desk/notes/main-1", {"text": PHRASES[0] * 3, "version": 1})
            for number in range(size.rounds):
                gaps = arrivals(size.offers, size.rate, seed=number + 1)
                await measure_echo(floor, port, gaps[:FLOORS])
                echoed.add(await echo.measure(port, note, gaps[:FLOORS]), 0.0, FLOORS)
                await stage.measure(pops, gaps)
                notes = await typists.written()
                saved.add(typists.times, 0.0, notes * A_NOTE)
                typists.forget()
                memory.append(sum(map(memory_mb, stage.processes)))
            typists.close()
    return _report(size, (floor, pops), (echoed, saved), memory, typists.wrong)


def _report(size: Size, pops: Pair, notes: Pair, memory: Sequence[float], wrong: Sequence[str]) -> list[Goal]:
    print(f"\n{describe('One node on SQLite, a note typed in each call', size)}\n")
    print(f"{figures(*pops)}\n\n{figures(*notes)}\n")
    print(f"memory after each round: {', '.join(f'{each:.0f}' for each in memory)} MB")
    for each in wrong[:3]:
        print(f"not saved as typed: {each}")
    return [
        *over_floor("event to pop while notes are typed", pops[1], pops[0], 8, 10),
        Goal("notes not saved as typed", len(wrong) + notes[1].lost, 0),
        Goal("memory grown after the first round", memory[-1] - memory[0], GROWTH_MB, " MB"),
    ]
