"""The forms in which an agent works on cases in a call, and how the pops of others follow."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.cases.actions import save_cases
from console.cases.models import CaseEvent
from console.cases.queries import cases_of_call
from console.cases.records import CaseRecord
from console.db.engine import Sessions
from console.routes import build_cases
from console.scripts.actions import import_scripts
from telephony.events import Caller, CallId
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.desk.document import Element, parse
from tests.console.desk.learning_stage import NewsBus, heard, pop_of, rings
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import CALL, Stage, leg_of, people, stage

ANA, BORIS = viewer_of(1), viewer_of(2)
JOZEF = Caller("+421905123456", "MRKVA J")
WITH_A_CASE = """
- script: open
  title: The complaint that is still open
  priority: 80
  when: {all: ["cases.open_line_2 >= 1"]}
  steps: [{id: greet, say: "Good day.", end: done}]
- script: fallback
  title: Anything else
  priority: 10
  steps: [{id: greet, say: "Good day.", end: done}]
"""
LEG = leg_of(1)
SEEN = {"seen_priority": "normal", "seen_line": "1", "seen_owner": "", "seen_due": ""}


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    """Jozef, who has the case K/1, calls; Ana and Boris are rung, Ana answers."""
    await people(sessions)
    async with sessions.begin() as session:
        await import_scripts(session, WITH_A_CASE, publish=True, at=NOW, author="test")
        values = {"subject": "Broken chair", "opened_at": NOW - timedelta(days=1)}
        await save_cases(session, [CaseRecord("K/1", "C-1", values)], NOW)
    async with stage(sessions, database_url, NewsBus()) as on:
        await on.take(on.up())
        await rings(on, JOZEF, 1, 2)
        await on.take(on.answered(1))
        yield on


def browser(on: Stage, who: str = ANA.email) -> httpx.AsyncClient:
    state = {"bus": on.bus, "sessions": on.sessions, "clock": lambda: NOW}
    return browser_of(small_app(build_cases(), state, viewer=ANA if who == ANA.email else BORIS))


async def does(on: Stage, step: str, who: Any = ANA, **fields: str) -> httpx.Response:
    said = {"leg": leg_of(who.user_id), "step": step, "csrf_token": who.csrf, **SEEN, **fields}
    async with browser(on, who.email) as client:
        answer = await client.post("/desk/cases/K%2F1", data=said)
    await heard(on)
    return answer


async def shown(on: Stage, agent: int = 1) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = (await pop_of(on, agent))["cases"]
    return cases


async def form(on: Stage) -> Element:
    async with browser(on) as client:
        answer = await client.get("/desk/cases/K%2F1", params={"leg": LEG})
        assert answer.status_code == 200
        return parse(f"<div>{answer.text}</div>")


async def test_the_form_says_what_can_be_done(on: Stage) -> None:
    found = await form(on)
    buttons = ["case-comment", "case-close", "case-second-line", "case-take", "case-change"]
    assert all(map(found.has, buttons))
    assert not found.has("case-reopen")
    assert "Nothing happened to it since it was opened." in found.one("case-told").text
    await does(on, "take")
    await does(on, "close", text="Refunded", seen_owner=ANA.email)
    found = await form(on)
    assert found.has("case-reopen")
    assert not any(map(found.has, ("case-close", "case-take", "case-second-line", "case-change")))
    assert "Ana closed" in found.one("case-told").text
    assert "Ana Refunded" in found.one("case-told").text


async def test_a_step_shows_on_all_desks_and_in_the_next_pick(on: Stage) -> None:
    assert (await pop_of(on, 2))["script"]["key"] == "fallback"
    answer = await does(on, "second-line", text="Needs a refund")
    assert answer.status_code == 200
    assert 'hx-target="#case-controls-' in answer.text
    for agent in (1, 2):
        [case] = await shown(on, agent)
        assert (case["line"], case["touched"], case["status"]) == (2, True, "open")
        assert (await pop_of(on, agent))["script"]["key"] == "open"
    async with on.sessions() as session:
        [worked_on] = await cases_of_call(session, CALL)
    assert worked_on.ref == "K/1"


async def test_a_case_that_was_closed_stays_on_the_pops(on: Stage) -> None:
    await does(on, "take")
    await does(on, "close", text="Done", seen_owner=ANA.email)
    for agent in (1, 2):
        [case] = await shown(on, agent)
        assert (case["status"], case["owner"], case["overdue"]) == ("closed", "Ana", False)
    await does(on, "reopen", who=BORIS)
    [case] = await shown(on)
    assert (case["status"], case["reopened"]) == ("open", 1)


async def test_who_comes_second_is_told_and_gets_the_buttons_of_what_stands(on: Stage) -> None:
    await does(on, "close", who=BORIS, text="Refunded")
    answer = await does(on, "close", text="Sent a new one")
    assert answer.status_code == 412
    assert "Boris closed this case at 13:00: “Refunded”" in answer.text
    assert "Reopen" in answer.text
    async with on.sessions() as session:
        texts = [event.text for event in await session.scalars(select(CaseEvent).order_by(CaseEvent.id))]
    assert texts == ["Refunded", ""]


async def test_what_was_chosen_stays_chosen_for_who_comes_second(on: Stage) -> None:
    await does(on, "change", who=BORIS, priority="high")
    answer = await does(on, "change", priority="urgent", day="2026-12-24", time="10:00")
    assert answer.status_code == 412
    page = parse(f"<div>{answer.text}</div>")
    assert page.one("case-day").attributes["value"] == "2026-12-24"
    [chosen] = [each for each in page.one("case-priority").every("option") if "selected" in each.attributes]
    assert chosen.attributes["value"] == "urgent"


@pytest.mark.parametrize(
    ("step", "fields", "why"),
    [
        ("close", {}, "Write how it ended"),
        ("second-line", {"text": "  "}, "Write why"),
        ("change", {}, "Nothing is different"),
        ("change", {"day": "2026-11-20", "time": "10:00"}, "over already"),
        ("change", {"day": "2026-12-24"}, "a day and a time of day"),
        ("change", {"day": "2086-12-24", "time": "10:00"}, "too far ahead"),
        ("change", {"priority": "enormous"}, "“enormous” is none of the choices"),
        ("comment", {"text": "x" * 5001}, "up to 5000 characters|holds 5000 characters"),
        ("fly", {}, "press one of the buttons"),
        ("take", {"seen_line": ""}, "out of date"),
        ("take", {"csrf_token": "of another"}, "out of date"),
        ("take", {"leg": "elsewhere"}, "not on your desk"),
    ],
)
async def test_what_cannot_be_done_says_why(on: Stage, step: str, fields: dict[str, str], why: str) -> None:
    answer = await does(on, step, **fields)
    assert answer.status_code in {403, 422}
    assert any(each in parse(f"<div>{answer.text}</div>").text for each in why.split("|"))
    async with on.sessions() as session:
        assert (await session.scalars(select(CaseEvent))).all() == []


async def test_a_due_time_is_given_on_the_clock_on_the_wall(on: Stage) -> None:
    await does(on, "change", day="2026-12-24", time="10:30")
    [case] = await shown(on)
    assert case["due_at"] == "2026-12-24T09:30:00+00:00"
    due = "2026-12-24T09:30:00+00:00"
    await does(on, "change", priority="urgent", day="2026-12-24", time="10:30", seen_due=due)
    [case] = await shown(on)
    assert (case["due_at"], case["priority"]) == (due, "urgent")
    await does(on, "change", seen_priority="urgent", priority="urgent", seen_due=due, day="", time="")
    [case] = await shown(on)
    assert case["due_at"] == "2026-11-23T09:00:00+00:00"  # by the table: two hours of Monday


async def opens(on: Stage, who: Any = ANA, **fields: str) -> httpx.Response:
    said = {"csrf_token": who.csrf, "leg": leg_of(who.user_id, on.call), **fields}
    async with browser(on, who.email) as client:
        answer = await client.post("/desk/cases", data=said)
    await heard(on)
    return answer


async def test_a_case_is_opened(on: Stage) -> None:
    async with browser(on) as client:
        assert "What it is about" in (await client.get("/desk/cases", params={"leg": LEG})).text
    said = {"subject": " Wrong  colour ", "priority": "urgent", "line": "2", "text": "Green, not red"}
    assert (await opens(on, **said)).status_code == 200
    new, _ = await shown(on, 2)
    assert (new["subject"], new["priority"], new["line"]) == ("Wrong colour", "urgent", 2)
    assert new["due_at"] == "2026-11-23T09:00:00+00:00"
    async with on.sessions() as session:
        assert [each.ref for each in await cases_of_call(session, CALL)] == [new["ref"]]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"subject": " "}, "Write in a few words"),
        ({"subject": "x" * 501}, "up to 500 characters"),
        ({"subject": "x", "line": "3"}, "none of the choices"),
    ],
)
async def test_a_wrong_case_is_not_opened(on: Stage, fields: dict[str, str], why: str) -> None:
    answer = await opens(on, **fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert len(await shown(on)) == 1


async def test_for_nobody_no_case_is_opened(on: Stage) -> None:
    on.call = CallId("main-2.1")
    await rings(on, Caller(withheld=True))
    assert (await opens(on, subject="x")).status_code == 403


async def test_who_only_heard_it_ring_did_nothing_in_the_call(on: Stage) -> None:
    await does(on, "comment", who=BORIS, text="Saw it")
    async with on.sessions() as session:
        assert await cases_of_call(session, CALL) == []


async def test_an_unknown_case(on: Stage) -> None:
    async with browser(on) as client:
        answer = await client.get("/desk/cases/K9", params={"leg": LEG})
    assert answer.status_code == 404
    assert "There is no case K9 (any more)." in answer.text


async def test_pops_of_calls_that_are_long_over_follow_too(on: Stage) -> None:
    await on.take(on.leg_ended(1), on.ended())
    on.intake._register._legs.clear()  # as after a restart
    await does(on, "close", text="Done")
    async with asyncio.timeout(10):
        while [case["status"] for case in await shown(on)] != ["closed"]:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0)
