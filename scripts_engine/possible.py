"""What can be at all: the ways in which a condition can be true, and whether comparisons imply another one.

For each fact a few values are tried that between them stand for all: those that are compared with, and one
from every gap between them. So the answers are exact for what a fact may be by the catalogue; how facts
depend on each other is said in `contradictions`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import ceil, floor, inf, nextafter

from scripts_engine.conditions import (
    All,
    Compare,
    Condition,
    Literals,
    Not,
    Operator,
    compare,
    fold,
)
from scripts_engine.facts import Fact, FactType, FactValue, find_fact

MOST_WAYS = 64
"""Ways in which a condition can be TRUE that are looked through; of one with more nothing is said."""

MOST_POINTS = 300
"""Values that one fact is compared with that are looked through; of more nothing is said."""

OTHER = "\0"
"""Stands for every text that no comparison names; keeps apart the parts that a text must contain."""


def ways(condition: Condition, wanted: bool = True) -> list[Literals] | None:
    """The ways in which `condition` can have the verdict `wanted`: comparisons that must all have theirs.
    None when there are more than MOST_WAYS."""
    if isinstance(condition, Compare):
        return [((condition, wanted),)]
    if isinstance(condition, Not):
        return ways(condition.part, not wanted)
    parts = [ways(part, wanted) for part in condition.parts]
    return _all_of(parts) if isinstance(condition, All) is wanted else _any_of(parts)


def _all_of(parts: Sequence[list[Literals] | None]) -> list[Literals] | None:
    found: list[Literals] = [()]
    for part in parts:
        if part is None or len(found) * len(part) > MOST_WAYS:
            return None
        found = [(*one, *other) for one, other in product(found, part)]
    return found


def _any_of(parts: Sequence[list[Literals] | None]) -> list[Literals] | None:
    found: list[Literals] = []
    for part in parts:
        if part is None or len(found) + len(part) > MOST_WAYS:
            return None
        found += part
    return found


def implied(literal: tuple[Compare, bool], by: Literals) -> bool:
    """Whether a comparison has its verdict wherever all of `by` have theirs."""
    about = tuple(other for other in by if other[0].fact == literal[0].fact)
    tried = (*about, literal, (literal[0], not literal[1]))
    return (
        bool(about)
        and few(tried)
        and not any(holds(about, value) and not holds((literal,), value) for value in values(tried))
    )


def few(literals: Literals) -> bool:
    """Whether these compare with so few values that they are looked through."""
    return sum(len(_compared(comparison)) for comparison, _ in literals) <= MOST_POINTS


def possible(literals: Literals) -> bool:
    """Whether the fact can have a value with which all of these have their verdict."""
    return any(holds(literals, value) for value in values(literals))


def holds(literals: Literals, value: FactValue | None) -> bool:
    """Whether all of these have their verdict when their fact has this value."""
    return all(compare(comparison, value) is wanted for comparison, wanted in literals)


def values(literals: Literals) -> Iterator[FactValue | None]:
    """Values of the fact, and None, that between them stand for all that it can be."""
    name = literals[0][0].fact
    fact = find_fact(name) or Fact(name, name, FactType.NUMBER_OR_TEXT)
    yield None
    if fact.type is FactType.YES_NO:
        yield from (True, False)
    elif fact.type is FactType.LIST:
        yield from _contained(literals)
    elif fact.choices:
        yield from fact.choices
    else:
        yield from _texts(literals) if fact.type in {FactType.TEXT, FactType.NUMBER_OR_TEXT} else ()
        yield from _numbers(fact, literals) if fact.type is not FactType.TEXT else ()


def _contained(literals: Literals) -> Iterator[tuple[str, ...]]:
    """All that must be contained; and all of that but one."""
    items = [
        str(comparison.value).casefold()
        for comparison, wanted in literals
        if wanted and comparison.operator is Operator.CONTAINS
    ]
    yield tuple(items)
    for item in items:
        yield tuple(other for other in items if other != item)


def _texts(literals: Literals) -> Iterator[str]:
    """Those that are named; and some that are not, with what must be in them."""
    for items in _contained(literals):
        yield OTHER + OTHER.join(items)
    for comparison, _ in literals:
        for value in _compared(comparison):
            if isinstance(value, str):
                yield str(fold(value))


def _numbers(fact: Fact, literals: Literals) -> Iterator[float]:
    points = sorted(
        {
            float(value)
            for comparison, _ in literals
            for value in _compared(comparison)
            if isinstance(value, int | float)
        }
    )
    tried = _whole(points) if fact.whole else _broken(points)
    for number in (*tried, *(bound for bound in (fact.least, fact.most) if bound is not None)):
        if (fact.least is None or number >= fact.least) and (fact.most is None or number <= fact.most):
            yield number


def _whole(points: Sequence[float]) -> Iterator[float]:
    yield 0
    for point in points:
        yield from (floor(point) - 1, floor(point), ceil(point), ceil(point) + 1)


def _broken(points: Sequence[float]) -> Iterator[float]:
    if not points:
        yield 0
        return
    yield from (nextafter(points[0], -inf), *points, nextafter(points[-1], inf))
    for one, other in pairwise(points):
        yield one + (other - one) / 2


def _compared(comparison: Compare) -> tuple[object, ...]:
    return comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
