"""The desk's addresses, on a small app."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from starlette.routing import Route

from console.db.engine import Sessions
from console.desk import views
from console.desk.note import NOTE_LIMIT
from console.desk.samples import sample_desk, sample_pop
from console.identity.models import Role, User
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from console.messages.actions import Audience, Draft, send
from console.messages.keeping import Messages
from tests.console.desk.document import parse
from tests.fakes.pages import ZONE, browser_of, small_app
from tests.fakes.story import people

ROUTES = [
    Route("/desk", views.desk_page),
    Route("/desk/notes/{leg}", views.save_note_of_leg, methods=["POST"]),
    Route("/desk/pops/{leg}/done", views.put_pop_away, methods=["POST"]),
    Route("/desk/messages/{id:int}/away", views.put_message_away, methods=["POST"]),
    Route("/patterns", views.patterns_page),
]


@pytest.fixture
async def client(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, now: datetime
) -> AsyncIterator[httpx.AsyncClient]:
    messages = Messages(sessions, bus, lambda: now)
    state = {"sessions": sessions, "bus": bus, "clock": lambda: now, "messages": messages}
    async with browser_of(small_app(ROUTES, state, viewer=replace(ana, role=Role.ADMIN))) as client:
        yield client


async def test_the_desk_is_drawn_as_it_is(client: httpx.AsyncClient, bus: MemoryBus, now: datetime) -> None:
    await bus.put("desk:1", "presence", {"state": "ringing", "since": now.isoformat()})
    await bus.put("desk:1", "sample-x", sample_pop("x", now))
    await bus.put("desk:2", "sample-y", sample_pop("y", now))
    await bus.put("links", "main", {"state": "up", "reason": "", "since": now.isoformat()})
    page = parse((await client.get("/desk")).text.removeprefix("<!doctype html>"))
    [root] = page.every(data_topic="desk:1")
    assert root.one("pop").attributes["data-leg"] == "sample-x"
    assert root.one("presence").attributes["data-state"] == "ringing"
    [links] = page.every(data_topic="links")
    assert links.one("link").attributes["data-link"] == "main"


async def test_a_message_is_there_until_it_is_put_away(
    client: httpx.AsyncClient, sessions: Sessions, bus: MemoryBus, ana: Viewer, now: datetime
) -> None:
    await people(sessions)
    async with sessions() as session:
        draft = Draft(ana.user_id, Audience("all", [ana.user_id]), "Lunch at noon", now)
        number = await send(session, draft, ZONE)
    await Messages(sessions, bus, lambda: now).compare()
    (root,) = parse((await client.get("/desk")).text).every(data_topic="messages:1")
    assert "Lunch at noon" in root.one("message").text
    away = f"/desk/messages/{number}/away"
    assert (await client.post(away)).status_code == 403  # not from our page
    assert (await client.post(away, headers={"X-CSRF-Token": ana.csrf})).status_code == 204
    assert "Lunch at noon" not in (await client.get("/desk")).text


async def test_an_empty_desk_says_what_comes_next(client: httpx.AsyncClient) -> None:
    page = await client.get("/desk")
    assert "You are ready." in page.text
    assert "The next call appears here by itself." in page.text


async def test_the_page_has_a_way_out(client: httpx.AsyncClient) -> None:
    page = parse((await client.get("/desk")).text)
    [form] = page.every("form", action="/logout", method="post")
    [secret] = form.every("input", name="csrf_token")
    assert secret.attributes["value"] == "secret-of-ana"


async def test_a_note_is_saved(
    client: httpx.AsyncClient, sessions: Sessions, bus: MemoryBus, now: datetime
) -> None:
    async with sessions.begin() as session:
        user = User(
            id=1, email="ana@shop.example", name="Ana", role=Role.AGENT, password_hash="", created_at=now
        )
        session.add(user)
    await bus.put("desk:1", "sample-x", sample_pop("x", now))
    headers = {"X-CSRF-Token": "secret-of-ana"}
    fields = {"text": "first\r\nsecond", "version": "0"}
    answer = await client.post("/desk/notes/sample-x", data=fields, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {"version": 1, "text": "first\nsecond", "conflict": False}
    page = parse((await client.get("/desk")).text)
    assert page.one("pop-notes").text == "first second"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"text": "x" * (NOTE_LIMIT + 1), "version": "0"}, "text"),
        ({"text": "x", "version": "-1"}, "version"),
        ({"text": "x", "version": "9" * 10}, "version"),
        ({"text": "x"}, "version"),
    ],
)
async def test_a_wrong_note_is_explained(
    client: httpx.AsyncClient, fields: dict[str, str], where: str
) -> None:
    headers = {"X-CSRF-Token": "secret-of-ana"}
    answer = await client.post("/desk/notes/sample-x", data=fields, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["where"] for error in answer.json()["errors"]] == [where]


async def test_a_note_on_somebody_elses_call_is_refused(
    client: httpx.AsyncClient, bus: MemoryBus, now: datetime
) -> None:
    await bus.put("desk:2", "sample-x", sample_pop("x", now))
    headers = {"X-CSRF-Token": "secret-of-ana"}
    answer = await client.post("/desk/notes/sample-x", data={"text": "x", "version": "0"}, headers=headers)
    assert answer.status_code == 403
    assert "not yours" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/desk/notes/sample-x", "/desk/pops/sample-x/done"])
async def test_other_sites_cannot_post(
    client: httpx.AsyncClient, bus: MemoryBus, now: datetime, path: str
) -> None:
    await bus.put("desk:1", "sample-x", sample_pop("x", now, state="ended"))
    answer = await client.post(path, data={"text": "x", "version": "0"})
    assert answer.status_code == 403
    assert set((await bus.snapshot("desk:1")).entries) == {"sample-x"}


async def test_done(client: httpx.AsyncClient, bus: MemoryBus, now: datetime) -> None:
    await bus.put("desk:1", "sample-x", sample_pop("x", now, state="ended"))
    answer = await client.post("/desk/pops/sample-x/done", headers={"X-CSRF-Token": "secret-of-ana"})
    assert answer.status_code == 204
    assert (await bus.snapshot("desk:1")).entries == {}


async def test_patterns_show_everything(client: httpx.AsyncClient, now: datetime) -> None:
    answer = await client.get("/patterns")
    page = parse(answer.text)
    legs = {pop.attributes["data-leg"] for pop in page.every(data_testid="pop")}
    assert legs == {key for key in sample_desk(now) if key.startswith("sample-")}
    states = {presence.attributes["data-state"] for presence in page.every(data_testid="presence")}
    assert states == {"available", "ringing", "on_call", "wrap_up", "on_break", "offline"}
    assert {link.attributes["data-state"] for link in page.every(data_testid="link")} == {
        "up",
        "stale",
        "down",
    }
