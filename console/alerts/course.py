"""When an alert begins, rises, falls and ends. Pure.

It begins when a figure has been past its threshold for `LASTS`, with the moment at which it passed it: what
is over in a blink is none. It ends when the figure is back. A figure that passes its threshold again within
`AGAIN` goes on with the same alert, so that one that flutters does not fill the list.

Of a figure that nobody knows now (its phone system or the bus is away) no reading comes: that neither begins
nor ends an alert. Where it is back when somebody looks again, nobody knows since when: the alert lasted at
least until it was last known to be past its threshold, and says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.queues.thresholds import Level

LASTS = timedelta(seconds=3)
AGAIN = timedelta(minutes=1)

KNOWN = timedelta(seconds=10)
"""Looks are a second apart. Where one is missing for longer, the end is not known to the second."""

LOST = timedelta(minutes=30)
"""After so long of which nothing is known it is another alert."""


class Figure(StrEnum):
    """What has thresholds."""

    WAITING = "waiting"
    LONGEST = "longest_wait"
    LEVEL = "service_level"


FALLS = frozenset({Figure.LEVEL})
"""Figures that get worse by falling."""

Key = tuple[str, Figure]
"""A queue has at most one alert of each figure at a time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of a queue as it is now (callers, seconds, percent; None: of nothing), and how that is by the
    thresholds."""

    queue: str
    figure: Figure
    value: float | None
    level: Level

    @property
    def key(self) -> Key:
        """Whose alert it is about."""
        return self.queue, self.figure


@dataclass(frozen=True, slots=True)
class Alert:
    """A figure was past its threshold from `began_at` on: `level` is how it is now, or was last, `worst` how
    bad it became and `peak` the worst value; red since `red_at` for the first time. At `known_at` it was past
    its threshold for the last time so far. It `ended_at` that moment, or (not `end_known`) then or later."""

    queue: str
    figure: Figure
    level: Level
    worst: Level
    peak: float
    began_at: datetime
    known_at: datetime
    red_at: datetime | None = None
    ended_at: datetime | None = None
    end_known: bool = True

    @property
    def key(self) -> Key:
        """Whose alert it is."""
        return self.queue, self.figure


class Course:
    """The alerts of all queues as time goes on. `known` are those on record: open, or ended a moment ago."""

    def __init__(self, known: Iterable[Alert] = ()) -> None:
        self._newest = {alert.key: alert for alert in sorted(known, key=lambda each: each.began_at)}
        self._rising: dict[Key, Alert] = {}

    def take(self, readings: Iterable[Reading], at: datetime) -> list[Alert]:
        """What was read at a moment; the alerts that are not as they were."""
        by_key = {reading.key: reading for reading in readings}
        self._rising = {key: alert for key, alert in self._rising.items() if key in by_key}
        return [alert for reading in by_key.values() for alert in self._take(reading, at)]

    def _take(self, reading: Reading, at: datetime) -> Iterator[Alert]:
        alert = self._newest.get(reading.key)
        if alert is not None and alert.ended_at is None and at - alert.known_at > LOST:
            alert = self._newest[reading.key] = _ended(alert, at)
            yield alert
        after = (
            self._begun(reading, at) if alert is None or _is_over(alert, at) else _after(alert, reading, at)
        )
        if after is not None and after != alert:
            self._newest[reading.key] = after
            yield after

    def _begun(self, reading: Reading, at: datetime) -> Alert | None:
        """The alert that begins with this, if it has lasted."""
        rising = self._rising.pop(reading.key, None)
        if reading.level is Level.FINE or reading.value is None:
            return None
        alert = _on(rising, reading, at) if rising else _first(reading, reading.value, at)
        if at - alert.began_at >= LASTS:
            return alert
        self._rising[reading.key] = alert
        return None


def _is_over(alert: Alert, at: datetime) -> bool:
    """Whether it will not go on, whatever comes."""
    return alert.ended_at is not None and at - alert.ended_at > AGAIN


def _after(alert: Alert, reading: Reading, at: datetime) -> Alert:
    if reading.level is not Level.FINE:
        return _on(alert, reading, at)
    return alert if alert.ended_at is not None else _ended(alert, at)


def _first(reading: Reading, value: float, at: datetime) -> Alert:
    red_at = at if reading.level is Level.RED else None
    return Alert(reading.queue, reading.figure, reading.level, reading.level, value, at, at, red_at)


def _on(alert: Alert, reading: Reading, at: datetime) -> Alert:
    """It is still, or again, past its threshold."""
    is_red = reading.level is Level.RED
    return replace(
        alert,
        level=reading.level,
        worst=max(alert.worst, reading.level),
        peak=_worse(reading.figure, alert.peak, reading.value),
        known_at=at,
        red_at=at if is_red and alert.red_at is None else alert.red_at,
        ended_at=None,
        end_known=True,
    )


def _ended(alert: Alert, at: datetime) -> Alert:
    if at - alert.known_at <= KNOWN:
        return replace(alert, ended_at=at)
    return replace(alert, ended_at=alert.known_at, end_known=False)


def _worse(figure: Figure, one: float, other: float | None) -> float:
    if other is None:
        return one
    return min(one, other) if figure in FALLS else max(one, other)
