"""Conditions over facts: a tree of All, Any, Not and Compare, judged in three-valued logic (Kleene).

A verdict is True, False or None (UNKNOWN). A comparison with an UNKNOWN fact is UNKNOWN; `is known` and
`is unknown` always are True or False. Text is compared without regard to capitals. Values of different
kinds (an imported attribute may be a number for one customer and a text for another) are never equal, and
which of them is greater is UNKNOWN.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt, le, lt

from scripts_engine.facts import Facts, FactValue

Scalar = bool | int | float | str
Literal = Scalar | tuple[Scalar, ...] | None
"""What a fact is compared with: one value, several (`in`, `not in`), or nothing (`is known`)."""

Verdict = bool | None
"""True, False, or None for UNKNOWN."""


class Operator(StrEnum):
    """How a fact is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    IS_KNOWN = "is known"
    IS_UNKNOWN = "is unknown"


ORDERING: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.GREATER: gt,
    Operator.AT_LEAST: ge,
}


NUMBERS = (int, float)
"""Built once: `int | float` is built anew wherever it is asked about."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison: `purchases.late_open >= 1`."""

    fact: str
    operator: Operator
    value: Literal = None


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when one part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is False (not when it is UNKNOWN)."""

    part: "Condition"


Condition = Compare | All | Any | Not

Literals = tuple[tuple[Compare, bool], ...]
"""Comparisons, each with the verdict that it must have."""


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    """The verdict on `condition` for these facts."""
    if isinstance(condition, Compare):
        return compare(condition, facts.get(condition.fact))
    if isinstance(condition, Not):
        inner = evaluate(condition.part, facts)
        return None if inner is None else not inner
    decisive = isinstance(condition, Any)
    verdict: Verdict = not decisive
    for part in condition.parts:
        found = evaluate(part, facts)
        if found is decisive:
            return decisive
        if found is None:
            verdict = None
    return verdict


def compare(comparison: Compare, value: FactValue | None) -> Verdict:
    """The verdict on one comparison when its fact has `value` (None: UNKNOWN)."""
    operator = comparison.operator
    if operator is Operator.IS_KNOWN:
        return value is not None
    if operator is Operator.IS_UNKNOWN:
        return value is None
    if value is None:
        return None
    order = ORDERING.get(operator)
    if order is not None:
        return _ordered(order, value, comparison.value)
    return _matched(operator, value, comparison.value)


def _ordered(order: Callable[[float, float], bool], value: FactValue, literal: Literal) -> Verdict:
    if isinstance(value, NUMBERS) and isinstance(literal, NUMBERS):
        return order(value, literal)
    return None


def _matched(operator: Operator, value: FactValue, literal: Literal) -> Verdict:
    if operator is Operator.CONTAINS:
        return _contained(value, literal)
    wanted = literal if isinstance(literal, tuple) else (literal,)
    found = fold(value) in [fold(item) for item in wanted]
    return found is (operator in {Operator.EQUAL, Operator.IN})


def _contained(value: FactValue, literal: Literal) -> Verdict:
    if isinstance(value, tuple | list):
        return fold(literal) in [fold(item) for item in value]
    if isinstance(value, str) and isinstance(literal, str):
        return literal.casefold() in value.casefold()
    return None


def fold(value: object) -> object:
    """The value in the form in which two of them are the same: text without regard to capitals."""
    return value.casefold() if isinstance(value, str) else value


def demands(condition: Condition | None, wanted: bool = True) -> tuple[Literals, bool]:
    """The comparisons that all must have their verdict for `condition` to have the verdict `wanted`, and
    whether that is all it takes (an `any` takes more than can be said like this)."""
    if condition is None:
        return (), True
    if isinstance(condition, Compare):
        return ((condition, wanted),), True
    if isinstance(condition, Not):
        return demands(condition.part, not wanted)
    if isinstance(condition, All) is not wanted and len(condition.parts) != 1:
        return (), False
    parts = [demands(part, wanted) for part in condition.parts]
    return tuple(literal for found, _ in parts for literal in found), all(whole for _, whole in parts)


def comparisons(condition: Condition | None) -> Iterator[Compare]:
    """Every comparison in the tree, from left to right."""
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)
    elif condition is not None:
        for part in condition.parts:
            yield from comparisons(part)
