"""The addresses at which an agent walks through a script."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from console.db.engine import Sessions
from console.routes import build_runs
from tests.browser.world_site import ANA
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.console.desk.run_stage import entry, running, talks
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a whole call

RUN = f"/desk/runs/{leg_of(1)}"
FIRST = {"run": "0", "revision": "0", "script": "late-delivery", "step": "greet"}


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        await talks(on)
        yield on


@pytest.fixture
async def client(on: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """Ana's browser; Jozef calls."""
    state = {"running": on.running, "library": on.running.library, "clock": lambda: NOW}
    app = small_app(build_runs(), state, viewer=ANA)
    async with browser_of(app, **{"X-CSRF-Token": ANA.csrf}) as client:
        yield client


async def says(client: httpx.AsyncClient, on: Stage, what: str, **fields: str) -> httpx.Response:
    """Say it of where the run is."""
    run = await entry(on)
    stand = (
        FIRST
        if run is None
        else {
            "run": run["number"],
            "revision": run["revision"],
            "script": run["key"],
            "step": run["step"]["id"] if run["step"] else "",
        }
    )
    return await client.post(f"{RUN}/{what}", data={**stand, **fields})


async def test_every_step_has_its_address(client: httpx.AsyncClient, on: Stage) -> None:
    said: list[tuple[str, dict[str, str], str]] = [
        ("answer", {}, "wish"),
        ("answer", {"given": "cancel"}, "terms"),
        ("confirm", {}, "amount"),
        ("answer", {"given": "120,50 €"}, "refund"),
        ("act", {}, "promise"),
        ("back", {}, "refund"),
        ("forward", {}, "promise"),
        ("answer", {}, "back"),
        ("take", {"key": "fallback", "reason": " it  fits "}, "greet"),
    ]
    for what, fields, step in said:
        answer = await says(client, on, what, **fields)
        assert (answer.status_code, answer.text) == (200, "")
        run: Any = await entry(on)
        assert run["step"]["id"] == step
    assert run["reason"] == "it fits"


@pytest.mark.parametrize(
    ("what", "fields", "status", "why"),
    [
        ("answer", {"given": "x"}, 422, "Nothing is asked at this step."),
        ("answer", {"run": "one"}, 422, "Where the script stood is not said. Reload the page."),
        ("answer", {"script": "other"}, 412, "The script has gone on meanwhile"),
        ("act", {}, 422, "There is nothing to do at this step."),
        ("back", {}, 422, "This is the first step."),
        ("forward", {}, 422, "Nothing was gone back from."),
        ("take", {"reason": "x"}, 422, "Choose the script that fits better."),
        ("take", {"key": "fallback"}, 422, "Say in up to 500 characters why it fits better."),
        ("take", {"key": "none", "reason": "x"}, 422, "There is no published script none"),
    ],
)
async def test_what_cannot_be_is_said(  # noqa: PLR0917 (a table)
    client: httpx.AsyncClient, on: Stage, what: str, fields: dict[str, str], status: int, why: str
) -> None:
    answer = await says(client, on, what, **fields)
    assert answer.status_code == status
    assert parse(answer.text).one("step-error").text.startswith(why)
    assert await entry(on) is None


async def test_a_page_of_somebody_else_changes_nothing(client: httpx.AsyncClient, on: Stage) -> None:
    answer = await client.post(f"{RUN}/answer", data=FIRST, headers={"X-CSRF-Token": "other"})
    assert (answer.status_code, await entry(on)) == (403, None)


async def test_every_published_script_can_be_taken(client: httpx.AsyncClient) -> None:
    page = parse((await client.get(f"{RUN}/scripts")).text)
    assert [option.text for option in page.every("option")] == [
        "Choose one",
        "Anything else",
        "Apologise for a late delivery",
        "Ask who it is",
        "Second line takes over",
    ]
