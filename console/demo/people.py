"""Makes the demo's companies, customers and their numbers."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from console.customers.models import tail_of
from console.demo.names import COUNTRIES, Country

Row = dict[str, Any]
"""A table row by column."""

CUSTOMERS = 300
COMPANY_SHARE = 0.42  # of the customers belong to a company
LANDLINE_SHARE = 0.15  # have a second number
FIRST_CUSTOMER = 1001
FIRST_COMPANY = 101


class Plot(StrEnum):
    """What is going on with a customer: each gives one of the demo's scripts somebody to be picked for."""

    REGULAR = "regular"
    LATE = "late"  # an order should have arrived
    GOOD_MONTH = "good_month"  # bought a lot lately
    COMPLAINT = "complaint"  # one is open
    HANDED_OVER = "handed_over"  # a case is with the second line
    DRIFTING = "drifting"  # used to buy every month, and stopped
    PRINTER = "printer"  # has a printer, never bought ink
    RETURNING = "returning"  # sends things back
    NEW = "new"  # has not bought yet
    BIRTHDAY = "birthday"  # has it today


PLOTS = {
    Plot.REGULAR: 36,
    Plot.LATE: 9,
    Plot.GOOD_MONTH: 8,
    Plot.COMPLAINT: 8,
    Plot.HANDED_OVER: 11,
    Plot.DRIFTING: 8,
    Plot.PRINTER: 9,
    Plot.RETURNING: 5,
    Plot.NEW: 3,
    Plot.BIRTHDAY: 3,
}
"""How often each occurs, in per cent."""


@dataclass(frozen=True, slots=True)
class Company:
    """An account; `switchboard` is the number its people share, as digits after the calling code."""

    id: int
    name: str
    country: Country
    switchboard: str
    employees: int
    profit: int  # euros a year


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `since` is the day of the first contact; `number` and `landline` are their own, as digits
    after the calling code."""

    id: int
    name: str
    country: Country
    plot: Plot
    company: Company | None
    number: str
    landline: str | None
    segment: str | None
    birthday: date | None
    since: date

    @property
    def ref(self) -> str:
        return f"C-{self.id}"


def make_companies(random: Random) -> list[Company]:
    """All companies of the word lists."""
    named = [(name, country) for country in COUNTRIES for name in country.companies]
    return [
        _company(random, FIRST_COMPANY + index, name, country) for index, (name, country) in enumerate(named)
    ]


def _company(random: Random, number: int, name: str, country: Country) -> Company:
    employees = random.choice((3, 6, 9, 14, 22, 35, 48, 60, 85, 120, 240))
    return Company(
        id=number,
        name=name,
        country=country,
        switchboard=country.landline(random),
        employees=employees,
        profit=round(employees * random.uniform(-1.5, 9)) * 1000,
    )


def make_people(random: Random, companies: list[Company], today: date) -> list[Person]:
    """All customers. Two who have nothing to do with each other have the same number."""
    people = [_person(random, FIRST_CUSTOMER + index, companies, today) for index in range(CUSTOMERS)]
    first, second = [person for person in people if person.company is None][-2:]
    people[people.index(second)] = replace(second, country=first.country, number=first.number)
    return people


def _person(random: Random, number: int, companies: list[Company], today: date) -> Person:
    company = random.choice(companies) if random.random() < COMPANY_SHARE else None
    country = company.country if company else _country(random)
    plot = random.choices(list(PLOTS), list(PLOTS.values()))[0]
    return Person(
        id=number,
        name=_name(random, country),
        country=country,
        plot=plot,
        company=company,
        number=country.mobile(random),
        landline=country.landline(random) if random.random() < LANDLINE_SHARE else None,
        segment=_segment(random, plot, company),
        birthday=_birthday(random, plot, today),
        since=today
        - timedelta(days=random.randint(5, 20) if plot is Plot.NEW else random.randint(420, 2800)),
    )


def _country(random: Random) -> Country:
    return random.choices(COUNTRIES, [country.share for country in COUNTRIES])[0]


def _name(random: Random, country: Country) -> str:
    woman, man = random.choice(country.families)
    if random.random() < 0.5:
        return f"{random.choice(country.women)} {woman}"
    return f"{random.choice(country.men)} {man}"


def _segment(random: Random, plot: Plot, company: Company | None) -> str | None:
    if plot is Plot.NEW:
        return None
    if random.random() < (0.3 if plot is Plot.GOOD_MONTH else 0.06):
        return "vip"
    return "business" if company else "standard"


def _birthday(random: Random, plot: Plot, today: date) -> date | None:
    """A day of the year: today's for some. Kept off 29 February, which three years of four do not have."""
    if plot is not Plot.BIRTHDAY and random.random() < 0.3:
        return None
    year = today.year - random.randint(22, 71)
    if plot is Plot.BIRTHDAY:
        return today.replace(year=year, day=min(today.day, 28) if today.month == 2 else today.day)
    return date(year, 1, 1) + timedelta(days=random.randint(0, 57))


def company_row(company: Company) -> Row:
    return {"id": company.id, "ref": f"A-{company.id}", "name": company.name}


def customer_row(person: Person, now: datetime) -> Row:
    """`now` is when the record was last touched."""
    company = person.company
    return {
        "id": person.id,
        "ref": person.ref,
        "name": person.name,
        "company_id": company.id if company else None,
        "email": _email(person),
        "segment": person.segment,
        "language": person.country.language,
        "birthday": person.birthday,
        "customer_since": person.since,
        "notes": None,
        "attributes": {"employees": company.employees, "profit": company.profit} if company else {},
        "created_at": datetime.combine(person.since, time(9), UTC),
        "updated_at": now,
    }


def _email(person: Person) -> str:
    plain = unicodedata.normalize("NFKD", person.name.translate(str.maketrans("łŁøØ", "lLoO", "'")))
    local = plain.encode("ascii", "ignore").decode().lower().replace(" ", ".")
    return f"{local}.{person.id}@example.com"


def all_phone_rows(people: list[Person]) -> list[Row]:
    """Everybody's numbers."""
    colleagues = Counter(person.company.id for person in people if person.company)
    return [row for person in people for row in _phone_rows(person, colleagues)]


def _phone_rows(person: Person, colleagues: Counter[int]) -> list[Row]:
    """The person's own numbers, then the company's: shared, unless nobody else there is a customer."""
    rows = [_phone_row(person, person.country, person.number, "mobile")]
    if person.landline:
        rows.append(_phone_row(person, person.country, person.landline, "home"))
    if person.company:
        switchboard = person.company.switchboard
        shared = colleagues[person.company.id] > 1
        rows.append(_phone_row(person, person.company.country, switchboard, "switchboard", shared=shared))
    return rows


def _phone_row(person: Person, country: Country, number: str, label: str, *, shared: bool = False) -> Row:
    e164 = f"+{country.code}{number}"
    return {
        "customer_id": person.id,
        "e164": e164,
        "tail": tail_of(e164),
        "raw": f"{country.trunk}{number}",
        "label": label,
        "shared": shared,
    }
