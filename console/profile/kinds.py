"""The kinds of records: their columns, how cells become a record, how records are saved.

The cells are those of a row of a CSV file; the API has cells of its own (`api/json_cells.py`).
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.actions import save_cases
from console.cases.records import CaseRecord
from console.customers.actions import save_customers, save_purchases
from console.customers.records import CompanyRecord, CustomerRecord, ItemRecord, PhoneRecord, PurchaseRecord
from console.db.batch import Result
from console.errors import Problem
from console.profile.csv_file import ATTRIBUTE
from console.profile.fields import FieldError, Forms, currency, integer, one_of, text_of
from console.profile.firsts import Memory

Record = CustomerRecord | PurchaseRecord | CaseRecord
Read = Callable[[str], Any]

LONGEST_REF = 100
REF = text_of(LONGEST_REF)
DOTS = frozenset({".", ".."})
SHORTENED = re.compile(r"[1-9][.,][0-9]{1,14}E\+[0-9]{2}")
"""What spreadsheets save of a long number in a narrow column."""
TEXT_300 = text_of(300)
CASE_DEFAULTS: Mapping[str, Any] = {"priority": "normal", "line": 1, "reopened": 0}
"""What an empty cell of these columns says."""

REMEMBERED = 4_096
"""So many texts of a column are not read again."""

DATES = frozenset(
    {
        "birthday",
        "customer_since",
        "placed_at",
        "promised_at",
        "delivered_at",
        "opened_at",
        "due_at",
        "closed_at",
    }
)
"""The columns, of all kinds, that hold dates."""

AMOUNTS = frozenset({"total"})
"""Those that hold amounts; so may your own."""


def own_ref(text: str) -> str:
    """A record's own key. Its page has an address, out of which browsers take these parts."""
    if "." in text and not DOTS.isdisjoint(text.split("/")):
        raise FieldError(
            "has a part . or .. between its slashes, which no address can have; choose another key"
        )
    if "E+" in text and SHORTENED.fullmatch(text):
        raise FieldError(
            f'"{text}" lost its last digits in a spreadsheet: '
            "format the column as text there, and save the file again"
        )
    return str(REF(text))


class Cells:
    """The cells of one row, read one by one; what is wrong with any of them is collected."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._cells = cells

    def given(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self._cells

    def read(self, column: str, read: Read, *, needed: bool = False) -> Any:
        """The value of a cell; None when it is empty, or wrong."""
        text = self._cells.get(column, "")
        if not text:
            if needed:
                self.problems.append(Problem(column, "is empty"))
            return None
        try:
            return read(text)
        except FieldError as error:
            self.problems.append(Problem(column, str(error)))
            return None

    def values(self, readers: Mapping[str, Read], needed: Sequence[str] = ()) -> dict[str, Any]:
        """The values of those columns that the file has."""
        values: dict[str, Any] = {}
        for column, read in readers.items():
            text = self._cells.get(column)
            if text is None:
                continue
            # most cells of most files: not one step more than that
            try:
                values[column] = read(text) if text else None
            except FieldError as error:
                values[column] = None
                self.problems.append(Problem(column, str(error)))
            if not text and column in needed:
                self.problems.append(Problem(column, "is empty"))
        return values

    def phones(self, forms: Forms) -> tuple[PhoneRecord, ...]:
        """The customer's numbers."""
        return self.read("phones", forms.phones) or ()

    def items(self, _forms: Forms, read: Read) -> tuple[ItemRecord, ...]:
        """The lines of an order, which `read` reads as `Forms.items` does."""
        return self.read("items", read) or ()

    def attributes(self, read: Read) -> dict[str, Any]:
        """The values of the columns `attr.NAME`, by NAME."""
        names = [column for column in self._cells if column.startswith(ATTRIBUTE)]
        return {column.removeprefix(ATTRIBUTE): self.read(column, read) for column in names}


