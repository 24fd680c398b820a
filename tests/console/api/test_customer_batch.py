"""Many customers in one request, each answered for by itself."""

from typing import Any

import httpx
import pytest

from console.api.customer_batch import AT_ONCE, MOST

pytestmark = pytest.mark.slow  # each opens a whole console


async def test_each_is_answered_for_by_itself(records: httpx.AsyncClient) -> None:
    await records.put("customers/C-1", json={"name": "Eva"})
    await records.put(
        "customers/C-2", json={"name": "Adam", "segment": "vip", "attributes": {"tier": "gold"}}
    )
    items: list[Any] = [
        {"ref": "C-1", "name": "Eva"},
        {"ref": "C-2", "name": "Adam"},
        {"ref": "C-3", "name": "Zora"},
        {"ref": "C-3", "name": "Zora again"},
        {"ref": "C-4", "phones": [{"number": 1}]},
        {"name": "Nobody"},
        "C-5",
    ]
    answer = await records.post("/customers:batch", json={"items": items})
    assert answer.status_code == 200
    told = answer.json()["items"]
    assert [(each["ref"], each["result"]) for each in told] == [
        ("C-1", "unchanged"),
        ("C-2", "changed"),
        ("C-3", "created"),
        ("C-3", "rejected"),
        ("C-4", "rejected"),
        (None, "rejected"),
        (None, "rejected"),
    ]
    assert [[error["where"] for error in each["errors"]] for each in told[3:]] == [
        ["items[3].ref"],
        ["items[4].name", "items[4].phones[0].number"],
        ["items[5].ref"],
        ["items[6]"],
    ]
    adam = (await records.get("customers/C-2")).json()
    assert (adam["segment"], adam["attributes"]) == (None, {})
    assert (await records.get("customers/C-3")).json()["name"] == "Zora"


async def test_as_many_as_may_be(records: httpx.AsyncClient) -> None:
    items = [{"ref": f"C-{n}", "name": "Eva", "company": "Acme"} for n in range(MOST)]
    for result in ("created", "unchanged"):
        told = (await records.post("/customers:batch", json={"items": items})).json()["items"]
        assert [(each["ref"], each["result"]) for each in told] == [(each["ref"], result) for each in items]
    page = (await records.get("customers", params={"limit": "500"})).json()
    assert (len(page["items"]), page["next"] is not None) == (500, True)


async def test_one_that_is_rejected_keeps_none_after_it_out(records: httpx.AsyncClient) -> None:
    items = [{"ref": f"C-{n}", "name": ""} for n in range(AT_ONCE)] + [{"ref": "Z", "name": "Zora"}]
    told = (await records.post("/customers:batch", json={"items": items})).json()["items"]
    assert [each["result"] for each in told] == ["rejected"] * AT_ONCE + ["created"]


async def test_what_is_no_batch_is_refused(records: httpx.AsyncClient) -> None:
    eva = {"ref": "C", "name": "Eva"}
    no_batch: tuple[Any, ...] = ({}, {"items": {}}, {"items": [{}] * (MOST + 1)})
    for said in no_batch:
        answer = await records.post("/customers:batch", json=said)
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "items")
    answer = await records.post("/customers:batch", json={"items": [eva], "more": 1})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "more")
    assert (await records.get("customers")).json()["items"] == []


async def test_an_empty_batch_does_nothing(records: httpx.AsyncClient) -> None:
    answer = await records.post("/customers:batch", json={"items": []})
    assert (answer.status_code, answer.json()) == (200, {"items": []})


async def test_national_numbers_are_read_as_of_the_region(records: httpx.AsyncClient) -> None:
    items = [{"ref": "D", "name": "Bo", "phones": [{"number": "32 12 34 56"}]}]
    await records.post("/customers:batch?region=DK", json={"items": items})
    assert (await records.get("identify?number=%2B4532123456")).json()["outcome"] == "one"
