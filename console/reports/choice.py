"""What the address of a report asks for. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from console.errors import InvalidError, Problem
from console.figures.formulas import FORMULAS, SWITCHES
from console.figures.intervals import DAY, Grain, Span
from console.figures.switches import AS_SET, Chosen
from console.reports.period import read_period
from console.web.i18n import N_
from console.web.i18n import gettext as _


class By(StrEnum):
    """What the rows of a report are."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    QUEUE = "queue"
    AGENT = "agent"
    LINE = "line"
    SCRIPT = "script"
    OUTCOME = "outcome"
    SEGMENT = "segment"

    @property
    def grain(self) -> Grain | None:
        """How long its intervals are; None where rows are none."""
        return Grain(self.value) if self.value in set(Grain) else None


BY_WORDS: Mapping[By, str] = {
    By.HALF_HOUR: N_("Half-hour"),
    By.HOUR: N_("Hour"),
    By.DAY: N_("Day"),
    By.WEEK: N_("Week"),
    By.QUEUE: N_("Queue"),
    By.AGENT: N_("Agent"),
    By.LINE: N_("Line"),
    By.SCRIPT: N_("Call script"),
    By.OUTCOME: N_("Outcome"),
    By.SEGMENT: N_("Segment"),
}


class Show(StrEnum):
    """Which figures are shown."""

    GLANCE = "glance"
    VOLUMES = "volumes"
    WAITS = "waits"
    HANDLING = "handling"
    RESULTS = "results"
    ALL = "all"


SHOW_WORDS: Mapping[Show, str] = {
    Show.GLANCE: N_("At a glance"),
    Show.VOLUMES: N_("How calls ended"),
    Show.WAITS: N_("Waits"),
    Show.HANDLING: N_("Handling"),
    Show.RESULTS: N_("What came of it"),
    Show.ALL: N_("All figures"),
}

FIRST_CONTACT_DAYS = 7
MOST_FIRST_CONTACT_DAYS = 30
MOST_DAYS_FINE = 31
"""Of so many days there are half-hours and hours."""

FINE = frozenset({By.HALF_HOUR, By.HOUR})
LINES = (1, 2)
FIELDS = (
    *("period", "from", "until", "by", "queue", "line", "show", "sort", "formula"),
    *(each.key for each in SWITCHES),
    "first_contact_days",
)
"""What an address may say."""


@dataclass(frozen=True, slots=True)
class Only:
    """Of which calls a report tells; None: of all."""

    queue: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for. `sort` is the key of a column, with `-` in front from the most down."""

    period: Span
    by: By = By.QUEUE
    only: Only = Only()
    show: Show = Show.GLANCE
    switches: Chosen = AS_SET
    first_contact_days: int = FIRST_CONTACT_DAYS
    sort: str = ""


def read_choice(query: Mapping[str, str], at: datetime, zone: tzinfo, usual: str = "today") -> Choice:
    """What an address says. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    choice = Choice(
        period=read_period(query, at, zone, problems, usual),
        by=By(_word(query, "by", [*By], By.QUEUE, problems)),
        only=read_only(query, problems),
        show=Show(_word(query, "show", [*Show], Show.GLANCE, problems)),
        switches=read_switches(query, problems),
        first_contact_days=_days(query, problems),
        sort=query.get("sort", "").strip(),
    )
    if choice.by in FINE and choice.period.length > (MOST_DAYS_FINE + 1) * DAY and not problems:
        why = _("Of more than %(days)s days, choose days or weeks.", days=MOST_DAYS_FINE)
        problems.append(Problem("by", why))
    if problems:
        raise InvalidError(problems)
    return choice


def read_only(query: Mapping[str, str], problems: list[Problem]) -> Only:
    """The queue and the line that are asked for. Any name may be a queue's: it may be gone meanwhile."""
    queue = query.get("queue", "")
    line = query.get("line", "").strip()
    if line and line not in map(str, LINES):
        problems.append(Problem("line", _("There are line 1 and line 2.")))
        line = ""
    return Only(queue or None, int(line) if line else None)


def read_switches(query: Mapping[str, str], problems: list[Problem]) -> Chosen:
    """How the service level is computed; what is not said is as each queue has it."""
    formula = _word(query, "formula", [*FORMULAS], "", problems) if query.get("formula") else None
    turned = {
        each.key: _word(query, each.key, ["yes", "no"], "", problems)
        for each in SWITCHES
        if query.get(each.key)
    }
    return Chosen(formula or None, **{key: value == "yes" for key, value in turned.items()})


def _word(
    query: Mapping[str, str], name: str, words: Collection[str], usual: str, problems: list[Problem]
) -> str:
    word = query.get(name, "").strip() or usual
    if word in words:
        return word
    why = _("There is no such choice: choose one of %(names)s.", names=", ".join(words))
    problems.append(Problem(name, why))
    return usual


def _days(query: Mapping[str, str], problems: list[Problem]) -> int:
    text = query.get("first_contact_days", "").strip() or str(FIRST_CONTACT_DAYS)
    if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_FIRST_CONTACT_DAYS:
        return int(text)
    why = _("A whole number of days from 1 to %(most)s.", most=MOST_FIRST_CONTACT_DAYS)
    problems.append(Problem("first_contact_days", why))
    return FIRST_CONTACT_DAYS
