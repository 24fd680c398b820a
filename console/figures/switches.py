"""How a queue's service level is read off its visits, and what a reader wants to see instead."""

from dataclasses import asdict, dataclass
from typing import NamedTuple

USUAL = "answered_or_abandoned"
"""The key of the formula that is used where nothing else was chosen."""


class Switches(NamedTuple):
    """By the formula with this key, and whether it counts short abandons, callers whom the queue gave up,
    callers who were taken out of it, and call-backs."""

    formula: str = USUAL
    short: bool = True
    timed_out: bool = False
    moved: bool = False
    call_backs: bool = False

    def of(self, _own: "Switches") -> "Switches":
        """These, whatever a queue has."""
        return self


USUAL_SWITCHES = Switches()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader chose; None: as each queue has it."""

    formula: str | None = None
    short: bool | None = None
    timed_out: bool | None = None
    moved: bool | None = None
    call_backs: bool | None = None

    def of(self, own: Switches) -> Switches:
        """What counts for a queue that has these of its own."""
        return own._replace(**{name: value for name, value in asdict(self).items() if value is not None})


AS_SET = Chosen()
"""As each queue has it."""

Wanted = Switches | Chosen
