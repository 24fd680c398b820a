"""The only place that asks what time it is. Everything that decides takes the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

Clock = Callable[[], datetime]
"""Returns the present moment as an aware UTC datetime."""


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)


def on_clock(at: datetime, zone: tzinfo) -> datetime:
    """`at` as clocks of `zone` show it. At either end of the calendar, where they would need a year that is
    none, it stays as it is: "due at the end of 9999" means never, and comes from real records."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at
