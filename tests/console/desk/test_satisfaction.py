"""How satisfied the caller was: kept with the call, on all its pops; the last word counts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.routing import Route

from console.calls.models import Call
from console.calls.queries import StoredCalls
from console.db.engine import Sessions
from console.desk import views
from console.desk.rating import rate_call
from console.errors import ForbiddenError
from tests.browser.world_site import ANA
from tests.console.desk.learning_stage import BORIS, heard
from tests.console.desk.run_stage import running, talks
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a whole call


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        yield on


async def mark_of(on: Stage, agent: int = 1) -> Any:
    return (await on.desk(agent))[leg_of(agent, on.call)]["satisfaction"]


async def stored(on: Stage) -> int | None:
    async with on.sessions() as session:
        return (await session.scalars(select(Call.satisfaction).where(Call.id == on.call))).one()


async def rates(on: Stage, mark: int, agent: int = 1) -> None:
    viewer = ANA if agent == 1 else BORIS
    await rate_call(on.sessions, on.bus, viewer, leg_of(agent, on.call), mark)
    await heard(on)


async def test_it_is_kept_and_can_be_changed_when_the_call_is_over(on: Stage) -> None:
    await talks(on)
    assert await mark_of(on) is None
    await rates(on, 4)
    assert (await mark_of(on), await stored(on)) == (4, 4)
    await on.take(on.ended())
    await rates(on, 2)
    assert (await mark_of(on), await stored(on)) == (2, 2)


async def test_of_two_agents_the_last_word_counts(on: Stage) -> None:
    await talks(on)
    await rates(on, 5)
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"), on.answered(2))
    assert await mark_of(on, 2) == 5
    await rates(on, 3, agent=2)
    assert [await mark_of(on, agent) for agent in (1, 2)] == [3, 3]
    await rates(on, 1)
    assert (await mark_of(on, 2), await stored(on)) == (1, 1)


async def test_a_restart_knows_it(on: Stage) -> None:
    await talks(on)
    await rates(on, 4)
    [record] = await StoredCalls(on.sessions).open_calls(on.link)
    assert record.satisfaction == 4


async def test_who_may_not(on: Stage) -> None:
    await on.take(on.queued("support"), on.offered(1, "support"))
    with pytest.raises(ForbiddenError, match="not answered on your desk"):
        await rates(on, 4)
    await on.take(on.answered(1))
    with pytest.raises(ForbiddenError, match="not answered on your desk"):
        await rates(on, 4, agent=2)
    async with on.sessions.begin() as session:
        await session.execute(update(Call).values(erased=True))
    with pytest.raises(ForbiddenError, match="erased on request"):
        await rates(on, 4)
    assert await stored(on) is None


@pytest.mark.parametrize(("mark", "status", "kept"), [("3", 200, 3), ("6", 422, None), ("", 422, None)])
async def test_the_address(on: Stage, mark: str, status: int, kept: int | None) -> None:
    await talks(on)
    path = f"/desk/pops/{leg_of(1)}/satisfaction"
    route = Route("/desk/pops/{leg}/satisfaction", views.rate_call_of_leg, methods=["POST"])
    app = small_app([route], {"sessions": on.sessions, "bus": on.bus}, viewer=ANA)
    async with browser_of(app, **{"X-CSRF-Token": ANA.csrf}) as client:
        answer = await client.post(path, data={"mark": mark})
        assert (answer.status_code, "Choose a mark from 1 to 5." in answer.text) == (status, kept is None)
        assert (await client.post(path, headers={"X-CSRF-Token": "x"}, data={"mark": "1"})).status_code == 403
    assert await stored(on) == kept
