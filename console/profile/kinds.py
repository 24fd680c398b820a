"""The kinds of records: their columns, how cells become a record, how records are saved.

The cells are those of a row of a CSV file; the API has cells of its own (`api/json_cells.py`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

REF = text_of(100)
LONGEST_REF = 100

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
        return {
            column: self.read(column, read, needed=column in needed)
            for column, read in readers.items()
            if self.given(column)
        }

    def phones(self, forms: Forms) -> tuple[PhoneRecord, ...]:
        """The customer's numbers."""
        return self.read("phones", forms.phones) or ()

    def items(self, forms: Forms) -> tuple[ItemRecord, ...]:
        """The lines of an order."""
        return self.read("items", forms.items) or ()

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

    def of_file(self, forms: Forms, companies: Memory[str]) -> "Reading":
        """The same for a file that writes in these forms."""
        return Reading(forms, self._currency, companies)

    def customer(self, cells: Cells) -> CustomerRecord:
        """A row of customers."""
        day = self.forms.day
        readers: dict[str, Read] = {
            "name": text_of(300),
            "email": text_of(320),
            "segment": text_of(100),
            "language": text_of(20),
            "birthday": day,
            "customer_since": day,
            "notes": text_of(),
        }
        return CustomerRecord(
            ref=cells.read("ref", REF, needed=True) or "",
            values=cells.values(readers, needed=["name"]),
            company_given=cells.given("company_ref") or cells.given("company"),
            company=self._company(cells),
            phones=cells.phones(self.forms) if cells.given("phones") else None,
            attributes=cells.attributes(self.forms.attribute),
        )

    def _company(self, cells: Cells) -> CompanyRecord | None:
        name = cells.read("company", text_of(300))
        ref = cells.read("company_ref", REF) or (name and name[:LONGEST_REF].rstrip())
        if not ref:
            return None
        return CompanyRecord(ref, self._companies.setdefault(ref, name) if name else self._companies.get(ref))

    def purchase(self, cells: Cells) -> PurchaseRecord:
        """A row of purchases."""
        moment = self.forms.moment
        readers: dict[str, Read] = {
            "placed_at": moment,
            "status": one_of("placed", "shipped", "delivered", "cancelled", "returned"),
            "total": self.forms.amount,
            "promised_at": moment,
            "delivered_at": moment,
        }
        values = cells.values(readers, needed=["placed_at", "status", "total"])
        if cells.given("currency") or cells.given("total"):
            values["currency"] = cells.read("currency", currency) or self._currency
        return PurchaseRecord(
            ref=cells.read("ref", REF, needed=True) or "",
            customer_ref=cells.read("customer_ref", REF, needed=cells.given("customer_ref")),
            values=values,
            items=cells.items(self.forms) if cells.given("items") else None,
        )

    def case(self, cells: Cells) -> CaseRecord:
        """A row of cases."""
        moment = self.forms.moment
        readers: dict[str, Read] = {
            "subject": text_of(500),
            "status": one_of("open", "waiting", "closed"),
            "opened_at": moment,
            "due_at": moment,
            "closed_at": moment,
            "owner": text_of(320),
        }
        values = cells.values(readers, needed=["subject", "status", "opened_at"])
        defaults: dict[str, tuple[Read, Any]] = {
            "priority": (one_of("low", "normal", "high", "urgent"), "normal"),
            "line": (lambda text: int(one_of("1", "2")(text)), 1),
            "reopened": (integer, 0),
        }
        for column, (read, default) in defaults.items():
            if cells.given(column):
                value = cells.read(column, read)
                values[column] = default if value is None else value
        return CaseRecord(
            ref=cells.read("ref", REF, needed=True) or "",
            customer_ref=cells.read("customer_ref", REF, needed=cells.given("customer_ref")),
            values=values,
        )


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
