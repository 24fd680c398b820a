"""How somebody chooses that a file is read: the menus, what is stored of them, and what a form says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from console.profile.csv_file import ATTRIBUTE, Choices
from console.profile.encoding import CODE_PAGES
from console.profile.kinds import KINDS
from console.profile.spelling import Dates, Numbers
from console.web.forms import Form
from console.web.i18n import N_

MOST_COLUMNS = 150
"""Of a file on the page; a form has no more fields. The command takes any number."""

ENCODINGS: Mapping[str, str] = {
    "utf-8": N_("UTF-8"),
    "utf-8-sig": N_("UTF-8 with BOM"),
    "utf-16": N_("UTF-16"),
    "utf-16-le": N_("UTF-16 without BOM"),
    "cp1250": N_("cp1250, Central Europe"),
    "cp1252": N_("cp1252, Western Europe"),
    **{page: page for page in CODE_PAGES if page != "cp1250"},
}
DELIMITERS: Mapping[str, str] = {
    ",": N_("comma"),
    ";": N_("semicolon"),
    "\t": N_("tab"),
    "|": N_("vertical bar"),
}
KIND_LABELS: Mapping[str, str] = {
    "customers": N_("Customers"),
    "purchases": N_("Purchases"),
    "cases": N_("Cases"),
}
COLUMN_LABELS: Mapping[str, str] = {
    "ref": N_("Key in your system"),
    "name": N_("Name"),
    "company_ref": N_("Key of the company"),
    "company": N_("Company"),
    "phones": N_("Numbers"),
    "email": N_("E-mail"),
    "segment": N_("Segment"),
    "language": N_("Language"),
    "birthday": N_("Birthday"),
    "customer_since": N_("Customer since"),
    "notes": N_("Notes"),
    "customer_ref": N_("Key of the customer"),
    "placed_at": N_("Ordered"),
    "status": N_("Status"),
    "total": N_("Total"),
    "currency": N_("Currency"),
    "promised_at": N_("Promised for"),
    "delivered_at": N_("Delivered"),
    "items": N_("Items"),
    "subject": N_("Subject"),
    "priority": N_("Priority"),
    "line": N_("Line"),
    "opened_at": N_("Opened"),
    "due_at": N_("Due"),
    "closed_at": N_("Closed"),
    "reopened": N_("Times reopened"),
    "owner": N_("Owner"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen for a file. `choices.columns` goes with the columns called `header`."""

    kind: str
    choices: Choices
    header: tuple[str, ...]

    @property
    def by_name(self) -> dict[str, str | None]:
        """What each column is chosen to hold, by what the file calls it."""
        return dict(zip(self.header, self.choices.columns or (), strict=False))


def headers_key(header: Sequence[str]) -> str:
    """Names a set of columns, in whatever order."""
    return sha256("\0".join(sorted(header)).encode()).hexdigest()


def as_stored(chosen: Chosen) -> dict[str, Any]:
    """The choice as JSON."""
    choices = chosen.choices
    return {
        "encoding": choices.encoding,
        "delimiter": choices.delimiter,
        "numbers": choices.numbers,
        "dates": choices.dates,
        "header": list(chosen.header),
        "columns": None if choices.columns is None else list(choices.columns),
    }


def from_stored(kind: str, stored: Mapping[str, Any]) -> Chosen:
    """The choice that was stored."""
    columns = stored["columns"]
    choices = Choices(
        encoding=stored["encoding"],
        delimiter=stored["delimiter"],
        numbers=Numbers(stored["numbers"]) if stored["numbers"] else None,
        dates=Dates(stored["dates"]) if stored["dates"] else None,
        columns=None if columns is None else tuple(columns),
    )
    return Chosen(kind, choices, tuple(stored["header"]))


def read_chosen(form: Form, before: Chosen) -> Chosen:
    """What the form says, which was drawn for `before`. What it offers to nobody counts as not chosen; for
    another kind of records the columns are to be chosen anew."""
    kind = form.get("kind", "")
    kind = kind if kind in KINDS else before.kind
    columns = tuple(
        _column(form.get(f"column-{place}"), kind) for place in range(min(len(before.header), MOST_COLUMNS))
    )
    drawn = f"column-{len(before.header) - 1}" in form
    choices = Choices(
        encoding=_one_of(form.get("encoding"), ENCODINGS),
        delimiter=_one_of(form.get("delimiter"), DELIMITERS),
        numbers=next((each for each in Numbers if each == form.get("numbers")), None),
        dates=next((each for each in Dates if each == form.get("dates")), None),
        columns=columns if kind == before.kind and drawn else None,
    )
    return Chosen(kind, choices, before.header)


def for_header(chosen: Chosen, header: Sequence[str]) -> Chosen:
    """The choice for a file that, read so, has this header: other columns are to be chosen anew."""
    if tuple(header) == chosen.header:
        return chosen
    return Chosen(chosen.kind, replace(chosen.choices, columns=None), tuple(header))


def as_before(before: Chosen, headers: Mapping[str, Sequence[str]]) -> Choices:
    """What was chosen for the file before, for one whose columns are called `headers` by encoding. Columns
    are found again by their names, which the delimiter has parted already."""
    encoding = before.choices.encoding
    same = sorted(headers.get(encoding or "", ())) == sorted(before.header)
    return replace(before.choices, columns=None, delimiter=None, encoding=encoding if same else None)


def _one_of(value: str | None, among: Mapping[str, str]) -> str | None:
    return value if value in among else None


def _column(value: str | None, kind: str) -> str | None:
    if not value:
        return None
    own = value.startswith(ATTRIBUTE) and len(value) > len(ATTRIBUTE)
    return value if own or value in KINDS[kind].columns else None
