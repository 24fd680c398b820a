"""The story: exactly one pop per offer, on the right screen, saying who calls; and the same on record."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from console.calls.queries import call_detail
from console.customers.models import Customer, PhoneNumber
from console.db.engine import Sessions
from console.desk.composition import CANDIDATES_AT_A_GLANCE
from console.scripts.actions import import_scripts
from telephony.events import Caller, CallId, LegResult
from tests.conftest import NOW
from tests.console.live.screens import BreakableBus
from tests.fakes.story import CALL, JOZEF, Stage, leg_of, people, stage

SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  priority: 80
  when: {all: ["purchases.late_open >= 1"]}
  steps:
    - id: greet
      say: "Good day {{ customer.name }}, {{ late_orders[0].ref }} is late."
      fallback: "Good day."
      next: end
    - {id: end, say: "Good bye.", end: done}
- script: fallback
  title: Anything else
  steps:
    - {id: greet, say: "Good day.", end: done}
"""


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)
    async with sessions() as session, session.begin():
        await import_scripts(session, SCRIPTS, publish=True, at=NOW, author="test")


async def detail(on: Stage, call: str = CALL) -> dict[str, Any]:
    async with on.sessions() as session:
        return await call_detail(session, call)


async def test_an_offer_pops_at_its_agents_desk_only(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
        assert await on.desk(2) == {}
    assert (pop["state"], pop["match"], pop["customer"]["name"]) == ("ringing", "one", "Jozef Mrkva")
    assert (pop["number"], pop["number_label"]) == ("+421 905 123 456", "mobile")
    assert pop["orders"][0]["late_days"] == 6
    assert pop["script"]["key"] == "late-delivery"
    assert pop["script"]["step"]["text"] == "Good day Jozef Mrkva, O-77 is late."
    assert pop["script"]["runner_up"] == "Anything else"
    assert pop["queue_title"] == "Customer support"


async def test_one_statement_per_pop(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        before = on.reader.statements
        await on.take(on.queued(), on.offered(1), on.offered(2), on.offered(3))
        assert on.reader.statements - before == 1


async def test_from_ring_to_end(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
        assert await on.presence(1) == "ringing"
        await on.take(on.answered(1))
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], await on.presence(1)) == ("answered", "on_call")
        await on.take(on.ended())
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], pop["result"], await on.presence(1)) == ("ended", "answered", "available")
        told = await detail(on)
    assert (told["state"], told["end"], told["customer_ref"], told["identified"]) == (
        "ended",
        "completed",
        "C-1",
        "one",
    )
    assert told["script"]["key"] == "late-delivery"
    assert [leg["result"] for leg in told["legs"]] == ["answered"]
    assert [(pop["state"], pop["reason"]) for pop in told["pops"]] == [("not_shown", "no desk was open")]


@pytest.mark.parametrize("winner_first", [True, False])
async def test_ring_all_withdraws_the_losers(
    sessions: Sessions, database_url: str, *, winner_first: bool
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offered(2), on.offered(3))
        losers = [on.offer_ended(agent, LegResult.WITHDRAWN) for agent in (1, 3)]
        await on.take(*([on.answered(2), *losers] if winner_first else [*losers, on.answered(2)]))
        for agent in (1, 3):
            (pop,) = (await on.desk(agent)).values()
            assert (pop["state"], pop["withdrawn_by"]) == ("withdrawn", "Boris")
        (pop,) = (await on.desk(2)).values()
        assert pop["state"] == "answered"
        await on.take(on.ended())
        results = {leg["agent"]: leg["result"] for leg in (await detail(on))["legs"]}
    assert results == {"a1@x.example": "withdrawn", "a2@x.example": "answered", "a3@x.example": "withdrawn"}


async def test_no_answer_goes_to_the_next_agent(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.offered(2))
        (first,) = (await on.desk(1)).values()
        (second,) = (await on.desk(2)).values()
    assert (first["state"], first["result"], first["withdrawn_by"]) == ("withdrawn", "no_answer", None)
    assert second["state"] == "ringing"


