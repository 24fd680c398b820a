"""The cells of a record that came as JSON: what a CSV file says in text is checked for its type, and read the
same way. A record is always whole: what it leaves out is empty."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from console.customers.records import ItemRecord, PhoneRecord
from console.errors import Problem
from console.profile.fields import LONGEST, LONGEST_NUMBER, FieldError, Forms, text_of
from console.profile.kinds import Cells, Read

MOST_NUMBER = 10**15
"""Numbers of more digits do not survive every program that reads JSON; a code of so many is text."""

LONGEST_WHY = 300
ITEM_KEYS = ("sku", "name", "category", "quantity", "unit_price")
PHONE_KEYS = ("number", "label", "shared")


class JsonCells(Cells):
    """The values of one JSON object. `keys` are those it may have; problems tell where by JSON path, behind
    `path`. Numbers are read as of `home`, too, when they were written for another country."""

    def __init__(
        self, said: Mapping[str, Any], keys: Sequence[str], path: str = "", home: Forms | None = None
    ) -> None:
        super().__init__({})
        self._said = said
        self._path = path
        self._home = home
        for key in said.keys() - set(keys):
            self.wrong(key, f"is not known; there are {', '.join(keys)}")

    def wrong(self, key: str, why: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self._path + key, why[:LONGEST_WHY]))

    def given(self, column: str) -> bool:  # noqa: ARG002 - the signature is that of Cells
        """A record in JSON is whole."""
        return True

    def read(self, column: str, read: Read, *, needed: bool = False) -> Any:
        """The value under a key; None when it is empty, or wrong."""
        try:
            text = AS_TEXT.get(column, words)(self._said.get(column))
            if text:
                return read(text)
        except FieldError as error:
            self.wrong(column, str(error))
            return None
        if needed:
            self.wrong(column, "is missing or empty")
        return None

    def values(self, readers: Mapping[str, Read], needed: Sequence[str] = ()) -> dict[str, Any]:
        """The values of all these columns."""
        return {column: self.read(column, read, needed=column in needed) for column, read in readers.items()}

    def phones(self, forms: Forms) -> tuple[PhoneRecord, ...]:
        """The numbers under `phones`; one that is there twice counts once."""
        found: dict[str, PhoneRecord] = {}
        for entry in self._entries("phones", PHONE_KEYS):
            raw = entry.read("number", text_of(LONGEST["phone"]), needed=True) or ""
            label = entry.read("label", text_of(LONGEST["label"])) or ""
            phone = forms.phone(raw, label, shared=entry.flag("shared"))
            if raw and not phone.raw:
                entry.wrong("number", "holds nothing that can be seen")
            if self._home and phone.e164 and self._home.phone(raw, "", shared=False).e164 != phone.e164:
                phone = replace(phone, raw=phone.e164)  # written so that it means the same here
            found.setdefault(phone.e164 or phone.raw, phone)
        return tuple(found.values())

    def items(self, forms: Forms, _read: Read) -> tuple[ItemRecord, ...]:
        """The lines of an order under `items`."""
        return tuple(
            ItemRecord(
                entry.read("sku", text_of(LONGEST["sku"])) or "",
                entry.read("name", text_of(LONGEST["item"]), needed=True),
                entry.read("category", text_of(LONGEST["category"])),
                entry.read("quantity", forms.amount, needed=True),
                entry.read("unit_price", forms.amount, needed=True),
            )
            for entry in self._entries("items", ITEM_KEYS)
        )

    def attributes(self, read: Read) -> dict[str, Any]:  # noqa: ARG002 - JSON says itself what is a number
        """The numbers and texts under `attributes`."""
        said = self._said.get("attributes")
        if said is not None and not isinstance(said, dict):
            self.wrong("attributes", "must be an object of numbers and texts by name")
            return {}
        found = {}
        for name, value in (said or {}).items():
            try:
                found[_name(name)] = _attribute(value)
            except FieldError as error:
                self.wrong(f"attributes.{name}", str(error))
        return found

    def flag(self, key: str) -> bool:
        """Yes or no; no when it is left out."""
        value = self._said.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return value is True

    def _entries(self, key: str, keys: Sequence[str]) -> Iterator["JsonCells"]:
        said = self._said.get(key)
        if said is not None and not isinstance(said, list):
            self.wrong(key, "must be a list")
            return
        for place, each in enumerate(said or ()):
            if not isinstance(each, dict):
                self.wrong(f"{key}[{place}]", f"must be an object of {', '.join(keys)}")
                continue
            entry = JsonCells(each, keys, f"{self._path}{key}[{place}].")
            yield entry
            self.problems += entry.problems


def words(value: Any) -> str:
    """A text without blanks around it. Raises FieldError."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldError("must be text")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("holds a NUL or half a character, which cannot be stored")
    return value.strip()


def _amount(value: Any) -> str:
    """A decimal, as text: a number, or text that looks like one."""
    if type(value) is int:
        return str(value)
    if not isinstance(value, Decimal):
        return words(value)
    if abs(value.adjusted()) > LONGEST_NUMBER:
        raise FieldError(f"{value} is too large, or too small")
    return f"{value:f}"


def _whole(value: Any) -> str:
    if value is not None and type(value) is not int:
        raise FieldError("must be a whole number")
    return "" if value is None else str(value)


AS_TEXT: Mapping[str, Callable[[Any], str]] = {
    "total": _amount,
    "quantity": _amount,
    "unit_price": _amount,
    "line": _whole,
    "reopened": _whole,
}
"""What a key's value is written as, where it is no text."""


def _name(name: str) -> str:
    if not (plain := words(name)):
        raise FieldError("an attribute needs a name")
    return plain


def _attribute(value: Any) -> int | float | str | None:
    if type(value) is int and abs(value) < MOST_NUMBER:
        return value
    if isinstance(value, Decimal) and math.isfinite(number := float(value)) and abs(number) < MOST_NUMBER:
        return number + 0.0  # minus zero, which not every database keeps, is zero
    if type(value) is int or isinstance(value, Decimal):
        raise FieldError("has more than 15 digits: send it as text")
    if value is not None and not isinstance(value, str):
        raise FieldError("must be a number or text")
    return words(value) or None
