"""Cases are worked on on the page of their customer, whose list is drawn anew."""

from datetime import datetime

import httpx
import pytest
from sqlalchemy import select

from console.cases.models import CallCase, Case, CaseEvent
from console.db.engine import Sessions
from console.identity.models import Role, User
from tests.console.desk.document import parse
from tests.console.facts.records import Records

SEEN = {"seen_priority": "normal", "seen_line": "1", "csrf_token": "secret-of-ana"}


@pytest.fixture
async def jana(records: Records, now: datetime) -> None:
    """Jana with the case K1, and Ana."""
    user = {"email": "ana@shop.example", "role": Role.AGENT, "password_hash": "", "created_at": now}
    await records.add(User(id=1, name="Ana Nováková", **user))
    await records.case(await records.customer("C/1"), records.ago(days=1))


@pytest.mark.usefixtures("jana")
async def test_a_form_opens_where_the_case_stands(pages: httpx.AsyncClient) -> None:
    page = parse((await pages.get("/customers/C%2F1")).text.removeprefix("<!doctype html>"))
    case = page.one("customer-case").one("case-open")
    assert case.attributes["hx-get"] == "/cases/K1/work"
    form = parse(f"<div>{(await pages.get('/cases/K1/work')).text}</div>").one("case-form")
    assert form.attributes["hx-post"] == "/cases/K1/work"
    assert page.one("case-new").attributes["hx-get"] == "/customers/C%2F1/cases"
    new = parse(f"<div>{(await pages.get('/customers/C%2F1/cases')).text}</div>").one("case-new-form")
    assert new.attributes["hx-post"] == "/customers/C%2F1/cases"


@pytest.mark.usefixtures("jana")
async def test_a_comment_is_added_and_the_list_drawn_anew(
    pages: httpx.AsyncClient, sessions: Sessions
) -> None:
    fields = {**SEEN, "step": "comment", "text": " Will call\r\nback "}
    answer = await pages.post("/cases/K1/work", data=fields)
    assert answer.status_code == 200
    assert '<hx-partial hx-target="#cases" hx-swap="outerMorph">' in answer.text
    async with sessions() as session:
        [stored] = await session.scalars(select(CaseEvent))
        assert (await session.scalars(select(CallCase))).all() == []
    assert (stored.text, stored.author, stored.kind) == ("Will call\nback", "ana@shop.example", "comment")
    assert "Ana Nováková Will call back" in parse(f"<div>{answer.text}</div>").one("customer-case").text


@pytest.mark.usefixtures("jana")
async def test_a_wrong_step_is_refused(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    for fields, status in (({"text": " "}, 422), ({"text": "x", "csrf_token": "of another"}, 403)):
        answer = await pages.post("/cases/K1/work", data={**SEEN, "step": "comment", **fields})
        assert answer.status_code == status
    assert (await pages.post("/cases/K9/work", data={**SEEN, "step": "take"})).status_code == 404
    async with sessions() as session:
        assert (await session.scalars(select(CaseEvent))).all() == []


@pytest.mark.usefixtures("jana")
async def test_a_case_is_opened_and_closed(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    new = {"subject": "Wrong colour", "csrf_token": "secret-of-ana"}
    answer = await pages.post("/customers/C%2F1/cases", data=new)
    assert answer.status_code == 200
    assert "Wrong colour" in answer.text
    async with sessions() as session:
        ref = await session.scalar(select(Case.ref).where(Case.subject == "Wrong colour"))
    assert (await pages.post("/customers/C%2F1/cases", data={**new, "subject": ""})).status_code == 422
    fields = {**SEEN, "step": "close", "text": "Exchanged"}
    answer = await pages.post(f"/cases/{ref}/work", data=fields)
    shown = parse(f"<div>{answer.text}</div>").every(data_testid="customer-case")
    assert [each.attributes["data-ref"] for each in shown] == ["K1", ref]
    assert "closed" in shown[1].text
