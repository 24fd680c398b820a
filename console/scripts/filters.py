"""The filters that texts may use, in the language of the person who is spoken to. Pure.

A value that a filter cannot use is an UnfitError, which says why without quoting it: what customers' records
hold must not get into what is told to authors.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, is_currency
from jinja2 import Undefined

MOST_AMOUNT = Decimal(10**15)
"""From here on a number is a mistake in the records: nobody would say it."""

DOTTED = frozenset({"tr", "az"})
"""Languages that write i and ı, İ and I."""

_BEGINS = re.compile(r"(?:^|-)\w|(?<=['’])\w(?=\w)")


class UnfitError(Exception):
    """A value cannot be put into a text: `why` goes on after the value's name ("is a list, and no day")."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


NO_VALUE = "has no value"


@dataclass(frozen=True, slots=True)
class Speech:
    """How one person is spoken to: by a Babel locale, on the clock of `zone`, in `currency` where none is
    said."""

    locale: Locale
    zone: ZoneInfo
    currency: str

    def shown(self, value: object) -> str:
        """What is put into the text; what is no text, number or day is a mistake, never `None`."""
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return format_decimal(_amount(value), locale=self.locale)
        raise _unfit(value, "text")

    def date(self, value: object) -> str:
        """A day in words."""
        day = _day(value)
        local = day.astimezone(self.zone) if isinstance(day, datetime) and day.tzinfo else day
        return format_date(local, format="long", locale=self.locale)

    def money(self, value: object, currency: object = None) -> str:
        """An amount with its currency."""
        code = self.currency if currency is None else _text(currency).upper()
        if not is_currency(code):
            raise UnfitError("has a currency that there is not")
        return format_currency(_amount(value), code, locale=self.locale)

    def name(self, value: object) -> str:
        """A name fit for saying: one in capitals gets small letters, any other stays as it is written."""
        words = _text(value).split()
        if not " ".join(words).isupper():
            return " ".join(words)
        return " ".join(self._tidy(word) if len(word) > 2 else word for word in words)

    def upper(self, value: object) -> str:
        """In capitals."""
        text = _text(value)
        return (text.replace("i", "İ") if self._dotted else text).upper()

    def lower(self, value: object) -> str:
        """In small letters."""
        text = _text(value)
        return (text.replace("İ", "i").replace("I", "ı") if self._dotted else text).lower()

    def capitalize(self, value: object) -> str:
        """The first letter a capital, the others small."""
        text = _text(value)
        return self.upper(text[:1]) + self.lower(text[1:])

    def default(self, value: object, otherwise: object) -> object:
        """Something else where there is no value."""
        return otherwise if _is_missing(value) or value == "" else value

    def first(self, value: object) -> object:
        """The first of several."""
        return _several(value)[0]

    def last(self, value: object) -> object:
        """The last of several."""
        return _several(value)[-1]

    def length(self, value: object) -> int:
        """How many there are."""
        if not isinstance(value, str | tuple | list):
            raise _unfit(value, "list")
        return len(value)

    @property
    def _dotted(self) -> bool:
        return self.locale.language in DOTTED

    def _tidy(self, word: str) -> str:
        """A word in capitals as a name: each part that an apostrophe or a hyphen begins has a capital,
        too."""
        tidy = self.lower(word)
        if self.locale.language == "nl" and tidy.startswith("ij"):
            return "IJ" + tidy[2:]
        return _BEGINS.sub(lambda letter: self.upper(letter[0]), tidy)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as texts write it: how many values may stand in its brackets, and an example with what it
    gives to a Dane (or in another language, where that tells more)."""

    apply: Callable[..., object]
    is_: str
    example: str
    gives: str
    least: int = 0
    most: int = 0


FILTERS: dict[str, Filter] = {
    "date": Filter(
        Speech.date, "a day in words", "{{ late_orders[0].promised_at | date }}", "21. november 2026"
    ),
    "money": Filter(
        Speech.money,
        "an amount with its currency; another one in brackets",
        "{{ orders[0].total | money(orders[0].currency) }}",
        "1.234,50 kr.",
        most=1,
    ),
    "name": Filter(
        Speech.name, "a name written in capitals as it is said", "{{ customer.name | name }}", "Åse O'Hara"
    ),
    "default": Filter(
        Speech.default,
        "another text where there is no value",
        '{{ customer.segment | default("standard") }}',
        "standard",
        least=1,
        most=1,
    ),
    "upper": Filter(Speech.upper, "in capitals", "{{ call.queue | upper }}", "SUPPORT"),
    "lower": Filter(Speech.lower, "in small letters", "{{ customer.name | lower }}", "åse o'hara"),
    "capitalize": Filter(
        Speech.capitalize, "the first letter a capital", "{{ call.queue | capitalize }}", "Support"
    ),
    "first": Filter(Speech.first, "the first of several", "{{ (orders | first).ref }}", "O-77"),
    "last": Filter(Speech.last, "the last of several", "{{ (orders | last).ref }}", "O-12"),
    "length": Filter(Speech.length, "how many there are", "{{ open_cases | length }}", "2"),
}
"""The documentation's table is checked against this one."""


@lru_cache(maxsize=1_000)
def locale_of(language: str, region: str | None, otherwise: str) -> Locale:
    """The locale for somebody who speaks `language` (as the records have it, "" where they say nothing) and
    calls from `region`; `otherwise` where Babel knows no such language."""
    home = Locale.parse(otherwise, sep="-" if "-" in otherwise else "_")
    code = language.strip().replace("-", "_")
    spoken = code.partition("_")[0].lower()
    wanted = f"{code}_{region}" if region and "_" not in code else code
    if spoken in {"", home.language}:
        return (_known(wanted) if wanted != spoken else None) or home
    return _known(wanted) or _known(spoken) or home


def _known(name: str) -> Locale | None:
    try:
        return Locale.parse(name, resolve_likely_subtags=False)
    except (ValueError, UnknownLocaleError):
        return None


def _is_missing(value: object) -> bool:
    return value is None or isinstance(value, Undefined)


def _unfit(value: object, wanted: str) -> UnfitError:
    if _is_missing(value):
        return UnfitError(NO_VALUE)
    kinds = {bool: "yes or no", str: "a text", tuple: "a list", list: "a list", dict: "a mapping"}
    what = "a day" if isinstance(value, date) else kinds.get(type(value), "a number")
    return UnfitError(f"is {what if isinstance(value, _PLAIN) else 'several things'}, and no {wanted}")


_PLAIN = (bool, str, tuple, list, dict, date, int, float, Decimal)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _unfit(value, "text")
    return value


def _several(value: object) -> str | tuple[object, ...] | list[object]:
    if not isinstance(value, str | tuple | list):
        raise _unfit(value, "list")
    if not value:
        raise UnfitError("is empty")
    return value


def _day(value: object) -> date:
    """A day or moment; also as text in ISO 8601, as attributes and answers have it."""
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            pass
    raise _unfit(value, "day")


def _amount(value: object) -> Decimal:
    """A number that somebody may say; also as text, as attributes and answers have it."""
    if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        try:
            amount = Decimal(str(value))
        except (InvalidOperation, ValueError):
            raise _unfit(value, "number") from None
        if amount.is_finite() and abs(amount) < MOST_AMOUNT:
            return amount
        raise UnfitError("is no number that can be said")
    raise _unfit(value, "number")
