"""Values of figures as the reader writes them. Pure, but for the reader's locale."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from babel import Locale, dates, numbers

from console.clock import on_clock
from console.figures.catalogue import Value
from console.figures.intervals import DAY, Span
from console.figures.shares import Share
from console.reports.choice import By
from console.reports.columns import Kind
from console.reports.table import number_of
from console.web.formats import Formats, lasted
from console.web.i18n import current_locale
from console.web.i18n import gettext as _

NOTHING = "–"
"""Where nothing can be said."""


def locale() -> Locale:
    """The reader's."""
    return Locale.parse(current_locale().replace("-", "_"))


def _share(number: float) -> str:
    return numbers.format_percent(number, format="#,##0.0%", locale=locale())


def _hours(seconds: float) -> str:
    return _("%(time)s h", time=f"{seconds // 3600:.0f}:{seconds % 3600 // 60:02.0f}")


def _long(seconds: float) -> str:
    if seconds < DAY.total_seconds():
        return (
            _("%(time)s h", time=lasted(timedelta(seconds=seconds))[:-3])
            if seconds >= 3600
            else _minutes(seconds)
        )
    return _(
        "%(days)s d", days=numbers.format_decimal(round(seconds / DAY.total_seconds(), 1), locale=locale())
    )


def _minutes(seconds: float) -> str:
    return _("%(minutes)s min", minutes=round(seconds / 60))


_WRITE: Mapping[Kind, Callable[[float], str]] = {
    Kind.COUNT: lambda number: numbers.format_decimal(number, locale=locale()),
    Kind.SECONDS: lambda number: lasted(timedelta(seconds=round(number))),
    Kind.SHARE: _share,
    Kind.HOURS: _hours,
    Kind.LONG: _long,
    Kind.MILLISECONDS: lambda number: f"{numbers.format_decimal(number, locale=locale())} ms",
    Kind.RATING: lambda number: numbers.format_decimal(number, format="0.00", locale=locale()),
    Kind.DECIMAL: lambda number: numbers.format_decimal(number, format="#,##0.0", locale=locale()),
}


def write(value: Value, kind: Kind) -> str:
    """A value for people."""
    number = number_of(value)
    return NOTHING if number is None else _WRITE[kind](number)


def explain(value: Value) -> str:
    """Out of how many a share is, and how sure; nothing of other values."""
    if not isinstance(value, Share) or not value.of:
        return ""
    low, high = value.bounds
    return _(
        "%(count)s of %(of)s; 95 times of 100 the true share is between %(low)s and %(high)s",
        count=numbers.format_decimal(value.count, locale=locale()),
        of=numbers.format_decimal(value.of, locale=locale()),
        low=_share(low),
        high=_share(high),
    )


def moment_label(begin: datetime, by: By, formats: Formats) -> str:
    """An interval by its beginning; in the hour that clocks show twice, with the difference to UTC."""
    if by is By.DAY:
        return dates.format_skeleton("yMMMEd", on_clock(begin, formats.zone).date(), locale=locale())
    if by is By.WEEK:
        return _("Week of %(day)s", day=formats.date(begin))
    local = begin.astimezone(formats.zone)
    day = dates.format_skeleton("MMMEd", local.date(), locale=locale())
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    offset = f" (UTC{local:%z})" if twice else ""
    return f"{day}, {formats.time(begin)}{offset}"


def days_label(period: Span, formats: Formats) -> str:
    """From which day to which."""
    first, last = formats.date(period.begin), formats.date(period.end - timedelta(microseconds=1))
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)