class Reading:
    """One import's way of reading rows. A total without a currency is in `home_currency`. In one file a
    company keeps the name that it has first (in `companies`): else the same file would rename it every
    time."""

    def __init__(self, forms: Forms, home_currency: str, companies: Memory[str] | None = None) -> None:
        self.forms = forms
        self._currency = home_currency
        self._companies: Memory[str] = {} if companies is None else companies
        self._attribute = remembering(forms.attribute)
        self._items = remembering(forms.items)
        self._customer = customer_readers(forms)
        self._purchase = purchase_readers(forms)
        self._case = case_readers(forms)

    def of_file(self, forms: Forms, companies: Memory[str]) -> "Reading":
        """The same for a file that writes in these forms."""
        return Reading(forms, self._currency, companies)

    def customer(self, cells: Cells) -> CustomerRecord:
        """A row of customers."""
        return CustomerRecord(
            ref=cells.read("ref", own_ref, needed=True) or "",
            values=cells.values(self._customer, needed=("name",)),
            company_given=cells.given("company_ref") or cells.given("company"),
            company=self._company(cells),
            phones=cells.phones(self.forms) if cells.given("phones") else None,
            attributes=cells.attributes(self._attribute),
        )

    def _company(self, cells: Cells) -> CompanyRecord | None:
        name = cells.read("company", TEXT_300)
        ref = cells.read("company_ref", REF) or (name and name[:LONGEST_REF].rstrip())
        if not ref:
            return None
        return CompanyRecord(ref, self._companies.setdefault(ref, name) if name else self._companies.get(ref))

    def purchase(self, cells: Cells) -> PurchaseRecord:
        """A row of purchases."""
        values = cells.values(self._purchase, needed=("placed_at", "status", "total"))
        if cells.given("currency") or cells.given("total"):
            values["currency"] = cells.read("currency", currency) or self._currency
        return PurchaseRecord(
            ref=cells.read("ref", own_ref, needed=True) or "",
            customer_ref=cells.read("customer_ref", REF, needed=cells.given("customer_ref")),
            values=values,
            items=cells.items(self.forms, self._items) if cells.given("items") else None,
        )

    def case(self, cells: Cells) -> CaseRecord:
        """A row of cases."""
        values = cells.values(self._case, needed=("subject", "status", "opened_at"))
        for column, default in CASE_DEFAULTS.items():
            if values.get(column, default) is None:
                values[column] = default
        return CaseRecord(
            ref=cells.read("ref", own_ref, needed=True) or "",
            customer_ref=cells.read("customer_ref", REF, needed=cells.given("customer_ref")),
            values=values,
        )


def remembering(read: Read) -> Read:
    """The same reader, which reads the same text once: days, prices and goods come again and again."""
    return lru_cache(REMEMBERED)(read)


def customer_readers(forms: Forms) -> dict[str, Read]:
    """What reads the plain columns of a customer."""
    day = remembering(forms.day)
    return {
        "name": TEXT_300,
        "email": text_of(320),
        "segment": text_of(100),
        "language": text_of(20),
        "birthday": day,
        "customer_since": day,
        "notes": text_of(),
    }


def purchase_readers(forms: Forms) -> dict[str, Read]:
    """What reads the plain columns of a purchase."""
    moment = remembering(forms.moment)
    return {
        "placed_at": moment,
        "status": one_of("placed", "shipped", "delivered", "cancelled", "returned"),
        "total": remembering(forms.amount),
        "promised_at": moment,
        "delivered_at": moment,
    }


def case_readers(forms: Forms) -> dict[str, Read]:
    """What reads the plain columns of a case."""
    moment, line = remembering(forms.moment), one_of("1", "2")
    return {
        "subject": text_of(500),
        "status": one_of("open", "waiting", "closed"),
        "opened_at": moment,
        "due_at": moment,
        "closed_at": moment,
        "owner": text_of(320),
        "priority": one_of("low", "normal", "high", "urgent"),
        "line": lambda text: int(line(text)),
        "reopened": integer,
    }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `save` works in the session's transaction and says what became of each record."""

    columns: tuple[str, ...]
    record: Callable[[Reading, Cells], Record]
    save: Callable[[AsyncSession, list[Any], datetime], Awaitable[list[Result]]]


KINDS: Mapping[str, Kind] = {
    "customers": Kind(
        (
            *("ref", "name", "company_ref", "company", "phones", "email", "segment", "language"),
            *("birthday", "customer_since", "notes"),
        ),
        Reading.customer,
        save_customers,
    ),
    "purchases": Kind(
        (
            *("ref", "customer_ref", "placed_at", "status", "total", "currency"),
            *("promised_at", "delivered_at", "items"),
        ),
        Reading.purchase,
        lambda session, records, _at: save_purchases(session, records),
    ),
    "cases": Kind(
        (
            *("ref", "customer_ref", "subject", "status", "priority", "line", "opened_at"),
            *("due_at", "closed_at", "reopened", "owner"),
        ),
        Reading.case,
        save_cases,
    ),
}
"""The kinds of files that can be imported."""
