"""Who may call, and which phones ring for them."""

from dataclasses import dataclass
from enum import StrEnum

from telephony.events import Caller


class Strategy(StrEnum):
    """How a queue rings its agents."""

    RING_ALL = "ring_all"  # every free agent; the first to answer gets the call
    LONGEST_IDLE = "longest_idle"  # one at a time, whoever has been without a call for longest


LEAST_DIGITS = 6
MOST_DIGITS = 17
"""Of a number outside the house: from a short national one to the longest of E.164 behind `00`."""


def can_be_called(caller: Caller) -> bool:
    """Whether an agent could call back: the caller showed a number, and it is one."""
    digits = caller.number.removeprefix("+")
    plain = digits.isascii() and digits.isdecimal()
    return plain and LEAST_DIGITS <= len(digits) <= MOST_DIGITS and not caller.withheld


@dataclass(frozen=True, slots=True)
class SimulatedQueue:
    """A queue, the interfaces of its agents (e.g. `PJSIP/1001`) and the number callers dial for it."""

    name: str
    interfaces: tuple[str, ...]
    dialled: str = ""
    strategy: Strategy = Strategy.LONGEST_IDLE


@dataclass(frozen=True, slots=True)
class SimulatedCaller:
    """Somebody who may call one of `queues`, at random. Each calls `weight` times before all start again;
    with a weight below 1 it is rather late in the round."""

    caller: Caller
    queues: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody on both ends. A caller's queues must be among `queues`."""

    queues: tuple[SimulatedQueue, ...]
    callers: tuple[SimulatedCaller, ...]

    def __post_init__(self) -> None:
        names = {queue.name for queue in self.queues}
        for caller in self.callers:
            if not caller.queues or not names.issuperset(caller.queues):
                raise ValueError(f"a caller of unknown queues: {caller.queues} is not among {sorted(names)}")
