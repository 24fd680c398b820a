"""Due times come to pass: what is overdue goes up, once, by one process; agents see which of theirs do."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from console.cases.actions import save_cases
from console.cases.escalation import AT_ONCE
from console.cases.models import Case
from console.cases.news import announce
from console.cases.records import CaseRecord
from console.db.engine import Sessions
from console.desk.case_watch import LEASE, SOON_SHOWN, CaseWatch
from console.desk.live import DeskRenderer
from console.live.bus import Change
from console.live.lease import Leases, RedisLeases, SoleLeases
from console.live.memory_bus import MemoryBus
from console.queues.directory import Directory
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.console.live.screens import BreakableBus, until
from tests.fakes.story import people

ZONE = ZoneInfo("Europe/Bratislava")
MONDAY = NOW + timedelta(days=2)  # at 13:00 on the clock
ANA, BORIS = "a1@x.example", "a2@x.example"


async def saved(sessions: Sessions, *cases: tuple[str, datetime | None, str | None], **more: Any) -> None:
    """Cases by key, due time and owner."""
    rest = {"subject": "Broken chair", "opened_at": NOW, **more}
    records = [
        CaseRecord(ref, "C-1", {**rest, "due_at": due_at, "owner": owner}) for ref, due_at, owner in cases
    ]
    async with sessions.begin() as session:
        await save_cases(session, records, NOW)


async def watch(
    sessions: Sessions, bus: MemoryBus, leases: Leases | None = None, clock: Any = lambda: MONDAY
) -> CaseWatch:
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    leases = leases or SoleLeases()
    return CaseWatch(sessions, bus, directory=directory, leases=leases, zone=ZONE, clock=clock)


def minutes(number: int) -> datetime:
    return MONDAY + timedelta(minutes=number)


async def due(bus: MemoryBus, agent: int = 1) -> Any:
    return (await bus.snapshot(f"desk:{agent}")).entries.get("due")


def refs(cases: list[dict[str, Any]]) -> list[str]:
    return [each["ref"] for each in cases]


@pytest.fixture
async def stored(sessions: Sessions) -> Sessions:
    await people(sessions)
    return sessions


async def test_agents_see_their_own_cases_that_are_due_within_two_working_hours(
    stored: Sessions, bus: MemoryBus
) -> None:
    await saved(
        stored,
        ("K-1", minutes(120), ANA),
        ("K-2", minutes(30), ANA),
        ("K-3", minutes(121), ANA),
        ("K-4", minutes(10), BORIS),
        ("K-5", minutes(10), None),
        ("K-6", None, ANA),
    )
    await saved(stored, ("K-7", minutes(5), ANA), status="closed")
    looks = await watch(stored, bus)
    await looks.look(MONDAY)
    assert refs((await due(bus))["soon"]) == ["K-2", "K-1"]
    assert refs((await due(bus, 2))["soon"]) == ["K-4"]
    assert (await due(bus))["soon"][0]["customer"] == "Jozef Mrkva"
    await looks.look(minutes(31))
    assert (refs((await due(bus))["soon"]), refs((await due(bus))["overdue"])) == (["K-1", "K-3"], ["K-2"])
    await saved(stored, ("K-2", minutes(30), BORIS), ("K-1", None, ANA), ("K-3", None, ANA))
    await looks.look(minutes(32))
    assert await due(bus) is None


async def test_over_a_week_end_what_is_due_on_monday_is_due_soon(stored: Sessions, bus: MemoryBus) -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=ZONE)
    await saved(stored, ("K-1", datetime(2026, 11, 30, 9, tzinfo=ZONE), ANA))
    await (await watch(stored, bus)).look(friday)
    assert refs((await due(bus))["soon"]) == ["K-1"]


async def test_no_more_is_put_on_a_desk_than_is_read(stored: Sessions, bus: MemoryBus) -> None:
    await saved(stored, *((f"K-{number}", minutes(number), ANA) for number in range(1, 13)))
    looks = await watch(stored, bus)
    await looks.look(minutes(0))
    found = await due(bus)
    assert (len(found["soon"]), found["soon_in_all"], found["overdue_in_all"]) == (SOON_SHOWN, 12, 0)
    number = (await bus.snapshot("desk:1")).number
    await looks.look(minutes(0))
    assert (await bus.snapshot("desk:1")).number == number


async def test_what_is_overdue_goes_up_and_whoever_shows_it_hears_of_it(
    stored: Sessions, bus: MemoryBus
) -> None:
    await saved(stored, *((f"K-{number}", minutes(number), None) for number in range(60)))
    async with bus.messages("cases") as messages:
        await (await watch(stored, bus)).look(minutes(60))
        assert await anext(messages) == {"customers": ["C-1"]}
    async with stored() as session:
        kept = await session.get_one(Case, 60)
        assert (kept.line, kept.priority, kept.escalated_for) == (2, "high", minutes(59))


async def test_others_write_between_the_cases_that_go_up(
    stored: Sessions, bus: MemoryBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.case_watch.GIVE_WAY_S", 60)
    await saved(stored, *((f"K-{number}", minutes(number), None) for number in range(60)))
    async with bus.messages("cases") as messages:
        looks = asyncio.create_task((await watch(stored, bus)).look(minutes(60)))
        await anext(messages)
        await saved(stored, ("K-99", None, ANA))
    async with stored() as session:
        went_up = await session.scalars(select(Case.id).where(Case.escalated_for.is_not(None)))
        assert len(went_up.all()) == AT_ONCE
    looks.cancel()
    await asyncio.gather(looks, return_exceptions=True)


async def test_what_an_earlier_process_put_on_a_desk_goes(stored: Sessions, bus: MemoryBus) -> None:
    await saved(stored, ("K-1", minutes(30), ANA))
    await (await watch(stored, bus)).look(MONDAY)
    await saved(stored, ("K-1", None, ANA))
    await (await watch(stored, bus)).look(MONDAY)
    assert await due(bus) is None


async def test_it_looks_at_once_when_a_case_changes_and_survives_a_bus_that_is_away(stored: Sessions) -> None:
    bus = BreakableBus()
    looks = asyncio.create_task((await watch(stored, bus)).run())
    await until(lambda: bool(bus._readers._messages.get("cases")))
    await saved(stored, ("K-1", minutes(30), ANA))
    await announce(bus, "C-1")
    async with asyncio.timeout(10):
        while await due(bus) is None:  # noqa: ASYNC110 - the bus has no event for it
            await asyncio.sleep(0)
    looks.cancel()


@pytest.mark.real("redis")
async def test_one_process_watches_at_a_time(stored: Sessions, bus: MemoryBus, redis_url: str) -> None:
    leases = [RedisLeases(redis_url), RedisLeases(redis_url)]
    started: list[int] = []

    def clock(number: int) -> Any:
        def say() -> datetime:
            started.append(number)
            return MONDAY

        return say

    watches = [await watch(stored, bus, each, clock(number)) for number, each in enumerate(leases)]
    first = asyncio.create_task(watches[0].run())
    await until(lambda: bool(started))
    second = asyncio.create_task(watches[1].run())
    assert await leases[1].held(LEASE)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await until(lambda: 1 in started)
    assert started.index(1) == started.count(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    for each in leases:
        await each.close()


async def test_how_a_desk_shows_them(stored: Sessions, bus: MemoryBus, renderer: DeskRenderer) -> None:
    await saved(stored, ("K-1", minutes(30), ANA), ("K-2", minutes(-30), ANA))
    await (await watch(stored, bus)).look(MONDAY)
    drawn = renderer.change(Change("desk:1", 1, "due", await due(bus), new=False), "en")
    assert drawn is not None
    assert (drawn.target, drawn.swap) == ("#due", "outerMorph")
    shown = parse(drawn.html).one("due-cases")
    assert (shown.attributes["data-soon"], shown.attributes["data-overdue"]) == ("1", "1")
    soon, overdue = shown.every("li")
    assert soon.text == "due Nov 23, 13:30 Jozef Mrkva · Broken chair"
    assert overdue.text.startswith("overdue since Nov 23, 12:30")
    gone = renderer.change(Change("desk:1", 2, "due", None, new=False), "en")
    assert gone is not None
    assert "hidden" in parse(gone.html).one("due-cases").attributes
