"""From when on a queue is not as it should be: yellow, then red. Pure."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How a queue is."""

    FINE = 0
    YELLOW = 1
    RED = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A queue is yellow or red from so many callers waiting on, from so many seconds of the longest wait on,
    and when the service level of the last 30 minutes, in percent, is lower than that. None: never. `sound`:
    boards that may make a sound do so when it becomes red."""

    waiting_yellow: int | None = None
    waiting_red: int | None = None
    longest_yellow_s: int | None = None
    longest_red_s: int | None = None
    level_yellow: int | None = None
    level_red: int | None = None
    sound: bool = False

    def of_waiting(self, count: int) -> Level:
        """How the queue is by the number of callers who wait."""
        return _from(count, self.waiting_yellow, self.waiting_red)

    def of_longest(self, seconds: float) -> Level:
        """By the longest wait."""
        return _from(seconds, self.longest_yellow_s, self.longest_red_s)

    def of_service_level(self, percent: float | None) -> Level:
        """By the service level; nothing is said of none."""
        if percent is None:
            return Level.FINE
        return _from(-percent, _below(self.level_yellow), _below(self.level_red))


NONE = Thresholds()
NAMES = tuple(Thresholds.__slots__)


def _below(percent: int | None) -> float | None:
    return None if percent is None else -percent + 1e-9


def _from(value: float, yellow: float | None, red: float | None) -> Level:
    if red is not None and value >= red:
        return Level.RED
    return Level.YELLOW if yellow is not None and value >= yellow else Level.FINE
