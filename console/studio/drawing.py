"""How a script is drawn as a document to write in: sentences with menus, steps as cards. Pure.

Drawn from the YAML, not from the script made of it, so that what is wrong or unfinished can be seen and
mended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.scripts.templates import has_values
from console.studio import editing_steps as steps
from console.studio import wording
from console.studio.drawing_conditions import ConditionView, draw_condition
from console.studio.editing import mark_of, place_of
from console.studio.editing_conditions import join_list
from console.studio.editing_details import ARGUMENTS
from console.studio.editing_source import Source
from console.studio.values import readable, value_options
from console.studio.wording import Option
from console.web.i18n import gettext as _
from scripts_engine.errors import Path
from scripts_engine.facts import PRIORITIES
from scripts_engine.script import DEFAULT_PRIORITY, LINES, Action, Kind

MOST_LETTERS = 28
"""Letters of a step's text in a menu."""


Incoming = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way on: an answer or a branch, its place, and the step to which it leads."""

    mark: str
    at: str
    position: int
    text: str
    onward: str
    condition: ConditionView | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of what the agent does; `options` when there are only some."""

    name: str
    label: str
    value: str
    at: str
    mark: str
    options: Sequence[Option] = ()


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as a card. `kinds` are what it may become; `onward` is "" where the call ends; `line` says where
    it begins in the text."""

    mark: str
    at: str
    number: int
    line: int
    name: str
    kind: str
    label: str
    kinds: Sequence[Option] = ()
    text: str = ""
    fallback: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    has_values: bool = False
    asking: str = ""
    ways: Sequence[Way] = ()
    capture: Mapping[str, str] | None = None
    action: str = ""
    arguments: Sequence[Argument] = ()
    onward: str = ""
    outcome: str = ""
    leads_on: bool = True
    from_steps: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article beside the script, by its key, and its place."""

    mark: str
    at: str
    key: str


@dataclass(frozen=True, slots=True)
class ScriptView:
    """A script as a document."""

    key: str
    title: str
    priority: str
    priority_words: str
    comes_before: bool
    lines: str
    queues: str
    language: str
    starts_on: str
    ends_on: str
    articles: Sequence[ArticleView]
    condition: ConditionView | None
    steps: Sequence[StepView]
    step_options: Sequence[Option]
    value_options: Sequence[tuple[str, list[Option]]]


