"""Link, "not this person", shared, create, undo in mid-call: pops, facts, script and record follow, and the
next call knows it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from console.calls.models import Call, Pick
from console.calls.picks import read_facts
from console.cases.models import Case
from console.customers.learning import NewCustomer
from console.customers.models import PhoneNumber, RecordChange
from console.db.engine import Sessions
from console.desk.learning import Learning, created, linked, shared, undone, unlinked
from console.errors import ForbiddenError, InvalidError, OutdatedError
from telephony.events import Caller, CallId, Direction
from tests.conftest import NOW
from tests.console.desk.learning_stage import (
    ANA,
    BORIS,
    STRANGER,
    heard,
    learning,
    pop_of,
    rings,
    says,
)
from tests.fakes.story import CALL, JOZEF, Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a whole call


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with learning(sessions, database_url) as on:
        yield on


async def picked(on: Stage) -> tuple[str | None, object]:
    """What is on record as picked for the call's one offer, and whether the caller was known by then."""
    async with on.sessions() as session:
        pick = (await session.scalars(select(Pick))).one()
    return pick.script_key, read_facts(pick.facts or "")["caller.known"]


async def test_an_unknown_number_is_linked_and_the_next_call_knows_it(on: Stage) -> None:
    on.at = NOW - timedelta(minutes=1)
    await rings(on, STRANGER)
    await on.take(on.answered(1))
    before = await pop_of(on)
    assert (before["match"], before["customer"], before["script"]["key"]) == ("none", None, "ask")
    assert await picked(on) == ("ask", False)
    await says(on, linked("C-1"))
    pop, told = await pop_of(on), await on.detail()
    assert (pop["match"], pop["customer"]["name"], pop["orders"][0]["ref"]) == ("one", "Jozef Mrkva", "O-77")
    assert (pop["script"]["key"], pop["state"]) == ("late-delivery", "answered")
    [learnt] = pop["learnt"]
    assert (learnt["kind"], learnt["author"], learnt["user_id"]) == ("linked", "Ana", 1)
    assert learnt["customer"] == "Jozef Mrkva"
    assert (told["customer_ref"], told["identified"], told["script"]["key"]) == (
        "C-1",
        "one",
        "late-delivery",
    )
    assert await picked(on) == ("late-delivery", True)  # instead of the first one: what the desk follows
    await on.take(on.ended())
    on.call = CallId("main-2.1")
    await rings(on, STRANGER)
    pop = await pop_of(on)
    assert (pop["customer"]["name"], pop["learnt"], pop["repeat_today"]) == ("Jozef Mrkva", [], True)


async def test_not_this_person_counts_for_the_next_call_and_can_be_undone(on: Stage) -> None:
    await rings(on, Caller(JOZEF))
    await on.take(on.answered(1))
    await says(on, unlinked("C-1"))
    pop, told = await pop_of(on), await on.detail()
    assert (pop["match"], pop["customer"], pop["orders"], pop["script"]["key"]) == ("none", None, [], "ask")
    assert (told["customer_ref"], told["identified"], told["script"]["key"]) == (None, "none", "ask")
    await on.take(on.ended())
    first, on.call = pop["learnt"][0]["id"], CallId("main-2.1")
    await rings(on, Caller(JOZEF))
    assert (await pop_of(on))["customer"] is None
    on.call = CALL
    await says(on, undone(first))  # after the call is over: in wrap-up
    pop, told = await pop_of(on), await on.detail()
    assert (pop["customer"]["ref"], pop["learnt"]) == ("C-1", [])
    assert (told["customer_ref"], pop["script"]["key"]) == ("C-1", "ask")  # as it was said
    on.call = CallId("main-3.1")
    await rings(on, Caller(JOZEF))
    assert (await pop_of(on))["customer"]["ref"] == "C-1"


