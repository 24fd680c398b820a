"""The addresses at which an agent says who is calling, and what a pop offers for it."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.customers.models import PhoneNumber, RecordChange
from console.customers.search_keys import Named, write_customer_keys
from console.db.engine import Sessions
from console.desk.live import DeskRenderer
from console.desk.samples import sample_pop
from console.live.memory_bus import MemoryBus
from console.profile.search import find
from console.routes import build_learning
from tests.browser.world_site import ANA
from tests.console.desk.document import Element, parse
from tests.console.desk.test_live import drawn, sample
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import people

STRANGER = "+421900000001"
POP = "/desk/pops/sample-ringing"


@pytest.fixture
async def client(sessions: Sessions, bus: MemoryBus, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """Ana's browser; a stranger rings."""
    await people(sessions)
    async with sessions.begin() as session:
        await write_customer_keys(session, {1: Named("Jozef Mrkva", None)})
    await bus.put("desk:1", "sample-ringing", sample_pop("ringing", now, e164=STRANGER))
    state = {"bus": bus, "sessions": sessions, "clock": lambda: now, "find": partial(find, region="SK")}
    app = small_app(build_learning(), state, viewer=ANA)
    async with browser_of(app, **{"X-CSRF-Token": ANA.csrf}) as client:
        yield client


async def steps(sessions: Sessions) -> list[RecordChange]:
    async with sessions() as session:
        return list(await session.scalars(select(RecordChange).order_by(RecordChange.id)))


async def test_all_that_can_be_said(client: httpx.AsyncClient, sessions: Sessions) -> None:
    said: list[tuple[str, dict[str, Any]]] = [
        ("customer", {"ref": "C-1"}),
        ("shared", {"ref": "C-1"}),
        ("not-this-person", {"ref": "C-1"}),
        ("new-customer", {"name": " Petra  Nová ", "company": "", "email": "petra@x.example"}),
    ]
    for path, fields in said:
        answer = await client.post(f"{POP}/{path}", data=fields)
        assert (answer.status_code, answer.text) == (200, "")
    found = await steps(sessions)
    assert [step.kind for step in found] == ["linked", "shared", "unlinked", "created"]
    assert {step.user_id for step in found} == {ANA.user_id}
    assert found[-1].after["customer"]["name"] == "Petra Nová"
    assert (await client.post(f"{POP}/undo", data={"change": found[-1].id})).text == ""
    assert (await steps(sessions))[-1].undone_by == ANA.user_id


@pytest.mark.parametrize(
    ("path", "fields", "status", "why"),
    [
        ("customer", {}, 422, "Which customer is meant is not said"),
        ("shared", {"ref": "x" * 101}, 422, "Which customer is meant is not said"),
        ("customer", {"ref": "C-9"}, 404, "There is no customer C-9 any more. Nothing was changed."),
        ("undo", {"change": "one"}, 422, "Which step is meant is not said"),
        ("undo", {"change": "1"}, 404, "There is no such step on this call."),
        ("new-customer", {"name": " "}, 422, "A new customer needs a name."),
        ("new-customer", {"name": "x" * 301}, 422, "A name has up to 300 characters."),
        ("new-customer", {"name": "Eva", "email": "eva"}, 422, "eva is no e-mail address."),
    ],
)
async def test_what_cannot_be_done_says_why(  # noqa: PLR0917 (a table)
    client: httpx.AsyncClient, sessions: Sessions, path: str, fields: dict[str, str], status: int, why: str
) -> None:
    answer = await client.post(f"{POP}/{path}", data=fields)
    assert answer.status_code == status
    assert why in parse(answer.text).text
    assert not await steps(sessions)
    async with sessions() as session:
        assert len((await session.scalars(select(PhoneNumber))).all()) == 1


async def test_a_call_that_is_not_on_the_desk(client: httpx.AsyncClient) -> None:
    answer = await client.post("/desk/pops/elsewhere/customer", data={"ref": "C-1"})
    assert answer.status_code == 403
    assert "not on your desk, or not any more. Nothing was changed." in answer.text


async def test_a_step_of_a_call_that_is_on_no_desk_any_more(
    client: httpx.AsyncClient, sessions: Sessions, bus: MemoryBus
) -> None:
    await client.post(f"{POP}/customer", data={"ref": "C-1"})
    [step] = await steps(sessions)
    await bus.put("desk:1", "sample-ringing", None)
    answer = await client.post(f"/desk/learnt/{step.id}/undo")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/C-1")
    [step] = await steps(sessions)
    assert step.undone_by == ANA.user_id
    async with sessions() as session:
        assert len((await session.scalars(select(PhoneNumber))).all()) == 1
    assert (await client.post("/desk/learnt/999/undo")).status_code == 404


async def test_a_form_of_another_page_is_refused(client: httpx.AsyncClient, sessions: Sessions) -> None:
    answer = await client.post(f"{POP}/customer", data={"ref": "C-1"}, headers={"X-CSRF-Token": "other"})
    assert answer.status_code == 403
    assert not await steps(sessions)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("mrk joz", "Jozef Mrkva It is Jozef Mrkva C-1"), ("nobody", "Nobody is found."), (" ", "")],
)
async def test_customers_are_found(client: httpx.AsyncClient, typed: str, shown: str) -> None:
    answer = await client.get("/desk/find", params={"q": typed})
    assert (answer.status_code, parse(answer.text).text) == (200, shown)


def offers(pop: Element) -> set[str]:
    names = ("pop-not-this-person", "pop-shared", "pop-undo", "pop-find")
    return {name for name in names if pop.has(name)}


KNOWN = {"pop-not-this-person", "pop-find"}


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("ringing", {*KNOWN, "pop-shared"}),
        ("ended", {*KNOWN, "pop-shared"}),
        ("linked", {*KNOWN, "pop-shared", "pop-undo"}),
        ("chosen", {*KNOWN, "pop-undo"}),
        ("not-them", {"pop-find", "pop-undo"}),
        ("unknown", {"pop-find"}),
        ("many", {"pop-find"}),
        ("withheld", {"pop-find"}),
        ("internal", set()),
    ],
)
def test_what_a_pop_offers(renderer: DeskRenderer, now: datetime, name: str, offered: set[str]) -> None:
    assert offers(drawn(renderer, sample(name, now))) == offered


def test_who_said_what_and_when(renderer: DeskRenderer, now: datetime) -> None:
    first, last = drawn(renderer, sample("linked", now)).every(data_testid="pop-learnt")
    assert first.text.startswith("Not Eva Malá, said by Boris Kováč at ")
    assert last.text.startswith("Number linked to Jozef Mrkva by you at ")
    assert (first.every("button"), len(last.every("button"))) == ([], 1)


def test_whoever_was_chosen_was_not_recognised(renderer: DeskRenderer, now: datetime) -> None:
    match = drawn(renderer, sample("chosen", now)).one("pop-match")
    assert match.text.startswith("Chosen by an agent, not recognised by the number")
    assert (match.attributes["data-match"], "data-chosen" in match.attributes) == ("many", True)


@pytest.mark.parametrize(
    ("changes", "number"),
    [({}, "+421 905 123 456"), ({"e164": None}, None), ({"match": "withheld", "e164": None}, None)],
)
def test_only_a_number_that_can_be_learnt_is_filled_in(
    renderer: DeskRenderer, now: datetime, changes: dict[str, Any], number: str | None
) -> None:
    pop = drawn(renderer, sample_pop("x", now, **{"match": "none", "customer": None, **changes}))
    [records] = pop.every(class_="pop-records")
    assert records.attributes.get("data-number") == number
