"""How conditions are drawn: sentences with menus in them, groups within groups. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.studio import wording
from console.studio.editing import mark_of, place_of
from console.studio.editing_conditions import (
    NO,
    NONE,
    YES,
    group_path,
    menu_operator,
    menu_value,
    read_comparison,
    word_of,
)
from console.studio.editing_source import Source
from console.studio.wording import Option
from console.web.i18n import gettext as _
from scripts_engine.conditions import ORDERING, Compare, Operator
from scripts_engine.errors import Path
from scripts_engine.facts import ANSWER, ATTRIBUTE, NUMERIC, Fact, FactType, find_fact

MAX_DEPTH = 8
"""Groups within groups that are drawn; deeper ones are mended in the YAML."""

_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_NO_VALUE = frozenset({NONE, YES, NO, str(Operator.IS_KNOWN), str(Operator.IS_UNKNOWN)})


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A group (with `word` and `parts`), a comparison (with `fact`), or a `raw` text that is none.

    `moved_at` is the place of the whole of it: of the `not` around it, where there is one.
    """

    mark: str
    at: str
    moved_at: str
    word: str = ""
    parts: Sequence["ConditionView"] = ()
    opposite: bool = False
    raw: str | None = None
    fact: str = ""
    label: str = ""
    attribute: str | None = None
    operator: str = ""
    operators: Sequence[Option] = ()
    value: str = ""
    field: str = ""
    options: Sequence[Option] = ()
    unit: str = ""
    is_part: bool = False


def draw_condition(source: Source, path: Path, depth: int = 0) -> ConditionView | None:
    """The condition at `path`; None when there is none."""
    value = source.get(path)
    if value is None:
        return None
    mark, at, is_part = mark_of(path), place_of(path), isinstance(path[-1], int)
    word = word_of(value)
    if word is not None and depth < MAX_DEPTH:
        parts = group_path(source, path)
        drawn = (
            draw_condition(source, (*parts, number), depth + 1)
            for number in range(len(source.get(parts) or ()))
        )
        return ConditionView(mark, at, at, word=word, parts=[part for part in drawn if part], is_part=is_part)
    opposite = isinstance(value, Mapping) and list(value) == ["not"] and isinstance(value["not"], str)
    inner = (*path, "not") if opposite else path
    comparison = read_comparison(source.get(inner))
    if comparison is None or comparison.fact.startswith(ANSWER):  # no menu has the answers of a script
        raw = source.get(inner)
        shown = raw if isinstance(raw, str) else ""
        return ConditionView(mark, place_of(inner), at, raw=shown, opposite=opposite, is_part=is_part)
    return _draw_comparison(comparison, mark, place_of(inner), at, opposite=opposite, is_part=is_part)


def _draw_comparison(
    comparison: Compare, mark: str, at: str, moved_at: str, *, opposite: bool, is_part: bool
) -> ConditionView:
    fact = find_fact(comparison.fact)
    if fact is None:  # reading says so
        raise AssertionError(comparison.fact)
    operator = menu_operator(comparison)
    field, options = _field(fact, comparison.operator, operator)
    own = fact.name.removeprefix(ATTRIBUTE) if fact.name.startswith(ATTRIBUTE) else None
    value = menu_value(comparison)
    return ConditionView(
        mark,
        at,
        moved_at,
        opposite=opposite,
        fact=fact.name if own is None else ATTRIBUTE,
        label=_(fact.label),
        attribute=own,
        operator=operator,
        operators=wording.named(wording.operator_options(fact), operator),
        value=value,
        field=field,
        options=wording.named(options, value) if options else (),
        unit=_(wording.UNITS[fact.unit]) if fact.unit in wording.UNITS and field == "number" else "",
        is_part=is_part,
    )


def _field(fact: Fact, operator: Operator, shown: str) -> tuple[str, list[Option]]:
    """What a value is typed or chosen in: "" for none, number, menu, text or list; and the menu's options."""
    if shown in _NO_VALUE:
        return "", []
    if operator in _LISTS:
        return "list", []
    if fact.type is FactType.YES_NO:
        return "menu", [(YES, _("yes")), (NO, _("no"))]
    if fact.type in NUMERIC or operator in ORDERING:
        return "number", []
    if fact.choices and operator is not Operator.CONTAINS:
        return "menu", [(choice, _(choice)) for choice in fact.choices]
    return "text", []
