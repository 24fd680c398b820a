"""What agents said of who calls is followed: by news, after they were missed, after a restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.customers.models import Customer, PhoneNumber
from console.db.engine import Sessions
from console.desk.learning import Learning, linked, unlinked
from telephony.events import Caller, CallId
from tests.conftest import NOW
from tests.console.desk.learning_stage import (
    ANA,
    BORIS,
    STRANGER,
    NewsBus,
    heard,
    learning,
    pop_of,
    rings,
    says,
    with_scripts,
)
from tests.fakes.story import CALL, LINK, Stage, leg_of, people, stage

pytestmark = pytest.mark.slow  # each plays a whole call


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with learning(sessions, database_url) as on:
        yield on


async def test_news_that_are_missed_are_caught_up_with(on: Stage) -> None:
    bus = on.bus
    assert isinstance(bus, NewsBus)
    await rings(on, STRANGER)
    bus.deaf = True
    await says(on, linked("C-1"))
    assert (await pop_of(on))["customer"] is None
    bus.break_connection()
    async with asyncio.timeout(10):
        while (await pop_of(on))["customer"] is None:  # noqa: ASYNC110 - the bus has no event for it
            await asyncio.sleep(0)
    assert [each["kind"] for each in (await pop_of(on))["learnt"]] == ["linked"]


async def test_news_of_calls_that_are_not_ours_are_nothing(on: Stage) -> None:
    await rings(on, STRANGER)
    number = (await on.bus.snapshot("desk:1")).number
    for news in ({}, {"leg": "branch-1.a1"}):
        await on.bus.send("learnt", news)
    await heard(on)
    assert (await on.bus.snapshot("desk:1")).number == number


async def test_a_customer_who_was_deleted_calls_nobody(on: Stage) -> None:
    await rings(on, Caller(withheld=True))
    await says(on, linked("C-2"))
    async with on.sessions.begin() as session:
        await session.delete(await session.get_one(Customer, 2))
    on.call = CallId("main-2.1")
    await rings(on, Caller(withheld=True))
    assert (await pop_of(on))["customer"] is None


async def test_after_a_restart_it_is_still_known(sessions: Sessions, database_url: str) -> None:
    await people(sessions)
    async with stage(sessions, database_url, NewsBus()) as on:
        await on.take(on.up())
        await rings(on, Caller(withheld=True))
        await says(on, linked("C-1"))
        bus, at = on.bus, on.at
    async with stage(sessions, database_url, bus) as on:
        on.at = at
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced(CALL, legs=(leg_of(1),)), on.transferred(1), on.offered(2, None))
        pop = await pop_of(on, 2)
    assert (pop["customer"]["ref"], [each["kind"] for each in pop["learnt"]]) == ("C-1", ["chosen"])


async def test_a_step_is_taken_back_from_elsewhere_and_the_pop_follows(on: Stage) -> None:
    await rings(on, STRANGER)
    await says(on, linked("C-1"))
    [learnt] = (await pop_of(on))["learnt"]
    assert await Learning(on.sessions, on.bus).take_back(BORIS, learnt["id"], NOW) == "C-1"
    await heard(on)
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"], pop["learnt"]) == ("none", None, [])


async def test_the_other_form_of_a_number_is_taken_back_from_elsewhere(on: Stage) -> None:
    argentine = Caller("+541123456789")
    async with on.sessions.begin() as session:
        session.add(PhoneNumber(customer_id=2, e164="+5491123456789", raw="9 11 2345-6789"))
    await rings(on, argentine)
    assert (await pop_of(on))["customer"]["ref"] == "C-2"
    await says(on, unlinked("C-2"))
    [learnt] = (await pop_of(on))["learnt"]
    await Learning(on.sessions, on.bus).take_back(BORIS, learnt["id"], NOW)
    async with on.sessions() as session:
        assert "+5491123456789" in (await session.scalars(select(PhoneNumber.e164))).all()


async def test_what_is_said_while_nobody_listens_is_followed_afterwards(
    sessions: Sessions, database_url: str
) -> None:
    await with_scripts(sessions)
    async with stage(sessions, database_url, NewsBus()) as on:
        await on.take(on.up())
        await rings(on, STRANGER)
        await on.take(on.answered(1))
        bus, at = on.bus, on.at
    await Learning(sessions, bus).say(ANA, leg_of(1), linked("C-1"), NOW)
    async with stage(sessions, database_url, bus) as on:
        on.at = at
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced(CALL, legs=(leg_of(1),)))
        await heard(on)
        pop, told = await pop_of(on), await on.detail()
    assert (pop["customer"]["ref"], pop["script"]["key"], pop["state"]) == (
        "C-1",
        "late-delivery",
        "answered",
    )
    assert [each["kind"] for each in pop["learnt"]] == ["linked"]
    assert told["customer_ref"] == "C-1"


async def test_without_records_the_pops_stay_as_they_are(on: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await rings(on, STRANGER)
    read, broken = on.reader.read, True

    async def sometimes(*values: Any) -> Any:
        if broken:
            raise OSError("away")
        return await read(*values)

    monkeypatch.setattr(on.reader, "read", sometimes)
    before = await pop_of(on)
    await says(on, linked("C-1"))
    assert await pop_of(on) == before
    broken = False
    monkeypatch.setattr("console.desk.callers.UNREAD", timedelta(-1))
    await on.take(on.answered(1))
    assert (await pop_of(on))["customer"]["ref"] == "C-1"