async def test_a_shared_number_binds_nobody_until_somebody_is_chosen(on: Stage) -> None:
    await rings(on, Caller(JOZEF))
    await says(on, shared("C-1"))
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"], pop["script"]["key"]) == ("shared", None, "ask")
    assert [candidate["ref"] for candidate in pop["candidates"]] == ["C-1"]
    await says(on, linked("C-1"))
    pop, told = await pop_of(on), await on.detail()
    assert (pop["match"], pop["customer"]["ref"], pop["candidates"]) == ("shared", "C-1", [])
    assert pop["script"]["key"] == "late-delivery"
    assert (told["customer_ref"], told["identified"]) == ("C-1", "shared")
    assert [each["kind"] for each in pop["learnt"]] == ["shared", "chosen"]
    await on.take(on.transferred(1), on.offered(2, None))
    assert (await pop_of(on, 2))["customer"]["ref"] == "C-1"
    await says(on, undone(pop["learnt"][1]["id"]), BORIS)
    assert ((await pop_of(on, 2))["customer"], (await pop_of(on, 1))["customer"]) == (None, None)


async def test_one_of_many_is_chosen_for_this_call_only(on: Stage) -> None:
    async with on.sessions.begin() as session:
        session.add(PhoneNumber(customer_id=2, e164=JOZEF, raw=JOZEF))
    await rings(on, Caller(JOZEF), 1, 2)
    await says(on, linked("C-2"))
    for agent in (1, 2):
        pop = await pop_of(on, agent)
        assert (pop["match"], pop["customer"]["ref"]) == ("many", "C-2")
    on.call = CallId("main-2.1")
    await rings(on, Caller(JOZEF))
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"], len(pop["candidates"])) == ("many", None, 2)


async def test_a_new_customer_is_made_and_unmade(on: Stage) -> None:
    await rings(on, STRANGER)
    await says(on, created(NewCustomer("Petra Nová", None, None)))
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"]["name"], pop["script"]["key"]) == ("one", "Petra Nová", "fallback")
    await says(on, undone(pop["learnt"][0]["id"]))
    pop, told = await pop_of(on), await on.detail()
    assert (pop["match"], pop["customer"], pop["learnt"], told["customer_ref"]) == ("none", None, [], None)


async def test_a_new_customer_with_a_case_or_another_call_stays(on: Stage) -> None:
    await rings(on, STRANGER)
    await on.take(on.answered(1))
    await says(on, created(NewCustomer("Petra Nová", None, None)))
    [learnt] = (await pop_of(on))["learnt"]
    async with on.sessions.begin() as session:
        customer = await session.scalar(select(Call.customer_id).where(Call.id == CALL))
        case = Case(ref="K-1", subject="Vase", status="open", priority="high", line=1, opened_at=NOW)
        case.customer_id = customer or 0
        session.add(case)
    with pytest.raises(OutdatedError, match="has orders, cases, call-backs, offers or other calls"):
        await says(on, undone(learnt["id"]))
    async with on.sessions.begin() as session:
        await session.execute(update(Case).values(customer_id=1))
    await on.take(on.ended())
    first, on.call = on.call, CallId("main-2.1")
    await rings(on, STRANGER)
    await on.recorder.flushed()
    on.call = first
    with pytest.raises(OutdatedError, match="has orders, cases, call-backs, offers or other calls"):
        await says(on, undone(learnt["id"]))


async def test_a_withheld_number_is_never_learnt(on: Stage) -> None:
    await rings(on, Caller(JOZEF, withheld=True))
    await says(on, linked("C-1"))
    pop, told = await pop_of(on), await on.detail()
    assert (pop["match"], pop["number"], pop["e164"], pop["customer"]["ref"]) == ("withheld", "", None, "C-1")
    assert (told["customer_ref"], told["identified"], told["number"]) == ("C-1", "withheld", "")
    async with on.sessions() as session:
        assert (await session.scalars(select(RecordChange.number))).all() == [None]
        assert len((await session.scalars(select(PhoneNumber))).all()) == 1
    on.call = CallId("main-2.1")
    await rings(on, Caller(JOZEF, withheld=True))
    assert (await pop_of(on))["customer"] is None


async def test_what_is_written_meanwhile_is_not_touched(on: Stage) -> None:
    await rings(on, STRANGER)
    note = {"leg": leg_of(1), "call": CALL, "text": "Wants", "version": 1}
    await on.bus.put("desk:1", f"note:{leg_of(1)}", note)
    await says(on, linked("C-1"))
    assert (await on.desk(1))[f"note:{leg_of(1)}"] == note


