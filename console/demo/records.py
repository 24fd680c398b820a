"""All records of the demo, as table rows."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from console.demo.cases import case_rows
from console.demo.floor import play
from console.demo.history import arrivals
from console.demo.orders import order_rows
from console.demo.people import Row, all_phone_rows, company_row, customer_row, make_companies, make_people
from console.demo.promises import callback_rows, offer_rows
from console.demo.shifts import working_days
from console.demo.told import add_wishes, case_event_rows, note_rows


@dataclass(frozen=True, slots=True)
class Records:
    """Rows by table, with ids, so that those of one table can refer to another's."""

    companies: list[Row]
    customers: list[Row]
    phones: list[Row]
    purchases: list[Row]
    items: list[Row]
    cases: list[Row]
    case_events: list[Row]
    calls: list[Row]
    legs: list[Row]
    visits: list[Row]
    states: list[Row]
    notes: list[Row]
    callbacks: list[Row]
    offers: list[Row]


def make_records(seed: int, now: datetime, zone: ZoneInfo) -> Records:
    """The same for the same arguments. `now` is aware UTC; in `zone` some have their birthday today."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    companies = make_companies(random)
    people = make_people(random, companies, now.astimezone(zone).date())
    purchases, items = order_rows(random, people, now)
    known = arrivals(random, people, now, working_days(now, zone), zone)
    cases = case_rows(random, people, now)
    customers = [customer_row(person, now) for person in people]
    saying = Random(seed)  # noqa: S311 - as above
    add_wishes(saying, customers)
    promising = Random(seed)  # noqa: S311 - as above
    history = play(Random(seed), known, now, zone)  # noqa: S311 - as above
    calls, talks = [each.call for each in known], history.talks()
    return Records(
        companies=[company_row(company) for company in companies],
        customers=customers,
        phones=all_phone_rows(people),
        purchases=purchases,
        items=items,
        cases=cases,
        case_events=case_event_rows(saying, cases, now),
        calls=history.calls,
        legs=history.legs,
        visits=history.visits,
        states=history.states,
        notes=note_rows(saying, history.calls, talks),
        callbacks=callback_rows(promising, calls, talks, now),
        offers=offer_rows(promising, calls, talks),
    )
