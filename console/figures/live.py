"""What a board shows of a queue now: the last 30 minutes, today, and who waits. Kept up visit by visit.

The same visits count as in a report. A visit is in the last 30 minutes when the caller joined the queue in
them, and in today when they joined since local midnight: it is counted once, where it began. A call across
midnight belongs to the day that is over, and leaves today's figures at midnight, while its caller goes on
waiting. Whoever waits counts in the service level once their wait has ended.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from console.figures.intervals import today
from console.figures.tally import Limits, Tally
from console.figures.visits import Visit, VisitKey

RECENT = timedelta(minutes=30)
"""How far "now" reaches back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many callers wait, and since when the one who joined first; None when nobody waits."""

    count: int
    since: datetime | None


class Live:
    """One queue, now. `put` each visit as it comes in and whenever anything of it changes: what was said of
    it before is forgotten. That takes as long however many visits there are (on average: a late one takes
    longer, and at midnight all are looked through once)."""

    def __init__(self, limits: Limits, zone: tzinfo, at: datetime, visits: Iterable[Visit] = ()) -> None:
        self._limits, self._zone = limits, zone
        self._at, self._day = at, today(at, zone)
        self._visits: dict[VisitKey, Visit] = {}  # all that may be taken back from what follows
        self._waiting: dict[VisitKey, datetime] = {}
        self._lately: dict[VisitKey, Visit] = {}  # those counted in `_recent`
        self._order: deque[tuple[datetime, VisitKey]] = deque()  # the same, by when they joined
        self._recent, self._today = Tally(), Tally()
        for visit in sorted(visits, key=lambda each: each.queued_at):
            self.put(visit, at)

    def put(self, visit: Visit, at: datetime) -> None:
        """The visit is so at the moment `at`."""
        self.move_on(at)
        before = self._forget(visit.key)
        if visit.waits:
            self._waiting[visit.key] = visit.queued_at
        if visit.queued_at in self._day:
            self._today.put(visit, self._limits)
        if visit.queued_at >= self._since:
            self._recent.put(visit, self._limits)
            self._lately[visit.key] = visit
            if before is None or before.queued_at != visit.queued_at:
                self._line_up(visit)
        if self._matters(visit):
            self._visits[visit.key] = visit

    def move_on(self, at: datetime) -> None:
        """It is `at` now: what is too long ago leaves. A clock that goes back changes nothing."""
        self._at = max(self._at, at)
        while self._order and self._order[0][0] < self._since:
            key = self._order.popleft()[1]
            if key in self._lately and self._lately[key].queued_at < self._since:
                self._recent.put(self._lately.pop(key), self._limits, -1)
        if self._at >= self._day.end:
            self._begin_day()

    def with_limits(self, limits: Limits) -> "Live":
        """The same visits, by other limits."""
        return Live(limits, self._zone, self._at, self._visits.values())

    def recent(self, at: datetime) -> Tally:
        """Of those who joined within RECENT before `at`."""
        self.move_on(at)
        return self._recent + Tally()

    def today(self, at: datetime) -> Tally:
        """Of those who joined on the local day of `at`."""
        self.move_on(at)
        return self._today + Tally()

    @property
    def waiting(self) -> Waiting:
        """Who waits: moments, no ticking numbers."""
        return Waiting(len(self._waiting), min(self._waiting.values(), default=None))

    @property
    def _since(self) -> datetime:
        return self._at - RECENT

    def _matters(self, visit: Visit) -> bool:
        return visit.waits or visit.queued_at >= min(self._since, self._day.begin)

    def _forget(self, key: VisitKey) -> Visit | None:
        """What was said of it before, as far as it is counted in the last 30 minutes."""
        before = self._visits.pop(key, None)
        self._waiting.pop(key, None)
        if before is not None and before.queued_at in self._day:
            self._today.put(before, self._limits, -1)
        lately = self._lately.pop(key, None)
        if lately is not None:
            self._recent.put(lately, self._limits, -1)
        return lately

    def _line_up(self, visit: Visit) -> None:
        entry = (visit.queued_at, visit.key)
        if self._order and entry < self._order[-1]:
            insort(self._order, entry)
        else:
            self._order.append(entry)

    def _begin_day(self) -> None:
        self._day = today(self._at, self._zone)
        self._visits = {key: visit for key, visit in self._visits.items() if self._matters(visit)}
        self._today = Tally()
        for visit in self._visits.values():
            if visit.queued_at in self._day:
                self._today.put(visit, self._limits)
