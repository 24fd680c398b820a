"""Admins read what supervisors did, by day, person and act."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.audit.actions import LONGEST_WHY, About, Deed, note
from console.audit.acts import Act, Result
from console.audit.queries import PAGE
from console.db.engine import Sessions
from console.identity.models import Role
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.console.supervision.office import SUE, Office, office, staff

ADAM = replace(SUE, role=Role.ADMIN)


@pytest.fixture
async def adams(sessions: Sessions) -> AsyncIterator[Office]:
    await staff(sessions)
    async with office(sessions, viewer=ADAM) as adams:
        yield adams


async def happened(sessions: Sessions, act: Act, at: datetime = NOW, **more: object) -> None:
    deed = Deed(at, 9, act, About(agent_id=1, call="main-1.1", queue="support"), Result.DONE)
    await note(sessions, replace(deed, **more))  # type: ignore[arg-type]


async def rows(adams: Office, query: str = "") -> list[Element]:
    page = parse((await adams.client.get(f"/admin/audit{query}")).text)
    return page.every(data_testid="audit-row")


async def test_the_newest_first_with_all_that_is_known(adams: Office, sessions: Sessions) -> None:
    await happened(sessions, Act.LISTEN)
    about = About(details={"reason": "lunch", "to": "all", "agents": "3", "agent": "77"})
    await happened(
        sessions,
        Act.PAUSE,
        NOW + timedelta(minutes=1),
        about=about,
        result=Result.REFUSED,
        why="No. " * 200,
        user_id=None,
    )
    paused, listened = await rows(adams)
    assert "Sue Strong Listen to a call Ana queue support call done" in listened.text
    assert "2026-11-21 13:00:00" in listened.text
    assert paused.attributes["data-outcome"] == "refused"
    assert "not a user any more" in paused.text
    assert "agent: 77 agents: 3 reason: Lunch to: all" in paused.text
    assert paused.text.count("No.") == LONGEST_WHY // 4


async def test_by_day_person_and_act(adams: Office, sessions: Sessions) -> None:
    await happened(sessions, Act.LISTEN)
    await happened(sessions, Act.PAUSE, user_id=1)
    await happened(sessions, Act.MESSAGE, NOW - timedelta(days=1))
    for query, acts in (
        ("?day=2026-11-21", {"listen", "pause"}),
        ("?day=2026-11-20", {"message"}),
        ("?day=2026-11-22", set()),
        ("?user=1", {"pause"}),
        ("?user=9&act=listen", {"listen"}),
        ("?act=message", {"message"}),
        ("?day=x&user=%C2%B2&act=fly&before=9999999999999999999", {"listen", "pause", "message"}),
    ):
        assert {row.attributes["data-act"] for row in await rows(adams, query)} == acts, query


async def test_there_are_older_ones(adams: Office, sessions: Sessions) -> None:
    for number in range(PAGE + 1):
        await happened(sessions, Act.LISTEN, NOW + timedelta(seconds=number))
    page = parse((await adams.client.get("/admin/audit?act=listen&user=9&day=2026-11-21")).text)
    older = page.one("audit-older").attributes["href"]
    assert len(await rows(adams, older.removeprefix("/admin/audit"))) == 1


async def test_nothing_has_happened(adams: Office) -> None:
    assert parse((await adams.client.get("/admin/audit")).text).has("audit-empty")
