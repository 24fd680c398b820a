"""Conditions as a document writes them: texts such as `cases.open = 0`, nested in `all`, `any` and `not`."""

from collections.abc import Mapping
from itertools import islice
from typing import Any as Anything

from scripts_engine import notation
from scripts_engine.conditions import All, Any, Compare, Condition, Not
from scripts_engine.errors import Path
from scripts_engine.facts import ANSWER, nearest_name
from scripts_engine.reading import MAX_COMPARISONS, Reading, shown

MAX_DEPTH = 20
"""Levels of all, any and not within each other."""

MAX_PARTS = 100
"""Parts of one `all` or `any`."""

TOO_EARLY = (
    "nothing is answered yet when a script is picked, so only the check of a step may look at `answers`"
)

_GROUPS: Mapping[str, type[All | Any]] = {"all": All, "any": Any}
_WORDS = (*_GROUPS, "not")
_HARMLESS = All(())


def read(reading: Reading, value: object, path: Path, depth: int = 0) -> Condition:
    """The condition that `value` says; what is wrong goes to `reading`."""
    if reading.full:
        return _HARMLESS
    if isinstance(value, str):
        return _comparison(reading, value, path)
    if depth >= MAX_DEPTH:
        reading.report(path, f"conditions may be nested {MAX_DEPTH} deep")
        return _HARMLESS
    if isinstance(value, Mapping):
        return _group(reading, value, path, depth)
    hint = "; write all: or any: above a list" if isinstance(value, list | tuple) else ""
    reading.report(
        path, f"a condition is a text such as `cases.open = 0`, or all, any, not; not {shown(value)}{hint}"
    )
    return _HARMLESS


def _comparison(reading: Reading, text: str, path: Path) -> Condition:
    reading.comparisons += 1
    if reading.comparisons > MAX_COMPARISONS:
        if reading.comparisons == MAX_COMPARISONS + 1:
            reading.report(path, f"a script may have {MAX_COMPARISONS} comparisons; part it into several")
        return _HARMLESS
    try:
        comparison = notation.read(text)
    except notation.NotationError as error:
        reading.report(path, error.why, error.nearest)
        return _HARMLESS
    if path[:1] == ("when",) and comparison.fact.startswith(ANSWER):
        reading.report(path, TOO_EARLY)
    return comparison


def _group(reading: Reading, value: Mapping[object, object], path: Path, depth: int) -> Condition:
    word = str(next(iter(value), ""))
    if len(value) != 1 or word not in _WORDS:
        found = ", ".join(str(each)[:50] for each in islice(value, 5)) or "nothing"
        reading.report(
            path, f"a condition has one of {', '.join(_WORDS)}, not {found}", nearest_name(word, _WORDS)
        )
        return _HARMLESS
    path = (*path, word)
    inner = value[word]
    if word == "not":
        return Not(read(reading, inner, path, depth + 1))
    parts = reading.items(inner, path, f'"{word}"', MAX_PARTS)
    return _GROUPS[word](
        tuple(read(reading, part, (*path, position), depth + 1) for position, part in enumerate(parts))
    )


def write(condition: Condition) -> Anything:
    """The condition as a document writes it: a text, or a dict with `all`, `any` or `not`."""
    if isinstance(condition, Compare):
        return notation.write(condition)
    if isinstance(condition, Not):
        return {"not": write(condition.part)}
    word = "all" if isinstance(condition, All) else "any"
    return {word: [write(part) for part in condition.parts]}
