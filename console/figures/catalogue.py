"""Every figure of a tally by name: what it is called, how it is computed, in which unit, by which source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from console.figures.formulas import counted, service_level
from console.figures.shares import Share
from console.figures.switches import Wanted
from console.figures.tally import Tally
from console.figures.words import N_
from telephony.events import VisitEnd

Value = int | float | Share | None
"""A count, seconds, or a share; None where nothing can be said."""


class Unit(StrEnum):
    """What the value of a figure is."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `text` is how it is computed, as people read it; `sources` are keys of `sources.SOURCES`."""

    key: str
    label: str
    unit: Unit
    text: str
    value: Callable[[Tally, Wanted], Value]
    sources: tuple[str, ...] = ()


def abandon_rate(tally: Tally, wanted: Wanted) -> Share:
    """Of those who count in the service level: how many hung up."""
    what = counted(tally, wanted)
    return Share(what.abandoned, what.answered + what.abandoned + what.others)


def short_abandons(tally: Tally) -> int:
    """How many hung up within the queue's limit for that."""
    return tally.count(lambda what: what.short)


def in_time(tally: Tally) -> int:
    """How many were answered within the queue's limit."""
    return tally.count(lambda what: what.in_time and what.end is VisitEnd.ANSWERED)


def _ended(key: str, label: str, end: VisitEnd | None, text: str) -> Figure:
    return Figure(key, label, Unit.COUNT, text, lambda tally, _: tally.ended(end))


def _percentile(percent: int, label: str, text: str) -> Figure:
    return Figure(
        f"wait_p{percent}",
        label,
        Unit.SECONDS,
        text,
        lambda tally, _: tally.waits_of(VisitEnd.ANSWERED).percentile_s(percent),
        ("hyndman",),
    )


_VOLUMES = (
    Figure(
        "calls", N_("Calls"), Unit.COUNT, N_("calls whose first queue it was"), lambda tally, _: tally.calls
    ),
    Figure(
        "offered",
        N_("Offered"),
        Unit.COUNT,
        N_("answered + abandoned + given up by the queue + taken out + lost + still open"),
        lambda tally, _: tally.offered,
    ),
    _ended(
        "answered", N_("Answered"), VisitEnd.ANSWERED, N_("callers whom an agent answered out of this queue")
    ),
    Figure(
        "in_time",
        N_("Answered in time"),
        Unit.COUNT,
        N_("answered within T seconds, the limit of the queue, from joining it"),
        lambda tally, _: in_time(tally),
    ),
    _ended("abandoned", N_("Abandoned"), VisitEnd.ABANDONED, N_("callers who hung up while waiting")),
    Figure(
        "short_abandons",
        N_("Short abandons"),
        Unit.COUNT,
        N_("of these: within S seconds, the limit of the queue for short abandons"),
        lambda tally, _: short_abandons(tally),
        ("cuic",),
    ),
    _ended(
        "timed_out",
        N_("Given up by the queue"),
        VisitEnd.TIMED_OUT,
        N_("the queue's time was over, or it was empty"),
    ),
    _ended(
        "moved", N_("Taken out"), VisitEnd.MOVED, N_("moved to another queue, picked out, or left by a key")
    ),
    _ended(
        "lost", N_("Lost"), VisitEnd.LOST, N_("the phone link was cut meanwhile: how it ended is not known")
    ),
    _ended(
        "open", N_("Still open"), None, N_("callers who wait, or of whom it does not show yet how it ended")
    ),
)

_SERVICE = (
    Figure(
        "service_level",
        N_("Service level"),
        Unit.SHARE,
        N_(
            "by the formula and the switches that are chosen; usually answered within T ÷ (answered + "
            "abandoned)"
        ),
        service_level,
        ("icmi", "genesys", "wilson"),
    ),
    Figure(
        "abandon_rate",
        N_("Abandon rate"),
        Unit.SHARE,
        N_("abandoned ÷ (answered + abandoned), with the switches of the service level"),
        abandon_rate,
        ("connect",),
    ),
    Figure(
        "asa",
        N_("Average speed of answer"),
        Unit.SECONDS,
        N_("waits of answered callers, from joining the queue to the answer, ringing included ÷ answered"),
        lambda tally, _: tally.waits_of(VisitEnd.ANSWERED).mean_s,
        ("cuic", "cms"),
    ),
    _percentile(
        50, N_("Median wait"), N_("half of the answered callers had waited this long or less (nearest rank)")
    ),
    _percentile(80, N_("80th percentile of waits"), N_("so 4 of 5 had waited this long or less")),
    _percentile(90, N_("90th percentile of waits"), N_("so 9 of 10 had waited this long or less")),
    _percentile(95, N_("95th percentile of waits"), N_("so 19 of 20 had waited this long or less")),
    Figure(
        "longest_wait",
        N_("Longest wait"),
        Unit.SECONDS,
        N_("of all waits that are over, however they ended"),
        lambda tally, _: tally.longest_s,
    ),
    Figure(
        "time_to_abandon",
        N_("Average time to abandon"),
        Unit.SECONDS,
        N_("waits of callers who hung up ÷ abandoned"),
        lambda tally, _: tally.waits_of(VisitEnd.ABANDONED).mean_s,
    ),
)

_HANDLING = (
    Figure(
        "handled",
        N_("Handled"),
        Unit.COUNT,
        N_("answered calls of which the agent's part is over"),
        lambda tally, _: tally.handling.handled,
    ),
    Figure(
        "aht",
        N_("Average handling time"),
        Unit.SECONDS,
        N_("(talk + hold + wrap-up) ÷ handled"),
        lambda tally, _: tally.handling.mean_s(tally.handling.total),
        ("cuic",),
    ),
    Figure(
        "talk",
        N_("Average talk"),
        Unit.SECONDS,
        N_("from the answer to the end of the agent's part, without hold ÷ handled"),
        lambda tally, _: tally.handling.mean_s(tally.handling.talked),
    ),
    Figure(
        "hold",
        N_("Average hold"),
        Unit.SECONDS,
        N_("time for which the caller was on hold ÷ handled"),
        lambda tally, _: tally.handling.mean_s(tally.handling.held),
    ),
    Figure(
        "wrap_up",
        N_("Average wrap-up"),
        Unit.SECONDS,
        N_("time to finish calls afterwards ÷ handled"),
        lambda tally, _: tally.handling.mean_s(tally.handling.wrap_up),
    ),
    Figure(
        "transfers",
        N_("Passed on"),
        Unit.COUNT,
        N_("handled calls that the agent passed on"),
        lambda tally, _: tally.handling.transfers,
    ),
    Figure(
        "transfer_rate",
        N_("Transfer rate"),
        Unit.SHARE,
        N_("passed on ÷ handled"),
        lambda tally, _: Share(tally.handling.transfers, tally.handling.handled),
    ),
)

FIGURES: Mapping[str, Figure] = {each.key: each for each in (*_VOLUMES, *_SERVICE, *_HANDLING)}
"""By key, in the order of a table."""


def figures(tally: Tally, wanted: Wanted) -> dict[str, Value]:
    """The value of every figure."""
    return {key: figure.value(tally, wanted) for key, figure in FIGURES.items()}
