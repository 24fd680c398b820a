"""Overdue cases that nobody owns are on the work list of their line, and one takes each over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.cases.actions import save_cases
from console.cases.models import Case
from console.cases.records import CaseRecord
from console.db.engine import Sessions
from console.desk import case_work
from console.desk.case_work import read_overdue
from console.desk.work_live import WorkRenderer
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Change
from console.live.memory_bus import MemoryBus
from console.routes import build_work
from console.worklist.keeping import WorkList
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.desk.document import Element, parse
from tests.console.worklist.called import LASTS
from tests.fakes.pages import ZONE, browser_of, small_app, templates_in
from tests.fakes.story import people

ANA, BORIS = (replace(viewer_of(number), line=2) for number in (1, 2))
FIRST_LINE = viewer_of(3)
LEADER = replace(viewer_of(3), role=Role.SUPERVISOR)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.fixture
async def kept(sessions: Sessions) -> WorkList:
    await people(sessions)
    return WorkList(sessions, MemoryBus(), lambda: NOW, ZONE, LASTS, others=[read_overdue])


@pytest.fixture
async def waiting(kept: WorkList) -> WorkList:
    """K/1 and K-2 wait on the second line, K-3 on the first; the others are nobody's concern."""
    cases: dict[str, dict[str, Any]] = {
        "K/1": {"due_at": ago(10), "line": 2, "subject": "<b>Broken</b> chair", "priority": "urgent"},
        "K-2": {"due_at": ago(30), "line": 2},
        "K-3": {"due_at": ago(20)},
        "K-4": {"due_at": ago(-10), "line": 2},
        "K-5": {"due_at": ago(10), "line": 2, "owner": "a1@x.example"},
        "K-6": {"due_at": ago(10), "line": 2, "status": "closed"},
        "K-7": {"line": 2},
    }
    usual = {"subject": "Wrong invoice", "opened_at": ago(600)}
    records = [CaseRecord(ref, "C-1", usual | values) for ref, values in cases.items()]
    async with kept._sessions.begin() as session:
        await save_cases(session, records, NOW)
    await kept.compare()
    return kept


def browser(kept: WorkList, viewer: Viewer = ANA) -> httpx.AsyncClient:
    state = {"bus": kept._bus, "sessions": kept._sessions, "worklist": kept, "clock": lambda: NOW}
    return browser_of(small_app(build_work(), state, viewer=viewer))


@pytest.fixture
async def ana(waiting: WorkList) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(waiting) as client:
        yield client


async def page(client: httpx.AsyncClient) -> Element:
    return parse((await client.get("/desk/work")).text.removeprefix("<!doctype html>"))


def refs(drawn: Element) -> list[str]:
    return [row.attributes["data-ref"] for row in drawn.every("li", data_testid="work-case")]


async def takes(client: httpx.AsyncClient, ref: str, csrf: str = "csrf") -> httpx.Response:
    return await client.post(f"/desk/work/cases/{ref}/take", data={"csrf_token": csrf})


async def owner(kept: WorkList, ref: str) -> str | None:
    async with kept._sessions() as session:
        return await session.scalar(select(Case.owner).where(Case.ref == ref))


@pytest.mark.parametrize(
    ("viewer", "seen"), [(ANA, ["K-2", "K/1"]), (FIRST_LINE, ["K-3"]), (LEADER, ["K-3", "K-2", "K/1"])]
)
async def test_each_line_sees_its_own_and_who_leads_all(
    waiting: WorkList, viewer: Viewer, seen: list[str]
) -> None:
    async with browser(waiting, viewer) as client:
        drawn = await page(client)
    assert refs(drawn) == seen
    assert drawn.one("work-cases").text == str(len(seen))


async def test_a_row_says_whose_and_what(ana: httpx.AsyncClient) -> None:
    row = (await page(ana)).one("work-case", data_ref="K/1")
    for said in ("Jozef Mrkva", "Case K/1", "overdue", "urgent", "<b>Broken</b> chair"):
        assert said in row.text
    assert row.one("work-case-take").attributes["hx-post"].endswith("/take")


async def test_whoever_takes_one_over_owns_it(waiting: WorkList, ana: httpx.AsyncClient) -> None:
    answer = await takes(ana, "K%2F1")
    assert "Case K/1 is yours now." in answer.text
    assert await owner(waiting, "K/1") == ANA.email
    assert refs(await page(ana)) == ["K-2"]


async def test_of_two_at_once_one_wins_and_the_other_sees_who(waiting: WorkList) -> None:
    async with browser(waiting) as ana, browser(waiting, BORIS) as boris:
        answers = await asyncio.gather(*(takes(each, "K-2") for each in (ana, boris)))
    assert sorted(each.status_code for each in answers) == [200, 412]
    won, lost = sorted(answers, key=lambda each: each.status_code)
    name = {ANA.email: "Ana", BORIS.email: "Boris"}[str(await owner(waiting, "K-2"))]
    assert "is yours now" in won.text
    assert f"{name} took this case over at 13:00" in lost.text


@pytest.mark.parametrize(("ref", "csrf", "status"), [("K-9", "csrf", 404), ("K-2", "of somebody else", 403)])
async def test_what_cannot_be_is_refused(ana: httpx.AsyncClient, ref: str, csrf: str, status: int) -> None:
    assert (await takes(ana, ref, csrf)).status_code == status


async def test_what_is_pushed_is_what_the_page_draws(waiting: WorkList) -> None:
    renderer = WorkRenderer(templates_in(), ZONE)
    snapshot = await waiting._bus.snapshot("work:2")
    whole = " ".join(renderer.snapshot(snapshot, "en").split())
    assert len(snapshot.entries) == 2
    for key, value in snapshot.entries.items():
        told = renderer.change(Change("work:2", 1, key, value, new=True), "en")
        assert told is not None
        assert " ".join(told.html.split()) in whole


async def test_the_list_is_bounded(waiting: WorkList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_work, "MOST_SHOWN", 2)
    await waiting.compare()
    async with browser(waiting, LEADER) as leader:
        assert refs(await page(leader)) == ["K-3", "K-2"]