def draw_script(source: Source) -> ScriptView:
    """The script as a document."""
    get = source.get
    priority = get(("priority",))
    incoming = _incoming(source)
    captured = [name for name in map(_captured, steps.steps_of(source)) if name]
    return ScriptView(
        key=_text(get(("script",))),
        title=_text(get(("title",))),
        priority=str(DEFAULT_PRIORITY if priority is None else priority),
        comes_before=type(priority) is int and priority >= wording.BEFORE_MOST,
        priority_words=wording.priority_words(priority if type(priority) is int else DEFAULT_PRIORITY),
        lines=" ".join(_items(get(("lines",)))),
        queues=join_list(_items(get(("queues",)))),
        language=_text(get(("language",))),
        starts_on=_text(get(("from",))),
        ends_on=_text(get(("until",))),
        articles=[
            ArticleView(mark_of(("articles", at)), place_of(("articles", at)), key)
            for at, key in enumerate(_items(get(("articles",))))
        ],
        condition=draw_condition(source, ("when",)),
        steps=[_draw_step(source, at, step, incoming) for at, step in enumerate(steps.steps_of(source))],
        step_options=_step_options(source),
        value_options=value_options(captured),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _items(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _captured(step: Any) -> str | None:
    """The name under which a step's answer can be put into a text."""
    if not isinstance(step, Mapping):
        return None
    capture = step.get(steps.CAPTURE)
    if isinstance(capture, Mapping):
        return _text(capture.get("name"))
    return _text(step.get("id")) if "answers" in step else None


def _step_options(source: Source) -> list[Option]:
    """The steps as menus name them."""
    return [
        (_text(step.get("id")), _step_words(at, step))
        for at, step in enumerate(steps.steps_of(source))
        if isinstance(step, Mapping)
    ]


def _step_words(at: int, step: Mapping[str, Any]) -> str:
    kind = steps.kind_of(step)
    label = _(wording.KINDS[kind]) if kind else "?"
    if kind is Kind.DO:
        told = _(wording.ACTIONS.get(_text(step.get("do")), _text(step.get("do"))))
    else:
        told = readable(_text(step.get(kind))) if kind in {*steps.SPOKEN, Kind.END} else _text(step.get("id"))
    told = told or _text(step.get("id"))
    told = told if len(told) <= MOST_LETTERS else f"{told[: MOST_LETTERS - 1]}…"
    return f"{at + 1} · {label}: {told}"


def _draw_step(source: Source, at: int, step: Any, incoming: Incoming) -> StepView:
    place: Path = ("steps", at)
    kind = steps.kind_of(step)
    mark, at_text, line = mark_of(place), place_of(place), source.document.line_of(place)
    if kind is None:
        return StepView(mark, at_text, at + 1, line, name="", kind="", label="?")
    text = _text(step.get(kind)) if kind in steps.SPOKEN else ""
    return StepView(
        mark,
        at_text,
        at + 1,
        line,
        name=_text(step.get("id")),
        kind=kind,
        label=_(wording.KINDS[kind]),
        kinds=[(each, _(wording.KINDS[each])) for each in steps.SPOKEN] if kind in steps.SPOKEN else (),
        text=readable(text),
        fallback=_text(step.get("fallback")),
        texts={"text": place_of((*place, kind)), "fallback": place_of((*place, "fallback"))},
        has_values=has_values(text),
        asking=_asking(kind, step),
        ways=_draw_ways(source, place, kind, step),
        capture=_draw_capture(step.get(steps.CAPTURE)),
        action=_text(step.get("do")),
        arguments=_draw_arguments(place, step) if kind is Kind.DO else (),
        onward=_text(step.get("next")),
        outcome=_text(step.get("end")),
        leads_on=kind is not Kind.END and "answers" not in step,
        from_steps=incoming.get(_text(step.get("id")), ()),
    )


def _asking(kind: Kind, step: Mapping[str, Any]) -> str:
    if kind is not Kind.ASK:
        return ""
    return "answers" if "answers" in step else steps.CAPTURE


def _incoming(source: Source) -> Incoming:
    """Of each step the steps that lead to it, by name."""
    all_steps, found = steps.steps_of(source), dict[str, dict[str, None]]()
    for path, onwards in steps.references(source):
        name = _text(all_steps[int(path[1])].get("id"))
        found.setdefault(onwards, {})[name] = None
    return {name: list(before) for name, before in found.items()}


def _draw_ways(source: Source, place: Path, kind: Kind, step: Mapping[str, Any]) -> list[Way]:
    if kind is Kind.ASK:
        return [
            Way(mark_of(path), place_of(path), position, text, onward)
            for position, (text, onward) in enumerate(steps.answers_of(source, int(place[1])))
            for path in [(*place, "answers", position)]
        ]
    branches = step.get(Kind.CHECK)
    if kind is not Kind.CHECK or not isinstance(branches, list):
        return []
    return [
        Way(
            mark_of(path),
            place_of(path),
            position,
            "",
            _text(branch.get("next")),
            draw_condition(source, (*path, "when")),
        )
        for position, branch in enumerate(branches)
        if isinstance(branch, Mapping)
        for path in [(*place, "check", position)]
    ]


def _draw_capture(capture: Any) -> Mapping[str, str] | None:
    if not isinstance(capture, Mapping):
        return None
    return {
        "name": _text(capture.get("name")),
        "type": _text(capture.get("type")),
        "choices": join_list(_items(capture.get("choices"))),
    }


def _draw_arguments(place: Path, step: Mapping[str, Any]) -> list[Argument]:
    given = step.get("with")
    given = given if isinstance(given, Mapping) else {}
    action = _text(step.get("do"))
    asked = ARGUMENTS[Action(action)] if action in set(Action) else ()
    names = [*asked, *(name for name in given if name not in asked)]
    return [_draw_argument((*place, "with", name), name, _text(given.get(name))) for name in names]


def _draw_argument(path: Path, name: str, value: str) -> Argument:
    few: Mapping[str, list[Option]] = {
        "line": [(str(line), str(line)) for line in LINES],
        "priority": [(priority, _(priority)) for priority in PRIORITIES],
    }
    label = wording.argument_words(name)
    options = wording.named([("", "–"), *few[name]], value) if name in few else ()
    return Argument(name, label, readable(value), place_of(path), mark_of(path), options)
