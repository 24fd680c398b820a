"""What the statement brings back, with names. Amounts are ten-thousandths, moments aware UTC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from console.customers.identification import Candidate
from console.facts.statement import CALLBACKS_SHOWN
from telephony.numbers import Number


class CustomerRow(NamedTuple):
    """The bound customer with company."""

    id: int
    ref: str
    name: str
    company_ref: str | None
    company: str | None
    email: str | None
    segment: str | None
    language: str | None
    birthday: date | None
    customer_since: date | None
    notes: str | None
    attributes: dict[str, Any]


class SignRow(NamedTuple):
    """What may make one of several customers likely: when they last called from the number, their open cases,
    and the oldest promise that was not kept."""

    customer_id: int
    called_at: datetime | None
    open_cases: int
    promised_at: datetime | None


class NumberRow(NamedTuple):
    """A number of the bound customer."""

    e164: str | None
    raw: str
    label: str | None
    shared: bool


class ItemRow(NamedTuple):
    """A line of a purchase."""

    sku: str
    name: str
    category: str | None
    quantity: int
    unit_price: int


class OrderRow(NamedTuple):
    """A purchase."""

    ref: str
    placed_at: datetime
    status: str
    total: int
    currency: str
    promised_at: datetime | None
    delivered_at: datetime | None
    items: tuple[ItemRow, ...]


class CaseRow(NamedTuple):
    """A case, with the name of its owner; `touched`: something was done to it in this call."""

    ref: str
    subject: str
    status: str
    priority: str
    line: int
    opened_at: datetime
    due_at: datetime | None
    reopened: int
    owner: str | None
    closed_at: datetime | None
    owner_name: str | None
    touched: bool


class CallbackRow(NamedTuple):
    """A call-back that is owed."""

    due_at: datetime
    by: str
    note: str


class OfferRow(NamedTuple):
    """Something that was offered."""

    what: str
    answer: str
    at: datetime


class Sums(NamedTuple):
    """Counts and sums of one currency's purchases; the spend is in ten-thousandths."""

    currency: str
    count_30d: int
    count_365d: int
    returns_90d: int
    spend_30d: int
    spend_365d: int


class CaseSums(NamedTuple):
    """Counts of open cases; `rank` is the place of the highest priority, from 0 (low)."""

    open: int
    line_1: int
    line_2: int
    overdue: int
    reopened: int
    rank: int | None
    oldest_at: datetime | None
    last_closed_at: datetime | None


class CallSums(NamedTuple):
    """Earlier calls."""

    calls_7d: int
    calls_30d: int
    last_at: datetime | None
    last_satisfaction: int | None


class CompanySums(NamedTuple):
    """What one currency's purchases of the whole company come to."""

    currency: str
    count_30d: int
    spend_365d: int


