"""A call-back is promised and something offered at the steps of a script: once, to whoever calls; and the
next colleague sees it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from console.calls.models import StoredRun
from console.customers.learning import NewCustomer
from console.customers.models import Customer
from console.db.engine import Sessions
from console.desk.learning import created, linked, undone, unlinked
from console.desk.run_doing import Given
from console.desk.run_moves import acted, answered, went_back
from console.errors import InvalidError, OutdatedError
from console.promises.actions import settle_callback
from console.promises.appointments import Proposal
from console.promises.models import Callback, CallbackState, Offer
from console.promises.news import announce
from telephony.events import Caller, CallId
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA, heard, says
from tests.console.desk.run_stage import STRANGER, does, publish, running, stand_of, takes, talks
from tests.fakes.story import Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a whole call

SCRIPT = """
- script: promises
  title: Promise and offer
  priority: 1
  steps:
    - id: promise
      do: schedule_callback
      with: {in_days: 2, subject: "Whether the {{ call.queue }} helped"}
      next: card
    - {id: card, do: offer, with: {offer: Loyalty card}, next: bye}
    - {id: bye, end: done}
"""
AT_TWO = Given(when=Proposal("2026-11-24", "14:00"))
WITHHELD = Caller("", withheld=True)


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    await publish(sessions, SCRIPT)
    async with running(sessions, database_url) as on:
        yield on


async def at_the_promise(on: Stage, caller: Caller | None = None) -> None:
    on.caller = caller or on.caller
    await talks(on)
    await takes(on, "promises")


async def callbacks(on: Stage) -> list[Callback]:
    async with on.sessions() as session:
        return list(await session.scalars(select(Callback).order_by(Callback.id)))


async def offers(on: Stage) -> list[Offer]:
    async with on.sessions() as session:
        return list(await session.scalars(select(Offer).order_by(Offer.id)))


async def customers(on: Stage) -> list[int | None]:
    """Whose the one call-back and the one offer are."""
    [owed], [made] = await callbacks(on), await offers(on)
    return [owed.customer_id, made.customer_id]


async def pop(on: Stage) -> Any:
    return (await on.desk(1))[leg_of(1, on.call)]


async def rings_again(on: Stage) -> Any:
    """The caller calls again; what the next colleague sees."""
    await on.take(on.ended())
    on.call = CallId("main-2.1")
    await talks(on)
    return await pop(on)


async def test_a_call_back_is_promised_for_when_the_agent_says(on: Stage) -> None:
    await at_the_promise(on)
    run = await does(on, acted(AT_TWO))
    assert (run["step"]["id"], run["answered"][-1]["answer"]) == ("card", "2026-11-24T14:00:00+01:00")
    [made] = await callbacks(on)
    assert (made.customer_id, made.call_id, made.number) == (1, on.call, "+421905123456")
    assert (made.due_at.isoformat(), made.owner, made.line) == ("2026-11-24T13:00:00+00:00", None, 1)
    assert (made.note, made.author, made.made_at) == ("Whether the support helped", "a1@x.example", NOW)
    owed = {"due_at": made.due_at.isoformat(), "by": "Ana", "note": made.note, "overdue": False}
    assert (await pop(on))["callbacks"] == [owed]
    assert (await rings_again(on))["callbacks"] == [owed]


async def test_without_a_word_it_is_when_the_script_says(on: Stage) -> None:
    await at_the_promise(on)
    await does(on, acted(Given(own=True)))
    [made] = await callbacks(on)
    assert (made.due_at - NOW).days == 2
    assert made.owner == "a1@x.example"


async def test_two_clicks_promise_once(on: Stage) -> None:
    await at_the_promise(on)
    stand = await stand_of(on)
    clicks = (on.running.move(ANA, leg_of(1), stand, acted(AT_TWO), NOW) for _ in range(3))
    await asyncio.gather(*clicks)
    assert len(await callbacks(on)) == 1
    other = acted(Given(when=Proposal("2026-11-25", "09:00")))
    with pytest.raises(OutdatedError, match="“2026-11-25 09:00” was not taken"):
        await on.running.move(ANA, leg_of(1), stand, other, NOW)
    run = await does(on, went_back())
    assert run["done"] == "2026-11-24T14:00:00+01:00"
    with pytest.raises(InvalidError, match="This was done already"):
        await does(on, acted(AT_TWO))


@pytest.mark.parametrize(
    ("day", "time", "why"),
    [
        ("2026-11-21", "12:59", "2026-11-21 12:59 is over already"),
        ("2027-11-23", "14:00", "more than a year ahead"),
        ("2026-11-24", "", "Say at what time"),
    ],
)
async def test_a_wrong_time_changes_nothing(on: Stage, day: str, time: str, why: str) -> None:
    await at_the_promise(on)
    with pytest.raises(InvalidError, match=why):
        await does(on, acted(Given(when=Proposal(day, time))))
    assert await callbacks(on) == []
    assert (await stand_of(on)).step == "promise"


async def test_whoever_is_not_known_is_called_back_on_their_number(on: Stage) -> None:
    await at_the_promise(on, STRANGER)
    await does(on, acted(AT_TWO), acted(Given("later")))
    [made] = await callbacks(on)
    assert (made.customer_id, made.number) == (None, STRANGER.number)
    assert [each["by"] for each in (await rings_again(on))["callbacks"]] == ["Ana"]
    on.call = CallId("main-3.1")
    on.caller = WITHHELD
    await talks(on)
    assert (await pop(on))["callbacks"] == []


async def test_who_called_is_said_later(on: Stage) -> None:
    await at_the_promise(on, STRANGER)
    await does(on, acted(AT_TWO), acted(Given("later")))
    await says(on, linked("C-1"))
    assert await customers(on) == [1, 1]
    assert [len((await pop(on))[what]) for what in ("callbacks", "offers")] == [1, 1]
    await says(on, unlinked("C-1"))
    assert await customers(on) == [None, None]
    assert [len((await pop(on))[what]) for what in ("callbacks", "offers")] == [1, 0]


async def test_a_new_customer_to_whom_something_is_owed_is_not_unmade(on: Stage) -> None:
    await at_the_promise(on, STRANGER)
    await does(on, acted(AT_TWO))
    await says(on, created(NewCustomer("Eve", None, None)))
    [learnt] = (await pop(on))["learnt"]
    with pytest.raises(OutdatedError, match="call-backs"):
        await says(on, undone(learnt["id"]))
    assert (await callbacks(on))[0].customer_id is not None


async def test_there_must_be_a_number(on: Stage) -> None:
    await at_the_promise(on, WITHHELD)
    with pytest.raises(InvalidError, match="no number to call back, and nobody is chosen"):
        await does(on, acted(AT_TWO))
    await says(on, linked("C-1"))
    await does(on, acted(AT_TWO))
    [made] = await callbacks(on)
    assert (made.customer_id, made.number) == (1, "+421905123456")


async def test_a_customer_without_a_number_cannot_be_called_back(on: Stage) -> None:
    async with on.sessions.begin() as session:
        session.add(Customer(id=2, ref="C-2", name="Eva", created_at=NOW, updated_at=NOW))
    await at_the_promise(on, WITHHELD)
    await says(on, linked("C-2"))
    with pytest.raises(InvalidError, match="add one to the customer's record, or go on without it"):
        await does(on, acted(AT_TWO))


async def test_an_offer_is_answered(on: Stage) -> None:
    await at_the_promise(on)
    run = await does(on, answered(None), acted(Given("declined")))
    assert (run["step"]["id"], run["answered"][-1]["answer"]) == ("bye", "declined")
    [made] = await offers(on)
    assert (made.customer_id, made.call_id, made.what, made.answer) == (
        1,
        on.call,
        "Loyalty card",
        "declined",
    )
    assert (made.script_key, made.script_version, made.step) == ("promises", 1, "card")
    assert (made.author, made.at) == ("a1@x.example", NOW)
    told = {"what": "Loyalty card", "answer": "declined", "at": NOW.isoformat()}
    assert (await rings_again(on))["offers"] == [told]
    async with on.sessions() as session:
        [walk] = await session.scalars(select(StoredRun.walk))
    assert walk["done"] == [{"step": "card", "action": "offer", "result": "declined"}]


async def test_an_answer_to_an_offer_is_one_of_three_and_counts_once(on: Stage) -> None:
    await at_the_promise(on)
    await does(on, answered(None))
    with pytest.raises(InvalidError, match="Say what was answered: accepted, declined, or later"):
        await does(on, acted(Given("perhaps")))
    stand = await stand_of(on)
    said = await asyncio.gather(
        *(on.running.move(ANA, leg_of(1), stand, acted(Given(text)), NOW) for text in ("later", "accepted")),
        return_exceptions=True,
    )
    [refused] = [error for error in said if error is not None]
    assert isinstance(refused, OutdatedError)
    assert len(await offers(on)) == 1


@pytest.mark.parametrize("caller", [None, STRANGER])
async def test_a_call_back_that_is_settled_goes_from_the_pops(on: Stage, caller: Caller | None) -> None:
    await at_the_promise(on, caller)
    await does(on, acted(AT_TWO))
    await heard(on)
    assert [each["due_at"] for each in (await pop(on))["callbacks"]] == ["2026-11-24T13:00:00+00:00"]
    async with on.sessions.begin() as session:
        await settle_callback(session, 1, CallbackState.DONE, "a1@x.example", NOW)
    async with on.sessions() as session:
        for number in (1, 2):
            await announce(on.bus, session, number)
    await heard(on)
    assert (await pop(on))["callbacks"] == []
