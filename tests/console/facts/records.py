"""Records around a moment, and what is known by them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from console.calls.models import Call
from console.cases.models import Case
from console.customers.models import Customer, PhoneNumber, Purchase, PurchaseItem
from console.db.engine import Sessions
from console.facts.known import Known, gather
from console.facts.reader import FactReader
from scripts_engine.facts import value_mistake
from telephony.numbers import Plan, normalise

ZONE = ZoneInfo("Europe/Bratislava")
NUMBER = "+421905123456"


class Records:
    """Stores records around a moment."""

    def __init__(self, sessions: Sessions, now: datetime) -> None:
        self._sessions = sessions
        self._now = now
        self._count = 0

    def ago(self, **span: float) -> datetime:
        return self._now - timedelta(**span)

    async def add(self, *records: Any) -> None:
        async with self._sessions.begin() as session:
            session.add_all(records)

    async def customer(self, ref: str, *e164: str, shared: bool = False, **values: Any) -> Customer:
        customer = Customer(
            ref=ref,
            name=values.pop("name", f"Name {ref}"),
            created_at=self._now,
            updated_at=self._now,
            phones=[PhoneNumber(e164=each, raw=each, label="mobile", shared=shared) for each in e164],
            **values,
        )
        await self.add(customer)
        return customer

    async def purchase(
        self, customer: Customer, placed_at: datetime, *categories: str, **values: Any
    ) -> None:
        self._count += 1
        defaults: dict[str, Any] = {"status": "delivered", "total": Decimal("10.50"), "currency": "EUR"}
        items = [
            PurchaseItem(
                position=place,
                sku=f"S{place}",
                name=f"Thing {place}",
                category=category,
                quantity=Decimal(place + 1),
                unit_price=Decimal("1.25"),
            )
            for place, category in enumerate(categories)
        ]
        await self.add(
            Purchase(
                ref=values.pop("ref", f"P{self._count}"),
                customer_id=customer.id,
                placed_at=placed_at,
                items=items,
                **(defaults | values),
            )
        )

    async def case(self, customer: Customer, opened_at: datetime, **values: Any) -> None:
        self._count += 1
        defaults: dict[str, Any] = {"status": "open", "priority": "normal", "line": 1, "reopened": 0}
        await self.add(
            Case(
                ref=f"K{self._count}",
                customer_id=customer.id,
                subject=f"Subject {self._count}",
                opened_at=opened_at,
                **(defaults | values),
            )
        )

    async def call(self, customer: Customer | None, started_at: datetime, **values: Any) -> None:
        self._count += 1
        defaults: dict[str, Any] = {
            "id": f"call-{self._count}",
            "direction": "inbound",
            "state": "ended",
            "number": NUMBER,
        }
        await self.add(
            Call(
                customer_id=customer and customer.id,
                link="main",
                caller_name="",
                started_at=started_at,
                **(defaults | values),
            )
        )


async def known(reader: FactReader, at: datetime, number: str = NUMBER, call: str = "") -> Known:
    rows = await reader.read(normalise(number, Plan("SK")), at, call)
    found = gather(rows, at, ZONE, "EUR")
    for name, value in found.facts.items():
        assert value_mistake(name, value) is None
    return found
