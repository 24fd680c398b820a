"""What was picked is on record with the facts as they were; nobody who was erased comes back by it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from console.calls import picks, recorder
from console.calls.models import Call, Pick
from console.calls.picks import read_facts, write_facts
from console.calls.record import PickRecord
from console.db.engine import Sessions
from scripts_engine.facts import Facts, FactValue
from tests.console.calls.test_recorder import CALL, LEG, add_people, ringing, running
from tests.scripts_engine.making import facts

TODAY = date(2026, 11, 21)
FACTS: dict[str, FactValue] = {
    "caller.known": True,
    "caller.company": 'Kvetinárstvo "Ruža" s.r.o.',
    "purchases.categories": ("ink", "papier"),
    "purchases.interval_ratio": 0.1 + 0.2,
    "purchases.spend_30d": 1e16,
    "cases.open": 0,
    "attr.odd": "with\0nul",
}


def pick(at: datetime, key: str | None = "late", known: Facts = FACTS) -> PickRecord:
    return PickRecord(at, TODAY, known, "support", 1, key, 2 if key else None)


async def stored(sessions: Sessions) -> list[Pick]:
    async with sessions() as session:
        return list(await session.scalars(select(Pick).order_by(Pick.id)))


@given(facts())
def test_facts_are_read_as_they_were(found: dict[str, FactValue]) -> None:
    text = write_facts(found)
    assert text is not None
    again = read_facts(text)
    assert again == found
    assert [type(value) for value in again.values()] == [type(value) for value in found.values()]


def test_too_many_facts_are_not_kept_at_all() -> None:
    whole = {f"attr.{number}": "x" * 100 for number in range(picks.MOST_CHARACTERS // 120)}
    assert write_facts(whole) is not None
    assert write_facts(whole | {"attr.more": "x" * picks.MOST_CHARACTERS}) is None


async def test_a_pick_is_on_record_with_its_facts(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    record.picks[LEG] = pick(now)
    async with running(sessions) as writer:
        writer.save(record)
        await writer.flushed()
    assert record.picks == {}, "they are in memory no longer than needed"
    [found] = await stored(sessions)
    assert (found.id, found.call_id, found.at, found.today) == (LEG, CALL, now, TODAY)
    assert (found.queue, found.line, found.script_key, found.script_version) == ("support", 1, "late", 2)
    assert found.facts is not None
    assert read_facts(found.facts) == FACTS


async def test_the_last_pick_of_an_offer_counts(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    for later, key in enumerate(("late", None)):
        record.picks[LEG] = pick(now + timedelta(seconds=later), key, {"cases.open": later})
        await recorder.write(sessions, [record])
    [found] = await stored(sessions)
    assert (found.script_key, found.script_version, found.facts) == (None, None, '{"cases.open":1}')
    assert found.at == now + timedelta(seconds=1)


async def test_a_pick_that_is_newer_than_what_was_written_waits(sessions: Sessions, now: datetime) -> None:
    old, new = pick(now), pick(now, "other")
    assert picks.unwritten({LEG: new}, {LEG: old}) == {LEG: new}
    assert picks.unwritten({LEG: new}, {LEG: new}) == {}


async def test_a_pick_is_not_lost_while_the_database_is_away(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_people(sessions, now)
    monkeypatch.setattr(recorder, "RETRY_S", 0)
    tries = iter([True, False])

    def flaky() -> Any:
        if next(tries, False):
            raise OperationalError("BEGIN", None, Exception("away"))
        return sessions()

    record = ringing(now)
    record.picks[LEG] = pick(now)
    async with running(flaky) as writer:
        writer.save(record)
        await writer.flushed()
    assert len(await stored(sessions)) == 1


async def test_whoever_was_erased_meanwhile_does_not_come_back_from_our_memory(
    sessions: Sessions, now: datetime
) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    await recorder.write(sessions, [record])
    async with sessions.begin() as session:
        await session.execute(update(Call).values(erased=True, customer_id=None))
    record.picks[LEG] = pick(now)
    await recorder.write(sessions, [record])
    [found] = await stored(sessions)
    assert (found.script_key, found.facts) == ("late", None)


async def test_nor_whoever_was_deleted_before_the_call_was_on_record(
    sessions: Sessions, now: datetime
) -> None:
    record = ringing(now)  # nobody has stored this customer, or this agent
    record.picks[LEG] = pick(now)
    async with running(sessions) as writer:
        writer.save(record)
        await writer.flushed()
    [found] = await stored(sessions)
    assert (found.script_key, found.facts) == ("late", None)


async def test_picks_go_with_their_call(sessions: Sessions, now: datetime) -> None:
    await add_people(sessions, now)
    record = ringing(now)
    record.picks[LEG] = pick(now)
    await recorder.write(sessions, [record])
    async with sessions.begin() as session:
        await session.execute(delete(Call))
        assert await session.scalar(select(func.count()).select_from(Pick)) == 0
