"""Changing a customer in the form: nothing typed is lost, nothing is overwritten silently."""

import asyncio
import json
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select

from console.customers.caller_numbers import CallerNumber
from console.customers.learning import Said, link
from console.customers.models import Company, Customer, Merge, PhoneNumber
from console.db.engine import Sessions
from console.identity.models import User
from console.profile.change_form import LONGEST_ATTRIBUTE, MOST_NUMBERS
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.console.facts.records import Records

ADMIN = {"role": "admin"}
PATH = "/customers/C%2F1"
FORM = f"{PATH}/change"
API = "/api/v1/customers/C%2F1"

Fields = dict[str, str]


def fields_of(page: Element) -> Fields:
    """What a browser would send of the form."""
    fields = {
        each.attributes["name"]: each.attributes.get(
            "value", "on" if each.attributes.get("type") == "checkbox" else ""
        )
        for each in page.every("input")
        if each.attributes.get("type") != "checkbox" or "checked" in each.attributes
        if "name" in each.attributes
    }
    [notes] = page.every("textarea", name="notes")
    return fields | {"notes": "".join(map(str, notes.children)).removeprefix("\n")}


async def drawn(pages: httpx.AsyncClient) -> Element:
    answer = await pages.get(FORM, headers=ADMIN)
    assert answer.status_code == 200
    return parse(answer.text.removeprefix("<!doctype html>"))


async def opened(pages: httpx.AsyncClient) -> Fields:
    return fields_of(await drawn(pages))


async def post(pages: httpx.AsyncClient, fields: Fields) -> httpx.Response:
    return await pages.post(FORM, data=fields, headers=ADMIN)


def again(answer: httpx.Response) -> Element:
    return parse(answer.text.removeprefix("<!doctype html>"))


@pytest.fixture
async def stored(records: Records) -> Customer:
    company = Company(ref="A", name="Flowers")
    await records.add(company)
    values: dict[str, Any] = {"segment": "gold", "notes": "First\r\nsecond", "birthday": date(1980, 2, 29)}
    return await records.customer(
        "C/1", "+421905123456", company_id=company.id, attributes={"employees": 7}, **values
    )


async def now_stored(sessions: Sessions) -> tuple[Customer, list[tuple[Any, ...]]]:
    async with sessions() as session:
        [customer] = await session.scalars(select(Customer))
        columns = (PhoneNumber.raw, PhoneNumber.e164, PhoneNumber.label, PhoneNumber.shared)
        numbers = await session.execute(select(*columns).order_by(PhoneNumber.id))
        return customer, [tuple(row) for row in numbers]


