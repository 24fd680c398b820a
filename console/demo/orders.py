"""Makes what the demo's customers bought."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from console.demo.goods import (
    COFFEE,
    EVERYDAY,
    EVERYTHING,
    FLOWERS,
    FURNITURE,
    INK,
    OFFICE,
    PAPER,
    PRINTERS,
    Good,
)
from console.demo.people import Person, Plot, Row

FIRST_ORDER = 20_001
CURRENCY = "EUR"
Goods = tuple[Good, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase, by days before now. `promised` and `delivered` are days before now too; a promise may lie
    ahead and is then negative."""

    placed: float
    status: str
    goods: Goods
    promised: float
    delivered: float | None = None


def _delivered(random: Random, placed: float, goods: Goods) -> Order:
    promised = placed - random.choice((3, 4, 5))
    return Order(placed, "delivered", goods, promised, promised + random.choice((0.2, 0.4, 1.1, -1.3)))


def _on_the_way(random: Random, goods: Goods) -> Order:
    placed = random.uniform(0.2, 2.5)
    return Order(placed, random.choice(("placed", "shipped")), goods, placed - 5)


def _basket(random: Random, goods: Goods) -> Goods:
    return tuple(random.sample(goods, random.choice((1, 1, 2, 2, 3))))


def _history(random: Random, goods: Goods, number: tuple[int, int], days: tuple[float, float]) -> list[Order]:
    """Delivered orders, some `number` of them, placed some `days` ago (longest last)."""
    count = random.randint(*number)
    return [_delivered(random, random.uniform(*days), _basket(random, goods)) for _ in range(count)]


def _regular(random: Random) -> list[Order]:
    orders = _history(random, EVERYTHING, (3, 8), (12, 500))
    if random.random() < 0.25:
        orders.append(_on_the_way(random, _basket(random, EVERYDAY)))
    if random.random() < 0.12:
        orders.append(Order(random.uniform(20, 90), "cancelled", _basket(random, FURNITURE), 10))
    return orders


def _late(random: Random) -> list[Order]:
    late = random.choice((2, 2, 3, 4, 6, 9))
    goods = _basket(random, (*FURNITURE, *FLOWERS, *OFFICE))
    order = Order(late + random.uniform(3, 5), random.choice(("placed", "shipped")), goods, late)
    return [*_history(random, EVERYDAY, (2, 6), (20, 400)), order]


def _good_month(random: Random) -> list[Order]:
    lately = _history(random, (*FURNITURE, *COFFEE, *PRINTERS, *INK), (4, 6), (8, 28))
    return [*_history(random, EVERYTHING, (3, 6), (40, 400)), *lately]


def _drifting(random: Random) -> list[Order]:
    """Every three or four weeks for half a year, then nothing."""
    gap, silence = random.uniform(20, 30), random.uniform(95, 160)
    goods = (*COFFEE, *PAPER)
    return [
        _delivered(random, silence + index * gap + random.uniform(-3, 3), _basket(random, goods))
        for index in range(random.randint(6, 8))
    ]


def _printer(random: Random) -> list[Order]:
    printer = _delivered(random, random.uniform(15, 120), (random.choice(PRINTERS),))
    return [*_history(random, (*PAPER, *OFFICE), (2, 5), (10, 300)), printer]


def _returning(random: Random) -> list[Order]:
    returned = [
        Order(placed, "returned", _basket(random, (*OFFICE, *COFFEE)), placed - 4, placed - 4)
        for placed in (random.uniform(10, 85) for _ in range(random.randint(2, 4)))
    ]
    return [*_history(random, EVERYDAY, (2, 4), (20, 300)), *returned]


def _none(_random: Random) -> list[Order]:
    return []


ORDERS: dict[Plot, Callable[[Random], list[Order]]] = {
    Plot.REGULAR: _regular,
    Plot.LATE: _late,
    Plot.GOOD_MONTH: _good_month,
    Plot.COMPLAINT: _regular,
    Plot.HANDED_OVER: _regular,
    Plot.DRIFTING: _drifting,
    Plot.PRINTER: _printer,
    Plot.RETURNING: _returning,
    Plot.NEW: _none,
    Plot.BIRTHDAY: _regular,
}


def order_rows(random: Random, people: list[Person], now: datetime) -> tuple[list[Row], list[Row]]:
    """Rows of all purchases and of their items."""
    purchases: list[Row] = []
    items: list[Row] = []
    for person in people:
        for order in sorted(ORDERS[person.plot](random), key=lambda order: -order.placed):
            number = FIRST_ORDER + len(purchases)
            lines = _item_rows(random, number, order.goods)
            purchases.append(_purchase_row(number, person, order, lines, now))
            items.extend(lines)
    return purchases, items


def _item_rows(random: Random, number: int, goods: Goods) -> list[Row]:
    return [
        {
            "purchase_id": number,
            "position": position,
            "sku": good.sku,
            "name": good.name,
            "category": good.category,
            "quantity": Decimal(1 if good.price > 100 else random.choice((1, 1, 2, 3, 5))),
            "unit_price": good.price,
        }
        for position, good in enumerate(goods)
    ]


def _purchase_row(number: int, person: Person, order: Order, items: list[Row], now: datetime) -> Row:
    return {
        "id": number,
        "ref": f"O-{number}",
        "customer_id": person.id,
        "placed_at": now - timedelta(days=order.placed),
        "status": order.status,
        "total": sum((item["quantity"] * item["unit_price"] for item in items), Decimal()),
        "currency": CURRENCY,
        "promised_at": now - timedelta(days=order.promised),
        "delivered_at": None if order.delivered is None else now - timedelta(days=order.delivered),
    }
