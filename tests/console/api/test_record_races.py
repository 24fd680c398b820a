"""Many who change one record at once: what is stored decides, and nothing is lost unseen."""

import asyncio
from collections import Counter
from itertools import count

import httpx
import pytest

pytestmark = pytest.mark.slow  # each opens a whole console

AT_ONCE = 12
NUMBERS = count()


async def put_all(
    api: httpx.AsyncClient, headers: dict[str, str], *refs: str, **more: str
) -> tuple[Counter[int], list[httpx.Response]]:
    """PUT names that nobody has yet for each of some customers at the same moment."""
    number = next(NUMBERS)
    puts = []
    for place in range(AT_ONCE):
        said = {"name": f"N{number}.{place}", **more}
        puts.append(api.put(f"customers/{refs[place % len(refs)]}", json=said, headers=headers))
    answers = await asyncio.gather(*puts)
    return Counter(answer.status_code for answer in answers), answers


async def test_of_all_who_saw_the_same_version_exactly_one_changes_it(records: httpx.AsyncClient) -> None:
    seen = (await records.put("customers/C-1", json={"name": "Eva"})).headers["etag"]
    for _ in range(5):
        statuses, answers = await put_all(records, {"If-Match": seen}, "C-1")
        assert statuses == {200: 1, 412: AT_ONCE - 1}
        [winner] = [answer for answer in answers if answer.status_code == 200]
        stored = await records.get("customers/C-1")
        assert stored.json() == winner.json()
        assert stored.headers["etag"] == winner.headers["etag"] != seen
        seen = stored.headers["etag"]


async def test_exactly_one_creates_a_customer(records: httpx.AsyncClient) -> None:
    for place in range(5):
        statuses, _ = await put_all(records, {"If-None-Match": "*"}, f"C-{place}", company="Acme")
        assert statuses == {201: 1, 412: AT_ONCE - 1}


async def test_whoever_asks_for_nothing_is_never_refused(records: httpx.AsyncClient) -> None:
    statuses, _ = await put_all(records, {}, "C-1", "C-2", "C-3", company="Acme")
    assert statuses == {201: 3, 200: AT_ONCE - 3}


async def test_a_version_is_deleted_or_changed_but_not_both(records: httpx.AsyncClient) -> None:
    for _ in range(5):
        seen = {"If-Match": (await records.put("customers/C-1", json={"name": "Eva"})).headers["etag"]}
        deleted, changed = await asyncio.gather(
            records.delete("customers/C-1", headers=seen),
            records.put("customers/C-1", json={"name": "Ema"}, headers=seen),
        )
        assert (deleted.status_code, changed.status_code) in {(204, 412), (412, 200)}


async def test_orders_of_a_customer_who_is_being_deleted_break_nothing(records: httpx.AsyncClient) -> None:
    order = {"customer_ref": "C-1", "placed_at": "2026-11-21", "status": "placed", "total": 1}
    for _ in range(5):
        await records.put("customers/C-1", json={"name": "Eva"})
        orders = [records.put(f"purchases/P-{n}", json=order) for n in range(AT_ONCE)]
        *puts, deleted = await asyncio.gather(*orders, records.delete("customers/C-1"))
        assert deleted.status_code == 204
        assert {answer.status_code for answer in puts} <= {200, 201, 422}
        assert (await records.get("purchases")).json()["items"] == []


async def test_two_batches_of_the_same_customers_both_get_through(records: httpx.AsyncClient) -> None:
    items = [{"ref": f"C-{n}", "name": "Eva", "company": f"Company {n % 7}"} for n in range(120)]
    batches = [
        records.post("/customers:batch", json={"items": each}) for each in (items, items[::-1], items[60:])
    ]
    for answer in await asyncio.gather(*batches):
        assert answer.status_code == 200
        assert {each["result"] for each in answer.json()["items"]} <= {"created", "unchanged"}
