"""What became of the demo's past calls: who waited how long for whom, gave up, was held or passed on, and
what agents did all day. Calls are taken as they come, by whoever of the queue's agents is free first.

By a random source of its own, so that everything else in the demo stays as it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from console.demo.history import LINK, Arrival, call_row, line_of
from console.demo.people import Row
from console.demo.shifts import OPENS, Shift, Span, moment, shifts_of, working_days
from console.demo.team import AGENTS, QUEUES
from telephony.events import End, LegResult, VisitEnd

PATIENCE_S = 170.0  # on average
LEAST_PATIENCE_S = 4.0
QUEUE_TIMEOUT_S = 180.0
DIALPLAN_S = 0.1  # from one queue to the next
RING_S = (4.0, 9.0)
RING_OUT_S = 15.0
RETRY_S = 5.0  # between a ring that nobody answered and the next
NO_ANSWER_SHARE = 0.05  # of the rings
HOLD_SHARE = 0.22  # of the talks
HOLD_S = (8.0, 75.0)
QUEUE_TRANSFER_SHARE = 0.05  # of the talks
AGENT_TRANSFER_SHARE = 0.04  # of the talks
TALK_S = (5.25, 0.6)  # mean and deviation of the logarithm
MOST_TALK_S = 900.0
WRAP_UP_S = (8.0, 45.0)

STRANGERS_A_DAY = 60
STRANGERS = 500
HOURS = (5, 8, 10, 9, 5, 6, 8, 7, 5, 3)
"""How busy each hour is, from the one in which the queues open."""

RUSHES = {0: ("support", 9, 60), 2: ("specialists", 14, 9), 4: ("orders", 13, 32)}
"""By weekday: the queue to which, from which hour on, so many more come within `RUSH`."""

RUSH = timedelta(minutes=25)
STRANGERS_QUEUES = {"support": 6, "orders": 3, "specialists": 1}
DONE_BY = timedelta(minutes=40)
"""Nobody of the past still talks."""


@dataclass(frozen=True, slots=True)
class History:
    """Rows of ended calls with their legs and waits, and of what agents did; calls oldest first."""

    calls: list[Row]
    legs: list[Row]
    visits: list[Row]
    states: list[Row]

    def talks(self) -> list[Row]:
        """Of each call that was answered the first leg that was."""
        first: dict[str, Row] = {}
        for leg in self.legs:
            if leg["answered_at"]:
                first.setdefault(leg["call_id"], leg)
        return list(first.values())


def play(random: Random, known: Sequence[Arrival], now: datetime, zone: ZoneInfo) -> History:
    """The last weeks, with the calls of customers who are known and of many who are not."""
    history, spans = History([], [], [], []), defaultdict[int, list[Span]](list)
    by_day = defaultdict[date, list[Arrival]](list)
    for each in known:
        by_day[each.call["started_at"].astimezone(zone).date()].append(each)
    for day in working_days(now, zone):
        shifts = shifts_of(random, day, zone)
        arriving = [*by_day[day], *_strangers(random, day, now - DONE_BY, zone)]
        for each in sorted(arriving, key=lambda each: each.call["started_at"]):
            _Caller(random, shifts, each, history).come()
        for shift in shifts:
            spans[shift.agent.id] += shift.whole()
    for agent in AGENTS:
        history.states.extend(_state_rows(agent.id, spans[agent.id], now))
    return history


def _strangers(random: Random, day: date, until: datetime, zone: ZoneInfo) -> Iterator[Arrival]:
    """Calls from numbers that nobody has, and from withheld ones."""
    opens = moment(day, OPENS, zone)
    for number, (queue, after) in enumerate(_when(random, day)):
        start = opens + after
        row = call_row(f"{LINK}-{int(start.timestamp())}.{10_001 + 2 * number}", queue, start)
        shown = random.random() < 0.8
        row["number"] = f"+42123{random.randrange(STRANGERS):07}" if shown else ""
        row["identified"] = "none" if shown else "withheld"
        if start < until:
            yield Arrival(row, min(random.lognormvariate(*TALK_S), MOST_TALK_S))


def _when(random: Random, day: date) -> Iterator[tuple[str, timedelta]]:
    """To which queue they come, and how long after it opens."""
    for _ in range(STRANGERS_A_DAY + random.randint(-12, 12)):
        queue = random.choices(list(STRANGERS_QUEUES), list(STRANGERS_QUEUES.values()))[0]
        hour = random.choices(range(len(HOURS)), HOURS)[0]
        yield queue, timedelta(hours=hour + random.random())
    if day.weekday() in RUSHES:
        queue, hour, callers = RUSHES[day.weekday()]
        for _ in range(callers + random.randint(-callers // 4, callers // 4)):
            yield queue, timedelta(hours=hour - OPENS.hour) + random.random() * RUSH


@dataclass(slots=True)
class _Caller:
    """One call on the phones of one day."""

    random: Random
    shifts: list[Shift]
    arrival: Arrival
    history: History
    visits: list[Row] = field(default_factory=list)
    legs: int = 0

    def come(self) -> None:
        """Call, and whatever comes of it."""
        call = self.arrival.call
        at, end = self._wait(call["queue"], call["started_at"])
        call["ended_at"] = at
        call["end"] = (End.COMPLETED if call["answered_at"] else end).value
        call["satisfaction"] = call["satisfaction"] if call["answered_at"] else None
        self.history.calls.append(call)
        self.history.visits.extend(self.visits)

    def _wait(self, queue: str, at: datetime) -> tuple[datetime, End]:
        """Wait in a queue, and go on from there; when and how the call ended."""
        self.arrival.call["queue"], self.arrival.call["line"] = queue, line_of(queue)
        visit = self._visit(queue, at)
        until, end = self._patience(at)
        answered = self._answered(queue, at, until)
        if answered is not None:
            shift, leg = answered
            visit.update(left_at=leg["answered_at"], end=VisitEnd.ANSWERED.value, leg_id=leg["id"])
            return self._talk(shift, leg)
        visit.update(left_at=until, end=end.value)
        other = self._other(queue)
        if end is VisitEnd.TIMED_OUT and len(self.visits) == 1:
            return self._wait(other, until + timedelta(seconds=DIALPLAN_S))
        return until, End(end.value)

    def _visit(self, queue: str, at: datetime) -> Row:
        call = self.arrival.call
        visit = {"call_id": call["id"], "number": len(self.visits) + 1, "link": LINK, "queue": queue}
        visit |= {"line": line_of(queue), "queued_at": at, "left_at": None, "end": None, "leg_id": None}
        self.visits.append(visit)
        return visit

    def _patience(self, at: datetime) -> tuple[datetime, VisitEnd]:
        """Until when somebody has to answer, and what happens then."""
        wish = self.arrival.patience_s
        drawn = LEAST_PATIENCE_S + self.random.expovariate(1 / (PATIENCE_S - LEAST_PATIENCE_S))
        patience_s = drawn if wish is None else wish
        end = VisitEnd.ABANDONED if patience_s < QUEUE_TIMEOUT_S else VisitEnd.TIMED_OUT
        return at + timedelta(seconds=min(patience_s, QUEUE_TIMEOUT_S)), end

    def _other(self, queue: str) -> str:
        return self.random.choice([each.name for each in QUEUES if each.name != queue])

    # Phones

    def _answered(self, queue: str, at: datetime, until: datetime) -> tuple[Shift, Row] | None:
        """Ring one agent after the other; who answered in time."""
        while True:
            found = self._free(queue, at)
            if found is None or found[0] >= until:
                return None
            at, shift = found
            leg = self._ring(shift, queue, at, until)
            if leg["answered_at"]:
                return shift, leg
            at = leg["ended_at"] + timedelta(seconds=RETRY_S)

    def _free(self, queue: str, at: datetime) -> tuple[datetime, Shift] | None:
        """Whom of its agents the queue can ring first, and when."""
        ready = [(shift.ready(at), shift) for shift in self.shifts if queue in shift.agent.queues]
        free = [(when, shift) for when, shift in ready if when is not None]
        self.random.shuffle(free)
        wish = self.arrival.agent
        return min(free, key=lambda each: (each[0], each[1].agent is not wish), default=None)

    def _ring(self, shift: Shift, queue: str | None, at: datetime, until: datetime) -> Row:
        """Ring an agent, who answers unless they do not, or it is too late."""
        answers = self.random.random() >= NO_ANSWER_SHARE
        lasts = timedelta(seconds=self.random.uniform(*RING_S) if answers else RING_OUT_S)
        in_time = at + lasts < until
        rang_until = shift.do("ringing", at, min(lasts, until - at))
        leg = self._leg(shift, queue, at)
        if answers and in_time:
            leg.update(answered_at=rang_until, result=LegResult.ANSWERED.value)
        else:
            missed = LegResult.NO_ANSWER if in_time else LegResult.CANCELLED
            leg.update(ended_at=rang_until, result=missed.value)
        return leg

    def _leg(self, shift: Shift, queue: str | None, at: datetime) -> Row:
        self.legs += 1
        call = self.arrival.call["id"]
        leg: Row = {"id": f"{call}.{self.legs}", "call_id": call, "queue": queue, "offered_at": at}
        leg |= {"interface": shift.agent.interface, "user_id": shift.agent.id}
        leg |= {"answered_at": None, "ended_at": None, "result": None, "held_s": 0.0, "transferred_to": None}
        self.history.legs.append(leg)
        return leg

    # Talks

    def _talk(self, shift: Shift, leg: Row) -> tuple[datetime, End]:
        """Talk, perhaps with the caller on hold for a while, and perhaps pass them on."""
        call, talk_s = self.arrival.call, max(self.arrival.talk_s, 20.0)
        call["answered_at"] = call["answered_at"] or leg["answered_at"]
        if self.random.random() < HOLD_SHARE:
            leg["held_s"] = round(min(self.random.uniform(*HOLD_S), talk_s / 2), 3)
        leg["ended_at"] = shift.do("on_call", leg["answered_at"], timedelta(seconds=talk_s))
        shift.do("wrap_up", leg["ended_at"], timedelta(seconds=self.random.uniform(*WRAP_UP_S)))
        dice, first = self.random.random(), len(self.visits) == 1 and leg["queue"] is not None
        if first and dice < QUEUE_TRANSFER_SHARE:
            return self._to_queue(leg)
        if first and dice > 1 - AGENT_TRANSFER_SHARE:
            return self._to_colleague(leg)
        return leg["ended_at"], End.COMPLETED

    def _to_queue(self, leg: Row) -> tuple[datetime, End]:
        other = self._other(leg["queue"])
        extension = next(each.extension for each in QUEUES if each.name == other)
        leg.update(result=LegResult.TRANSFERRED.value, transferred_to=extension)
        return self._wait(other, leg["ended_at"])

    def _to_colleague(self, leg: Row) -> tuple[datetime, End]:
        at = leg["ended_at"]
        free = [shift for shift in self.shifts if shift.agent.id != leg["user_id"] and shift.ready(at) == at]
        if not free:
            return at, End.COMPLETED
        shift = self.random.choice(free)
        leg.update(result=LegResult.TRANSFERRED.value, transferred_to=shift.agent.extension)
        rung = self._ring(shift, None, at, at + timedelta(seconds=QUEUE_TIMEOUT_S))
        return self._talk(shift, rung) if rung["answered_at"] else (rung["ended_at"], End.COMPLETED)


def _state_rows(user_id: int, spans: Sequence[Span], now: datetime) -> Iterator[Row]:
    """One row after the other without gaps; the last one goes on."""
    rows: list[Row] = []
    for span in _with_nights(spans):
        if rows and (rows[-1]["state"], rows[-1]["reason"]) == (span.state, span.reason):
            rows[-1]["ended_at"] = span.ended_at
        else:
            rows.append(_state_row(user_id, span))
    for row in rows:
        if row["began_at"] < now:
            yield {**row, "ended_at": row["ended_at"] if row["ended_at"] < now else None}


def _with_nights(spans: Sequence[Span]) -> Iterator[Span]:
    """With the time between two shifts, and that behind the last one."""
    at = spans[0].began_at if spans else None
    for span in spans:
        if at is not None and span.began_at > at:
            yield Span("offline", at, span.began_at)
        yield span
        at = span.ended_at
    if at is not None:
        yield Span("offline", at, at + timedelta(days=10))


def _state_row(user_id: int, span: Span) -> Row:
    times = {"began_at": span.began_at, "ended_at": span.ended_at}
    return {"user_id": user_id, "state": span.state, "reason": span.reason, **times}
