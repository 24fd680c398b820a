"""What is known about a call's customer: facts for the pick, views for the screen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from console.customers.identification import Identification, Match, Outcome, Strength, chosen, identify
from console.customers.likelihood import Signs
from console.db.base import AMOUNT_SCALE
from console.facts import records
from console.facts.rows import CaseRow, CustomerRow, ItemRow, OrderRow, Rows, SignRow
from console.facts.views import (
    CallbackView,
    CaseView,
    CompanyView,
    CustomerView,
    ItemView,
    NumberView,
    OfferView,
    OrderView,
)
from scripts_engine.facts import FactValue

OF_A_NUMBER = frozenset({"caller.known", "caller.match", "caller.withheld"})
"""Facts of who calls, which say nothing while nobody does."""

LATE_STATUSES = frozenset({"placed", "shipped"})


@dataclass(frozen=True, slots=True)
class Known:
    """Who calls and what we know of them. Without a bound customer there are no records here at all, but the
    call-backs that were promised to the number.

    `orders` are the latest, newest first; `late_orders` the late ones, longest waiting first; `open_cases`
    the most pressing first, `closed_cases` were closed lately; `callbacks` are owed, the first that is due
    first, `offers` were made, the latest first. `last_call_at` is the beginning of the customer's last call
    before this one.
    `facts` has every fact but those of the call; a missing one is UNKNOWN. `read`: the records could be read;
    else nothing is known but the number.
    """

    identification: Identification
    customer: CustomerView | None
    company: CompanyView | None
    orders: tuple[OrderView, ...]
    late_orders: tuple[OrderView, ...]
    open_cases: tuple[CaseView, ...]
    last_call_at: datetime | None
    facts: Mapping[str, FactValue]
    read: bool = True
    closed_cases: tuple[CaseView, ...] = ()
    callbacks: tuple[CallbackView, ...] = ()
    offers: tuple[OfferView, ...] = ()

    @property
    def shown_number(self) -> str:
        """The caller's number: E.164 where it could be made so, else as sent; "" when withheld."""
        return self.identification.number.e164 or self.identification.number.raw


def gather(rows: Rows, at: datetime, zone: ZoneInfo, currency: str) -> Known:
    """What the rows say at the moment `at`, with days as in `zone` and money in `currency`."""
    identification = _identification(rows, at, zone)
    customer = rows.customer if identification.bound else None
    today = at.astimezone(zone).date()
    found = records.caller(identification, customer, today)
    owed = tuple(CallbackView(*row, row.due_at < at) for row in rows.callbacks)
    if customer is None:
        return Known(identification, None, None, (), (), (), None, _known_only(found), callbacks=owed)
    found |= _of_records(rows, customer, at, zone, currency)
    late = tuple(_order(row, at, zone) for row in rows.late)
    return Known(
        identification,
        _customer(customer, rows, birthday_today=found["caller.birthday_today"] is True),
        _company(customer, rows),
        tuple(_order(row, at, zone) for row in rows.orders),
        tuple(order for order in late if order.late_days),
        tuple(_case(row, at) for row in rows.cases),
        rows.calls.last_at,
        _known_only(found),
        closed_cases=tuple(_case(row, at) for row in rows.closed_cases),
        callbacks=owed,
        offers=tuple(OfferView(*row) for row in rows.offers),
    )


def facts_without_a_call(rows: Rows, at: datetime, zone: ZoneInfo, currency: str) -> Mapping[str, FactValue]:
    """The facts of the rows' customer while nobody calls: all but those of a call and of its number."""
    customer = rows.customer
    if customer is None:
        return {}
    nobody = Identification(Outcome.ONE, rows.number, (), (), "")
    found = records.caller(nobody, customer, at.astimezone(zone).date())
    found |= _of_records(rows, customer, at, zone, currency)
    return {name: value for name, value in _known_only(found).items() if name not in OF_A_NUMBER}


def _of_records(
    rows: Rows, customer: CustomerRow, at: datetime, zone: ZoneInfo, currency: str
) -> records.Found:
    return {
        **records.attributes(customer),
        **records.purchases(rows, at, zone, currency),
        **records.cases(rows, at),
        **records.contacts(rows, at, zone),
        **records.company(rows, currency),
    }


def _identification(rows: Rows, at: datetime, zone: ZoneInfo) -> Identification:
    if not rows.chosen:
        signs = {row.customer_id: _signs(row, at, zone) for row in rows.signs}
        return identify(rows.number, rows.candidates, signs)
    [candidate] = rows.candidates
    match = Match(
        candidate.customer_id,
        candidate.ref,
        candidate.name,
        candidate.company,
        candidate.company_ref,
        candidate.label,
        candidate.shared,
        Strength.EXACT,
        "The customer was named",
    )
    return chosen(match, rows.number)


def _signs(row: SignRow, at: datetime, zone: ZoneInfo) -> Signs:
    called_at = row.called_at and row.called_at.astimezone(zone)
    return Signs(called_at, row.open_cases, records.late_days(row.promised_at, at, zone))


def _known_only(found: records.Found) -> dict[str, FactValue]:
    return {name: value for name, value in found.items() if value is not None}


def _customer(row: CustomerRow, rows: Rows, *, birthday_today: bool) -> CustomerView:
    return CustomerView(
        row.id,
        row.ref,
        row.name,
        row.email,
        row.segment,
        row.language,
        row.birthday,
        row.customer_since,
        row.notes,
        row.attributes,
        birthday_today,
        tuple(NumberView(*number) for number in rows.numbers),
    )


def _company(row: CustomerRow, rows: Rows) -> CompanyView | None:
    if row.company_ref is None or row.company is None:
        return None
    return CompanyView(row.company_ref, row.company, rows.people)


def _order(row: OrderRow, at: datetime, zone: ZoneInfo) -> OrderView:
    return OrderView(
        row.ref,
        row.placed_at,
        row.status,
        _decimal(row.total),
        row.currency,
        row.promised_at,
        row.delivered_at,
        records.late_days(row.promised_at, at, zone) if row.status in LATE_STATUSES else 0,
        tuple(map(_item, row.items)),
    )


def _item(row: ItemRow) -> ItemView:
    return ItemView(row.sku, row.name, row.category, _decimal(row.quantity), _decimal(row.unit_price))


def _case(row: CaseRow, at: datetime) -> CaseView:
    overdue = row.closed_at is None and row.due_at is not None and row.due_at < at
    return CaseView(*row, overdue)


@lru_cache(maxsize=8192)
def _decimal(amount: int) -> Decimal:
    return Decimal(amount) / AMOUNT_SCALE
