"""Makes the calls of the demo's last month."""

from datetime import datetime, timedelta
from random import Random

from console.demo.people import Person, Plot, Row
from console.demo.team import QUEUES, agents_of_queue
from telephony.events import Direction, End, LegResult

CALLS = 320
LINK = "sim"
ABANDONED_SHARE = 0.1
RATED_SHARE = 0.4  # of the answered calls
RATINGS = (1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5)
QUEUE_WEIGHTS = {"support": 6, "orders": 2, "specialists": 1}


def call_rows(random: Random, people: list[Person], now: datetime) -> tuple[list[Row], list[Row]]:
    """Rows of ended calls and of their legs, oldest first."""
    known = [person for person in people if person.plot is not Plot.NEW]
    starts = sorted(_start(random, now) for _ in range(CALLS))
    calls = [_call_row(random, index, random.choice(known), start) for index, start in enumerate(starts)]
    return calls, [_leg_row(random, call) for call in calls if call["answered_at"]]


def _start(random: Random, now: datetime) -> datetime:
    """Some time in the last 30 days, rather lately, and not within the last hour."""
    return now - timedelta(hours=1 + 719 * random.random() ** 1.2)


def _call_row(random: Random, index: int, person: Person, start: datetime) -> Row:
    name = random.choices(list(QUEUE_WEIGHTS), list(QUEUE_WEIGHTS.values()))[0]
    answered = start + timedelta(seconds=random.uniform(6, 40))
    abandoned = random.random() < ABANDONED_SHARE
    rated = not abandoned and random.random() < RATED_SHARE
    return {
        "id": f"{LINK}-{int(start.timestamp())}.{2 * index + 1}",
        "link": LINK,
        "direction": Direction.INBOUND.value,
        "state": "ended",
        "end": (End.ABANDONED if abandoned else End.COMPLETED).value,
        "queue": name,
        "line": next(queue.line for queue in QUEUES if queue.name == name),
        "number": f"+{person.country.code}{person.number}",
        "caller_name": "",
        "identified": "one",
        "customer_id": person.id,
        "started_at": start,
        "answered_at": None if abandoned else answered,
        "ended_at": answered if abandoned else answered + timedelta(seconds=random.uniform(40, 420)),
        "satisfaction": random.choice(RATINGS) if rated else None,
        "outcome": None,
    }


def _leg_row(random: Random, call: Row) -> Row:
    agent = random.choice(agents_of_queue(call["queue"]))
    return {
        "id": f"{call['id']}.a",
        "call_id": call["id"],
        "interface": agent.interface,
        "user_id": agent.id,
        "queue": call["queue"],
        "offered_at": call["answered_at"] - timedelta(seconds=random.uniform(4, 6)),
        "answered_at": call["answered_at"],
        "ended_at": call["ended_at"],
        "result": LegResult.ANSWERED.value,
    }