async def test_the_caller_gives_up(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.WITHDRAWN), on.ended())
        (pop,) = (await on.desk(1)).values()
        told = await detail(on)
    assert (pop["state"], pop["result"]) == ("withdrawn", "cancelled")
    assert (told["end"], told["legs"][0]["result"]) == ("abandoned", "cancelled")


async def test_duplicates_make_no_second_pop(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        queued, offered = on.queued(), on.offered(1)
        await on.take(queued, offered, offered, queued, offered)
        number = (await on.bus.snapshot("desk:1")).number
        await on.take(offered)
        assert (await on.bus.snapshot("desk:1")).number == number
        assert len(await on.desk(1)) == 1


async def test_an_interface_that_nobody_has_is_on_record(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(9))
        (pop,) = (await detail(on))["pops"]
    assert (pop["agent"], pop["state"], pop["reason"]) == (
        None,
        "not_shown",
        "no user has the interface PJSIP/a9",
    )


@pytest.mark.parametrize(
    ("caller", "match", "number"),
    [
        (Caller("+421900000000", "Eve"), "none", "+421 900 000 000"),
        (Caller(JOZEF, "Jozef", withheld=True), "withheld", ""),
        (Caller("anonymous", "Anonymous"), "withheld", ""),
    ],
)
async def test_nobodys_record_is_shown_for_a_stranger(
    sessions: Sessions, database_url: str, caller: Caller, match: str, number: str
) -> None:
    async with stage(sessions, database_url) as on:
        on.caller = caller
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
        told = await detail(on)
    assert (pop["match"], pop["customer"], pop["candidates"], pop["orders"]) == (match, None, [], [])
    assert (pop["number"], told["customer_ref"]) == (number, None)
    assert pop["script"]["key"] == "fallback"
    if match == "withheld":
        assert (told["number"], pop["caller_name"]) == ("", "")


async def test_a_number_of_several_is_a_list_and_no_pick(sessions: Sessions, database_url: str) -> None:
    async with sessions() as session, session.begin():
        other = Customer(id=2, ref="C-2", name="Eva Malá", created_at=NOW, updated_at=NOW)
        other.phones = [PhoneNumber(e164=JOZEF, raw=JOZEF)]
        session.add(other)
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
        assert (await detail(on))["customer_ref"] is None
    assert (pop["match"], pop["customer"]) == ("many", None)
    assert [candidate["ref"] for candidate in pop["candidates"]] == ["C-1", "C-2"]


async def test_a_number_of_very_many_lists_the_likeliest(sessions: Sessions, database_url: str) -> None:
    async with sessions() as session, session.begin():
        for number in range(2, CANDIDATES_AT_A_GLANCE + 9):
            other = Customer(id=number, ref=f"D-{number}", name="Eva", created_at=NOW, updated_at=NOW)
            other.phones = [PhoneNumber(e164=JOZEF, raw=JOZEF)]
            session.add(other)
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
    assert (len(pop["candidates"]), pop["candidates_in_all"]) == (50, 58)
    assert pop["candidates"][0]["ref"] == "C-1"  # has an open case


async def test_without_records_the_number_still_pops(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:

        async def broken(*_: object) -> None:
            raise OSError("away")

        monkeypatch.setattr(on.reader, "read", broken)
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
        told = await detail(on)
    assert (pop["number"], pop["customer"]) == ("+421 905 123 456", None)
    assert "cannot be reached" in pop["match_why"]
    assert (told["identified"], told["number"], told["customer_ref"]) == (None, JOZEF, None)


async def test_records_that_come_back_say_who_calls(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.callers.UNREAD", timedelta(seconds=-1))
    async with stage(sessions, database_url) as on:

        async def broken(*_: object) -> None:
            raise OSError("away")

        with monkeypatch.context() as patch:
            patch.setattr(on.reader, "read", broken)
            await on.take(on.queued(), on.offered(1))
        await on.take(on.answered(1))
        (pop,) = (await on.desk(1)).values()
        told = await detail(on)
    assert (pop["state"], pop["match"], pop["customer"]["name"]) == ("answered", "one", "Jozef Mrkva")
    assert (told["identified"], told["customer_ref"]) == ("one", "C-1")


async def test_records_that_cannot_be_read_are_not_tried_for_each_phone(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:
        tries = []

        async def broken(*_: object) -> None:
            tries.append(1)
            raise OSError("away")

        monkeypatch.setattr(on.reader, "read", broken)
        await on.take(on.queued(), on.offered(1), on.offered(2), on.offered(3))
    assert len(tries) == 1


async def test_a_pop_that_the_bus_did_not_take_says_so(sessions: Sessions, database_url: str) -> None:
    bus = BreakableBus()
    async with stage(sessions, database_url, bus) as on:
        await on.take(on.queued())
        bus.away = 1_000
        await on.take(on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER))
        (pop,) = (await detail(on))["pops"]
        bus.away = 0
    assert (pop["state"], pop["reason"]) == ("not_shown", "the desks could not be reached: Redis was away")


async def test_a_ring_that_was_over_before_it_could_be_told_says_so(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.calls.telling.MOST_STEPS", 1)
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.offered(2))
        told = {pop["agent"]: pop["reason"] for pop in (await detail(on))["pops"]}
        assert (await on.desk(1), len(await on.desk(2))) == ({}, 1)
    assert told == {"a1@x.example": "the ring was over before it could be shown", "a2@x.example": None}


async def test_a_pop_that_failed_half_way_is_made_up_for(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued())

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr("console.desk.screen_pop.compose", broken)
            await on.take(on.offered(1))
        assert await on.desk(1) == {}
        await on.take(on.answered(1))
        (pop,) = (await on.desk(1)).values()
    assert pop["state"] == "answered"


async def test_the_browsers_news_is_on_record(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        news = {"leg": leg_of(1), "at": NOW.timestamp(), "visible": True}
        await on.bus.send("pops", {**news, "user_id": 2, "stage": "shown"})  # another one's browser
        await on.bus.send("pops", {**news, "user_id": 1, "stage": "sent"})
        await on.bus.send("pops", {**news, "user_id": 1, "stage": "shown"})
        async with asyncio.timeout(10):
            while (pop := (await detail(on))["pops"][0])["state"] != "shown":
                await on.recorder.flushed()
        await on.take(on.answered(1), on.ended())
        (ended,) = (await detail(on))["pops"]
    assert pop["sent_at"] == pop["shown_at"] == NOW.isoformat()
    assert (ended["state"], ended["reason"]) == ("ended", None)


async def test_what_vanished_is_lost(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.resynced())
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], (await detail(on))["end"]) == ("ended", "lost")


async def test_a_call_that_came_right_behind_the_resync_lives(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.resynced(), on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], (await detail(on))["state"]) == ("ringing", "ringing")


async def test_a_new_offer_sends_withdrawn_pops_away(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.ended())
        on.call = CallId("main-2.1")
        await on.take(on.queued(), on.offered(1))
        assert list(await on.desk(1)) == [leg_of(1, on.call)]


async def test_trouble_with_one_call_does_not_silence_the_next(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:

        async def broken(*_: object) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr(on.reader, "read", broken)
            await on.take(on.queued())
        on.call = CallId("main-2.1")
        await on.take(on.queued(), on.offered(1))
        assert len(await on.desk(1)) == 1


async def test_an_offer_that_could_not_be_told_is_made_up_for(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(sessions, database_url) as on:

        async def broken(*_: object) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr(on.reader, "read", broken)
            await on.take(on.offered(1))
        await on.take(on.answered(1))
        (pop,) = (await on.desk(1)).values()
        assert (pop["state"], (await detail(on))["state"]) == ("answered", "answered")
