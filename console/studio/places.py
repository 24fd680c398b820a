"""Where in the page of the editor something of the script is drawn: the id of the element to go to. Pure."""

from collections.abc import Iterator

from console.studio.drawing import ScriptView, StepView
from console.studio.drawing_conditions import ConditionView
from console.studio.editing import mark_of
from console.studio.editing_source import Source
from console.studio.editing_steps import answers_of
from scripts_engine.codec import FIELDS
from scripts_engine.errors import Path

TEXT = "source"
"""The script's text. Whatever is not drawn can be seen and mended there."""


def places_in(view: ScriptView) -> frozenset[str]:
    """The ids of all that something can be found in: fields, conditions, steps and what these are made of."""
    fields = {mark_of((name,)) for name in FIELDS}
    return frozenset(fields.union(_of_condition(view.condition), *map(_of_step, view.steps)))


def place_in_page(source: Source, path: Path, places: frozenset[str]) -> str:
    """Where to go for what was found at `path`: the nearest that is drawn around it, or the text."""
    path = _with_answer_by_position(source, path)
    if (onward := _onward(path)) in places:
        return onward
    drawn = path
    while drawn and mark_of(drawn) not in places:
        drawn = drawn[:-1]
    return TEXT if not drawn or (drawn != path and _is_lost(path)) else mark_of(drawn)


def _is_lost(path: Path) -> bool:
    """Whether nothing around it shows what is not drawn itself: a field, or a way that is none."""
    return "when" not in path and (isinstance(path[-1], str) or path[2:3] in {("answers",), ("check",)})


def _onward(path: Path) -> str:
    """The menu of where an answer or a branch leads."""
    is_answer = path[2:3] == ("answers",) and len(path) == 4
    is_branch = path[2:3] == ("check",) and path[4:] == ("next",)
    return f"{mark_of(path[:4])}-onward" if is_answer or is_branch else ""


def _with_answer_by_position(source: Source, path: Path) -> Path:
    """An answer is named by its position: its words are not unique as an id."""
    if len(path) > 3 and path[0] == "steps" and path[2] == "answers" and isinstance(path[1], int):
        texts = [text for text, _ in answers_of(source, path[1])]
        if path[3] in texts:
            return (*path[:3], texts.index(str(path[3])), *path[4:])
    return path


def _of_condition(condition: ConditionView | None) -> Iterator[str]:
    if condition is not None:
        yield condition.mark
        for part in condition.parts:
            yield from _of_condition(part)


def _of_step(step: StepView) -> Iterator[str]:
    yield step.mark
    yield from (f"{step.mark}-{part}" for part in _parts(step))
    yield from (argument.mark for argument in step.arguments)
    for way in step.ways:
        yield from (way.mark, f"{way.mark}-onward", *_of_condition(way.condition))


def _parts(step: StepView) -> Iterator[str]:
    """What is drawn of a step: the names of its fields."""
    yield "id"
    if step.kinds:
        yield step.kind
    if step.kinds and (step.has_values or step.fallback):
        yield "fallback"
    if step.asking == "answers":
        yield "answers"
    if step.kind == "check":
        yield "check"
    if step.capture:
        yield from ("capture", "capture-name", "capture-type")
        if step.capture["type"] == "choice":
            yield "capture-choices"
    if step.action:
        yield from ("do", "with")
    if step.kind == "end" or (step.leads_on and step.outcome and not step.onward):
        yield "end"
    if step.kind and step.kind != "end" and step.leads_on:
        yield "next"