async def test_what_was_changed_is_saved_and_nothing_else(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    fields = await opened(pages)
    fields |= {"name": "Jana Nováková", "segment": "", "language": "sk", "customer_since": "2020-01-31"}
    fields |= {"label-0": "work", "shared-0": "on", "number-1": "0905 999 888", "label-1": "mobile"}
    answer = await post(pages, fields)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    customer, numbers = await now_stored(sessions)
    assert (customer.name, customer.segment, customer.language) == ("Jana Nováková", None, "sk")
    assert (customer.birthday, customer.customer_since) == (date(1980, 2, 29), date(2020, 1, 31))
    assert (customer.notes, customer.company_id, customer.attributes) == (
        "First\r\nsecond",
        stored.company_id,
        {"employees": 7},
    )
    assert numbers == [
        ("+421905123456", "+421905123456", "work", True),
        ("0905 999 888", "+421905999888", "mobile", False),
    ]


async def test_a_number_that_is_left_as_it_is_stays_what_it_was_read_as(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, stored: Customer
) -> None:
    await records.add(PhoneNumber(customer_id=stored.id, raw="12 34 56 78", e164="+4512345678"))
    fields = await opened(pages)
    await post(pages, fields | {"label-1": "Denmark"})
    _, numbers = await now_stored(sessions)
    assert numbers[1] == ("12 34 56 78", "+4512345678", "Denmark", False)


async def test_a_number_is_removed_by_emptying_its_row(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    await post(pages, await opened(pages) | {"number-0": " "})
    assert (await now_stored(sessions))[1] == []


async def test_a_number_that_an_agent_linked_is_removed_as_any_other(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    ana = User(email="ana@x.example", name="Ana", role="agent", password_hash="", created_at=NOW)
    async with sessions.begin() as session:
        session.add(ana)
        await session.flush()
        said = Said(ana.id, "call-1", "leg-1", CallerNumber("+421900000001"), NOW)
        await link(session, said, stored.ref)
    fields = await opened(pages)
    assert fields["number-1"] == "+421900000001"
    await post(pages, fields | {"number-1": ""})
    assert [number for number, *_ in (await now_stored(sessions))[1]] == [fields["number-0"]]


async def test_too_many_numbers_are_left_alone(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, stored: Customer
) -> None:
    more = [PhoneNumber(customer_id=stored.id, raw=str(n), e164=None) for n in range(MOST_NUMBERS)]
    await records.add(*more)
    fields = await opened(pages)
    assert "number-0" not in fields
    assert (await post(pages, fields | {"name": "Jana"})).status_code == 303
    customer, numbers = await now_stored(sessions)
    assert (customer.name, len(numbers)) == ("Jana", MOST_NUMBERS + 1)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"birthday": "yesterday"}, "birthday"),
        ({"number-1": "1" * 101}, "phones"),
    ],
)
async def test_what_cannot_be_used_is_said_and_what_was_typed_stays(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer, wrong: Fields, where: str
) -> None:
    typed = await opened(pages) | {"segment": "new", "notes": "Typed"} | wrong
    answer = await post(pages, typed)
    assert answer.status_code == 422
    page = again(answer)
    assert page.every("p", id=f"wrong-{where}")
    assert {name: value for name, value in fields_of(page).items() if value} == {
        name: value for name, value in typed.items() if value
    }
    customer, _ = await now_stored(sessions)
    assert customer.segment == "gold"


async def change_elsewhere(pages: httpx.AsyncClient, **changes: Any) -> None:
    said = (await pages.get(API, headers=ADMIN)).json()
    answer = await pages.put(API, json=said | changes, headers=ADMIN)
    assert answer.status_code == 200


async def test_a_birthday_in_the_future_is_said_and_what_was_typed_stays(
    pages: httpx.AsyncClient, stored: Customer
) -> None:
    answer = await post(pages, await opened(pages) | {"birthday": "2076-11-21", "notes": "typed"})
    assert (answer.status_code, "is in the future; write the day of birth" in answer.text) == (422, True)
    assert fields_of(again(answer))["notes"] == "typed"


