"""Boards: 50 queues, 500 agents at their desks, 30 boards open, 20 calls a second for five minutes.

From event to board, what comes to a board, what it costs the server; beside the same with each change in a
frame of its own. How soon one change is on 500 and on 2,000 boards, beside python-socketio and Django
Channels. Event to pop with 2,000 boards open, in turns with none. Whether a browser's memory grows.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import echo
from tests.bench.board_page import Growth, measure_page
from tests.bench.board_records import copy_board_records
from tests.bench.board_shift import Boards, Measured
from tests.bench.event_to_pop import measure_echo
from tests.bench.fan_out import board_places, measure_ours, measure_rival, rivals
from tests.bench.onlookers import onlookers
from tests.bench.pace import arrivals
from tests.bench.report import Goal, Series, figures, percentile, table
from tests.bench.stage import Size, Stage, on_stage, one_node
from tests.bench.watchers import Place


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: the `shift` with so many `boards`, how many at most are `many`, what is said
    `times` times to each of the `audiences`, and so many calls while a page is watched."""

    shift: Size
    few: Size
    boards: int
    audiences: tuple[int, ...]
    times: int
    page_offers: int


FULL = Plan(
    shift=Size(queues=50, offers=1_200, rounds=5),
    few=Size(queues=50, offers=400, rounds=3),
    boards=30,
    audiences=(500, 2_000),
    times=25,
    page_offers=2_400,
)
QUICK = Plan(
    shift=Size(customers=10_000, queues=50, offers=100, rounds=1),
    few=Size(customers=10_000, queues=50, offers=60, rounds=1),
    boards=10,
    audiences=(50, 200),
    times=5,
    page_offers=100,
)


async def run(quick: bool) -> list[Goal]:
    """Measure all of it, one after the other."""
    plan = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "made.sqlite"
        await copy_board_records(records, plan.shift.customers, plan.shift.desks, plan.shift.queues)
        goals = await _shift(plan, records)
        goals += await _many(plan, records)
        goals += await _fan_out(plan, records, Path(folder) / "text.json")
        goals += await _page(plan, records)
    return goals


def _fresh(records: Path) -> Path:
    """A copy in which there are no calls yet: the phone system of each stage counts from 1."""
    copy = records.with_name("product.sqlite")
    for old in copy.parent.glob("product.sqlite*"):
        old.unlink()
    shutil.copy(records, copy)
    return copy


async def _shift(plan: Plan, records: Path) -> list[Goal]:
    """A shift, minute by minute; one without boards, and one with each change in a frame of its own."""
    ours, none, straight = Measured("Lineside"), Measured("no board open"), Measured("each change at once")
    floor = Series("TCP echo")
    boards, size = Boards(), plan.shift
    async with echo.running() as echo_port, on_stage(size, one_node(_fresh(records))) as stage:
        await none.add(stage, boards, arrivals(size.offers, size.rate, seed=0))
        await boards.open(_places(stage, plan.boards))
        for number in range(size.rounds):
            gaps = arrivals(size.offers, size.rate, seed=number + 1)
            await measure_echo(floor, echo_port, gaps[:100])
            await ours.add(stage, boards, gaps)
        boards.close()
    async with on_stage(size, one_node(_fresh(records), "-m", "tests.bench.uncoalesced")) as stage:
        await boards.open(_places(stage, plan.boards))
        await straight.add(stage, boards, arrivals(size.offers, size.rate, seed=1))
        boards.close()
    _print_shift(plan, [none, ours, straight])
    return [
        Goal("event to board, p50", ours.boards.middle(0.5) * 1000, 250, " ms"),
        Goal("event to board, p99", ours.boards.middle(0.99) * 1000, 500, " ms"),
        Goal("callers not on a board", ours.boards.lost, 0),
    ]


def _places(stage: Stage, number: int) -> list[Place]:
    return board_places(stage.build.ports[0], stage.size.desks, number)


