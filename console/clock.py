"""The only place that asks what time it is. Everything that decides takes the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware UTC datetime."""


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)
