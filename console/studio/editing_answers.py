"""Another name for what is taken down, also where texts and conditions name it. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from console.studio.editing_scalars import Quoted
from console.studio.editing_source import Source
from console.studio.editing_steps import CAPTURE, SPOKEN, steps_of
from scripts_engine.errors import Path
from scripts_engine.reading import VARIABLE

_VALUES = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def taken_down(step: Any) -> str | None:
    """The name under which a step takes down what is answered; None when it does not."""
    if not isinstance(step, Mapping):
        return None
    capture = step.get(CAPTURE)
    name = (
        capture.get("name") if isinstance(capture, Mapping) else step.get("id") if "answers" in step else None
    )
    return name if isinstance(name, str) else None


def follow(source: Source, at: int, before: str | None) -> Source:
    """With the new name of what the step at `at` takes down wherever it was named `before`; not when another
    step takes down either, as it is unclear then which is meant."""
    name = taken_down(source.get(("steps", at)))
    others = [taken_down(step) for place, step in enumerate(steps_of(source)) if place != at]
    if not before or not name or before == name or before in others or name in others:
        return source
    for path, text in list(_texts(source)):
        renamed = _in_text(text, before, name)
        source = source.put(path, Quoted(renamed)) if renamed != text else source
    for path, text in list(_conditions(source)):
        renamed = re.sub(
            rf"^(\s*answers\.){re.escape(before)}(?![\w.-])", lambda found: found[1] + name, text
        )
        source = source.put(path, renamed) if renamed != text else source
    return source


def _texts(source: Source) -> Iterator[tuple[Path, str]]:
    for at, step in enumerate(steps_of(source)):
        for field in (*SPOKEN, "fallback", "with"):
            if isinstance(step, Mapping) and field in step:
                yield from _leaves(("steps", at, str(field)), step[field])


def _conditions(source: Source) -> Iterator[tuple[Path, str]]:
    for at, step in enumerate(steps_of(source)):
        branches = step.get("check") if isinstance(step, Mapping) else None
        for place, branch in enumerate(branches if isinstance(branches, list) else ()):
            if isinstance(branch, Mapping):
                yield from _leaves(("steps", at, "check", place, "when"), branch.get("when"))


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves((*path, name), item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _leaves((*path, position), item)


def _in_text(text: str, before: str, name: str) -> str:
    old = re.escape(before)
    named = re.compile(rf"""(?<![\w.])answers(?:\.{old}(?!\w)|\[\s*(["']){old}\1\s*\])""")
    new = f"answers.{name}" if VARIABLE.fullmatch(name) else f"answers['{name}']"
    return _VALUES.sub(lambda values: named.sub(lambda _found: new, values[0]), text)
