"""Reads the single values of a CSV file: dates, amounts, numbers, phones, items. Pure.

Every function takes the trimmed text of a cell and raises FieldError with what is wrong and what would be
right. ISO dates and decimal points are always understood, local forms by the locale.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale

from console.customers.records import ItemRecord, PhoneRecord
from console.db.base import AMOUNT_SCALE
from console.profile.spelling import PATTERNS, SEPARATORS, SPACES, Dates, Numbers
from telephony.numbers import Plan
from telephony.written import e164_of, numbers_in

MOST_AMOUNT = Decimal(10**14)
"""Amounts are stored as whole ten-thousandths in 64 bits, and summed."""

LONGEST_NUMBER = 40
LONGEST = {"phone": 100, "label": 100, "sku": 100, "item": 300, "category": 100}
YES = frozenset({"shared", "yes", "true", "y", "1"})
NO = frozenset({"", "no", "false", "n", "0"})

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)? ?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_ONE_DIGIT_HOUR = re.compile(r"[T ](?=\d:)")
_TIME = (
    r"(?:,?[ T]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?)?"
)
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_SYMBOL = re.compile(r"\\[|;]|[|;]|[^|;\\]+|\\")
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c]")
_UNWRITTEN = re.compile(f"{_DIRECTION_MARKS.pattern}|'[^']*'")
_PATTERN_PART = re.compile(r"y+|M+|d+|.", re.DOTALL)
_SEPARATORS = "[./-]"
_PATTERN_GROUPS = {"y": r"(?P<year>\d{4})", "M": r"(?P<month>\d{1,2})", "d": r"(?P<day>\d{1,2})"}


class FieldError(ValueError):
    """What is wrong with a value, and what would be right."""


@dataclass(frozen=True, slots=True)
class Forms:
    """How values are written here. `local_date` reads the locale's short dates (with years of four digits,
    and a time if there is one), `local_amount` its decimals; `example` is a date in the local form."""

    zone: ZoneInfo
    plan: Plan
    local_date: re.Pattern[str]
    local_amount: re.Pattern[str]
    group: str
    decimal: str
    example: str

    def moment(self, text: str) -> datetime:
        """A date or a moment, aware UTC; midnight when there is no time, our zone when there is none."""
        local = self._iso(text) or self._local(text)
        if local is None:
            raise FieldError(f'"{text}" is no date; write 2026-11-21, 2026-11-21T14:30 or {self.example}')
        try:
            return (local if local.tzinfo else local.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError:
            raise FieldError(f'"{text}" is too far away') from None

    def day(self, text: str) -> date:
        """A calendar day, as written."""
        local = self._iso(text) or self._local(text)
        if local is None:
            raise FieldError(f'"{text}" is no date; write 2026-11-21 or {self.example}')
        return local.date()

    def amount(self, text: str) -> Decimal:
        """A decimal with up to four places."""
        plain = self._plain(text)
        if plain is None:
            raise FieldError(
                f'"{text}" is no number; write {" or ".join({"1234.50": 0, f"1234{self.decimal}50": 0})}'
            )
        amount = Decimal(plain)
        if abs(amount) >= MOST_AMOUNT:
            raise FieldError(f'"{text}" is too large')
        return (amount * AMOUNT_SCALE).to_integral_value() / AMOUNT_SCALE

    def attribute(self, text: str) -> int | float | str | None:
        """A number when it looks like one, else the text; None when empty. What starts with a needless zero
        or a plus, or has more digits than a number keeps, is a code and stays text."""
        plain = self._plain(text)
        if plain is None or re.match(r"\+|-?0\d", text) or sum(map(str.isdigit, plain)) > 15:
            return text or None
        return float(plain) if "." in plain else int(plain)

    def phones(self, text: str) -> tuple[PhoneRecord, ...]:
        """`number|label|shared` separated by `;`; people also write several numbers into one."""
        phones: dict[str, PhoneRecord] = {}
        for parts in _entries(text):
            if len(parts) > 3:
                raise FieldError(f'"{"|".join(parts)}" has more parts than number|label|shared')
            several, label, shared = [*parts, "", ""][:3]
            for raw in numbers_in(_without_invisible(several), self.plan):
                phone = self.phone(raw, label, shared=_yes(shared))
                phones.setdefault(phone.e164 or phone.raw, phone)
        return tuple(phones.values())

    def phone(self, raw: str, label: str, *, shared: bool) -> PhoneRecord:
        """One number. What is no telephone number is kept as written."""
        raw = _without_invisible(raw).strip()
        return PhoneRecord(
            _short(raw, "phone"), e164_of(raw, self.plan), _short(label, "label") or None, shared
        )

    def items(self, text: str) -> tuple[ItemRecord, ...]:
        """`sku|name|category|quantity|unit_price` separated by `;`."""
        return tuple(map(self._item, _entries(text)))

    def _item(self, parts: list[str]) -> ItemRecord:
        if len(parts) != 5:
            raise FieldError(f'"{"|".join(parts)}" is not sku|name|category|quantity|unit_price')
        sku, name, category, quantity, unit_price = parts
        if not name:
            raise FieldError(f'the item "{sku}" has no name')
        return ItemRecord(
            _short(sku, "sku"),
            _short(name, "item"),
            _short(category, "category") or None,
            self.amount(quantity),
            self.amount(unit_price),
        )

    def _iso(self, text: str) -> datetime | None:
        if not _ISO.fullmatch(text):
            return None
        try:
            return datetime.fromisoformat(_ONE_DIGIT_HOUR.sub("T0", re.sub(r" (?=[Z+-])", "", text)))
        except ValueError:
            return None

    def _local(self, text: str) -> datetime | None:
        found = self.local_date.fullmatch(_DIRECTION_MARKS.sub("", text))
        if not found:
            return None
        hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
        if found["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if found["half"] in "pP" else 0)
        try:
            return datetime(  # noqa: DTZ001 - the caller knows the zone
                int(found["year"]), int(found["month"]), int(found["day"]), hour, minute, second
            )
        except ValueError:
            return None

    def _plain(self, text: str) -> str | None:
        """The number with a decimal point and nothing between its digits; None when it is no number."""
        if len(text) > LONGEST_NUMBER:
            return None
        if self.local_amount.fullmatch(text):
            for character in SPACES if self.group in SPACES else self.group:
                text = text.replace(character, "")
            return text.replace(self.decimal, ".")
        return text if _PLAIN.fullmatch(text) else None


def forms(locale: str, zone: ZoneInfo, region: str) -> Forms:
    """How values are written in a locale and a country."""
    parsed = Locale.parse(locale.replace("-", "_"))
    symbols = parsed.number_symbols["latn"]
    group, decimal = symbols["group"], symbols["decimal"]
    pattern = _UNWRITTEN.sub("", parsed.date_formats["short"].pattern).rstrip(f".{SPACES}")
    return Forms(
        zone=zone,
        plan=Plan(region),
        local_date=_date_regex(pattern),
        local_amount=_amount_regex(group, decimal),
        group=group,
        decimal=decimal,
        example=_date_example(pattern),
    )


def spelled(usual: Forms, numbers: Numbers | None, dates: Dates | None) -> Forms:
    """The forms of a file that writes numbers and dates so (None: as usual)."""
    if numbers:
        group, decimal = SEPARATORS[numbers]
        amount = _amount_regex(group, decimal)
        usual = replace(usual, local_amount=amount, group=group, decimal=decimal)
    if dates:
        usual = replace(usual, local_date=_date_regex(PATTERNS[dates]), example=dates.value)
    return usual


def iso_forms(zone: ZoneInfo, region: str) -> Forms:
    """How programs write values: nothing but ISO dates and decimal points, whatever the locale."""
    never = re.compile("(?!)")
    return Forms(zone, Plan(region), never, never, group=",", decimal=".", example="2026-11-21T14:30:00Z")


def integer(text: str) -> int:
    """A whole number, zero or more."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise FieldError(f'"{text}" is no whole number')
    return int(text)


