"""What was counted, as it goes over the bus: small, and enough for every figure but percentiles. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from console.figures.tally import Fate, Handling, Tally
from console.figures.times import Times
from console.live.bus import Value
from telephony.events import VisitEnd

TIMES = ("talked", "held", "wrap_up")
NUMBERS = ("offers", "missed", "handled", "transfers")


def write_handling(handling: Handling) -> dict[str, Any]:
    """What agents did: counts, and times in seconds."""
    numbers = {name: getattr(handling, name) for name in NUMBERS}
    return numbers | {name: getattr(handling, name).total_seconds() for name in TIMES}


def read_handling(value: Mapping[str, Any]) -> Handling:
    """What agents did."""
    numbers: list[int] = [value[name] for name in NUMBERS]
    times = [timedelta(seconds=value[name]) for name in TIMES]
    return Handling(*numbers, *times)  # type: ignore[arg-type] # in the order of its fields


def write_tally(tally: Tally) -> dict[str, Any]:
    """A tally. Of the waits of each fate only their sum and the longest one are told; the switches of its
    queue are known to whoever reads it."""
    fates = [
        [what.end and what.end.value, what.in_time, what.short, what.call_back, count, *_waits(tally, what)]
        for what, count in sorted(tally.visits.items(), key=str)
    ]
    return {"calls": tally.calls, "fates": fates, "handling": write_handling(tally.handling)}


def _waits(tally: Tally, what: Fate) -> tuple[int, float, int]:
    """How many waits, their sum in seconds, the longest."""
    times = tally.waits.get(what, Times())
    return times.count, times.total.total_seconds(), times.longest_s or 0


def read_tally(value: Value) -> Tally:
    """The tally that was written. Its percentiles mean nothing."""
    tally = Tally(value["calls"], handling=read_handling(value["handling"]))
    for end, in_time, short, call_back, count, waits, total_s, longest_s in value["fates"]:
        what = Fate(None if end is None else VisitEnd(end), in_time, short, call_back)
        tally.visits[what] = count
        if waits:
            seconds = Counter({longest_s: 1}) + Counter({0: waits - 1})
            tally.waits[what] = Times(timedelta(seconds=total_s), seconds)
    return tally
