"""For one fact, the scripts that a value of it lets through, as bits: bit n stands for the nth script.

Numbers are looked up by their place among all the numbers that scripts compare the fact with, texts in a
dict, lists item by item; so the cost hardly grows with the number of scripts.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scripts_engine.conditions import Compare, Literals, Operator, compare, fold
from scripts_engine.facts import FactValue

_OTHER = "\0"
"""Stands for every text that no script names."""


_MAX_MEMORY = 4_096
"""Values of which a table remembers the bits."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What the script at `position` demands of the table's fact: that all of the literals hold."""

    position: int
    literals: Literals

    @property
    def bit(self) -> int:
        """The script's bit."""
        return 1 << self.position


class Table:
    """Looks up which scripts a value lets through; scripts without a demand always pass.

    Text that must *contain* something passes as well: whoever looks it up must judge such scripts themselves.
    `memory` holds the bits for values seen before; None stands for UNKNOWN.
    """

    __slots__ = ("_base", "_free", "_items", "_other", "_points", "_regions", "_texts", "memory")

    def __init__(self, demands: Sequence[Demand], size: int) -> None:
        everyone = (1 << size) - 1
        self._free = everyone ^ sum(demand.bit for demand in demands)
        self._points, self._regions = self._by_number(demands)
        self._other = self._met(demands, _OTHER)
        self._texts = self._by_text(demands)
        self._base = self._met([replace(demand, literals=_bare(demand.literals)) for demand in demands], ())
        self._items = _by_item(demands, everyone)
        self.memory: dict[FactValue | None, int] = {None: self._met(demands, None)}

    def lookup(self, value: FactValue) -> int:
        """The bits of the scripts that this value lets through; remembered in `memory`."""
        if isinstance(value, str):
            bits = self._texts.get(value.casefold(), self._other)
        elif isinstance(value, tuple):
            bits = self._listed(value)
        else:
            at = bisect_left(self._points, value)
            bits = self._regions[2 * at + (at < len(self._points) and self._points[at] == value)]
        if len(self.memory) < _MAX_MEMORY:
            self.memory[value] = bits
        return bits

    def _listed(self, value: tuple[str, ...]) -> int:
        bits = self._base
        held = {fold(item) for item in value}
        for item, (present, absent) in self._items.items():
            bits &= present if item in held else absent
        return bits

    def _met(self, demands: Sequence[Demand], value: FactValue | None) -> int:
        return self._free | sum(demand.bit for demand in demands if _hold(demand.literals, value))

    def _by_number(self, demands: Sequence[Demand]) -> tuple[list[float], list[int]]:
        """The numbers compared with, sorted; and the bits below the first, at it, up to the next, and on."""
        points = sorted({point for demand in demands for point in _numbers_of(demand.literals)})
        place = {point: 2 * at + 1 for at, point in enumerate(points)}
        turns = [0] * (2 * len(points) + 1)
        for demand in demands:
            for region in _turns(demand.literals, place):
                turns[region] ^= demand.bit
        bits = self._free
        return points, [bits := bits ^ turn for turn in turns]

    def _by_text(self, demands: Sequence[Demand]) -> dict[str, int]:
        texts: dict[str, int] = {}
        for demand in demands:
            for text in _texts_of(demand.literals):
                bits = texts.get(text, self._other)
                texts[text] = bits | demand.bit if _hold(demand.literals, text) else bits & ~demand.bit
        return texts


def _by_item(demands: Sequence[Demand], everyone: int) -> dict[object, tuple[int, int]]:
    """For every item that lists must (not) contain, the bits of those who pass with it, and without it."""
    items: dict[object, tuple[int, int]] = {}
    for demand in demands:
        for comparison, wanted in demand.literals:
            if comparison.operator is Operator.CONTAINS:
                item = fold(comparison.value)
                present, absent = items.get(item, (everyone, everyone))
                items[item] = (present, absent & ~demand.bit) if wanted else (present & ~demand.bit, absent)
    return items


def _turns(literals: Literals, place: dict[float, int]) -> Iterator[int]:
    """The regions at which these literals begin or cease to hold; only their own numbers are tried."""
    ranked = tuple((_ranked(comparison, place), wanted) for comparison, wanted in literals)
    own = sorted({place[point] for point in _numbers_of(literals)})
    held = False
    for region in (0, *(region for at in own for region in (at, at + 1))):
        if _hold(ranked, region) is not held:
            held = not held
            yield region


def _hold(literals: Literals, value: FactValue | None) -> bool:
    return all(_holds(comparison, wanted, value) for comparison, wanted in literals)


def _holds(comparison: Compare, wanted: bool, value: FactValue | None) -> bool:
    if comparison.operator is Operator.CONTAINS and isinstance(value, str):
        return True
    return compare(comparison, value) is wanted


def _bare(literals: Literals) -> Literals:
    return tuple(literal for literal in literals if literal[0].operator is not Operator.CONTAINS)


def _values(comparison: Compare) -> tuple[object, ...]:
    return comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)


def _numbers_of(literals: Literals) -> Iterator[float]:
    for comparison, _ in literals:
        for value in _values(comparison):
            if isinstance(value, int | float):
                yield value


def _texts_of(literals: Literals) -> set[str]:
    return {
        value.casefold()
        for comparison, _ in literals
        for value in _values(comparison)
        if isinstance(value, str)
    }


def _ranked(comparison: Compare, place: dict[float, int]) -> Compare:
    """The comparison with its numbers replaced by their places, so that it can be tried on places."""
    value = comparison.value
    if isinstance(value, tuple):
        return replace(
            comparison, value=tuple(item if isinstance(item, str) else place[item] for item in value)
        )
    if isinstance(value, int | float):
        return replace(comparison, value=place[value])
    return comparison