def currency(text: str) -> str:
    """A currency by its three letters."""
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise FieldError(f'"{text}" is no currency; write its three letters, such as EUR')
    return text.upper()


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader for one of some words, in any case of letters."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise FieldError(f'"{text}" is not one of {", ".join(choices)}')
        return text.lower()

    return read


def text_of(longest: int | None = None) -> Callable[[str], str]:
    """A reader for text of up to so many characters."""

    def read(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise FieldError(f"is longer than {longest} characters")
        return text

    return read


def _short(text: str, what: str) -> str:
    if len(text) > LONGEST[what]:
        raise FieldError(f"the {what} is longer than {LONGEST[what]} characters")
    return text


def _without_invisible(text: str) -> str:
    """Without the direction marks that some address books put around numbers."""
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _yes(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise FieldError(f'"{text}" does not say whether the number is shared; write shared or nothing')
    return text.lower() in YES


def _entries(text: str) -> list[list[str]]:
    """Entries between `;`, each with its parts between `|`; a backslash takes the meaning off either."""
    if "\\" not in text:
        plain = [[part.strip() for part in entry.split("|")] for entry in text.split(";")]
        return [parts for parts in plain if any(parts)]
    entries = [[""]]
    for symbol in _SYMBOL.findall(text):
        if symbol == ";":
            entries.append([""])
        elif symbol == "|":
            entries[-1].append("")
        else:
            entries[-1][-1] += symbol[1:] if symbol in {r"\|", r"\;"} else symbol
    trimmed = [[part.strip() for part in parts] for parts in entries]
    return [parts for parts in trimmed if any(parts)]


def _amount_regex(group: str, decimal: str) -> re.Pattern[str]:
    between = f"[{SPACES}]" if group in SPACES else re.escape(group)
    return re.compile(rf"[+-]?(?:[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|[0-9]+)(?:{re.escape(decimal)}[0-9]+)?")


def _date_regex(pattern: str) -> re.Pattern[str]:
    """What reads a date in the order of a locale's pattern such as `d. M. y`, whatever spaces it has.

    Dots, slashes and hyphens are the same: Danish Excel writes 21-11-2026, Babel 21.11.2026; Hungarian Excel
    2026. 11. 21., others 2026/11/21. Only where the month comes first, what has dots comes from abroad, and
    is not guessed.
    """
    parts = [part for part in _PATTERN_PART.findall(pattern) if not part.isspace()]
    alike = not pattern.startswith("M")
    date_part = "".join(_date_part(part, alike) for part in parts)
    return re.compile(rf"{date_part}\s*\.?{_TIME}", re.ASCII | re.IGNORECASE)


def _date_part(part: str, alike: bool) -> str:
    between = _SEPARATORS if alike and re.fullmatch(_SEPARATORS, part) else re.escape(part)
    return _PATTERN_GROUPS.get(part[0], rf"\s*{between}\s*")


def _date_example(pattern: str) -> str:
    values = {"y": "2026", "M": "11", "d": "21"}
    return "".join(values.get(part[0], part) for part in _PATTERN_PART.findall(pattern))
