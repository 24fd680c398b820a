"""What is taken down in a run: is it what was asked for, and in which one form is it kept.

People write as they do where they live: `1 234,50`, `21.11.2026`, `12,50 €`. What can be meant in two ways is
not guessed. Kept are `1234.5`, `2026-11-21`, `12.50 EUR`. In which country a phone number lies is the
console's business; here it only has to look like one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from scripts_engine.reading import shown
from scripts_engine.script import Capture, CaptureType

LONGEST = 1_000
"""Characters of what is taken down."""

MOST_DIGITS = 15
"""Digits of a number: more are mistyped, or no number that anybody reckons with."""

CURRENCIES: Mapping[str, str] = {
    "€": "EUR", "euro": "EUR", "eura": "EUR", "eur": "EUR", "kč": "CZK", "kc": "CZK", "zł": "PLN",
    "zl": "PLN", "ft": "HUF", "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "lei": "RON", "лв": "BGN",
    "$": "USD", "£": "GBP",
}  # fmt: skip
"""How people write currencies, by what it means. Any three letters are taken for a code."""

_BLANKS = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " ") | {"’": "'", "−": "-", "–": "-", "—": "-"}
)
_NUMBER = re.compile(
    r"""(?P<sign>[+-])?\ ?
    (?P<whole>\d{1,3}(?:(?P<group>[ .,'])\d{3})(?:(?P=group)\d{3})*|\d+)
    (?:(?P<point>[.,])(?P<broken>\d+))?""",
    re.VERBOSE | re.ASCII,
)
_NO_CENTS = re.compile(r"[.,]-{1,2}(?=\s|$)")
_AMOUNT = re.compile(r"(?P<before>[^\d\s+-]+)?\s*(?P<number>[+-]?\s?\d(?:.*\d)?)\s*(?P<after>[^\d\s]+)?")
_CODE = re.compile(r"[A-Z]{3}")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\.?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[./-]\s*\d{1,2}(\s*[./-]\s*\d{2})?\.?", re.ASCII)
_EMAIL = re.compile(
    r"[^@\s,;<>()\"]+@(?:[^@\s,;<>()\".-](?:[^@\s,;<>()\".]*[^@\s,;<>()\".-])?\.)+[^@\s,;<>()\".-]{2,}"
)
_PHONE = re.compile(r"\+?[\d\s()/.-]+", re.ASCII)
_LEAST_DIGITS_OF_PHONE, _MOST_DIGITS_OF_PHONE = 3, 20


class CaptureError(ValueError):
    """Why something cannot be taken down, with an example of what can: one sentence for people."""


def normalise(capture: Capture, text: str) -> str:
    """What was typed, in the one form in which it is kept. Raises CaptureError."""
    text = " ".join(text.translate(_BLANKS if capture.type in _RECKONED else {}).split())
    if not text:
        raise CaptureError(f"{in_words(capture.name)} is still to be asked for")
    if len(text) > LONGEST:
        raise CaptureError(f"this may have {LONGEST} characters, not {len(text)}")
    if capture.type is CaptureType.CHOICE:
        return _choice(capture.choices, text)
    return _NORMALISED[capture.type](text)


def value_of(kind: CaptureType, kept: str) -> int | float | str:
    """What conditions compare: numbers and amounts as numbers, all else as text."""
    if kind not in {CaptureType.NUMBER, CaptureType.MONEY}:
        return kept
    number = Decimal(kept.partition(" ")[0])
    return int(number) if number == number.to_integral_value() else float(number)


def currency_of(kept: str) -> str | None:
    """The currency of an amount that was taken down; None when none was said."""
    return kept.partition(" ")[2] or None


def in_words(name: str) -> str:
    """The name of a capture as people read it: `voucher email`."""
    return name.strip("_").replace("_", " ") or name


def _choice(choices: tuple[str, ...], text: str) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    raise CaptureError(f"{shown(text)} is none of the choices {', '.join(choices)}")


def _number(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    if match is None or match["group"] == match["point"] is not None:
        raise CaptureError(f"{shown(text)} is no number; write one such as 3, 12,5 or 1 234,50")
    if _has_two_meanings(match):
        whole, broken = re.sub("[.,]", "", text), text.replace(".", ",")
        raise CaptureError(f"{shown(text)} can be {whole} or {broken}; write {whole} or {broken}0")
    return f"{_decimal(match, text).normalize():f}"


def _has_two_meanings(match: re.Match[str]) -> bool:
    """`1.234` is a thousand and more to some, and one and a bit to others."""
    return (
        match["group"] in {".", ","}
        and match["point"] is None
        and _is_one_group(match)
        and not _is_broken(match)
    )


def _is_one_group(match: re.Match[str]) -> bool:
    return match["whole"].count(match["group"]) == 1


def _is_broken(match: re.Match[str]) -> bool:
    """`0,125`: nobody writes thousands like that."""
    return match["group"] in {".", ","} and match["point"] is None and match["whole"].startswith("0")


def _decimal(match: re.Match[str], text: str) -> Decimal:
    whole, broken = match["whole"], match["broken"] or ""
    if _is_broken(match):
        whole, _, broken = whole.partition(match["group"])
    digits = re.sub(r"\D", "", whole)
    if len(digits) + len(broken) > MOST_DIGITS:
        raise CaptureError(f"{shown(text)} has more than {MOST_DIGITS} digits; write a shorter number")
    return Decimal(f"{match['sign'] or ''}{digits}.{broken or '0'}") + 0


def _money(text: str) -> str:
    match = _AMOUNT.fullmatch(_NO_CENTS.sub("", text))
    number = match and _NUMBER.fullmatch(match["number"])
    if match is None or number is None or number["group"] == number["point"] is not None:
        raise CaptureError(f"{shown(text)} is no amount; write one such as 12,50 or 1 234,50 €")
    if _has_two_meanings(number) and number["group"] == ",":
        whole = number["whole"].replace(",", "")
        raise CaptureError(
            f"{shown(text)} can be {whole} or a mistyped {number['whole'][:-1]}; write {whole},00"
        )
    amount = _decimal(number, text)
    if amount != round(amount, 2):
        raise CaptureError(f"{shown(text)} has more than two digits after the comma; write 12,50")
    return " ".join([f"{amount:.2f}", *_currency(match["before"], match["after"])])


def _currency(*written: str | None) -> list[str]:
    said = [name for name in written if name]
    found = {CURRENCIES.get(name.casefold(), name.upper()) for name in said}
    if len(found) > 1 or not all(_CODE.fullmatch(name) for name in found):
        raise CaptureError(f"{shown(' '.join(said))} is no currency; write one such as €, Kč or CHF")
    return [*found]


def _date(text: str) -> str:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif _SHORT_YEAR.fullmatch(text):
        raise CaptureError(f"{shown(text)} lacks the year with its four digits; write 21.11.2026")
    else:
        raise CaptureError(f"{shown(text)} is no day; write day, month and year such as 21.11.2026")
    if not 1 <= month <= 12:
        raise CaptureError(f"there is no month {month}; the day comes first, such as 21.11.2026")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise CaptureError(f"there is no day {day}.{month}.{year}; write one such as 21.11.2026") from None


def _email(text: str) -> str:
    local, _, domain = text.rpartition("@")
    if not _EMAIL.fullmatch(text) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise CaptureError(f"{shown(text)} is no e-mail address; write one such as ana@example.org")
    return f"{local}@{domain.lower()}"


def _phone(text: str) -> str:
    digits = len(re.sub(r"\D", "", text))
    if not _PHONE.fullmatch(text) or not _LEAST_DIGITS_OF_PHONE <= digits <= _MOST_DIGITS_OF_PHONE:
        raise CaptureError(f"{shown(text)} is no phone number; write one such as +421 905 123 456")
    return text


_NORMALISED: Mapping[CaptureType, Callable[[str], str]] = {
    CaptureType.TEXT: str,
    CaptureType.NUMBER: _number,
    CaptureType.DATE: _date,
    CaptureType.EMAIL: _email,
    CaptureType.PHONE: _phone,
    CaptureType.MONEY: _money,
}
_RECKONED = frozenset({CaptureType.NUMBER, CaptureType.MONEY, CaptureType.DATE, CaptureType.PHONE})
"""Where all sorts of blanks, dashes and apostrophes mean the same."""
