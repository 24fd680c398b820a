"""Edits of conditions: comparisons chosen from menus, put together in groups. Pure.

A place is the path of a comparison or a group in the script's document; a group is `{all: [...]}`, `{any:
[...]}` or the opposite of one, `{not: {any: [...]}}`.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from console.studio.editing_pieces import is_flow, item_piece
from console.studio.editing_scalars import set_in
from console.studio.editing_source import Source
from scripts_engine import notation
from scripts_engine.codec import FIELDS
from scripts_engine.conditions import ORDERING, Compare, Literal, Operator, Scalar
from scripts_engine.errors import Path
from scripts_engine.facts import ATTRIBUTE, NUMERIC, Fact, FactType, find_asked

GROUPS: Mapping[str, tuple[str, bool]] = {
    "all": ("all", False),
    "any": ("any", False),
    "none": ("any", True),
    "not_all": ("all", True),
}
"""The words for a group: how it is written, and whether its opposite is meant."""

NONE, YES, NO = "none", "yes", "no"
"""Operators of the menu that bring their value with them: `= 0`, `= yes`, `= no`."""

FIRST_FACT = "caller.known"
_ORDER = (*FIELDS, "next")
_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_KNOWING = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN})


class EditError(Exception):
    """What was asked for cannot be done; one sentence for people."""


def word_of(value: Any) -> str | None:
    """The word for the group that a plain value is; None when it is none."""
    for word, (written, opposite) in GROUPS.items():
        inner = value.get("not") if opposite and isinstance(value, Mapping) and len(value) == 1 else value
        if (
            isinstance(inner, Mapping)
            and list(inner) == [written]
            and isinstance(inner[written], list | None)
        ):
            return word
    return None


def group_path(source: Source, path: Path) -> Path:
    """The path of the list in the group at `path`."""
    word = word_of(source.get(path))
    if word is None:
        raise EditError("there is no group of conditions here")
    written, opposite = GROUPS[word]
    return (*path, "not", written) if opposite else (*path, written)


def add(source: Source, path: Path, fact: str) -> tuple[Source, Path]:
    """With one more condition, on `fact`, in the group at `path` or where there is no condition yet."""
    return _add(source, path, notation.write(usual(fact)))


def add_group(source: Source, path: Path, word: str) -> tuple[Source, Path]:
    """With a group of its own in the group at `path`."""
    written, opposite = GROUPS[word]
    group: dict[str, Any] = {written: [notation.write(usual(FIRST_FACT))]}
    return _add(source, path, {"not": group} if opposite else group)


def _add(source: Source, path: Path, condition: Any) -> tuple[Source, Path]:
    if source.get(path) is None:
        source = source.put(path, {"all": [condition]}, _ORDER)
        return source, (*path, "all", 0)
    if word_of(source.get(path)) is None:
        source = wrap(source, path, "all")
    parts = group_path(source, path)
    count = len(source.get(parts) or ())
    return source.insert(parts, count, item_piece(condition)), (*parts, count)


def change_fact(source: Source, path: Path, fact: str) -> Source:
    """With another fact in the comparison; operator and value stay when they fit."""
    old = _read(source.get(path))
    new = usual(fact) if old is None else replace(old, fact=fact)
    return _write(source, path, new if _fits(new) else usual(fact))


def change_operator(source: Source, path: Path, operator: str) -> Source:
    """With another operator; the value stays when it fits."""
    old = _read(source.get(path))
    if old is None:
        raise EditError("this condition cannot be read; mend its text first")
    return _write(source, path, _with_operator(old, operator))


def change_value(source: Source, path: Path, typed: str) -> Source:
    """With what was typed as the value."""
    old = _read(source.get(path))
    if old is None:
        raise EditError("this condition cannot be read; mend its text first")
    fact = _known(old.fact)
    if old.operator in _LISTS:
        items = tuple(_scalar(fact, old.operator, item) for item in split_list(typed))
        if not items:
            raise EditError("name at least one value")
        return _write(source, path, replace(old, value=items))
    return _write(source, path, replace(old, value=_scalar(fact, old.operator, typed)))


def change_text(source: Source, path: Path, text: str) -> Source:
    """With a comparison as it is written, for one that cannot be read."""
    return source.put(path, text.strip())


def change_word(source: Source, path: Path, word: str) -> Source:
    """With another word for the group at `path`."""
    old = word_of(source.get(path))
    if old is None:
        raise EditError("there is no group of conditions here")
    written, opposite = GROUPS[word]
    source = source.rename(group_path(source, path), written)
    if opposite and not GROUPS[old][1]:
        return wrap(source, path, "not")
    return unwrap(source, path) if GROUPS[old][1] and not opposite else source


def negate(source: Source, path: Path) -> Source:
    """With the opposite of the comparison at `path`; the opposite of an opposite is what it was."""
    value = source.get(path)
    is_opposite = isinstance(value, Mapping) and list(value) == ["not"]
    return unwrap(source, path) if is_opposite else wrap(source, path, "not")


def wrap(source: Source, path: Path, word: str) -> Source:
    """With the condition at `path` in a group of its own (`all`, `any`, `none`), or `not` that."""
    written, opposite = GROUPS.get(word, (word, False))
    value = source.get(path)
    if is_flow(source.node(path[:-1])):
        plain = {"not": value} if written == "not" else {written: [value]}
        source = source.put(path, plain)
    else:
        source = source.put_lines(path, _wrapped(source, path, written))
    return wrap(source, path, "not") if opposite else source


def _wrapped(source: Source, path: Path, word: str) -> list[str]:
    lines = source.lines_of(path)
    if word != "not":
        return [f"{word}:", *set_in(set_in(lines, "- "), "  ")]
    if source.is_block(path):
        return ["not:", *set_in(lines, "  ")]
    return set_in(lines, "not: ", under=2)


def unwrap(source: Source, path: Path) -> Source:
    """With what the `not` at `path` is the opposite of, instead of it."""
    inner = (*path, "not")
    if is_flow(source.node(path)) or is_flow(source.node(path[:-1])):
        return source.put(path, source.get(inner))
    return source.put_lines(path, source.lines_of(inner), inline=not source.is_block(inner))


def remove(source: Source, path: Path) -> Source:
    """Without the condition at `path`, and without the groups that are empty then."""
    if path[-1] == "not":
        return remove(source, path[:-1])
    if isinstance(path[-1], int):
        if len(source.get(path[:-1])) == 1:
            return remove(source, path[:-2])
        return source.remove(path)
    return source.remove(path)


def move(source: Source, path: Path, how: str) -> tuple[Source, Path]:
    """With the condition at `path` further `up` or `down`, `out` of its group or `in` the group before it."""
    if not isinstance(path[-1], int):
        raise EditError("this is the only condition here")
    if how == "out":
        return _move_out(source, path)
    if how == "in":
        return _move_in(source, path)
    to = path[-1] + (1 if how == "down" else -1)
    if not 0 <= to < len(source.get(path[:-1])):
        raise EditError("it cannot be moved any further")
    return source.move(path, to), (*path[:-1], to)


def _move_out(source: Source, path: Path) -> tuple[Source, Path]:
    group = path[:-2]
    group = group[:-1] if group[-1] == "not" else group
    if not isinstance(group[-1], int):
        raise EditError("this group is in no other one")
    cut, piece = source.cut(path)
    position = group[-1] + 1
    to = (*group[:-1], position)
    cut = cut.insert(group[:-1], position, piece)
    if not cut.get(path[:-1]):
        return cut.remove(group), group
    return cut, to


def _move_in(source: Source, path: Path) -> tuple[Source, Path]:
    before = (*path[:-1], int(path[-1]) - 1)
    if path[-1] == 0 or word_of(source.get(before)) is None:
        raise EditError("there is no group before this condition")
    parts = group_path(source, before)
    count = len(source.get(parts) or ())
    cut, piece = source.cut(path)
    return cut.insert(parts, count, piece), (*parts, count)


# ---- comparisons ----


def usual(fact: str) -> Compare:
    """The comparison that a fact begins with."""
    known = _known(fact)
    if known.type is FactType.YES_NO:
        return Compare(fact, Operator.EQUAL, True)
    if known.type in NUMERIC:
        return Compare(fact, Operator.AT_LEAST, max(1, int(known.least or 0)))
    if known.choices:
        return Compare(fact, Operator.EQUAL, known.choices[0])
    return Compare(fact, Operator.IS_KNOWN)


def menu_operator(comparison: Compare) -> str:
    """The operator as it stands in the menu."""
    known = _known(comparison.fact)
    if comparison.operator is Operator.EQUAL and comparison.value is True:
        return YES
    if comparison.operator is Operator.EQUAL and comparison.value is False:
        return NO
    if comparison.operator is Operator.EQUAL and comparison.value == 0 and is_count(known):
        return NONE
    return str(comparison.operator)


def is_count(fact: Fact) -> bool:
    """Whether it counts something, of which there may be none."""
    return fact.whole and fact.least == 0 and fact.most is None


def menu_value(comparison: Compare) -> str:
    """The value as it stands in a field: several of them parted by commas."""
    value = comparison.value
    if isinstance(value, tuple):
        return join_list([_shown(item) for item in value])
    return "" if value is None else _shown(value)


def split_list(typed: str) -> list[str]:
    """The values parted by commas; one with a comma in it stands in quotes."""
    rows = csv.reader([typed.replace("\n", ",")], skipinitialspace=True)
    return [item.strip() for row in rows for item in row if item.strip()]


def join_list(items: Sequence[str]) -> str:
    """The values as `split_list` reads them."""
    return ", ".join(
        '"{}"'.format(item.replace('"', '""')) if set(item) & set(',"') else item for item in items
    )


def read_comparison(value: Any) -> Compare | None:
    """The comparison that a plain value is; None when it cannot be read."""
    return _read(value)


def _read(value: Any) -> Compare | None:
    try:
        return notation.read(value) if isinstance(value, str) else None
    except notation.NotationError:
        return None


def _write(source: Source, path: Path, comparison: Compare) -> Source:
    try:
        notation.check(comparison)
    except notation.NotationError as error:
        raise EditError(f"{error.why}.") from None
    return source.put(path, notation.write(comparison))


def _fits(comparison: Compare) -> bool:
    try:
        notation.check(comparison)
    except notation.NotationError:
        return False
    return True


def _with_operator(old: Compare, operator: str) -> Compare:
    fact = _known(old.fact)
    fixed: Mapping[str, Scalar] = {NONE: 0, YES: True, NO: False}
    if operator in fixed:
        return Compare(old.fact, Operator.EQUAL, fixed[operator])
    new = Operator(operator)
    if new in _KNOWING:
        return Compare(old.fact, new)
    value = old.value[0] if isinstance(old.value, tuple) else old.value
    wanted: Literal = (value,) if new in _LISTS and value is not None else value
    changed = Compare(old.fact, new, wanted)
    if wanted is not None and _fits(changed) and menu_operator(changed) not in fixed:
        return changed
    first = _first_value(fact, new)
    return Compare(old.fact, new, (first,) if new in _LISTS else first)


def _first_value(fact: Fact, operator: Operator) -> Scalar:
    if fact.type is FactType.YES_NO:
        return True
    if fact.type in NUMERIC or operator in ORDERING:
        return max(1, int(fact.least or 0))
    return fact.choices[0] if fact.choices and operator is not Operator.CONTAINS else ""


def _scalar(fact: Fact, operator: Operator, typed: str) -> Scalar:
    typed = typed.strip()
    if fact.type is FactType.YES_NO:
        return typed == YES
    if fact.type in NUMERIC or operator in ORDERING:
        return _number(typed)
    if fact.type is FactType.NUMBER_OR_TEXT and operator is not Operator.CONTAINS:
        try:
            return _number(typed)
        except EditError:
            return typed
    return typed


def _number(typed: str) -> int | float:
    for kind in (int, float):
        try:
            number = kind(typed.replace(",", "."))
        except ValueError:
            continue
        if number in (float("inf"), float("-inf")) or number != number:  # noqa: PLR0124 (not a number)
            break
        return number
    raise EditError(f'"{typed}" is no number' if typed else "write a number")


def _shown(value: Scalar) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)


def _known(name: str) -> Fact:
    fact = find_asked(name)
    if fact is None:
        raise EditError(f'there is no fact "{name}"')
    return fact


def attribute(name: str) -> str:
    """The fact of an imported attribute."""
    return ATTRIBUTE + "_".join(name.split())
