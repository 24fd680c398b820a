"""How many agents each half-hour of a day needed for a target, against who was there. Pure.

By Erlang C (`figures.erlang`) from the callers who joined and their handling time; who was there is the mean
number of agents who were logged in and on no break.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.errors import Problem
from console.figures.erlang import Staffing, Target, agents_needed
from console.figures.formulas import service_level
from console.figures.intervals import Span
from console.figures.shares import Share
from console.figures.switches import AS_SET
from console.figures.tally import Tally, together
from console.web.i18n import gettext as _

MOST_SECONDS = 3600
USUAL = {"share": "80", "within_s": "20", "shrinkage": "0"}
ENOUGH_HANDLED = 5
"""So many handled calls tell the handling time of a half-hour; of fewer, that of the day is taken."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """What came in, what it needed, and who was there; None: it has not begun, or nobody was recorded."""

    span: Span
    calls: int
    aht_s: float | None
    needed: Staffing | None
    there: float | None
    reached: Share

    @property
    def lacking(self) -> float | None:
        """How many agents were missing; less than nothing: how many more were there than needed."""
        if self.needed is None or self.there is None:
            return None
        return self.needed.agents - self.there


def half_hours(
    spans: Sequence[Span],
    tallies: Sequence[Tally],
    there: Sequence[float | None],
    target: Target,
    at: datetime,
) -> list[HalfHour]:
    """The half-hours from the first to the last in which anybody called or was there."""
    of_day = together(tallies).handling
    day_aht_s = of_day.mean_s(of_day.total)
    found = [
        _half_hour(span, tally, staffed, target, day_aht_s)
        for span, tally, staffed in zip(spans, tallies, there, strict=True)
        if span.begin <= at
    ]
    busy = [index for index, each in enumerate(found) if each.calls or each.there]
    return found[busy[0] : busy[-1] + 1] if busy else []


def _half_hour(
    span: Span, tally: Tally, there: float | None, target: Target, day_aht_s: float | None
) -> HalfHour:
    handling = tally.handling
    own = handling.mean_s(handling.total) if handling.handled >= ENOUGH_HANDLED else None
    aht_s = own or day_aht_s
    needed = agents_needed(tally.offered, aht_s or 0.0, target) if aht_s or not tally.offered else None
    return HalfHour(span, tally.offered, aht_s, needed, there, service_level(tally, AS_SET))


BOUNDS = {"share": (1, 99), "within_s": (1, MOST_SECONDS), "shrinkage": (0, 90)}


def read_target(query: Mapping[str, str], problems: list[Problem]) -> Target:
    """The target that an address says: percent, seconds, and percent of shrinkage."""
    share, within_s, shrinkage = (_number(query, name, problems) for name in BOUNDS)
    return Target(share / 100, within_s, shrinkage / 100)


def _number(query: Mapping[str, str], name: str, problems: list[Problem]) -> int:
    text = query.get(name, "").strip() or USUAL[name]
    least, most = BOUNDS[name]
    if text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most:
        return int(text)
    problems.append(Problem(name, _("A whole number from %(least)s to %(most)s.", least=least, most=most)))
    return int(USUAL[name])
