"""Whatever is put comes back, on both databases, and putting that back changes nothing."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.api.answers import write_json

pytestmark = pytest.mark.slow

CALM = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
characters = st.characters(codec="utf-8", exclude_characters="\0")


def texts(longest: int, least: int = 0) -> st.SearchStrategy[str]:
    return (
        st.text(characters, min_size=least, max_size=longest).map(str.strip).filter(lambda t: len(t) >= least)
    )


def maybe(longest: int) -> st.SearchStrategy[str | None]:
    return st.none() | texts(longest, 1)


names = texts(300, 1)
days = st.none() | st.dates(date(1000, 1, 1)).map(date.isoformat)
amounts = st.decimals(-(10**13), 10**13, places=4)
numbers = st.integers(-(10**15) + 1, 10**15 - 1) | st.floats(-(10.0**14), 10.0**14).map(lambda n: n + 0.0)
phones = st.fixed_dictionaries(
    {
        "number": st.from_regex(r"\+?[0-9][0-9 /-]{3,15}[0-9]", fullmatch=True) | st.just("ask at the door"),
        "label": maybe(100),
        "shared": st.booleans(),
    }
)
customers = st.fixed_dictionaries(
    {
        "name": names,
        "company": maybe(300),
        "phones": st.lists(phones, max_size=4),
        "email": maybe(320),
        "segment": maybe(100),
        "language": maybe(20),
        "birthday": st.none() | st.dates(date(1000, 1, 1), date(2020, 1, 1)).map(date.isoformat),
        "customer_since": days,
        "notes": maybe(2_000),
        "attributes": st.dictionaries(texts(40, 1), numbers | texts(100, 1), max_size=5),
    }
)
items = st.fixed_dictionaries(
    {
        "sku": maybe(100),
        "name": names,
        "category": maybe(100),
        "quantity": amounts,
        "unit_price": amounts,
    }
)


async def there_and_back(api: httpx.AsyncClient, path: str, said: dict[str, Any]) -> dict[str, Any]:
    """What is stored after a PUT; putting that back changes neither it nor its version."""
    put = await api.put(path, content=write_json(said).encode())
    assert put.status_code in {200, 201}, put.text
    got = await api.get(path)
    back = await api.put(path, content=got.content, headers={"If-Match": got.headers["etag"]})
    assert put.content == got.content == back.content
    assert put.headers["etag"] == got.headers["etag"] == back.headers["etag"]
    stored: dict[str, Any] = json.loads(got.content, parse_float=Decimal)
    return stored


@CALM
@given(said=customers)
async def test_customers(records: httpx.AsyncClient, said: dict[str, Any]) -> None:
    stored = await there_and_back(records, "customers/C-1", said)
    company = said.pop("company")
    assert stored.pop("ref") == "C-1"
    assert stored.pop("company") == company
    assert stored.pop("company_ref") == (company and company[:100].rstrip())
    told = [phone["number"] for phone in stored.pop("phones")]
    sent = [phone["number"] for phone in said.pop("phones")]
    assert told == list(dict.fromkeys(number for number in sent if number in told))
    attributes = {
        name: float(n) if isinstance(n, Decimal) else n for name, n in stored.pop("attributes").items()
    }
    assert attributes == said.pop("attributes")
    assert stored == said


@CALM
@given(total=amounts, lines=st.lists(items, max_size=4), promised=st.none() | st.datetimes())
async def test_purchases(
    records: httpx.AsyncClient, total: Decimal, lines: list[dict[str, Any]], promised: Any
) -> None:
    await records.put("customers/C-1", json={"name": "Eva"})
    said = {
        "customer_ref": "C-1",
        "placed_at": "2026-11-20T09:00:00Z",
        "status": "placed",
        "total": total,
        "promised_at": promised and promised.replace(year=2026, day=1).isoformat(),
        "items": lines,
    }
    stored = await there_and_back(records, "purchases/P-1", said)
    assert Decimal(stored["total"]) == total
    assert stored["items"] == lines