async def test_what_two_changed_is_shown_field_by_field(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    typed = await opened(pages) | {"name": "Jana by Ana", "language": "sk", "notes": "Ana's"}
    phones = [{"number": "0905 111 222", "label": None, "shared": False}]
    await change_elsewhere(pages, name="Jana by API", segment="silver", phones=phones, notes="Ana's")
    answer = await post(pages, typed)
    assert answer.status_code == 409
    page = again(answer)
    beside = {each.attributes["data-field"]: each.text for each in page.every(data_testid="meanwhile")}
    assert beside.keys() == {"name", "segment", "phones"}
    assert "Jana by API" in beside["name"]
    assert "Changed by you and by somebody else." in beside["name"]
    assert "silver When you opened the form it was: gold" in beside["segment"]
    assert "0905 111 222" in beside["phones"]
    fields = fields_of(page)
    assert {name: fields[name] for name in ("name", "language", "notes", "segment", "number-0")} == {
        "name": "Jana by Ana",
        "language": "sk",
        "notes": "Ana's",
        "segment": "silver",
        "number-0": "0905 111 222",
    }
    customer, _ = await now_stored(sessions)
    assert (customer.name, customer.language) == ("Jana by API", None)
    assert (await post(pages, fields)).status_code == 303
    customer, numbers = await now_stored(sessions)
    assert (customer.name, customer.segment, customer.language) == ("Jana by Ana", "silver", "sk")
    assert [number[0] for number in numbers] == ["0905 111 222"]


async def test_what_is_stored_can_be_kept(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    typed = await opened(pages) | {"name": "Jana by Ana", "number-0": "0905 333 444", "language": "sk"}
    phones = [{"number": "0905 111 222", "label": None, "shared": False}]
    await change_elsewhere(pages, name="Jana by API", phones=phones)
    fields = fields_of(again(await post(pages, typed)))
    assert fields["number-0"] == "0905 333 444"
    assert (await post(pages, fields | {"stay-name": "on", "stay-phones": "on"})).status_code == 303
    customer, numbers = await now_stored(sessions)
    assert (customer.name, customer.language) == ("Jana by API", "sk")
    assert [number[0] for number in numbers] == ["0905 111 222"]


async def test_what_the_form_does_not_have_does_not_stand_in_its_way(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    typed = await opened(pages)
    await change_elsewhere(pages, attributes={"employees": 7, "pays": "late"})
    assert (await post(pages, typed | {"name": "Jana"})).status_code == 303
    customer, _ = await now_stored(sessions)
    assert (customer.name, customer.attributes) == ("Jana", {"employees": 7, "pays": "late"})


async def test_attributes_are_changed_added_and_removed(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    fields = await opened(pages)
    assert (fields["attribute-0"], fields["value-0"]) == ("attr.employees", "7")
    fields |= {"value-0": "12", "attribute-1": "likes", "value-1": "roses"}
    assert (await post(pages, fields)).status_code == 303
    assert (await now_stored(sessions))[0].attributes == {"employees": 12, "likes": "roses"}
    fields = await opened(pages)
    await post(pages, fields | {"value-1": ""})
    assert (await now_stored(sessions))[0].attributes == {"employees": 12}


async def test_an_attribute_that_others_changed_is_shown(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    typed = await opened(pages) | {"value-0": "9"}
    await change_elsewhere(pages, attributes={"employees": 8})
    answer = await post(pages, typed)
    [beside] = again(answer).every(data_testid="meanwhile")
    assert (answer.status_code, beside.attributes["data-field"]) == (409, "attr.employees")
    fields = fields_of(again(answer))
    assert fields["value-0"] == "9"
    await post(pages, fields | {"stay-attr.employees": "on"})
    assert (await now_stored(sessions))[0].attributes == {"employees": 8}


async def test_the_name_of_an_attribute_is_not_cut_off(pages: httpx.AsyncClient, stored: Customer) -> None:
    fields = await opened(pages) | {"attribute-1": "n" * (LONGEST_ATTRIBUTE + 1), "value-1": "1"}
    answer = await post(pages, fields)
    assert answer.status_code == 422
    assert f"The name has more than {LONGEST_ATTRIBUTE} characters." in answer.text


async def test_another_company_is_not_renamed_to_the_one_before(
    pages: httpx.AsyncClient, records: Records, sessions: Sessions, stored: Customer
) -> None:
    await records.add(Company(ref="B", name="Bees"))
    fields = await opened(pages)
    assert (fields["company"], fields["company_ref"]) == ("Flowers", "A")
    assert (await post(pages, fields | {"company_ref": "B"})).status_code == 303
    assert (await opened(pages))["company"] == "Bees"
    async with sessions() as session:
        names = await session.scalars(select(Company.name).order_by(Company.ref))
        assert list(names) == ["Flowers", "Bees"]


async def test_a_company_is_renamed_and_left(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    assert (await post(pages, await opened(pages) | {"company": "Flowers & Co"})).status_code == 303
    fields = await opened(pages)
    assert fields["company"] == "Flowers & Co"
    assert (await post(pages, fields | {"company": "", "company_ref": ""})).status_code == 303
    assert (await now_stored(sessions))[0].company_id is None


@pytest.mark.parametrize("base", ["", "[", "[1, 2]", json.dumps([{}, []]), "null"])
async def test_without_what_it_was_opened_with_every_difference_is_shown(
    pages: httpx.AsyncClient, stored: Customer, base: str
) -> None:
    typed = await opened(pages) | {"name": "Jana", "base": base, "version": "of another"}
    answer = await post(pages, typed)
    assert answer.status_code == 409
    [beside] = again(answer).every(data_testid="meanwhile")
    assert beside.attributes["data-field"] == "name"


@pytest.mark.parametrize("round_", range(5))
async def test_the_api_and_the_page_at_once_lose_nothing_silently(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer, round_: int
) -> None:
    typed = await opened(pages) | {"name": "By page"}
    said = await pages.get(API, headers=ADMIN)
    headers = ADMIN | {"If-Match": said.headers["etag"]}
    by_page, by_api = await asyncio.gather(
        post(pages, typed), pages.put(API, json=said.json() | {"name": "By API"}, headers=headers)
    )
    assert (by_page.status_code, by_api.status_code) in {(303, 412), (409, 200)}
    customer, _ = await now_stored(sessions)
    assert customer.name == ("By page" if by_page.status_code == 303 else "By API")
    if by_page.status_code == 409:
        assert fields_of(again(by_page))["name"] == "By page"
        assert "By API" in by_page.text


async def test_two_who_save_at_once_are_told(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    typed = await opened(pages)
    names = ["Ana's", "Boris's", "Clara's"]
    answers = await asyncio.gather(*(post(pages, typed | {"name": name}) for name in names))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    customer, _ = await now_stored(sessions)
    saved = [name for name, answer in zip(names, answers, strict=True) if answer.status_code == 303]
    assert saved == [customer.name]


async def test_whoever_may_not_change_records_is_not_asked(
    pages: httpx.AsyncClient, stored: Customer
) -> None:
    assert "/change" not in (await pages.get(PATH)).text
    assert (await pages.get(FORM)).status_code == 403
    assert (await pages.post(FORM, data=await opened(pages))).status_code == 403
    page = again(await pages.get(PATH, headers=ADMIN))
    assert page.one("customer-change").attributes["href"] == FORM


async def test_a_customer_who_is_gone_is_said_to_be(pages: httpx.AsyncClient, stored: Customer) -> None:
    typed = await opened(pages)
    assert (await pages.delete(API, headers=ADMIN)).status_code == 204
    for answer in (await post(pages, typed), await pages.get(FORM, headers=ADMIN)):
        assert answer.status_code == 404
        assert "There is no customer C/1 (any more)" in answer.text


async def test_a_form_of_another_page_is_refused(
    pages: httpx.AsyncClient, sessions: Sessions, stored: Customer
) -> None:
    answer = await post(pages, await opened(pages) | {"name": "Jana", "csrf_token": "of another"})
    assert answer.status_code == 403
    assert (await now_stored(sessions))[0].name == "Name C/1"


@pytest.mark.parametrize("merged", [False, True])
async def test_what_was_typed_stays_when_the_customer_is_gone_meanwhile(
    pages: httpx.AsyncClient, stored: Customer, records: Records, sessions: Sessions, merged: bool
) -> None:
    typed = await opened(pages) | {"notes": "Typed for ten minutes"}
    other = await records.customer("C-2")
    async with sessions.begin() as session:
        if merged:
            kept = {"kept_id": other.id, "merged_id": stored.id, "ref": "C/1", "at": stored.updated_at}
            session.add(Merge(**kept, snapshot={}))
        await session.execute(delete(Customer).where(Customer.id == stored.id))
    answer = await post(pages, typed)
    assert answer.status_code == 404
    page = again(answer)
    assert fields_of(page)["notes"] == "Typed for ten minutes"
    assert ("change C-2 instead" in page.one("gone").text) == merged
    assert "nothing was saved. What you typed is still here" in page.one("gone").text
