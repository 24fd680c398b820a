"""Works out how figures read: on tiles, and on the page that says how each is computed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from console.boards.states import QueueState
from console.figures.catalogue import FIGURES, Figure, Unit, Value
from console.figures.formulas import FORMULAS, by_each_formula, with_each_switch
from console.figures.shares import Share
from console.figures.sources import SOURCES, Source
from console.figures.tally import Handling

ON_TILES = ("answered", "abandoned", "timed_out", "service_level", "asa", "aht")
PERCENTILES = ("wait_p50", "wait_p80", "wait_p90", "wait_p95")
"""A board knows sums of waits, not each of them."""

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class FigureDrawing:
    """A figure of the last 30 minutes and of today, as texts; `text` says how it is computed."""

    key: str
    label: str
    now: str
    today: str
    text: str
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class OtherDrawing:
    """What another formula, or the other position of a switch, gives for the same visits. `chosen`: it is the
    one that is shown everywhere, or the switch is on."""

    label: str
    text: str
    now: str
    today: str
    chosen: bool
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class HandlingDrawing:
    """What an agent did today."""

    handled: int
    missed: int
    aht: str


def lasted(time: timedelta) -> str:
    """`07:05` or `1:07:05`, as `static/js/time.js` goes on."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def draw_figures(queue: QueueState, keys: Sequence[str] = ON_TILES) -> list[FigureDrawing]:
    """These figures of a queue, in this order."""
    return [_figure(FIGURES[key], queue) for key in keys]


def draw_all_figures(queue: QueueState) -> list[FigureDrawing]:
    """Every figure that a board can know."""
    return draw_figures(queue, [key for key in FIGURES if key not in PERCENTILES])


def draw_formulas(queue: QueueState) -> list[OtherDrawing]:
    """What each formula of the service level gives, with the switches of the queue."""
    switches = queue.limits.switches
    both = zip(by_each_formula(queue.now, switches), by_each_formula(queue.today, switches), strict=True)
    return [
        OtherDrawing(
            formula.label,
            formula.text,
            written(one, Unit.SHARE),
            written(other, Unit.SHARE),
            formula is FORMULAS[switches.formula],
            [SOURCES[key] for key in formula.sources],
        )
        for (formula, one), (_formula, other) in both
    ]


def draw_switches(queue: QueueState) -> list[OtherDrawing]:
    """What the queue's formula gives with each switch in its other position."""
    switches = queue.limits.switches
    both = zip(with_each_switch(queue.now, switches), with_each_switch(queue.today, switches), strict=True)
    return [
        OtherDrawing(
            switch.label,
            "",
            written(one, Unit.SHARE),
            written(other, Unit.SHARE),
            bool(on),
            [SOURCES[key] for key in switch.sources],
        )
        for (switch, on, one), (_switch, _on, other) in both
    ]


def draw_handling(handling: Handling) -> HandlingDrawing:
    """What an agent did today."""
    mean = handling.mean_s(handling.total)
    return HandlingDrawing(handling.handled, handling.missed, written(mean, Unit.SECONDS))


def percent_of(share: Share) -> float | None:
    """A share in percent, to one decimal; None of none."""
    return None if share.part is None else round(share.part * 100, 1)


def written(value: Value, unit: Unit) -> str:
    """As people read it. Whole percents are rounded down: 100 % is all."""
    if isinstance(value, Share):
        return NOTHING if value.part is None else f"{value.count * 100 // value.of} %"
    if value is None:
        return NOTHING
    return lasted(timedelta(seconds=value)) if unit is Unit.SECONDS else str(value)


def _figure(figure: Figure, queue: QueueState) -> FigureDrawing:
    one, other = (
        written(figure.value(tally, queue.limits.switches), figure.unit) for tally in (queue.now, queue.today)
    )
    sources = [SOURCES[key] for key in figure.sources]
    return FigureDrawing(figure.key, figure.label, one, other, figure.text, sources)
