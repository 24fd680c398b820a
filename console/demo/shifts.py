"""Who works when in the demo's last weeks: shifts on weekdays, with lunch and other breaks in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from console.demo.team import AGENTS, Member

DAYS = 30
OPENS, CLOSES = time(8), time(18)
"""When the queues are open, on weekdays."""

SHIFTS = ((time(8), time(16, 30)), (time(9, 30), time(18)))
AWAY_SHARE = 0.08
LUNCH = (time(11, 30), time(13), 30)
"""From when to when lunches begin, and the minutes that they take."""

BREAKS = ((time(10), "break", 12), (time(14, 15), "break", 12))
OTHERS = (("meeting", 30), ("training", 45), ("paperwork", 20))
OTHERS_SHARE = 0.35
LAST_CALL = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Span:
    """What an agent does for a while."""

    state: str
    began_at: datetime
    ended_at: datetime
    reason: str = ""


@dataclass(slots=True)
class Shift:
    """An agent's day. `free_at`: nothing is planned any more from then on. `due` are the breaks that are
    still to be taken (when, reason, minutes)."""

    agent: Member
    begins: datetime
    ends: datetime
    due: list[tuple[datetime, str, int]]
    free_at: datetime
    spans: list[Span] = field(default_factory=list)

    def ready(self, at: datetime) -> datetime | None:
        """The earliest moment from `at` on when the agent takes a call; None: not on this day."""
        self.rest(at)
        ready = max(at, self.free_at)
        return ready if ready < self.ends - LAST_CALL else None

    def rest(self, until: datetime) -> None:
        """Take the breaks that are due by then, each as soon as the agent is free."""
        while self.due and self.due[0][0] <= max(until, self.free_at):
            due_at, reason, minutes = self.due.pop(0)
            self.do("on_break", max(due_at, self.free_at), timedelta(minutes=minutes), reason)

    def do(self, state: str, at: datetime, lasts: timedelta, reason: str = "") -> datetime:
        """Be in a state from `at` on; returns until when."""
        self.free_at = at + lasts
        self.spans.append(Span(state, at, self.free_at, reason))
        return self.free_at

    def whole(self) -> Iterator[Span]:
        """The day without gaps, from log-in to log-out."""
        self.rest(self.ends)
        at = self.begins
        for span in self.spans:
            if span.began_at > at:
                yield Span("available", at, span.began_at)
            yield span
            at = span.ended_at
        if at < self.ends:
            yield Span("available", at, self.ends)


def working_days(now: datetime, zone: ZoneInfo) -> list[date]:
    """The weekdays of the last weeks, oldest first, and today, whatever day it is: somebody has called."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    return [day for day in days if day.weekday() < 5 or day == today]


def office_time(days: Sequence[date], now: datetime, zone: ZoneInfo, share: float) -> datetime:
    """The moment at which so much (0 to 1) of the time in which the queues were open is over."""
    open_hours = [(moment(day, OPENS, zone), min(moment(day, CLOSES, zone), now)) for day in days]
    lasts = [max(timedelta(), closes - opens) for opens, closes in open_hours]
    left = share * sum(lasts, timedelta())
    for (opens, _), long in zip(open_hours, lasts, strict=True):
        if left <= long:
            return opens + left
        left -= long
    return open_hours[-1][1]  # what rounding left


def shifts_of(random: Random, day: date, zone: ZoneInfo) -> list[Shift]:
    """The shifts of one day; now and then somebody is away."""
    return [
        _shift(random, agent, day, zone, SHIFTS[place % len(SHIFTS)])
        for place, agent in enumerate(AGENTS)
        if random.random() >= AWAY_SHARE
    ]


def _shift(random: Random, agent: Member, day: date, zone: ZoneInfo, hours: tuple[time, time]) -> Shift:
    begins = moment(day, hours[0], zone) + timedelta(seconds=random.randint(-240, 360))
    ends = moment(day, hours[1], zone) + timedelta(seconds=random.randint(-120, 600))
    first, last, minutes = LUNCH
    lunch_at = _between(random, moment(day, first, zone), moment(day, last, zone))
    due = [(lunch_at, "lunch", minutes + random.randint(-4, 6))]
    for at, reason, lasts in BREAKS:
        due.append((moment(day, at, zone) + timedelta(minutes=random.randint(-30, 40)), reason, lasts))
    if random.random() < OTHERS_SHARE:
        due.append((_between(random, begins, ends), *random.choice(OTHERS)))
    return Shift(agent, begins, ends, sorted(each for each in due if begins < each[0] < ends), begins)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of day there, as a moment in UTC."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _between(random: Random, first: datetime, last: datetime) -> datetime:
    return first + random.random() * (last - first)
