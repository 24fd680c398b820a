"""`/api/v1/replays`: begun over the API, done as those of the page are, and read page by page."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from console.api import replays
from console.api.openapi import REPLAY, REPLAY_REQUEST, REPLAYED
from console.api.schemas import page_of
from console.app import open_parts
from console.commands.script_replay import script_replay
from console.db.engine import Sessions
from console.identity.permissions import Scope
from console.identity.tokens import add_token
from console.settings import Settings
from console.studio import replay_beginning
from tests.console.api.conftest import api_of
from tests.console.studio.calls_of_yesterday import CHANGED, Yesterday, publish

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@dataclass(frozen=True)
class Site:
    """The API of a console with three calls of yesterday, and the replays that were begun there."""

    api: httpx.AsyncClient
    sessions: Sessions
    begun: list[int]
    days: dict[str, str]

    async def begin(self, scripts: object, **more: Any) -> httpx.Response:
        said = {"scripts": scripts} | self.days | more
        return await self.api.post("replays", content=json.dumps(said))

    async def read(self, path: str = "") -> Any:
        answer = await self.api.get(f"replays/1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def site(database_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    begun: list[int] = []

    async def begin(_settings: Settings, _module: str, number: int) -> None:
        begun.append(number)

    monkeypatch.setattr(replay_beginning, "start_process", begin)
    settings = Settings(database_url=database_url)
    async with open_parts(settings, listens=False) as parts, api_of(parts) as api:
        yesterday = Yesterday(parts.sessions, now)
        await yesterday.people()
        await publish(parts.sessions, now)
        await publish(parts.sessions, now, CHANGED, draft=True)
        late = {"purchases.late_open": 1, "contacts.calls_7d": 0}
        await yesterday.call(late, picked="late", customer_id=1)
        await yesterday.call(late | {"contacts.calls_7d": 2}, picked=None, number="+421905123456")
        await yesterday.call(late | {"purchases.late_open": 4}, picked="late")
        days = {"from": (now - timedelta(days=1)).isoformat(), "to": now.isoformat()}
        yield Site(api, parts.sessions, begun, days)


@pytest.mark.parametrize("scripts", [CHANGED, [{"key": "late", "version": 2}]], ids=["text", "stored"])
async def test_the_whole_way(site: Site, scripts: object) -> None:
    OAS31Validator(REPLAY_REQUEST).validate({"scripts": scripts} | site.days)
    answer = await site.begin(scripts)
    assert (answer.status_code, answer.headers["location"]) == (202, "/api/v1/replays/1")
    assert (await site.read()) == answer.json()
    assert (answer.json()["state"], answer.json()["progress"], answer.json()["moves"]) == ("running", 0, [])
    await script_replay(site.sessions, site.begun.pop())
    done = await site.read()
    OAS31Validator(REPLAY).validate(done)
    assert (done["state"], done["progress"], done["problem"]) == ("done", 100, None)
    assert [done[each] for each in ("total", "passed", "looked", "differ", "renewed")] == [3, 3, 3, 2, 1]
    assert done["moves"] == [
        {"from": "late", "to": "anything", "calls": 1},
        {"from": "late", "to": "repeat", "calls": 1},
    ]


async def test_each_call_has_its_reason(site: Site) -> None:
    await site.begin(CHANGED)
    await script_replay(site.sessions, site.begun.pop())
    first = await site.read("/calls?limit=1")
    OAS31Validator(page_of(REPLAYED)).validate(first)
    [call] = first["items"]
    assert call["reason"].endswith("does not apply: 1 order is late, needs 3 or more.")
    assert (call["call"], call["agent"], call["customer_ref"]) == ("main-001", "ana@shop.example", "C/1")
    assert (call["queue"], call["then"], call["from"], call["to"]) == ("support", "late", "late", "anything")
    last = await site.read(f"/calls?limit=1&cursor={first['next']}")
    assert [(each["call"], each["then"]) for each in last["items"]] == [("main-002", None)]
    assert last["next"] is None
    assert (await site.read("/calls"))["next"] is None


async def test_a_long_page_is_read_in_pieces(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.studio.replay_list.PAGE", 1)
    monkeypatch.setattr(replays, "PAGE", 1)
    await site.begin(CHANGED)
    await script_replay(site.sessions, site.begun.pop())
    assert [each["call"] for each in (await site.read("/calls"))["items"]] == ["main-001", "main-002"]


@pytest.mark.parametrize(
    ("said", "where", "why"),
    [
        ({"scripts": ""}, "scripts", "is missing"),
        ({"scripts": 5}, "scripts", "one text, or a list"),
        ({"scripts": [5]}, "scripts[0]", "must be an object"),
        ({"scripts": [{"key": "late", "version": True}]}, "scripts[0]", "must be an object"),
        ({"scripts": [{"key": "\ud800", "version": 1}]}, "scripts[0]", "must be an object"),
        ({"scripts": [{"key": "late", "version": 9}]}, "scripts[0]", "no version 9 of a script 'late'"),
        ({"scripts": [{"key": "late", "version": 1}] * 201}, "scripts", "may be 200 stored ones, not 201"),
        ({"scripts": "x: ["}, "scripts line 1", "this is not YAML"),
        ({"scripts": CHANGED.replace("late_open", "late_opn")}, "scripts line 5", "Did you mean"),
        ({"from": "yesterday"}, "from", "must be a moment"),
        ({"to": 5}, "to", "must be a text"),
        ({"to": "2020-01-01T00:00:00Z"}, "to", "must lie behind `from`"),
        ({"only": True}, "only", "is not known; there are scripts, from, to"),
    ],
)
async def test_what_is_wrong_is_told(site: Site, said: dict[str, Any], where: str, why: str) -> None:
    answer = await site.begin(**({"scripts": CHANGED} | said))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [problem] = answer.json()["errors"]
    assert problem["where"] == where
    assert why in problem["why"]
    assert site.begun == []


async def test_too_much_is_refused(site: Site) -> None:
    answer = await site.begin("#" * (replays.MOST_CHARACTERS + 1))
    assert (answer.status_code, "on the page" in answer.json()["detail"]) == (413, True)
    for number in range(replays.MOST_RUNNING):
        assert (await site.begin(CHANGED)).headers["location"].endswith(f"/{number + 1}")
    answer = await site.begin(CHANGED)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    assert "3 replays run already" in answer.json()["detail"]
    await script_replay(site.sessions, site.begun.pop())
    assert (await site.begin(CHANGED)).status_code == 202


async def test_what_is_not_there(site: Site) -> None:
    for path in ("replays/1", "replays/1/calls", f"replays/{10**30}"):
        answer = await site.api.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    await site.begin(CHANGED)
    for path in ("replays/1?x=1", "replays/1/calls?limit=0", "replays/1/calls?cursor=x"):
        assert (await site.api.get(path)).status_code == 422
    assert (await site.api.post("replays?x=1", json={})).status_code == 422


async def test_the_scope(site: Site, now: datetime) -> None:
    async with site.sessions.begin() as session:
        token = await add_token(session, "other", [each for each in Scope if each != Scope.PICK], now)
    for method, path in (("POST", "replays"), ("GET", "replays/1"), ("GET", "replays/1/calls")):
        answer = await site.api.request(method, path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403
        assert "lacks the scope pick" in answer.json()["detail"]