async def _many(plan: Plan, records: Path) -> list[Goal]:
    """Event to pop, in turns with none and with many boards open."""
    number, size = max(plan.audiences), plan.few
    alone, beside = Measured("no board open"), Measured(f"{number:,} boards open")
    none = Boards()
    async with on_stage(size, one_node(_fresh(records))) as stage:
        for turn in range(size.rounds):
            gaps = arrivals(size.offers, size.rate, seed=turn + 1)
            await alone.add(stage, none, gaps)
            async with onlookers(stage.build.ports[0], size.desks, number):
                await beside.add(stage, none, gaps)
    print(f"\nEvent to pop beside {number:,} boards, {size.rounds} rounds of {size.offers}\n")
    print(figures(alone.pops, beside.pops))
    slower = median(
        percentile(own, 0.99) / percentile(of, 0.99)
        for own, of in zip(beside.pops.rounds, alone.pops.rounds, strict=True)
    )
    return [
        Goal(f"event to pop, p99 with {number:,} boards over without", slower, 1.5, "x"),
        Goal(f"pops lost beside {number:,} boards", beside.pops.lost, 0),
    ]


async def _fan_out(plan: Plan, records: Path, text: Path) -> list[Goal]:
    """One change to all boards."""
    ours, sent = await measure_ours(_fresh(records), plan.shift.desks, plan.audiences, plan.times)
    text.write_bytes(sent)
    others = [(rival, await measure_rival(rival, plan.audiences, plan.times)) for rival in rivals(text)]
    names = [("", *(f"{number:,} boards, ms" for number in plan.audiences))]
    rows = [
        (name, *(f"{each.middle(0.5) * 1000:.1f}" for each in series))
        for name, series in [("Lineside", ours), *((rival.name, series) for rival, series in others)]
    ]
    print(f"\nOne change of {len(sent):,} bytes until the last board has it, median of {plan.times}\n")
    print(table([*names, *rows]))
    return [
        Goal(
            f"{rival.name} over ours, {number:,} boards",
            their.middle(0.5) / own.middle(0.5),
            goal,
            "x",
            least=True,
        )
        for (rival, series), goals in zip(others, ((5, 5), (12, 25)), strict=True)
        for number, own, their, goal in zip(plan.audiences, ours, series, goals, strict=True)
    ]


async def _page(plan: Plan, records: Path) -> list[Goal]:
    """A browser's memory."""
    size = plan.few
    async with on_stage(size, one_node(_fresh(records))) as stage:
        warm_up = arrivals(plan.page_offers // 4, size.rate, seed=1)
        grown = await measure_page(stage, warm_up, arrivals(plan.page_offers, size.rate, seed=2))
    _print_page(plan, grown)
    return [
        Goal("memory of a board's page grown", grown.after.heap_mb - grown.before.heap_mb, 1, " MB"),
        Goal("nodes of a board's page grown", grown.after.nodes - grown.before.nodes, 100),
    ]


def _print_shift(plan: Plan, measured: Sequence[Measured]) -> None:
    size = plan.shift
    print(
        f"\n{plan.boards} boards open: {size.queues} queues, {size.desks} desks, {size.rate:.0f} calls a "
        f"second, {size.rounds} rounds of {size.offers} (the others one); medians of the rounds.\n"
    )
    rows: list[Sequence[str]] = [
        ("", "to board p50 ms", "p99 ms", "not there", "kB/s a board", "messages/s", *_OF_ALL)
    ]
    rows += [(each.name, *_of_boards(each), *_of_all(each)) for each in measured]
    print(table(rows))


_OF_ALL = ("pop p50 ms", "p99 ms", "lost", "CPU")


def _of_boards(measured: Measured) -> list[str]:
    if not measured.rates:
        return ["-"] * 5
    rate, messages = median(measured.rates) / 1000, median(measured.messages)
    return [
        *(_ms(measured.boards, share) for share in (0.5, 0.99)),
        str(measured.boards.lost),
        f"{rate:.0f}",
        f"{messages:.1f}",
    ]


def _of_all(measured: Measured) -> list[str]:
    pops, load = measured.pops, f"{median(measured.load) * 100:.0f} %"
    return [*(_ms(pops, share) for share in (0.5, 0.99)), str(pops.lost), load]


def _ms(series: Series, share: float) -> str:
    """Of a server that fell behind nothing may have come in time."""
    return f"{series.middle(share) * 1000:.1f}" if all(series.rounds) else "-"


def _print_page(plan: Plan, grown: Growth) -> None:
    print(
        f"\nA board in Chromium, {plan.page_offers} calls; calm {grown.behind_s:.1f} s after the last one\n"
    )
    rows = [("", "heap MB", "nodes", "listeners")]
    rows += [
        (name, f"{memory.heap_mb:.2f}", f"{memory.nodes:,}", f"{memory.listeners:,}")
        for name, memory in (("before", grown.before), ("after", grown.after))
    ]
    print(table(rows))
