"""How a file writes numbers and dates: what its own cells tell of it. Pure.

ISO dates and decimal points are understood beside each of these, so they tell nothing.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

SPACES = " \u00a0\u202f"


class Numbers(StrEnum):
    """How numbers are written, as an example."""

    SPACE_COMMA = "1 234,50"
    POINT_COMMA = "1.234,50"
    COMMA_POINT = "1,234.50"
    SPACE_POINT = "1 234.50"


class Dates(StrEnum):
    """In which order dates are written, as an example."""

    DAY_FIRST = "21.11.2026"
    MONTH_FIRST = "11/21/2026"
    YEAR_FIRST = "2026/11/21"


SEPARATORS = {
    Numbers.SPACE_COMMA: (" ", ","),
    Numbers.POINT_COMMA: (".", ","),
    Numbers.COMMA_POINT: (",", "."),
    Numbers.SPACE_POINT: (" ", "."),
}
"""What stands between thousands, and before decimals."""

PATTERNS = {Dates.DAY_FIRST: "d.M.y", Dates.MONTH_FIRST: "M/d/y", Dates.YEAR_FIRST: "y/M/d"}
"""As a locale writes them."""

_LONG = {
    Numbers.SPACE_COMMA: re.compile(rf"[+-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+,\d+"),
    Numbers.POINT_COMMA: re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})"),
    Numbers.COMMA_POINT: re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})"),
    Numbers.SPACE_POINT: re.compile(rf"[+-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+\.\d+"),
}
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d\d?|\d{4,})")
_DATE = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d?)(?:\D.*)?")


def find_numbers(cells: Iterable[str], usual_decimal: str) -> Numbers | None:
    """How these cells write numbers; None when they do not tell, contradict each other, or write them as
    usual (with `usual_decimal`)."""
    found: set[Numbers] = set()
    comma = False
    for cell in cells:
        found.update(numbers for numbers, pattern in _LONG.items() if pattern.fullmatch(cell))
        comma = comma or _DECIMAL_COMMA.fullmatch(cell) is not None
    if len(found) > 1 or (comma and any(SEPARATORS[numbers][1] == "." for numbers in found)):
        return None
    if found:
        return found.pop()
    return Numbers.SPACE_COMMA if comma and usual_decimal != "," else None


def find_dates(cells: Iterable[str]) -> Dates | None:
    """In which order these cells write dates; None when they do not tell, or contradict each other."""
    found: set[Dates] = set()
    dots = False
    for cell in cells:
        if match := _DATE.fullmatch(cell):
            first, between, second, _ = match.groups()
            dots = dots or between == "."
            if len(first) == 4:
                found |= {Dates.YEAR_FIRST} if between != "-" else set()
            elif int(first) > 12:
                found.add(Dates.DAY_FIRST)
            elif int(second) > 12:
                found.add(Dates.MONTH_FIRST)
    if len(found) == 1:
        return found.pop()
    return Dates.DAY_FIRST if dots and not found else None
