"""A published script that a change of the records breaks never empties the desk: something to say comes, with
the reason, and the script's author is told. Through the whole story, on both databases."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update

from console.customers.models import Customer
from console.db.engine import Sessions
from console.desk.run_moves import answered
from console.scripts.actions import import_scripts
from console.scripts.failures import Failure, failures_of
from console.scripts.library import Library
from console.scripts.models import StoredVersion
from tests.conftest import NOW
from tests.console.desk.learning_stage import NewsBus
from tests.console.desk.run_stage import does
from tests.fakes.story import Stage, people, stage

SCRIPTS = """
- script: big-company
  title: A big company
  priority: 80
  when: {all: [caller.known = yes, attr.employees >= 50]}
  steps:
    - id: greet
      say: "Good day {{ customer.name }}, all {{ customer.attributes.employees }} of you."
      fallback: "Good day to all of you."
      next: ask
    - id: ask
      ask: "Still {{ customer.attributes.employees | money }}?"
      fallback: Still so many?
      answers: {yes: over, no: over}
    - {id: over, end: done}
- script: plan
  title: Their plan
  priority: 70
  when: caller.known = yes
  steps:
    - id: greet
      say: "Your plan is {{ facts['attr.plan'] }}."
      fallback: "Let us look at your plan."
      end: done
- script: always
  title: Anything else
  steps:
    - {id: greet, say: "Good day.", end: done}
"""


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)
    async with sessions.begin() as session:
        await import_scripts(session, SCRIPTS, publish=True, at=NOW, author="eva@shop.example")
    await imported(sessions, {"employees": 60, "plan": "gold"})


async def imported(sessions: Sessions, attributes: dict[str, Any]) -> None:
    """What an import leaves behind."""
    async with sessions.begin() as session:
        await session.execute(update(Customer).values(attributes=attributes))


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with stage(sessions, database_url, NewsBus()) as on:
        yield on


async def rings(on: Stage) -> dict[str, Any]:
    """What the agent's pop says of the script."""
    await on.take(on.queued(), on.offered(1))
    (pop,) = (await on.desk(1)).values()
    script: dict[str, Any] = pop["script"]
    return script


async def told(on: Stage) -> list[tuple[Failure, int, str | None]]:
    """What the authors are told."""
    await on.failures.flush()
    async with on.sessions() as session:
        return [(each.failure, each.seen.times, each.seen.call_id) for each in await failures_of(session)]


async def test_as_long_as_the_records_are_as_expected(on: Stage) -> None:
    script = await rings(on)
    assert (script["key"], script["step"]["text"]) == ("big-company", "Good day Jozef Mrkva, all 60 of you.")
    assert await told(on) == []


async def test_an_attribute_that_turns_into_a_text(on: Stage) -> None:
    await imported(on.sessions, {"employees": "about sixty", "plan": "gold"})
    script = await rings(on)
    assert (script["key"], script["step"]["text"]) == ("plan", "Your plan is gold.")
    assert script["sentence"] == "Chosen because the caller is a known customer."
    why = "its conditions compare attr.employees with a number, but records have a text there"
    assert await told(on) == [(Failure("big-company", 1, "", why), 1, "main-1.1")]


async def test_an_attribute_that_is_not_imported_any_more(on: Stage) -> None:
    await imported(on.sessions, {})
    script = await rings(on)
    assert (script["key"], script["step"]["text"], script["step"]["failed"]) == (
        "plan",
        "Let us look at your plan.",
        True,
    )
    assert script["sentence"] == "Chosen because the caller is a known customer."
    failure = Failure("plan", 1, "greet", 'facts["attr.plan"] has no value')
    assert await told(on) == [(failure, 1, "main-1.1")]


async def test_a_stored_script_that_can_no_longer_be_read(sessions: Sessions, database_url: str) -> None:
    broken = {"script": "big-company", "title": "Old", "when": "gone.fact = 1", "steps": []}
    async with sessions.begin() as session:
        old = update(StoredVersion).where(StoredVersion.key == "big-company")
        await session.execute(old.values(document=broken))
    async with stage(sessions, database_url) as on:
        assert (await rings(on))["key"] == "plan"
        library = Library()
        async with sessions() as session:
            await library.refresh(session)
        for unreadable in library.unreadable:
            on.failures.note(unreadable, NOW)
        [(failure, times, call)] = await told(on)
    assert (failure.key, failure.step, times, call) == ("big-company", "", 1, None)
    assert failure.why == 'it can no longer be read: big-company: when: there is no fact "gone.fact".'


async def test_nothing_is_left_to_pick(sessions: Sessions, database_url: str) -> None:
    """Every script is broken: the pop says who calls, and no script."""
    async with sessions.begin() as session:
        await session.execute(update(StoredVersion).values(document={"script": "?"}))
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1))
        (pop,) = (await on.desk(1)).values()
    assert (pop["script"], pop["customer"]["name"]) == (None, "Jozef Mrkva")


async def test_a_later_step_of_a_run(on: Stage) -> None:
    """The records change while the call goes on."""
    await on.take(on.up(), on.queued(), on.offered(1), on.answered(1))
    await imported(on.sessions, {"employees": "very many"})
    run = await does(on, answered(None))
    assert (run["step"]["text"], run["step"]["failed"]) == ("Still so many?", True)
    told_of = Failure("big-company", 1, "ask", "customer.attributes.employees is a text, and no number")
    assert [failure for failure, _, call in await told(on) if call == "main-1.1"] == [told_of]
