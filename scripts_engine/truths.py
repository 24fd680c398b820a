"""For one fact, which comparisons hold wherever others do: asked of thousands of scripts, pair by pair.

Every comparison becomes bits, one for each of the values that between them stand for all that the fact may
be: where it holds. Then one holds wherever others do when it lacks no bit that they have.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

from scripts_engine.conditions import ORDERING, Compare, Literals, Operator, fold
from scripts_engine.facts import FactValue
from scripts_engine.possible import implied, values


class Truths:
    """Where the comparisons with one fact hold. `asked` is what is asked of it, each with the bits of those
    who ask."""

    def __init__(self, asked: Mapping[Literals, int]) -> None:
        self._asked = asked
        literals = tuple({literal: None for group in asked for literal in group})
        self._exact = all(comparison.operator is not Operator.CONTAINS for comparison, _ in literals)
        known = {value: None for value in values(literals) if value is not None} if self._exact else {}
        numbers = sorted(value for value in known if isinstance(value, int | float) and value is not True)
        self._numbers: Sequence[float] = [number for number in numbers if number is not False]
        others = [value for value in known if isinstance(value, bool | str | tuple)]
        self._place: dict[object, int] = {
            fold(value): place for place, value in enumerate([*self._numbers, *others])
        }
        self._holds: dict[tuple[Compare, bool], int] = {}

    @cached_property
    def _all(self) -> int:
        """All values but UNKNOWN, which has the bit behind them."""
        return (1 << len(self._place)) - 1

    def askers(self, by: Literals) -> int:
        """The bits of those who ask nothing that does not hold wherever all of `by` do. `by` is among what is
        asked."""
        if not self._exact:
            return union(
                bits for asked, bits in self._asked.items() if all(implied(literal, by) for literal in asked)
            )
        where = self._where(by)
        return union(bits for elsewhere, bits in self._elsewhere if not where & elsewhere)

    @cached_property
    def _elsewhere(self) -> Sequence[tuple[int, int]]:
        """Where what is asked does not hold, with the bits of those who ask."""
        return [(~self._where(asked), bits) for asked, bits in self._asked.items()]

    def _where(self, literals: Literals) -> int:
        bits = self._all | self._all + 1
        for literal in literals:
            if literal not in self._holds:
                self._holds[literal] = self._bits(*literal)
            bits &= self._holds[literal]
        return bits

    def _bits(self, comparison: Compare, wanted: bool) -> int:
        """Where the comparison has the verdict `wanted`; it is neither True nor False where it is UNKNOWN."""
        operator = comparison.operator
        if operator in {Operator.IS_KNOWN, Operator.IS_UNKNOWN}:
            return self._all if (operator is Operator.IS_KNOWN) is wanted else self._all + 1
        if operator in ORDERING:
            return self._ordered(operator, comparison.value, wanted)
        found = self._matched(comparison.value)
        return found if (operator in {Operator.EQUAL, Operator.IN}) is wanted else self._all & ~found

    def _ordered(self, operator: Operator, value: object, wanted: bool) -> int:
        numbers = (1 << len(self._numbers)) - 1
        assert isinstance(value, int | float)  # noqa: S101 - for the type checker: `notation.check` sees to it
        split = bisect_left if operator in {Operator.LESS, Operator.AT_LEAST} else bisect_right
        below = (1 << split(self._numbers, value)) - 1
        return below if (operator in {Operator.LESS, Operator.AT_MOST}) is wanted else numbers & ~below

    def _matched(self, value: FactValue | tuple[FactValue, ...] | None) -> int:
        bits = 0
        for one in value if isinstance(value, tuple) else (value,):
            place = self._place.get(fold(one))
            bits |= 0 if place is None else 1 << place
        return bits


def union(bits: Iterable[int]) -> int:
    """All bits that are in any of these."""
    return reduce(or_, bits, 0)