async def test_only_who_has_the_call_on_the_desk_says_it(on: Stage) -> None:
    await rings(on, STRANGER)
    learning = Learning(on.sessions, on.bus)
    for viewer, leg in ((BORIS, leg_of(1)), (ANA, "presence"), (ANA, "main-9.a1")):
        with pytest.raises(ForbiddenError, match="not on your desk"):
            await learning.say(viewer, leg, linked("C-1"), NOW)


async def test_a_colleague_is_no_customer(on: Stage) -> None:
    on.caller = Caller("1002")
    await on.take(on.offered(1, None, dialled="1001", direction=Direction.INTERNAL))
    with pytest.raises(InvalidError, match="A colleague calls"):
        await says(on, linked("C-1"))


async def test_two_agents_who_say_the_same_at_once_say_it_once(on: Stage) -> None:
    await rings(on, STRANGER, 1, 2)
    learning = Learning(on.sessions, on.bus)
    for step in (linked("C-1"), created(NewCustomer("Petra Nová", None, None))):
        await asyncio.gather(
            *(learning.say(who, leg_of(who.user_id, on.call), step, NOW) for who in (ANA, BORIS, ANA, BORIS))
        )
        await heard(on)
    assert [each["kind"] for each in (await pop_of(on))["learnt"]] == ["linked", "created"]
    async with on.sessions() as session:
        numbers = (await session.scalars(select(PhoneNumber.e164).order_by(PhoneNumber.id))).all()
    assert numbers == [JOZEF, STRANGER.number, STRANGER.number]


async def test_two_agents_who_do_not_agree_leave_both_to_be_asked(on: Stage) -> None:
    await rings(on, STRANGER, 1, 2)
    learning = Learning(on.sessions, on.bus)
    await asyncio.gather(
        learning.say(ANA, leg_of(1), linked("C-1"), NOW), learning.say(BORIS, leg_of(2), linked("C-2"), NOW)
    )
    await heard(on)
    ours, theirs = await pop_of(on, 1), await pop_of(on, 2)
    assert (ours["match"], ours["customer"]["ref"]) == ("many", theirs["customer"]["ref"])
    last = ours["learnt"][-1]
    assert ours["customer"]["name"] == last["customer"]
    await says(on, undone(last["id"]), BORIS)
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"]["name"]) == ("one", pop["learnt"][-1]["customer"] or "")
    assert pop["customer"]["name"] != last["customer"]


async def test_without_a_link_to_the_phone_system_it_is_learnt_all_the_same(on: Stage) -> None:
    await rings(on, STRANGER)
    await on.take(on.answered(1), on.lost())
    await says(on, linked("C-1"))
    pop = await pop_of(on)
    assert (pop["customer"]["ref"], pop["script"]["key"]) == ("C-1", "late-delivery")
    await on.take(on.up(), on.resynced(on.call, legs=(leg_of(1),)))
    assert (await pop_of(on))["customer"]["ref"] == "C-1"


async def test_the_number_of_a_switchboard_is_marked_once_for_all_who_come_to_it(on: Stage) -> None:
    await rings(on, Caller(JOZEF))
    await says(on, shared("C-1"))
    await says(on, linked("C-2"))
    assert [each["kind"] for each in (await pop_of(on))["learnt"]] == ["shared", "linked"]
    on.call = CallId("main-2.1")
    await rings(on, Caller(JOZEF))
    pop = await pop_of(on)
    assert (pop["match"], pop["customer"], len(pop["candidates"])) == ("shared", None, 2)


async def test_what_has_no_number_has_none_that_is_shared_or_somebody_elses(on: Stage) -> None:
    for caller in (Caller(JOZEF, withheld=True), Caller("1234"), Caller("anonymous")):
        await rings(on, caller)
        for step in (shared("C-1"), unlinked("C-1")):
            await says(on, step)
        assert (await pop_of(on))["learnt"] == []
        on.call = CallId(f"{on.call}.1")
    async with on.sessions() as session:
        assert (await session.scalars(select(PhoneNumber.shared))).all() == [False]
