"""Export and erasure at the customer's page: for admins, shown before it is done, and typed again."""

import json
from datetime import datetime

import httpx
import pytest
from sqlalchemy import func, select

from console.customers.models import Company, Customer, Erasure
from console.db import wiping
from console.db.engine import Sessions
from tests.console.desk.document import Element, parse
from tests.console.facts.records import Records
from tests.console.profile.everywhere import MARK, NUMBER, OLD_REF, REF, found_in, store_person

ADMIN = {"role": "admin"}
PAGE = f"/customers/{REF}"
ERASE, EXPORT, API = f"{PAGE}/erase", f"{PAGE}/export", f"/api/v1{PAGE}"
SECRET = {"csrf_token": "secret-of-ana"}


def document(answer: httpx.Response) -> Element:
    return parse(answer.text.removeprefix("<!doctype html>"))


async def look(pages: httpx.AsyncClient, path: str, status: int = 200) -> Element:
    answer = await pages.get(path, headers=ADMIN)
    assert answer.status_code == status, answer.text
    return document(answer)


async def erase(pages: httpx.AsyncClient, typed: str, path: str = ERASE, **headers: str) -> httpx.Response:
    return await pages.post(path, data={**SECRET, "ref": typed}, headers=ADMIN | headers)


@pytest.fixture
async def _person(sessions: Sessions, now: datetime) -> None:
    await store_person(sessions, now)


@pytest.mark.usefixtures("_person")
async def test_only_admins_are_offered_it_and_may_do_it(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    page = await look(pages, PAGE)
    assert page.one("customer-export").attributes["href"] == EXPORT
    assert page.one("customer-erase").attributes["href"] == ERASE
    for role in ("agent", "supervisor"):
        headers = {"role": role}
        assert not document(await pages.get(PAGE, headers=headers)).has("customer-more")
        for path in (EXPORT, ERASE, "/erasures"):
            assert (await pages.get(path, headers=headers)).status_code == 403
        assert (await erase(pages, REF, **headers)).status_code == 403
    without = await pages.post(ERASE, data={"ref": REF}, headers=ADMIN)
    assert (without.status_code, "out of date" in without.text) == (403, True)
    assert "customers.ref" in await found_in(sessions, MARK)


@pytest.mark.usefixtures("_person")
async def test_the_export_is_one_file_to_keep(pages: httpx.AsyncClient, records: Records) -> None:
    answer = await pages.get(EXPORT, headers=ADMIN)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="customer-{REF}.json"'
    assert json.loads(answer.text)["customer"]["ref"] == REF
    await records.customer('č/1"x')
    answer = await pages.get("/customers/%C4%8D%2F1%22x/export", headers=ADMIN)
    assert answer.headers["content-disposition"] == 'attachment; filename="customer-1-x.json"'


@pytest.mark.usefixtures("_person")
async def test_the_question_says_what_goes_and_what_stays(pages: httpx.AsyncClient) -> None:
    page = await look(pages, ERASE)
    goes, stays = (
        [each.text for each in page.one(name).every("li")] for name in ("erase-goes", "erase-stays")
    )
    assert goes == [
        "The record: reference, name, e-mail, segment, language, birthday, notes",
        "1 attribute of your own",
        "1 telephone number",
        "1 record that was merged into this one",
        "What was bought in 1 purchase",
        "What 1 case was about",
        "1 comment or change of a case",
        "Who called in 2 calls, and what was answered",
        "2 notes on calls",
        "2 call-backs that were promised",
        "2 offers and their answers",
        f"The company {MARK} s.r.o.: nobody else belongs to it",
    ]
    assert stays == [
        "1 purchase: when, its status and total",
        "1 case: when, its status, priority and line",
        "2 calls: when, how long, their agents, scripts and outcomes",
        "That somebody was erased, when and by whom, with these counts",
    ]
    assert "This cannot be undone." in page.text


async def test_nothing_is_said_of_what_there_is_none_of(pages: httpx.AsyncClient, records: Records) -> None:
    company = Company(ref="A", name="Flowers & Sons")
    await records.add(company)
    for ref in ("J", "E", "P"):
        await records.customer(ref, company_id=company.id)
    await records.customer("alone")
    await records.customer("also alone")
    page = await look(pages, "/customers/J/erase")
    assert len(page.one("erase-goes").every("li")) == 1
    assert [each.text for each in page.one("erase-stays").every("li")] == [
        "The company Flowers & Sons with 2 other people",
        "That somebody was erased, when and by whom, with these counts",
    ]
    page = await look(pages, "/customers/alone/erase")
    assert len(page.one("erase-stays").every("li")) == 1


@pytest.mark.usefixtures("_person")
@pytest.mark.parametrize("typed", ["", REF.lower(), "C2"])
async def test_another_reference_erases_nobody(
    pages: httpx.AsyncClient, sessions: Sessions, typed: str
) -> None:
    answer = await erase(pages, typed)
    assert answer.status_code == 422
    page = document(answer)
    assert "Nothing was erased" in page.one("erase-problem").text
    [field] = page.every("input", name="ref")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == (typed, "true")
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Customer)) == 2


