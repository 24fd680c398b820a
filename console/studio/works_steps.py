"""The steps of a script with what became of the runs there, in the order of the script. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.studio.words import KINDS, step_words
from console.studio.works_figures import Comparison, compare, compare_times
from console.studio.works_intervals import Share, Times
from console.studio.works_tally import Tally
from console.web.i18n import gettext as _
from scripts_engine.script import Kind, Script, Step


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of one or two versions: of all runs, those that came to it; of these, those that were left
    there; how long the others stood there. `kind` is empty, and `number` 0, when no version that is shown has
    the step."""

    name: str
    number: int
    kind: str
    text: str
    reached: Sequence[Share]
    left: Sequence[Share]
    times: Sequence[Times]
    compared_left: Comparison | None
    compared_times: Comparison | None


def step_lines(scripts: Iterable[Script | None], tallies: Sequence[Tally]) -> list[StepLine]:
    """The steps at which a run can stand, of the first script, then those that only others have, then those
    that only runs have."""
    steps = {step.id: (number, step) for number, step in _steps(scripts)}
    names = [*steps, *sorted({name for tally in tallies for name in tally.steps} - steps.keys())]
    return [_line(name, steps.get(name), tallies) for name in names]


def _steps(scripts: Iterable[Script | None]) -> Iterator[tuple[int, Step]]:
    known: set[str] = set()
    for script in scripts:
        for number, step in enumerate(script.steps if script else (), start=1):
            if step.id not in known and step.kind is not Kind.CHECK:  # checks are passed by themselves
                known.add(step.id)
                yield number, step


def _line(name: str, place: tuple[int, Step] | None, tallies: Sequence[Tally]) -> StepLine:
    number, step = place or (0, None)
    there = [tally.at(name) for tally in tallies]
    left, times = [each.left_here for each in there], [each.times for each in there]
    two = len(tallies) == 2
    return StepLine(
        name=name,
        number=number,
        kind=_(KINDS[step.kind]) if step else "",
        text=step_words(step) if step else "",
        reached=[Share(each.reached, tally.runs) for each, tally in zip(there, tallies, strict=True)],
        left=left,
        times=times,
        compared_left=compare(*left) if two else None,
        compared_times=compare_times(*times) if two else None,
    )
