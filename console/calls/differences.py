"""What a resync put right: the differences between what was believed and what the phone system says. Pure.

Every call that the retold events or the end of a resync changed is compared as a whole with what was believed
at the start, so that a leg that was found and had been answered counts once.
"""

from collections import Counter
from enum import StrEnum

from console.calls.register import Step
from telephony.events import CallId, End, LegId
from telephony.lifecycle import Call, Leg


class Difference(StrEnum):
    """In what a belief was wrong."""

    CALL_FOUND = "call_found"  # nobody had heard of it
    CALL_LOST = "call_lost"  # it is gone, and how it ended is not known
    LEG_FOUND = "leg_found"  # an agent was rung unheard of
    LEG_GONE = "leg_gone"  # it is over, unheard of
    ANSWER_UNHEARD = "answer_unheard"
    HOLD_DIFFERS = "hold_differs"
    QUEUE_CHANGED = "queue_changed"  # waits in another queue, or waits no more, or again
    PAUSE_DIFFERS = "pause_differs"


class Resync:
    """One resync of one link, from its opening to its end. `first`: the process believed nothing before it,
    so a call that it finds was missed by nobody."""

    def __init__(self, *, first: bool) -> None:
        self.first = first
        self.members: set[tuple[int, str | None]] = set()
        self.pauses = 0
        self._before: dict[CallId, Call | None] = {}
        self._after: dict[CallId, Call] = {}

    def changed(self, step: Step) -> None:
        """A retold event, or the end, changed a call."""
        self._before.setdefault(step.after.id, step.before)
        self._after[step.after.id] = step.after

    def differences(self) -> Counter[Difference]:
        """What was put right, by kind."""
        counted = Counter({Difference.PAUSE_DIFFERS: self.pauses})
        for call_id, after in self._after.items():
            counted.update(differences(self._before[call_id], after))
        return +counted


def differences(before: Call | None, after: Call) -> list[Difference]:
    """In what the belief `before` (None: there was none) was wrong."""
    if before is None:
        return [Difference.CALL_FOUND]
    if after.ended_at is not None:
        return [Difference.CALL_LOST] if after.end is End.LOST and before.ended_at is None else []
    earlier = {leg.id: leg for leg in before.legs if leg.interface}
    found = [each for leg in after.legs for each in _of_leg(earlier, leg)]
    moved = _waits_in(before) != _waits_in(after)
    return [*found, Difference.QUEUE_CHANGED] if moved else found


def _waits_in(call: Call) -> tuple[str | None, bool]:
    """The queue that the caller came to last, and whether they left it without an answer."""
    visit = call.visit
    return call.queue, visit is not None and visit.left_at is not None and visit.leg is None


def _of_leg(earlier: dict[LegId, Leg], after: Leg) -> list[Difference]:
    before = earlier.get(after.id)
    if before is None:
        return [Difference.LEG_FOUND] if after.interface else []
    if before.ended_at is None and after.ended_at is not None:
        return [Difference.LEG_GONE]
    if before.answered_at is None and after.answered_at is not None:
        return [Difference.ANSWER_UNHEARD]
    return [Difference.HOLD_DIFFERS] if before.held != after.held else []
