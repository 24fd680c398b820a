"""Moments and amounts as their reader reads them. What comes back often is kept."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from console.clock import on_clock
from console.desk.record_appearance import Moment


class Reader(NamedTuple):
    """Who reads: their language and the clock on their wall."""

    locale: str
    zone: ZoneInfo


@lru_cache(maxsize=8192)
def moment(iso: str, reader: Reader, of_year: int | None = None) -> Moment:
    """The moment `iso` on the reader's clock; its day has no year when that is `of_year`."""
    local = on_clock(datetime.fromisoformat(iso), reader.zone)
    with_year = of_year is not None and local.year != of_year
    exact = local.isoformat(" ", "seconds")[: len("2026-11-21 14:30:00")]
    return Moment(_day(local.date(), with_year, reader.locale), exact[11:16], exact, iso)


@lru_cache(maxsize=4096)
def appointment(iso: str, reader: Reader, of_year: int) -> Moment:
    """The moment `iso`, its day with the weekday, and with the year when that is not `of_year`."""
    local, at = on_clock(datetime.fromisoformat(iso), reader.zone), moment(iso, reader)
    skeleton = "yMMMEd" if local.year != of_year else "MMMEd"
    day = str(dates.format_skeleton(skeleton, local.date(), locale=_locale(reader.locale)))
    return Moment(day, at.clock, at.exact, iso)


def promised(result: str, reader: Reader) -> str:
    """What came of a call-back that was promised in a run: its moment. Before there were call-backs it was
    what the script says."""
    try:
        local = on_clock(datetime.fromisoformat(result), reader.zone)
    except ValueError:
        return result
    at = appointment(result, reader, local.year)
    return f"{at.day}, {at.clock}"


@lru_cache(maxsize=4096)
def _day(day: date, with_year: bool, locale: str) -> str:
    return str(dates.format_skeleton("yMMMd" if with_year else "MMMd", day, locale=_locale(locale)))


@lru_cache(maxsize=4096)
def day(iso: str, locale: str) -> str:
    """The day `iso` with its year."""
    return str(dates.format_date(date.fromisoformat(iso), format="medium", locale=_locale(locale)))


@lru_cache(maxsize=4096)
def number(value: str, locale: str) -> str:
    """The number as it is written where the locale is spoken."""
    return str(numbers.format_decimal(Decimal(value), locale=_locale(locale)))


@lru_cache(maxsize=4096)
def money(amount: str, currency: str, locale: str) -> str:
    """The amount as it is written where the locale is spoken."""
    return numbers.format_currency(Decimal(amount), currency, locale=_locale(locale))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-" if "-" in name else "_")
