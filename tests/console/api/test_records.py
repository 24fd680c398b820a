"""Customers, purchases and cases over the API, on both databases."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.app import open_parts
from console.calls.models import Call
from console.cases.models import Case
from console.customers.caller_numbers import CallerNumber
from console.customers.learning import Said, link
from console.customers.models import Customer, PhoneNumber, Purchase, PurchaseItem
from console.identity.models import User
from console.identity.permissions import Scope
from console.identity.tokens import add_token
from console.settings import Settings
from tests.conftest import NOW
from tests.console.api.conftest import api_of
from tests.console.facts.records import Records

pytestmark = pytest.mark.slow  # each opens a whole console

JANA: dict[str, Any] = {
    "ref": "C-1",
    "name": "Jana Nová",
    "company_ref": "A",
    "company": "Acme",
    "phones": [
        {"number": "0905 123 456", "label": "mobile", "shared": False},
        {"number": "+421 2 1234 5678", "label": None, "shared": True},
    ],
    "email": "jana@example.com",
    "segment": "vip",
    "language": "sk",
    "birthday": "1990-11-21",
    "customer_since": "2020-01-01",
    "notes": "two\nlines | and ; more",
    "attributes": {"employees": 50, "share": 0.25, "tier": "gold", "code": "007"},
}
ORDER: dict[str, Any] = {
    "ref": "2026/1",
    "customer_ref": "C-1",
    "placed_at": "2026-11-20T09:00:00+00:00",
    "status": "shipped",
    "total": 1234.5,
    "currency": "EUR",
    "promised_at": "2026-11-20T23:00:00+00:00",
    "delivered_at": None,
    "items": [
        {"sku": "S1", "name": "Printer", "category": "printers", "quantity": 1, "unit_price": 1200},
        {"sku": None, "name": "Ink", "category": None, "quantity": 0.5, "unit_price": 69.0001},
    ],
}
CASE: dict[str, Any] = {
    "ref": "K-1",
    "customer_ref": "C-1",
    "subject": "Broken",
    "status": "open",
    "priority": "high",
    "line": 2,
    "opened_at": "2026-11-19T08:00:00+00:00",
    "due_at": "2026-11-21T23:00:00+00:00",
    "closed_at": None,
    "reopened": 1,
    "owner": "ana@example.com",
}
EMPTY_JANA: dict[str, Any] = {
    "ref": "C-1",
    "name": "Jana",
    **dict.fromkeys(("company_ref", "company", "email", "segment", "language", "birthday")),
    "phones": [],
    "customer_since": None,
    "notes": None,
    "attributes": {},
}


@pytest.fixture
async def api(records: httpx.AsyncClient) -> httpx.AsyncClient:
    """With Jana on record."""
    assert (await records.put("customers/C-1", json=JANA)).status_code == 201
    return records


def problems(answer: httpx.Response) -> dict[str, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.status_code == 422, answer.text
    return {error["where"]: error["why"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("path", "said"), [("customers/C-1", JANA), ("purchases/2026%2F1", ORDER), ("cases/K-1", CASE)]
)
async def test_what_is_put_is_what_one_gets_and_can_be_put_back(
    api: httpx.AsyncClient, path: str, said: dict[str, Any]
) -> None:
    put = await api.put(path, json=said)
    assert put.status_code == (200 if said is JANA else 201)
    got = await api.get(path)
    assert got.json() == put.json() == said
    assert got.headers["etag"] == put.headers["etag"]
    back = await api.put(path, content=got.content, headers={"If-Match": got.headers["etag"]})
    assert (back.status_code, back.json()) == (200, said)
    assert back.headers["etag"] == got.headers["etag"]


async def test_put_replaces_the_whole_record(api: httpx.AsyncClient) -> None:
    before = (await api.get("customers/C-1")).headers["etag"]
    answer = await api.put("customers/C-1", json={"name": "Jana"})
    assert answer.json() == EMPTY_JANA
    assert answer.headers["etag"] != before


async def test_what_an_agent_linked_stays_unless_whoever_replaces_it_has_read_it(database_url: str) -> None:
    settings = Settings(database_url=database_url)
    async with open_parts(settings, listens=False) as parts, api_of(parts) as api:
        await api.put("customers/C-1", json=JANA)
        async with parts.sessions.begin() as session:
            ana = User(email="ana@x.example", name="Ana", role="agent", password_hash="", created_at=NOW)
            session.add(ana)
            await session.flush()
            await link(session, Said(ana.id, "call-1", "leg-1", CallerNumber("+421900000001"), NOW), "C-1")
        learnt = {"number": "+421900000001", "label": None, "shared": False}
        put = await api.put("customers/C-1", json=JANA)
        assert (put.status_code, put.json()["phones"]) == (200, [*JANA["phones"], learnt])
        await api.post("customers:batch", json={"items": [JANA]})
        got = await api.get("customers/C-1")
        assert (got.json()["phones"], got.headers["etag"]) == (put.json()["phones"], put.headers["etag"])
        put = await api.put("customers/C-1", json=JANA, headers={"If-Match": "*"})
        assert put.json()["phones"] == got.json()["phones"]
        put = await api.put("customers/C-1", json=JANA, headers={"If-Match": got.headers["etag"]})
        assert put.json() == JANA


async def test_what_is_left_out_of_an_order_or_a_case_is_what_an_import_makes_of_an_empty_cell(
    api: httpx.AsyncClient,
) -> None:
    await api.put("purchases/P", json=ORDER | {"ref": "P"})
    short = {"customer_ref": "C-1", "placed_at": "2026-11-21T14:30", "status": "Placed", "total": "10.50"}
    order = (await api.put("purchases/P", json=short)).json()
    assert (order["placed_at"], order["status"], order["total"]) == (
        "2026-11-21T13:30:00+00:00",
        "placed",
        10.5,
    )
    assert (order["currency"], order["items"], order["promised_at"]) == ("EUR", [], None)
    await api.put("cases/K", json=CASE | {"ref": "K"})
    short = {"customer_ref": "C-1", "subject": "Broken", "status": "open", "opened_at": "2026-11-21"}
    case = (await api.put("cases/K", json=short)).json()
    assert (case["priority"], case["line"], case["reopened"], case["owner"]) == ("normal", 1, 0, None)


async def test_amounts_are_exact(api: httpx.AsyncClient) -> None:
    raw = (
        '{"customer_ref": "C-1", "placed_at": "2026-11-21", "status": "placed", "total": 99999999999999.9999}'
    )
    assert '"total":99999999999999.9999,' in (await api.put("purchases/P", content=raw)).text


@pytest.mark.parametrize("other", ["DK", "dk"])
async def test_national_numbers_are_read_as_of_the_region(records: httpx.AsyncClient, other: str) -> None:
    said = {"name": "Bo", "phones": [{"number": "32 12 34 56"}]}
    put = await records.put("customers/D", params={"region": other}, json=said)
    assert put.json()["phones"][0]["number"] == "+4532123456"
    assert (await records.get("identify?number=%2B4532123456")).json()["outcome"] == "one"
    back = await records.put("customers/D", content=put.content)
    assert back.headers["etag"] == put.headers["etag"]
    assert (await records.get("identify?number=%2B4532123456")).json()["outcome"] == "one"


async def test_a_number_that_is_sent_back_stays_what_it_was_read_as(database_url: str) -> None:
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        await Records(parts.sessions, NOW).customer("C-9", "+4532123456", name="Bo")
        async with parts.sessions.begin() as session:
            phone = (await session.scalars(select(PhoneNumber))).one()
            phone.raw = "32 12 34 56"  # as a link of another country may have sent it
        got = await api.get("customers/C-9")
        await api.put("customers/C-9", json=got.json() | {"segment": "vip"})
        assert (await api.get("identify?number=%2B4532123456")).json()["outcome"] == "one"


async def test_a_number_that_is_twice_counts_once_and_nonsense_is_kept(records: httpx.AsyncClient) -> None:
    numbers = ["0905 123 456", "+421905123456", "ask at the door"]
    said = {"name": "Eva", "phones": [{"number": number} for number in numbers]}
    answer = await records.put("customers/E", json=said)
    assert [phone["number"] for phone in answer.json()["phones"]] == ["0905 123 456", "ask at the door"]


async def test_a_record_is_changed_only_as_its_author_has_seen_it(api: httpx.AsyncClient) -> None:
    seen = (await api.get("customers/C-1")).headers["etag"]
    changed = await api.put("customers/C-1", json=JANA | {"name": "Jana M."}, headers={"If-Match": seen})
    assert changed.status_code == 200
    late = await api.put("customers/C-1", json=JANA, headers={"If-Match": seen})
    assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
    assert late.json()["detail"].startswith("The customer C-1 has changed since you read it.")
    assert (await api.delete("customers/C-1", headers={"If-Match": seen})).status_code == 412
    assert (await api.get("customers/C-1")).json()["name"] == "Jana M."
    several = f'"other", {changed.headers["etag"]}'
    assert (await api.delete("customers/C-1", headers={"If-Match": several})).status_code == 204


async def test_a_company_that_is_renamed_changes_its_people(api: httpx.AsyncClient) -> None:
    seen = (await api.get("customers/C-1")).headers["etag"]
    await api.put("customers/C-2", json={"name": "Eva", "company_ref": "A", "company": "Acme Ltd"})
    late = await api.put("customers/C-1", json=JANA, headers={"If-Match": seen})
    assert late.status_code == 412


async def test_a_company_keeps_its_name_where_none_is_given(api: httpx.AsyncClient) -> None:
    answer = await api.put("customers/C-2", json={"name": "Eva", "company_ref": "A"})
    assert answer.json()["company"] == "Acme"
    answer = await api.put("customers/C-2", json={"name": "Eva", "company": "Solo"})
    assert (answer.json()["company_ref"], answer.json()["company"]) == ("Solo", "Solo")


async def test_create_only(api: httpx.AsyncClient) -> None:
    only_new = {"If-None-Match": "*"}
    taken = await api.put("customers/C-1", json={"name": "Eva"}, headers=only_new)
    assert (taken.status_code, "There is a customer C-1 already" in taken.text) == (412, True)
    assert (await api.put("customers/C-2", json={"name": "Eva"}, headers=only_new)).status_code == 201
    gone = await api.put("customers/C-3", json={"name": "Eva"}, headers={"If-Match": "*"})
    assert (gone.status_code, "There is no customer C-3" in gone.text) == (412, True)


async def test_what_the_reader_has_is_not_sent_again(api: httpx.AsyncClient) -> None:
    seen = (await api.get("customers/C-1")).headers["etag"]
    again = await api.get("customers/C-1", headers={"If-None-Match": f"W/{seen}"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", seen)
    assert (await api.get("customers/C-1", headers={"If-None-Match": '"x"'})).status_code == 200


async def test_a_condition_that_is_no_etag_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.put("customers/C-1", json=JANA, headers={"If-Match": "abc"})
    assert (answer.status_code, "with its quotes" in answer.json()["detail"]) == (400, True)


async def test_a_deleted_customer_takes_all_along_but_calls(database_url: str) -> None:
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        await api.put("customers/C-1", json=JANA)
        await api.put("purchases/2026/1", json=ORDER)
        await api.put("cases/K-1", json=CASE)
        store = Records(parts.sessions, NOW)
        async with parts.sessions() as session:
            customer = (await session.scalars(select(Customer))).one()
        await store.call(customer, NOW)
        assert (await api.delete("customers/C-1")).status_code == 204
        async with parts.sessions() as session:
            for model in (Customer, PhoneNumber, Purchase, PurchaseItem, Case):
                assert not (await session.scalars(select(model))).all(), model
            call = (await session.scalars(select(Call))).one()
        assert (call.customer_id, call.started_at) == (None, NOW)
        gone = await api.delete("customers/C-1")
        assert (gone.status_code, gone.json()["detail"]) == (404, "There is no customer C-1.")


async def test_what_is_not_there(records: httpx.AsyncClient) -> None:
    for path in ("customers/X", "purchases/X", "cases/X", "customers/", f"customers/{'x' * 500}"):
        answer = await records.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_record_of_nobody_is_refused(records: httpx.AsyncClient) -> None:
    assert "there is no customer" in problems(await records.put("cases/K-1", json=CASE))["customer_ref"]


async def test_lists_go_page_by_page(records: httpx.AsyncClient) -> None:
    for number in range(5):
        await records.put(f"customers/C-{number}", json={"name": f"Eva {number}"})
    refs, query = [], {"limit": "2"}
    for _ in range(3):
        page = (await records.get("customers", params=query)).json()
        refs.append([item["ref"] for item in page["items"]])
        query |= {"cursor": page["next"]}
    assert (refs, page["next"]) == ([["C-0", "C-1"], ["C-2", "C-3"], ["C-4"]], None)
    assert page["items"] == [(await records.get("customers/C-4")).json()]


async def test_lists_of_purchases_and_cases(api: httpx.AsyncClient) -> None:
    await api.put("purchases/2026/1", json=ORDER)
    await api.put("cases/K-1", json=CASE)
    assert (await api.get("purchases")).json() == {"items": [ORDER], "next": None}
    assert (await api.get("cases?limit=1")).json() == {"items": [CASE], "next": None}


async def test_scopes(database_url: str) -> None:
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        async with parts.sessions.begin() as session:
            reader = await add_token(session, "reader", [Scope.RECORDS_READ], NOW)
        api.headers["Authorization"] = f"Bearer {reader}"
        assert (await api.get("customers")).status_code == 200
        for method, path in (("PUT", "customers/C"), ("DELETE", "customers/C"), ("POST", "/customers:batch")):
            answer = await api.request(method, path, json={"name": "Eva"})
            assert (answer.status_code, "records:write" in answer.text) == (403, True)


@pytest.fixture
async def body_refused(records: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    yield records
    assert (await records.get("customers")).json()["items"] == []


NO_JSON = (
    *(b"", b"{", b"name=Eva", b'{"name": NaN}', b"\xff\xfe", b"[" * 100_000),
    b'{"attributes": {"n": 1e99999999999999999999}}',
)


async def test_a_body_that_is_no_json_is_refused(body_refused: httpx.AsyncClient) -> None:
    for raw in NO_JSON:
        for method, path in (("PUT", "customers/C"), ("POST", "/customers:batch")):
            answer = await body_refused.request(method, path, content=raw)
            assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
            assert "The body is no JSON" in answer.json()["detail"]


async def test_a_body_that_is_too_large_is_refused(body_refused: httpx.AsyncClient) -> None:
    answer = await body_refused.put("customers/C", json={"name": "Eva", "notes": "x" * 1_100_000})
    assert (answer.status_code, "smaller parts" in answer.json()["detail"]) == (413, True)


async def test_all_that_is_wrong_is_told_at_once(body_refused: httpx.AsyncClient) -> None:
    raw = r'{"name": "E\u0000", "birthday": "x", "phones": [{"number": "1"}, {"number": 2}], "\ud800": 1}'
    answer = await body_refused.put("customers/C", content=raw)
    assert set(problems(answer)) == {"name", "birthday", "phones[1].number", "?"}
    assert (await body_refused.put("customers/C", content="[]")).json()["errors"][0]["where"] == "body"


TWICE = (
    (b'{"name": "Eva", "name": "Ema"}', "name"),
    (b'{"name": "Eva", "phones": [{"number": "1", "number": "2"}]}', "number"),
    (b'{"name": "Eva", "attributes": {"tier": "gold", "tier": "gold"}}', "tier"),
)


async def test_a_key_that_is_there_twice_is_refused(body_refused: httpx.AsyncClient) -> None:
    for raw, key in TWICE:
        answer = await body_refused.put("customers/C", content=raw)
        assert (answer.status_code, set(problems(answer))) == (422, {key})
        assert "is there twice" in answer.json()["errors"][0]["why"]
    batch = b'{"items": [{"ref": "C", "name": "Eva", "name": "Ema"}]}'
    assert set(problems(await body_refused.post("/customers:batch", content=batch))) == {"name"}


async def test_a_birthday_in_the_future_is_refused(body_refused: httpx.AsyncClient) -> None:
    eva = {"name": "Eva", "birthday": "9999-11-21"}
    answer = await body_refused.put("customers/C", json=eva)
    assert (answer.status_code, "in the future" in problems(answer)["birthday"]) == (422, True)
    [told] = (await body_refused.post("/customers:batch", json={"items": [eva | {"ref": "C"}]})).json()[
        "items"
    ]
    assert (told["result"], told["errors"][0]["where"]) == ("rejected", "birthday")


async def test_a_key_that_no_page_can_have_is_refused(body_refused: httpx.AsyncClient) -> None:
    for path in ("%2E%2E", "%2E%2E%2Fx", "a%2F%2E", "a%2F%2E%2E%2Fb"):
        answer = await body_refused.put(f"customers/{path}", json={"name": "Eva"})
        assert (answer.status_code, set(problems(answer))) == (422, {"ref"})
        assert (await body_refused.get(f"customers/{path}")).status_code == 404


async def test_an_address_of_bytes_that_are_no_text_is_refused(body_refused: httpx.AsyncClient) -> None:
    answer = await body_refused.put("customers/a%ff", json={"name": "Eva"})
    assert (answer.status_code, "no UTF-8" in answer.json()["detail"]) == (400, True)


async def test_a_parameter_that_is_not_understood_is_refused(body_refused: httpx.AsyncClient) -> None:
    for query in ("colour=red", "region=XX"):
        answer = await body_refused.put(f"customers/C?{query}", json={"name": "Eva"})
        assert set(problems(answer)) == {query.partition("=")[0]}
