"""Walking through a script at the desk: stored, shown, never lost, done once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from sqlalchemy import select

from console.api.openapi import RUN
from console.calls.models import Call, StoredRun
from console.cases.models import Case, CaseEvent
from console.db.engine import Sessions
from console.desk.run_moves import acted, answered, went_back, went_forward
from console.desk.running import Stand
from console.errors import ForbiddenError, InvalidError, NotFoundError, OutdatedError
from scripts_engine.run import CONFIRMED
from telephony.events import LegResult
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA, BORIS, NewsBus, heard
from tests.console.desk.run_stage import (
    SCRIPTS,
    STRANGER,
    does,
    entry,
    publish,
    running,
    stand_of,
    takes,
    talks,
)
from tests.fakes.story import Stage, leg_of, stage

pytestmark = pytest.mark.slow  # each plays a whole call

CANCELLED = (answered(None), answered("cancel"), answered(CONFIRMED), answered("120,50 €"))
"""To the action, by way of the disclosure."""


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        yield on


async def stored(on: Stage) -> list[StoredRun]:
    async with on.sessions() as session:
        return list(await session.scalars(select(StoredRun).order_by(StoredRun.id)))


async def cases(on: Stage) -> list[Case]:
    async with on.sessions() as session:
        return list(await session.scalars(select(Case)))


def leg(agent: int = 1) -> str:
    return leg_of(agent)


async def test_a_step_is_stored_and_shown(on: Stage) -> None:
    await talks(on)
    assert await entry(on) is None
    run = await does(on, answered(None))
    assert (run["step"]["text"], run["step"]["answers"]) == ("Wait or cancel?", ["wait", "cancel"])
    assert (run["number"], run["revision"], run["first"], run["picked"]["key"]) == (
        1,
        1,
        False,
        "late-delivery",
    )
    run = await does(on, answered("wait"), answered(" Jozef@Example.org "))
    assert [(each["step"], each["answer"]) for each in run["answered"]] == [
        ("wish", "wait"),
        ("mail", "Jozef@example.org"),
    ]
    run = await does(on, answered(None))
    assert (run["step"], run["ended"], run["outcome"]) == (None, True, "resolved")
    [row] = await stored(on)
    assert (row.script_key, row.script_version, row.revision, row.user_id) == ("late-delivery", 1, 4, 1)
    assert row.answers == {"wish": "wait", "voucher_email": "Jozef@example.org"}
    told = (await on.detail())["run"]
    OAS31Validator(RUN).validate(told)
    assert told["steps"] == ["greet", "wish", "mail", "thanks"]
    assert (told["answers"], told["outcome"], told["earlier"]) == (row.answers, "resolved", [])
    assert [stay["step"] for stay in told["stays"]] == told["steps"]


async def test_what_is_wrong_is_said_and_nothing_is_stored(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None), answered("wait"))
    for text, why in (
        ("jozef", '"jozef" is no e-mail address'),
        ("", "Voucher email is still to be asked for."),
    ):
        with pytest.raises(InvalidError, match=why):
            await does(on, answered(text))
    assert (await entry(on))["step"]["id"] == "mail"
    assert [run.revision for run in await stored(on)] == [2]


async def test_numbers_and_amounts_are_those_of_the_call(on: Stage) -> None:
    await talks(on)
    await does(on, *CANCELLED[:3])
    with pytest.raises(InvalidError, match="Amounts are in EUR here, not in CZK; write it in EUR"):
        await does(on, answered("3000 Kč"))
    run = await does(on, answered("120,50"), answered(None), answered(None))
    assert run["step"]["id"] == "back"
    assert "120.50 EUR" in str((await stored(on))[0].walk)
    with pytest.raises(InvalidError, match="“123” is no number that can be called from"):
        await does(on, answered("123"))
    run = await does(on, answered("+421 905 123 456"))
    assert run["answered"][-1]["answer"] == "+421905123456"


async def test_back_and_forward(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None), answered("wait"))
    run = await does(on, went_back())
    assert (run["step"]["id"], run["given"], run["ahead"]) == ("wish", "wait", True)
    run = await does(on, went_forward(), went_back(), answered("cancel"))
    assert (run["step"]["id"], run["ahead"]) == ("terms", False)
    assert (await stored(on))[0].answers == {"wish": "cancel"}


async def test_a_case_is_opened_once_for_the_customer(on: Stage) -> None:
    await talks(on)
    run = await does(on, *CANCELLED)
    assert run["step"]["details"] == [
        ["line", "2"],
        ["priority", "high"],
        ["subject", "Refund €120.50 of O-77"],
    ]
    stand = await stand_of(on)
    twice = (on.running.move(ANA, leg(), stand, acted(), NOW) for _ in range(2))
    await asyncio.gather(*twice)
    [case] = await cases(on)
    assert (case.subject, case.line, case.priority) == ("Refund €120.50 of O-77", 2, "high")
    await heard(on)
    assert [each["ref"] for each in (await on.desk(1))[leg()]["cases"]] == [case.ref]
    run = await does(on, went_back())
    assert (run["step"]["id"], run["done"]) == ("refund", case.ref)
    with pytest.raises(InvalidError, match="This was done already"):
        await does(on, acted())
    run = await does(on, answered(None), acted())
    assert run["step"]["id"] == "back"
    assert len(await cases(on)) == 1
    async with on.sessions() as session:
        events = list(await session.scalars(select(CaseEvent).order_by(CaseEvent.id)))
    assert [(event.text, event.author) for event in events] == [
        ("Opened in the call script “Apologise for a late delivery”.", "a1@x.example"),
        ("Schedule a call-back: 2026-11-22 13:00", "a1@x.example"),
    ]
    done = (await on.detail())["run"]["done"]
    assert [(each["step"], each["action"], each["result"]) for each in done] == [
        ("refund", "open_case", case.ref),
        ("promise", "schedule_callback", "2026-11-22T13:00:00+01:00"),
    ]


async def test_there_is_no_case_of_nobody(on: Stage) -> None:
    on.caller = STRANGER
    await talks(on)
    await does(on, answered("customer"))
    with pytest.raises(InvalidError, match="There is no customer to open a case for"):
        await does(on, acted())
    run = await does(on, answered(None))
    assert (run["step"]["id"], run["ended"], run["outcome"]) == ("bye", True, "done")


async def test_two_tabs_never_lose_an_answer(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    stand = await stand_of(on)
    said = await asyncio.gather(
        *(on.running.move(ANA, leg(), stand, answered(text), NOW) for text in ("wait", "cancel")),
        return_exceptions=True,
    )
    [refused] = [error for error in said if error is not None]
    assert isinstance(refused, OutdatedError)
    taken = (await stored(on))[0].answers["wish"]
    other = "cancel" if taken == "wait" else "wait"
    assert f"“{other}” was not taken" in str(refused)


async def test_a_double_click_answers_once(on: Stage) -> None:
    await talks(on)
    first = await stand_of(on)
    clicks = (on.running.move(ANA, leg(), first, answered(None), NOW) for _ in range(3))
    await asyncio.gather(*clicks)
    assert (await stored(on))[0].revision == 1
    for move in (answered("wait"), answered("jozef@example.org"), went_back()):
        stand = await stand_of(on)
        await asyncio.gather(*(on.running.move(ANA, leg(), stand, move, NOW) for _ in range(2)))
        await heard(on)
    assert (await stored(on))[0].revision == 4
    assert (await entry(on))["step"]["id"] == "mail"


async def test_who_may_not(on: Stage) -> None:
    await on.take(on.queued(), on.offered(1), on.offered(2))
    with pytest.raises(ForbiddenError, match="still rings"):
        await does(on, answered(None))
    await on.take(on.answered(1), on.offer_ended(2, LegResult.WITHDRAWN))
    with pytest.raises(ForbiddenError, match="was not answered here"):
        await does(on, answered(None), viewer=BORIS)
    with pytest.raises(ForbiddenError, match="not on your desk"):
        await on.running.move(BORIS, leg(1), Stand(0, 0, "late-delivery", "greet"), answered(None), NOW)
    with pytest.raises(OutdatedError, match="The script has gone on meanwhile"):
        await on.running.move(ANA, leg(1), Stand(0, 0, "other", "greet"), answered(None), NOW)
    async with on.sessions.begin() as session:
        [call] = await session.scalars(select(Call))
        call.erased = True
    with pytest.raises(ForbiddenError, match="erased on request"):
        await does(on, answered(None))
    assert await stored(on) == []


async def test_a_better_script_is_offered_and_never_forced(on: Stage) -> None:
    on.caller = STRANGER
    await talks(on)
    await does(on, answered("other"))
    assert (await on.detail())["script"]["key"] == "stranger"
    pop = (await on.desk(1))[leg()]
    assert pop["script"]["key"] == "stranger"
    run = await takes(on, "fallback", "Wants something else")
    assert (run["number"], run["revision"], run["reason"]) == (2, 0, "Wants something else")
    assert (run["key"], run["step"]["id"], run["picked"]["key"]) == ("fallback", "greet", "stranger")
    told = await on.detail()
    assert (told["script"]["key"], told["script"]["sentence"]) == ("fallback", "Wants something else")
    assert (told["run"]["script"], told["run"]["reason"]) == ("fallback", "Wants something else")
    assert [run["script"] for run in told["run"]["earlier"]] == ["stranger"]


async def test_a_script_is_taken_once_and_must_be_there(on: Stage) -> None:
    await talks(on)
    stand = await stand_of(on)
    chosen = ("fallback", "Better")
    await asyncio.gather(*(on.running.take(ANA, leg(), stand, chosen, NOW) for _ in range(2)))
    assert [run.number for run in await stored(on)] == [1]
    with pytest.raises(OutdatedError):
        await on.running.take(ANA, leg(), stand, ("late-delivery", "No, this"), NOW)
    await heard(on)
    with pytest.raises(InvalidError, match="There is no published script gone"):
        await takes(on, "gone")


async def test_a_version_published_meanwhile_is_for_later_calls(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    await publish(on.sessions, SCRIPTS.replace("Which e-mail?", "To which address?"))
    run = await does(on, answered("wait"))
    assert (run["version"], run["step"]["text"]) == (1, "Which e-mail?")


async def test_a_run_goes_on_with_the_next_agent(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None), answered("wait"))
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"))
    desk: Any = await on.desk(2)
    run, pop = desk[f"run:{leg(2)}"], desk[leg(2)]
    assert (run["step"]["id"], run["key"], run["revision"]) == ("mail", "late-delivery", 2)
    assert [each["answer"] for each in run["answered"]] == ["wait"]
    assert (pop["script"]["key"], run["picked"]["key"]) == ("second-line", "second-line")
    await on.take(on.answered(2))
    run = await does(on, answered("jozef@example.org"), went_back(), viewer=BORIS)
    assert (run["step"]["id"], run["given"]) == ("mail", "jozef@example.org")
    with pytest.raises(ForbiddenError, match="You passed this call on"):
        await does(on, answered("other@example.org"))
    assert (await entry(on, 1))["revision"] == 2
    assert [row.user_id for row in await stored(on)] == [2]
    run = await takes(on, "second-line", "It was offered", viewer=BORIS)
    assert run["step"]["text"] == "Second line, good day."


async def test_both_agents_of_a_consultation_see_where_it_is(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    await on.take(on.offered(2, None), on.answered(2))
    assert (await entry(on, 2))["step"]["id"] == "wish"
    await does(on, went_back())
    greeted = (await entry(on, 2))["step"]
    assert greeted["text"] == "Good day Jozef Mrkva, I am a2@x.example."
    await does(on, answered(None), answered("cancel"), viewer=BORIS)
    assert (await entry(on, 1))["step"]["id"] == "terms"


async def test_it_survives_a_restart_of_everything(on: Stage, sessions: Sessions, database_url: str) -> None:
    await talks(on)
    before = await does(on, answered(None), answered("wait"))
    async with stage(sessions, database_url, NewsBus()) as again:
        await again.intake.begin(again.link)
        await again.take(again.up(), again.resyncing(), again.resynced(on.call, legs=(leg_of(1),)))
        after = await entry(again)
        assert {**after, "picked": None} == {**before, "picked": None}
        run = await does(again, answered("jozef@example.org"))
        assert run["step"]["id"] == "thanks"


async def test_it_goes_with_its_pop(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    await on.take(on.ended())
    assert (await does(on, answered("wait")))["step"]["id"] == "mail"
    await on.screens.forget_callers({on.call}, set())
    assert [key for key in await on.desk(1) if not key.startswith("presence")] == []


async def test_a_version_that_is_gone_is_said(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    async with on.sessions.begin() as session:
        [row] = await session.scalars(select(StoredRun))
        row.script_version = 9
    with pytest.raises(NotFoundError, match="Version 9 of the script late-delivery cannot be read"):
        await does(on, answered("wait"))
