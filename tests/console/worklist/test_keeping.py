"""The list on the bus is as the database is: one change for each difference."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text

from console.db.engine import Sessions
from console.live.memory_bus import MemoryBus
from console.worklist.actions import Doing, Kind, change, claiming
from console.worklist.models import MissedCaller
from console.worklist.reading import MOST_SHOWN, callback_statement, missed_statement
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.promises.made import callback
from tests.console.worklist.called import LASTS, MINUTE, MISSED_AT, happened, moment, record, worklist
from tests.fakes.story import people


@pytest.fixture(autouse=True)
async def somebody(sessions: Sessions) -> None:
    await people(sessions)


async def states(bus: MemoryBus, line: int = 1) -> dict[str, str]:
    entries = (await bus.snapshot(f"work:{line}")).entries
    return {key: value.get("state", "-") for key, value in entries.items()}


async def test_each_difference_is_one_change(sessions: Sessions) -> None:
    bus = MemoryBus()
    kept = worklist(sessions, bus)
    await happened(sessions, record(MISSED_AT), record(MISSED_AT, number="+421905000001", queue="second"))
    await kept.compare()
    await kept.compare()
    assert (await bus.snapshot("work:1")).number == (await bus.snapshot("work:2")).number == 1
    assert (await states(bus), await states(bus, 2)) == ({"missed:1": "open"}, {"missed:2": "open"})
    await change(sessions, Kind.MISSED, 1, claiming, Doing(viewer_of(1), NOW, LASTS))
    await kept.compare()
    assert ((await bus.snapshot("work:1")).number, await states(bus)) == (2, {"missed:1": "claimed"})


async def test_what_only_time_changes(sessions: Sessions) -> None:
    """A claim lapses, a call-back falls due, the day is over."""
    bus = MemoryBus()
    async with sessions.begin() as session:
        session.add(callback(None, NOW + MINUTE))
    await happened(sessions, record(MISSED_AT))
    await change(sessions, Kind.MISSED, 1, claiming, Doing(viewer_of(1), NOW, LASTS))
    await worklist(sessions, bus).compare()
    assert await states(bus) == {"missed:1": "claimed"}
    await worklist(sessions, bus, NOW + LASTS).compare()
    assert await states(bus) == {"missed:1": "open", "callback:1": "open"}


async def test_a_restart_loses_no_claim(sessions: Sessions) -> None:
    await happened(sessions, record(MISSED_AT))
    await change(sessions, Kind.MISSED, 1, claiming, Doing(viewer_of(1), NOW, LASTS))
    bus = MemoryBus()
    await worklist(sessions, bus, NOW + MINUTE).compare()
    (entry,) = (await bus.snapshot("work:1")).entries.values()
    assert entry["claim"] == {"by": "a1@x.example", "name": "Ana", "at": NOW.isoformat()}


async def test_what_is_gone_goes(sessions: Sessions) -> None:
    bus = MemoryBus()
    await happened(sessions, record(MISSED_AT), record(MISSED_AT, number=""))
    await worklist(sessions, bus).compare()
    assert await states(bus) == {"missed:1": "open", "withheld": "-"}
    async with sessions.begin() as session:
        await session.execute(delete(MissedCaller))
    await worklist(sessions, bus, NOW + timedelta(days=1)).compare()
    assert await states(bus) == {}


async def test_a_bus_that_is_away_is_asked_again(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = MemoryBus()
    await happened(sessions, record(MISSED_AT))
    kept = worklist(sessions, bus)

    async def away(_topic: str) -> None:
        raise OSError("away")

    with monkeypatch.context() as broken:
        broken.setattr(bus, "snapshot", away)
        await kept.compare()
    assert await states(bus) == {}
    await kept.compare()
    assert await states(bus) == {"missed:1": "open"}


async def test_no_flood_of_callers_makes_it_endless(sessions: Sessions) -> None:
    bus = MemoryBus()
    async with sessions.begin() as session:
        session.add_all(
            MissedCaller(
                number=f"+42190{number}",
                line=1,
                tries=1,
                first_at=MISSED_AT + number * MINUTE,
                last_at=NOW,
                newest_call_id="-",
            )
            for number in range(MOST_SHOWN + 5)
        )
    await worklist(sessions, bus).compare()
    entries = (await bus.snapshot("work:1")).entries
    assert next(iter(entries)) == "missed:1"
    assert len(entries) == MOST_SHOWN


async def test_the_list_is_read_by_an_index(sessions: Sessions) -> None:
    """Whatever is done stays in the table for ever; it is not looked at."""
    async with sessions() as session:
        connection = await session.connection()
        explain = "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            explain = "EXPLAIN"
            await session.execute(text("SET LOCAL enable_seqscan = off"))  # the tables are empty
        for statement, table in ((missed_statement, "missed_callers"), (callback_statement, "callbacks")):
            sql = statement(moment()).compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
            plan = str((await session.execute(text(f"{explain} {sql}"))).all())
            assert f"SCAN {table}" not in plan
            assert f"Seq Scan on {table}" not in plan
            assert f"ix_{table}" in plan
