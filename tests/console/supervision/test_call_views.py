"""A supervisor looks into a call: as its agent sees it, live, and nothing there acts."""

from collections.abc import AsyncIterator

import pytest

from console.calls.models import Call, Leg
from console.db.engine import Sessions
from console.desk.samples import sample_pop
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.console.supervision.office import LEG, Office, office, staff


@pytest.fixture
async def sues(sessions: Sessions) -> AsyncIterator[Office]:
    await staff(sessions)
    async with office(sessions) as sues:
        await sues.bus.put("desk:1", f"note:{LEG}", {"leg": LEG, "text": "wants <wine>", "version": 1})
        yield sues


async def test_it_is_the_pop_of_the_agent(sues: Office) -> None:
    answer = await sues.client.get(f"/board/calls/{LEG}")
    page = parse(answer.text)
    assert page.one("pop").attributes["data-state"] == "answered"
    assert page.one("pop-notes").text == "wants <wine>"
    assert "The call of Ana" in page.text
    copy = page.one("call-copy")
    for tag in ("form", "button", "input", "select", "textarea"):
        assert copy.every(tag) == []
    (row,) = await sues.log()
    assert (row.act, row.agent, row.outcome) == ("open_call", "Ana", "done")


async def test_it_is_drawn_anew_and_that_is_not_on_record(sues: Office) -> None:
    now = f"/board/calls/{LEG}/now"
    assert parse((await sues.client.get(now)).text).one("pop").attributes["data-held"] == "no"
    held = {**sample_pop("answered", NOW, state="answered"), "held": True, "user_id": 1}
    await sues.bus.put("desk:1", LEG, held)
    assert parse((await sues.client.get(now)).text).one("pop").attributes["data-held"] == "yes"
    await sues.bus.put("desk:1", LEG, None)
    assert parse((await sues.client.get(now)).text).has("call-gone")
    assert await sues.log() == []


async def test_by_the_records_only_that_desk_is_looked_at(sues: Office) -> None:
    async with sues.sessions.begin() as session:
        session.add(
            Call(
                id="main-1.1",
                link="main",
                direction="inbound",
                state="answered",
                number="",
                caller_name="",
                started_at=NOW,
            )
        )
        session.add(Leg(id=LEG, call_id="main-1.1", interface="PJSIP/a2", user_id=2, offered_at=NOW))
    assert (await sues.client.get(f"/board/calls/{LEG}")).status_code == 404
    (row,) = await sues.log()
    assert (row.outcome, row.agent) == ("refused", "")


@pytest.mark.parametrize("leg", ["presence", "due", "note:x", "main-9.9"])
async def test_what_is_no_call(sues: Office, leg: str) -> None:
    assert (await sues.client.get(f"/board/calls/{leg}")).status_code == 404
