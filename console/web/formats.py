"""Dates, times, numbers and money as the reader writes them. Pure.

A moment is an aware datetime or ISO 8601 text (`2026-11-21T20:28:57.791+00:00`), an amount a Decimal, a
number, or decimal text: pops and the API carry texts.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers

from console.clock import on_clock

Moment = dt.datetime | str
Day = dt.date | dt.datetime | str
Number = Decimal | int | float | str


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader writes: a Babel locale and the zone whose clock they read."""

    locale: Locale
    zone: ZoneInfo

    def date(self, value: Day) -> str:
        """A day: `Nov 21, 2026`. A moment is the day it falls on in the reader's zone."""
        return dates.format_date(self._day(value), format="medium", locale=self.locale)

    def time(self, value: Moment) -> str:
        """The time of day: `21:28`, on each page as on the desk, in each language."""
        return self._local(value).strftime("%H:%M")

    def clock(self, value: Moment) -> str:
        """The time of day with its seconds: `21:28:57`."""
        return self._local(value).strftime("%H:%M:%S")

    def datetime(self, value: Moment) -> str:
        """Day and time: `Nov 21, 2026, 21:28`."""
        return f"{self.date(value)}, {self.time(value)}"

    def exact(self, value: Moment) -> str:
        """Day, time with seconds, and zone, for a tooltip."""
        local = self._local(value)
        day = dates.format_date(local.date(), format="long", locale=self.locale)
        zone = dates.get_timezone_name(local, width="short", locale=self.locale)
        return f"{day}, {self.clock(value)} {zone}"

    def appointment(self, value: Moment) -> str:
        """Day with its weekday, and time: `Sat, Nov 21, 2026, 21:28`. Text that is no moment stays as it
        is: what was promised before there were call-backs was in words."""
        try:
            local = self._local(value)
        except ValueError:
            return str(value)
        day = dates.format_skeleton("yMMMEd", local.date(), locale=self.locale)
        return f"{day}, {self.time(value)}"

    def weekday(self, value: Day) -> str:
        """The day of the week: `Monday`."""
        return dates.format_date(self._day(value), format="cccc", locale=self.locale)

    def number(self, value: Number) -> str:
        """A number with the reader's separators: `1,234.5`."""
        return numbers.format_decimal(_decimal(value), locale=self.locale)

    def money(self, value: Number, currency: str) -> str:
        """An amount with its currency: `€1,234.50`."""
        return numbers.format_currency(_decimal(value), currency, locale=self.locale)

    def language(self, value: str) -> str:
        """A language by its code (`sk`, `pt-BR`): `Slovak`. What is no such code stays as it is written."""
        try:
            name = Locale.parse(value, sep="-" if "-" in value else "_").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            name = None
        return name or value

    def _local(self, value: Moment) -> dt.datetime:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if moment.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        return on_clock(moment, self.zone)

    def _day(self, value: Day) -> dt.date:
        if isinstance(value, str) and "T" not in value:
            return dt.date.fromisoformat(value)
        if isinstance(value, str | dt.datetime):
            return self._local(value).date()
        return value

    def filters(self) -> dict[str, Callable[..., str]]:
        """All formats by the name that templates use."""
        return {
            "date": self.date,
            "time": self.time,
            "clock": self.clock,
            "datetime": self.datetime,
            "exact": self.exact,
            "appointment": self.appointment,
            "weekday": self.weekday,
            "number": self.number,
            "money": self.money,
            "language": self.language,
        }


def lasted(span: dt.timedelta) -> str:
    """How long a call was talked about, in any language: `3:12`, `1:03:12`."""
    minutes, seconds = divmod(max(span, dt.timedelta()) // dt.timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def formats_for(locale: str, zone: ZoneInfo) -> Formats:
    """The formats of a locale written `sk`, `sk_SK` or `sk-SK`."""
    return Formats(Locale.parse(locale, sep="-" if "-" in locale else "_"), zone)


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
