"""The form in which somebody changes a customer: what it shows, what was typed, and what became different
meanwhile. Pure.

The form carries what the record said when it was opened (`base`), and its version. Whoever saves on top of
another version is shown what others changed, field by field, beside what they typed themselves.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.customers.documents import Document
from console.customers.etag import etag
from console.profile.csv_file import ATTRIBUTE
from console.web.forms import Form

COMPANY = ("company", "company_ref")
TEXTS = ("name", "email", "segment", "language", "birthday", "customer_since", *COMPANY, "notes")
"""The fields that hold one text; the name of each is the column's. Attributes are such fields, too, called
`attr.NAME` as in a file."""

PHONES = "phones"
MOST_NUMBERS = 40
"""Whoever has more numbers has them changed by an import or the API."""

MOST_ATTRIBUTES = 40
"""Of whoever has more the first so many are in the form; the others stay as they are."""

LONGEST_ATTRIBUTE = 100
"""Characters of an attribute's name."""

EMPTY_ROWS = 2


class PhoneTyped(NamedTuple):
    """A row of the form."""

    number: str
    label: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer's form says: a text for each field, and the numbers (None: there are too many)."""

    texts: Mapping[str, str]
    phones: tuple[PhoneTyped, ...] | None

    def __getitem__(self, name: str) -> Any:
        """What stands in a field."""
        return self.phones if name == PHONES else self.texts.get(name, "")


@dataclass(frozen=True, slots=True)
class Typed:
    """A posted form: what is typed in it, `base`, what it said when it was opened (None: unknown), on top of
    which `version`, and the fields in which what is stored shall stay."""

    said: Said
    base: Said | None
    version: str
    stay: frozenset[str]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A field that somebody else changed: from what to what, and whether our author typed something else."""

    before: Any
    now: Any
    both: bool


@dataclass(frozen=True, slots=True)
class FormDrawing:
    """The form as drawn. `meanwhile` and `problems` go by the name of a field."""

    said: Said
    base: str
    version: str
    meanwhile: Mapping[str, Meanwhile]
    problems: Mapping[str, str]

    @property
    def rows(self) -> Sequence[PhoneTyped]:
        """The numbers, and room for others."""
        return [*(self.said.phones or ()), *[PhoneTyped("", "", shared=False)] * EMPTY_ROWS]

    @property
    def attributes(self) -> Sequence[str]:
        """The names of the attributes, as fields."""
        return [name for name in self.said.texts if name.startswith(ATTRIBUTE)]


def said_by(document: Document) -> Said:
    """What the form says of a stored customer."""
    phones = tuple(
        PhoneTyped(_line(phone["number"]), _line(phone["label"]), phone["shared"])
        for phone in document[PHONES]
    )
    texts = {name: (_text if name == "notes" else _line)(document[name]) for name in TEXTS}
    own = sorted(document["attributes"].items())[:MOST_ATTRIBUTES]
    attributes = {f"{ATTRIBUTE}{name}": _line(str(value)) for name, value in own}
    return Said(texts | attributes, phones if len(phones) <= MOST_NUMBERS else None)


def read_change(form: Form) -> Typed:
    """What was typed."""
    texts = {name: _text(form.get(name)) for name in TEXTS} | _read_attributes(form)
    rows = [
        PhoneTyped(form.text(f"number-{row}"), form.text(f"label-{row}"), f"shared-{row}" in form)
        for row in range(MOST_NUMBERS + EMPTY_ROWS)
    ]
    phones = tuple(row for row in rows if row.number) if "number-0" in form else None
    stay = frozenset(name for name in (*texts, PHONES) if f"stay-{name}" in form)
    return Typed(Said(texts, phones), _read_base(form.get("base", "")), form.get("version", ""), stay)


def _read_attributes(form: Form) -> dict[str, str]:
    """The attributes by their fields; a row without a name is none."""
    found: dict[str, str] = {}
    for row in range(MOST_ATTRIBUTES + EMPTY_ROWS):
        name = form.text(f"attribute-{row}").removeprefix(ATTRIBUTE)
        if name:
            found.setdefault(f"{ATTRIBUTE}{name}", form.text(f"value-{row}"))
    return found


def draw_form(document: Document, problems: Mapping[str, str] | None = None) -> FormDrawing:
    """The form of a stored customer."""
    said = said_by(document)
    return FormDrawing(said, _write_base(said), etag(document), {}, problems or {})


def draw_again(typed: Typed, problems: Mapping[str, str]) -> FormDrawing:
    """The form as it was typed, with what cannot be used of it."""
    base = _write_base(typed.base) if typed.base else ""
    return FormDrawing(typed.said, base, typed.version, {}, problems)


def draw_outdated(typed: Typed, document: Document) -> FormDrawing:
    """The form as it was typed, with what is stored now beside it; on top of that it can be saved."""
    now, found = said_by(document), meanwhile(typed, document)
    others = {name for name, each in found.items() if not each.both}
    texts = {name: now[name] if name in others else typed.said[name] for name in typed.said.texts}
    phones = now.phones if PHONES in others else typed.said.phones
    return FormDrawing(Said(texts, phones), _write_base(now), etag(document), found, {})


def meanwhile(typed: Typed, document: Document) -> dict[str, Meanwhile]:
    """What others changed since the form was opened, and our author did not change in the same way."""
    now, found = said_by(document), {}
    for name in (*typed.said.texts, PHONES):
        before = typed.base[name] if typed.base else None
        if now[name] not in {before, typed.said[name]}:
            both = typed.base is None or typed.said[name] != before
            found[name] = Meanwhile(before, now[name], both)
    return found


def settled(typed: Typed, document: Document) -> Said:
    """What is to be stored: what was typed, but where what is stored shall stay."""
    now = said_by(document)
    texts = {name: now[name] if name in typed.stay else text for name, text in typed.said.texts.items()}
    return Said(texts, now.phones if PHONES in typed.stay else typed.said.phones)


def _write_base(said: Said) -> str:
    return json.dumps([dict(said.texts), said.phones])


def _read_base(text: str) -> Said | None:
    """What the form said when it was opened; None when that is not what we wrote."""
    try:
        texts, phones = json.loads(text)
        rows = (PhoneTyped(str(number), str(label), bool(shared)) for number, label, shared in phones or ())
        said = {str(name): str(text) for name, text in texts.items()}
        return Said(said, None if phones is None else tuple(rows))
    except (ValueError, TypeError, AttributeError):
        return None


def _text(stored: str | None) -> str:
    """As a text area sends it back."""
    return (stored or "").replace("\r\n", "\n").strip()


def _line(stored: str | None) -> str:
    """As a field of one line sends it back: without line breaks."""
    return (stored or "").replace("\r", "").replace("\n", "").strip()
