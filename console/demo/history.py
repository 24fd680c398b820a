"""Who called in the demo's last month, and what they wanted; what became of it is decided on the `floor`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from console.demo.people import Person, Plot, Row
from console.demo.shifts import office_time
from console.demo.team import QUEUES, Member, agents_of_queue
from telephony.events import Direction

CALLS = 320
LINK = "sim"
ABANDONED_SHARE = 0.1
RATED_SHARE = 0.4  # of the answered calls
RATINGS = (1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5)
QUEUE_WEIGHTS = {"support": 6, "orders": 2, "specialists": 1}


@dataclass(slots=True)
class Arrival:
    """A caller: the call's row as far as it is known when it begins, for how long they talk and (where they
    have little patience) wait, and by whom they would be answered best."""

    call: Row
    talk_s: float
    patience_s: float | None = None
    agent: Member | None = None


def arrivals(
    random: Random, people: list[Person], now: datetime, days: Sequence[date], zone: ZoneInfo
) -> list[Arrival]:
    """The calls of known customers, oldest first."""
    known = [person for person in people if person.plot is not Plot.NEW]
    starts = sorted(_share(random) for _ in range(CALLS))
    until = now - timedelta(hours=1)
    found = [
        _arrival(random, index, random.choice(known), office_time(days, until, zone, share))
        for index, share in enumerate(starts)
    ]
    for each in found:
        if each.patience_s is None:
            each.agent = random.choice(agents_of_queue(each.call["queue"]))
    return found


def _share(random: Random) -> float:
    """Some time in the last weeks, rather lately."""
    return 1.0 - float(random.random() ** 1.2)


def _arrival(random: Random, index: int, person: Person, start: datetime) -> Arrival:
    queue = random.choices(list(QUEUE_WEIGHTS), list(QUEUE_WEIGHTS.values()))[0]
    waits_s = random.uniform(6, 40)
    gives_up = random.random() < ABANDONED_SHARE
    rated = not gives_up and random.random() < RATED_SHARE
    talk_s = 0.0 if gives_up else random.uniform(40, 420)
    call = {
        **call_row(f"{LINK}-{int(start.timestamp())}.{2 * index + 1}", queue, start),
        "number": f"+{person.country.code}{person.number}",
        "identified": "one",
        "customer_id": person.id,
        "satisfaction": random.choice(RATINGS) if rated else None,
    }
    return Arrival(call, talk_s, waits_s if gives_up else None)


def call_row(id_: str, queue: str, start: datetime) -> Row:
    """The row of a call that nobody has answered yet."""
    return {
        "id": id_,
        "link": LINK,
        "direction": Direction.INBOUND.value,
        "state": "ended",
        "end": None,
        "queue": queue,
        "line": line_of(queue),
        "number": "",
        "caller_name": "",
        "identified": "none",
        "customer_id": None,
        "started_at": start,
        "answered_at": None,
        "ended_at": None,
        "satisfaction": None,
        "outcome": None,
        "erased": False,
    }


def line_of(queue: str) -> int:
    """The line of a queue of the demo."""
    return next(each.line for each in QUEUES if each.name == queue)
