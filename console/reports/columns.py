"""The figures of a report by name: those of `console.figures`, and what came of the calls. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.figures.agents import AgentState
from console.figures.catalogue import FIGURES, Figure, Unit, Value
from console.figures.switches import Wanted
from console.figures.times import percentile
from console.reports.choice import By, Show
from console.reports.counts import Counts
from console.web.i18n import N_


class Kind(StrEnum):
    """How a value is written."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    HOURS = "hours"  # seconds that are hours of work
    LONG = "long"  # seconds that are hours and days
    MILLISECONDS = "milliseconds"
    RATING = "rating"
    DECIMAL = "decimal"


EVERYTHING = frozenset(By)
ALL_BUT_AGENTS = EVERYTHING - {By.AGENT}
INTERVALS = frozenset({By.HALF_HOUR, By.HOUR, By.DAY, By.WEEK})
AGENTS = frozenset({By.AGENT})


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: what it is called, how it is computed in words, out of which sources, for which rows."""

    key: str
    label: str
    kind: Kind
    text: str
    value: Callable[[Counts, Wanted], Value]
    sources: tuple[str, ...] = ()
    rows: Collection[By] = EVERYTHING


OF_AGENTS = frozenset({"handled", "aht", "talk", "hold", "wrap_up", "transfers", "transfer_rate"})
"""The figures of a tally that are said of agents: of all their calls, however these came to them."""


def _counted(figure: Figure) -> Column:
    rows = EVERYTHING if figure.key in OF_AGENTS else ALL_BUT_AGENTS
    kinds = {Unit.COUNT: Kind.COUNT, Unit.SECONDS: Kind.SECONDS, Unit.SHARE: Kind.SHARE}
    return Column(
        figure.key,
        figure.label,
        kinds[figure.unit],
        figure.text,
        lambda counts, wanted: figure.value(counts.tally, wanted),
        figure.sources,
        rows,
    )


def _mean_rating(counts: Counts) -> float | None:
    ratings = counts.ratings
    return sum(rating * count for rating, count in ratings.items()) / ratings.total() if ratings else None


def _time(counts: Counts, *states: AgentState) -> float | None:
    return counts.agents.within(states).total_seconds() if counts.agents.states else None


_OF_AGENTS = (
    Column(
        "rang",
        N_("Rang"),
        Kind.COUNT,
        N_("how often their phone rang for a call"),
        lambda counts, _: counts.tally.handling.offers,
        rows=AGENTS,
    ),
    Column(
        "missed",
        N_("Missed"),
        Kind.COUNT,
        N_("of these: rang, and the agent did not answer"),
        lambda counts, _: counts.tally.handling.missed,
        rows=AGENTS,
    ),
    Column(
        "occupancy",
        N_("Occupancy"),
        Kind.SHARE,
        N_("(on a call + wrap-up) ÷ (on a call + wrap-up + available + ringing)"),
        lambda counts, _: counts.agents.occupancy(),
        ("calabrio", "genesys_occupancy"),
        AGENTS,
    ),
    Column(
        "there",
        N_("There"),
        Kind.HOURS,
        N_("logged in, and on no break"),
        lambda counts, _: counts.agents.staffed.total_seconds() if counts.agents.states else None,
        rows=AGENTS,
    ),
    Column(
        "on_call",
        N_("On calls"),
        Kind.HOURS,
        N_("talking, or the caller was on hold"),
        lambda counts, _: _time(counts, AgentState.ON_CALL),
        rows=AGENTS,
    ),
    Column(
        "on_break",
        N_("On breaks"),
        Kind.HOURS,
        N_("logged in, and on a break of any reason"),
        lambda counts, _: _time(counts, AgentState.ON_BREAK),
        rows=AGENTS,
    ),
)

_RESULTS = (
    Column(
        "first_contact",
        N_("First-contact resolution"),
        Kind.SHARE,
        N_(
            "of the customers who called and were answered, and had not called in the N days before: those "
            "who did not call again within N days. Left out: unknown callers, and calls that are not N days "
            "old"
        ),
        lambda counts, _: counts.contacts.share,
        ("fcr",),
    ),
    Column(
        "too_early",
        N_("Too early to tell"),
        Kind.COUNT,
        N_("first contacts that are not N days old: they may still call again"),
        lambda counts, _: counts.contacts.recent,
        ("fcr",),
    ),
    Column(
        "satisfaction",
        N_("Satisfaction"),
        Kind.RATING,
        N_("ratings of answered calls, 1 to 5 ÷ calls that were rated"),
        lambda counts, _: _mean_rating(counts),
    ),
    Column(
        "rated",
        N_("Rated"),
        Kind.COUNT,
        N_("answered calls that were rated"),
        lambda counts, _: counts.ratings.total(),
    ),
    Column(
        "offers_taken",
        N_("Offers taken"),
        Kind.SHARE,
        N_("accepted ÷ offers that were answered"),
        lambda counts, _: counts.offers,
    ),
    Column(
        "callbacks_kept",
        N_("Call-backs kept"),
        Kind.SHARE,
        N_(
            "of the call-backs that were due: those made no later than 15 minutes after. Left out: withdrawn "
            "ones, and those that may still be kept"
        ),
        lambda counts, _: counts.callbacks.share,
        rows=ALL_BUT_AGENTS,
    ),
    Column(
        "closed",
        N_("Cases closed"),
        Kind.COUNT,
        N_("cases that were closed, each in its line and with its owner"),
        lambda counts, _: counts.cases.count,
        rows=INTERVALS | {By.LINE, By.SEGMENT, By.AGENT},
    ),
    Column(
        "time_to_close",
        N_("Mean time to close"),
        Kind.LONG,
        N_("from opening to closing a case ÷ cases closed"),
        lambda counts, _: counts.cases.mean_s,
        rows=INTERVALS | {By.LINE, By.SEGMENT, By.AGENT},
    ),
    Column(
        "median_to_close",
        N_("Median time to close"),
        Kind.LONG,
        N_("half of the cases took this long or less"),
        lambda counts, _: counts.cases.percentile_s(50),
        rows=INTERVALS | {By.LINE, By.SEGMENT, By.AGENT},
    ),
    Column(
        "without_packet",
        N_("Lost context"),
        Kind.SHARE,
        N_(
            "of the calls that were handed over and answered: those whose agent did not see what is known of "
            "them while the phone rang"
        ),
        lambda counts, _: counts.without_packet,
    ),
    Column(
        "pop_p50",
        N_("Median pop"),
        Kind.MILLISECONDS,
        N_("half of the pops were on the agent's screen this long or less after the phone began to ring"),
        lambda counts, _: percentile(counts.shown_ms, 50),
        ("hyndman",),
    ),
    Column(
        "pop_p99",
        N_("99th percentile of pops"),
        Kind.MILLISECONDS,
        N_("so 99 of 100 pops were on the screen in this time or less"),
        lambda counts, _: percentile(counts.shown_ms, 99),
        ("hyndman",),
    ),
)

_FIGURES = {key: _counted(figure) for key, figure in FIGURES.items()}
_MORE = {each.key: each for each in (*_OF_AGENTS, *_RESULTS)}
COLUMNS: Mapping[str, Column] = {
    **{each.key: each for each in _OF_AGENTS[:2]},
    **_FIGURES,
    **{key: each for key, each in _MORE.items() if key not in {"rang", "missed"}},
}
"""By key, in the order of a table."""

_HANDLING = ("rang", "missed", "handled", "aht", "talk", "hold", "wrap_up", "transfers", "transfer_rate")
GROUPS: Mapping[Show, Sequence[str]] = {
    Show.GLANCE: (
        *(
            "rang",
            "missed",
            "calls",
            "offered",
            "answered",
            "abandoned",
            "service_level",
            "abandon_rate",
            "asa",
        ),
        *(
            "wait_p90",
            "handled",
            "aht",
            "transfer_rate",
            "occupancy",
            "there",
            "first_contact",
            "satisfaction",
        ),
    ),
    Show.VOLUMES: (
        *("calls", "offered", "answered", "in_time", "abandoned", "short_abandons", "timed_out", "moved"),
        *("lost", "open", "rang", "missed", "handled"),
    ),
    Show.WAITS: (
        *("answered", "service_level", "asa", "wait_p50", "wait_p80", "wait_p90", "wait_p95", "longest_wait"),
        *("abandoned", "abandon_rate", "time_to_abandon", "rang", "missed"),
    ),
    Show.HANDLING: (*_HANDLING, "occupancy", "there", "on_call", "on_break"),
    Show.RESULTS: tuple(each.key for each in _RESULTS),
    Show.ALL: tuple(COLUMNS),
}
"""Which figures are shown together."""


def columns_of(by: By, show: Show) -> list[Column]:
    """The figures that make sense for these rows, in order."""
    return [each for key, each in COLUMNS.items() if key in GROUPS[show] and by in each.rows]
