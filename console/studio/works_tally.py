"""What became of the runs of one script: counted one by one, and put together again. Pure.

A run counts once its call is over. What is asked of a call (whether the customer called again, what they
said of it) counts once for each call, with the last run of the script on it: a call that was passed on is
one call, however many agents it had. Nothing is kept of single runs: it may be any number of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.promises.models import OfferAnswer
from console.studio.works_intervals import Share, Times
from scripts_engine.run import Run, seconds_at
from scripts_engine.run_codec import run_from_dict
from scripts_engine.script import Action

AGAIN_WITHIN = timedelta(days=7)
"""Who calls again within this time after a call did not get what they called for, or not all of it."""

SATISFIED = (4, 5)
"""Of 1 to 5."""

LONGEST_S = 24 * 60 * 60
"""Nobody stands at a step for longer than this: what says so counts as this much."""


UNRECORDED = "unrecorded"
"""Any other result: it was made before answers were kept."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run on a call that is over. `instead`: the agent took this script instead of another one; `left_for`:
    they took another one instead of it. `last`: none of the same script came after it on the call. `again_at`
    is when the customer called next; `customer` whether it is known who that was."""

    version: int
    walk: Mapping[str, Any]
    instead: bool
    left_for: bool
    last: bool
    customer: bool
    ended_at: datetime
    again_at: datetime | None
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class Picks:
    """Calls that got a script: `answered` ones among them, and of these those that were `walked` through. On
    `replaced` ones it was picked, and the agent took another one before the first step."""

    calls: int = 0
    answered: int = 0
    walked: int = 0
    replaced: int = 0

    def __add__(self, other: "Picks") -> "Picks":
        return Picks(
            self.calls + other.calls,
            self.answered + other.answered,
            self.walked + other.walked,
            self.replaced + other.replaced,
        )


@dataclass(slots=True)
class AtStep:
    """At one step: runs that `reached` it, were `left` there without an end, and how long others took."""

    reached: int = 0
    left: int = 0
    seconds: Counter[int] = field(default_factory=Counter)

    @property
    def left_here(self) -> Share:
        """Of the runs that reached it."""
        return Share(self.left, self.reached)

    @property
    def times(self) -> Times:
        """How long runs stood here before they went on."""
        return Times(self.seconds)


@dataclass(slots=True)
class Tally:
    """All that is counted. `outcomes` are those of completed runs, `offers` by OfferAnswer or UNRECORDED; of
    calls `strangers` had no known customer, `recent` ones are over for less than AGAIN_WITHIN, `ratings` are
    1 to 5, and the `unasked` have none."""

    picks: Picks = field(default_factory=Picks)
    runs: int = 0
    instead: int = 0
    left_for: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    steps: defaultdict[str, AtStep] = field(default_factory=lambda: defaultdict(AtStep))
    offers: Counter[str] = field(default_factory=Counter)
    strangers: int = 0
    recent: int = 0
    watched: int = 0
    again: int = 0
    unasked: int = 0
    ratings: Counter[int] = field(default_factory=Counter)

    def add(self, past: PastRun, now: datetime) -> None:
        """Count a run."""
        run = run_from_dict(past.walk)
        self.runs += 1
        self.instead += past.instead
        self.left_for += past.left_for
        self._add_steps(run)
        self.offers.update(_answer(done.result) for done in run.done if done.action == Action.OFFER)
        if past.last:
            self._add_call(past, now)

    def _add_steps(self, run: Run) -> None:
        spent = seconds_at(run)
        for step, seconds in spent.items():
            self.steps[step].seconds[min(round(seconds), LONGEST_S)] += 1
        for step in {*spent, *(visit.step for visit in run.visits), *([run.step] if run.step else [])}:
            self.steps[step].reached += 1
        if run.outcome is not None:
            self.outcomes[run.outcome] += 1
        elif left_at := _left_at(run):
            self.steps[left_at].left += 1

    def _add_call(self, past: PastRun, now: datetime) -> None:
        if past.satisfaction is None:
            self.unasked += 1
        else:
            self.ratings[past.satisfaction] += 1
        if not past.customer:
            self.strangers += 1
        elif past.ended_at + AGAIN_WITHIN > now:
            self.recent += 1
        else:
            self.watched += 1
            self.again += past.again_at is not None and past.again_at <= past.ended_at + AGAIN_WITHIN

    def at(self, step: str) -> AtStep:
        """What became of the runs at a step, which may have had none."""
        return self.steps.get(step, AtStep())

    @property
    def completed(self) -> int:
        """Runs that came to an end of the script."""
        return self.outcomes.total()

    @property
    def rated(self) -> int:
        """Calls that were rated."""
        return self.ratings.total()

    @property
    def mean_rating(self) -> float | None:
        """What the rated calls were given on average."""
        return (
            sum(rating * count for rating, count in self.ratings.items()) / self.rated if self.rated else None
        )

    def __add__(self, other: "Tally") -> "Tally":
        whole = Tally(picks=self.picks + other.picks)
        for name in ("runs", "instead", "left_for", "strangers", "recent", "watched", "again", "unasked"):
            setattr(whole, name, getattr(self, name) + getattr(other, name))
        for name in ("outcomes", "offers", "ratings"):
            setattr(whole, name, getattr(self, name) + getattr(other, name))
        for step, at in (*self.steps.items(), *other.steps.items()):
            whole.steps[step].reached += at.reached
            whole.steps[step].left += at.left
            whole.steps[step].seconds.update(at.seconds)
        return whole


def together(tallies: Iterable[Tally]) -> Tally:
    """The tally of several versions."""
    return sum(tallies, Tally())


def _answer(result: str) -> str:
    return result if result in set(OfferAnswer) else UNRECORDED


def _left_at(run: Run) -> str | None:
    """Where a run without an end stands, or stood last before it came to where nothing leads on."""
    return run.step or (run.visits[-1].step if run.visits else None)