NO_CASES = CaseSums(0, 0, 0, 0, 0, None, None, None)
NO_CALLS = CallSums(0, 0, None, None)


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that one call needs from the database. `chosen` says that the customer was named, not found
    by number. `placed` are moments of purchases, latest first; `promised` those of orders whose promise may
    be broken, oldest first. `callbacks` are also those that were promised to the number while nobody had it,
    the first that is due first."""

    number: Number
    chosen: bool
    candidates: tuple[Candidate, ...] = ()
    signs: tuple[SignRow, ...] = ()
    customer: CustomerRow | None = None
    numbers: tuple[NumberRow, ...] = ()
    sums: tuple[Sums, ...] = ()
    placed: tuple[datetime, ...] = ()
    promised: tuple[datetime, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    late: tuple[OrderRow, ...] = ()
    categories: tuple[str, ...] = ()
    case_sums: CaseSums = NO_CASES
    cases: tuple[CaseRow, ...] = ()
    closed_cases: tuple[CaseRow, ...] = ()
    calls: CallSums = NO_CALLS
    people: int = 0
    company_cases: int = 0
    company_sums: tuple[CompanySums, ...] = ()
    callbacks: tuple[CallbackRow, ...] = ()
    offers: tuple[OfferRow, ...] = ()


def parse(columns: Sequence[str | None], number: Number, *, chosen: bool = False) -> Rows:
    """The statement's columns as rows."""
    (
        candidates,
        lately,
        customer,
        numbers,
        sums,
        placed,
        promised,
        latest,
        late,
        categories,
        case_sums,
        cases,
        closed_cases,
        calls,
        company,
        company_sums,
        callbacks,
        to_number,
        offers,
    ) = json.loads(f"[{','.join(column or 'null' for column in columns)}]")
    found = tuple(map(_candidate, candidates or ()))
    owed = tuple(sorted(map(_callback, [*(callbacks or ()), *(to_number or ())])))[:CALLBACKS_SHOWN]
    if customer is None:
        return Rows(number, chosen, found, _signs(candidates or (), lately or ()), callbacks=owed)
    people, company_cases = company or (0, 0)
    return Rows(
        number,
        chosen,
        found,
        (),
        _customer(customer),
        tuple(map(_number, numbers or ())),
        tuple(map(Sums._make, sums or ())),
        tuple(map(_utc, placed or ())),
        tuple(map(_utc, promised or ())),
        tuple(map(_order, latest or ())),
        tuple(map(_order, late or ())),
        tuple(categories or ()),
        _case_sums(case_sums),
        tuple(map(_case, cases or ())),
        tuple(map(_case, closed_cases or ())),
        CallSums(calls[0], calls[1], _moment(calls[2]), calls[3]),
        people,
        company_cases,
        tuple(map(CompanySums._make, company_sums or ())),
        owed,
        tuple(OfferRow(what, answer, _utc(at)) for what, answer, at in offers or ()),
    )


def _candidate(entry: list[Any]) -> Candidate:
    customer_id, ref, name, company, company_ref, e164, label, shared, *_ = entry
    return Candidate(customer_id, ref, name, company, company_ref, e164, label, bool(shared))


def _signs(candidates: Sequence[list[Any]], lately: Sequence[list[Any]]) -> tuple[SignRow, ...]:
    called: dict[int, str] = {}
    for customer_id, started_at in lately:  # latest first
        called.setdefault(customer_id, started_at)
    return tuple(
        SignRow(entry[0], _moment(called.get(entry[0])), entry[-2], _moment(entry[-1]))
        for entry in candidates
    )


def _customer(entry: list[Any]) -> CustomerRow:
    *rest, birthday, customer_since, notes, attributes = entry
    return CustomerRow._make([*rest, _day(birthday), _day(customer_since), notes, attributes or {}])


def _number(entry: list[Any]) -> NumberRow:
    e164, raw, label, shared = entry
    return NumberRow(e164, raw, label, bool(shared))


def _order(entry: list[Any]) -> OrderRow:
    ref, placed_at, status, total, currency, promised_at, delivered_at, items = entry
    return OrderRow(
        ref,
        _utc(placed_at),
        status,
        total,
        currency,
        _moment(promised_at),
        _moment(delivered_at),
        tuple(map(ItemRow._make, items or ())),
    )


def _case_sums(entry: list[Any]) -> CaseSums:
    *counts, oldest_at, last_closed_at = entry
    return CaseSums._make([*counts, _moment(oldest_at), _moment(last_closed_at)])


def _case(entry: list[Any]) -> CaseRow:
    *rest, opened_at, due_at, reopened, owner, closed_at, name, touched = entry
    times = [_utc(opened_at), _moment(due_at)]
    return CaseRow._make([*rest, *times, reopened, owner, _moment(closed_at), name, bool(touched)])


def _callback(entry: list[Any]) -> CallbackRow:
    due_at, by, note = entry
    return CallbackRow(_utc(due_at), by, note)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _utc(text)


def _utc(text: str) -> datetime:
    """SQLite's text has no zone and is UTC; PostgreSQL's has one."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