@pytest.mark.usefixtures("_person")
async def test_whoever_types_the_reference_erases(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    assert (await pages.get(API)).status_code == 200
    answer = await erase(pages, f" {REF} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/erasures?done=1")
    page = await look(pages, answer.headers["location"])
    assert "1 purchase, 1 case, 2 calls." in page.one("erased").text
    assert not page.has("erased-traces")
    assert "sent to be imported may still tell of the person" in page.one("erased-files").text
    [link] = page.one("erased-files").every("a")
    assert link.attributes["href"] == "/admin/import"
    assert MARK not in page.text
    [row] = [each for each in page.every("tr") if "data-id" in each.attributes]
    assert row.text.endswith(" ana@shop.example 1 1 2")
    assert await found_in(sessions, MARK, NUMBER) == set()
    async with sessions() as session:
        [erasure] = await session.scalars(select(Erasure))
        assert (erasure.at, erasure.author) == (now, "ana@shop.example")


@pytest.mark.usefixtures("_person")
async def test_afterwards_every_address_says_that_there_is_nobody(pages: httpx.AsyncClient) -> None:
    await erase(pages, REF)
    for path in (PAGE, ERASE, EXPORT, f"{PAGE}/change", f"/customers/{OLD_REF}"):
        answer = await pages.get(path, headers=ADMIN)
        assert answer.status_code == 404
        assert "(any more)" in document(answer).text
    assert (await erase(pages, REF)).status_code == 404
    assert (await pages.get(API)).status_code == 404
    assert MARK not in (await pages.get("/api/v1/customers")).text


@pytest.mark.usefixtures("_person")
async def test_whoever_was_merged_leads_to_the_one_that_was_kept(pages: httpx.AsyncClient) -> None:
    for answer in (
        await pages.get(f"/customers/{OLD_REF}/erase", headers=ADMIN),
        await pages.get(f"/customers/{OLD_REF}/export", headers=ADMIN),
        await erase(pages, OLD_REF, f"/customers/{OLD_REF}/erase"),
    ):
        assert (answer.status_code, f"was merged into {REF}" in document(answer).text) == (404, True)


async def test_whoever_is_on_a_call_is_not_erased(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions
) -> None:
    jana = await records.customer("J", NUMBER)
    await records.call(jana, records.ago(minutes=1), state="answered", number=NUMBER)
    page = await look(pages, "/customers/J/erase")
    assert "on a call at this moment" in page.one("erase-on-call").text
    assert not page.has("erase-do")
    answer = await erase(pages, "J", "/customers/J/erase")
    assert answer.status_code == 409
    assert document(answer).has("erase-on-call")
    assert "phone_numbers.e164" in await found_in(sessions, NUMBER)


@pytest.mark.usefixtures("_person")
async def test_a_large_file_that_may_hold_traces_is_told(
    pages: httpx.AsyncClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "QUICKLY_REWRITTEN_BYTES", 0)
    page = await look(pages, (await erase(pages, REF)).headers["location"])
    assert page.has("erased-traces") == database_url.startswith("sqlite")


async def test_the_page_of_erasures(pages: httpx.AsyncClient, records: Records) -> None:
    page = await look(pages, "/erasures")
    assert "Nobody was erased yet" in page.text
    await records.add(Erasure(at=records.ago(days=1), author=None, purchases=0, cases=0, calls=1234))
    page = await look(pages, "/erasures?done=x")
    assert "the command line 0 0 1,234" in page.text
    assert not page.has("erased")
