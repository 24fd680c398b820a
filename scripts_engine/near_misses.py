"""Why a script does not apply: what is the case, and what it would take. Worked out on demand only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from scripts_engine.conditions import All, Compare, Condition, Literals, Not, Operator, compare
from scripts_engine.explanation import case_of, display
from scripts_engine.facts import Facts, FactType, find_fact
from scripts_engine.notation import write
from scripts_engine.script import Script
from scripts_engine.selection import places, rank

NOTHING: Literals = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One comparison that does not hold: as written, the fact's value, and in words what is the case and what
    it would take (`there were 2 purchases in the last 30 days, needs 3 or more`)."""

    condition: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A script that does not apply, and the fewest comparisons that would have to hold for it to do so."""

    script: Script
    missing: tuple[Missing, ...]

    @property
    def sentence(self) -> str:
        """`"Good customer" does not apply: there were 2 purchases in the last 30 days, needs 3 or more.`"""
        return f'"{self.script.title}" does not apply: {"; ".join(one.text for one in self.missing)}.'


def near_misses(scripts: Iterable[Script], facts: Facts, today: date, most: int) -> list[NearMiss]:
    """The scripts in force that come nearest to applying, the fewest missing first, at most so many."""
    found = [
        (len(missing), rank(script), script, missing)
        for script in scripts
        if script.in_force(today) and (missing := _missing(script, facts))
    ]
    nearest = sorted(found, key=lambda each: each[:2])[:most]
    return [
        NearMiss(script, tuple(_told(*literal, facts) for literal in missing))
        for _, _, script, missing in nearest
    ]


def _missing(script: Script, facts: Facts) -> Literals:
    placed = tuple(
        (place, True) for place in places(script) if compare(place, facts.get(place.fact)) is not True
    )
    return (*placed, *(_unmet(script.when, True, facts) if script.when is not None else NOTHING))


def _unmet(condition: Condition, wanted: bool, facts: Facts) -> Literals:
    """The fewest comparisons that would have to get their verdict for the condition to get `wanted`."""
    if isinstance(condition, Compare):
        holds = compare(condition, facts.get(condition.fact)) is wanted
        return NOTHING if holds else ((condition, wanted),)
    if isinstance(condition, Not):
        return _unmet(condition.part, not wanted, facts)
    parts = [_unmet(part, wanted, facts) for part in condition.parts]
    if isinstance(condition, All) is wanted:
        return tuple(dict.fromkeys(literal for part in parts for literal in part))
    return min(parts, key=len)


def _told(comparison: Compare, wanted: bool, facts: Facts) -> Missing:
    value = facts.get(comparison.fact)
    case, need = case_of(comparison, not wanted, value), _need(comparison, wanted)
    fact = find_fact(comparison.fact)
    plain = value is not None and fact is not None and fact.type in {FactType.YES_NO, FactType.LIST}
    text = case if plain else f"{case}, {need}"
    return Missing(write(comparison, wanted), display(comparison.fact, value), text)


def _need(comparison: Compare, wanted: bool) -> str:
    operator = comparison.operator if wanted else OPPOSITES[comparison.operator]
    if operator is None:
        return f"must not contain {comparison.value}"
    values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    told = " or ".join(display(comparison.fact, value) for value in values if value is not None)
    return NEEDS[operator].format(told)


NEEDS = {
    Operator.EQUAL: "needs {}",
    Operator.NOT_EQUAL: "must not be {}",
    Operator.LESS: "needs less than {}",
    Operator.AT_MOST: "needs {} or less",
    Operator.GREATER: "needs more than {}",
    Operator.AT_LEAST: "needs {} or more",
    Operator.IN: "needs {}",
    Operator.NOT_IN: "must not be {}",
    Operator.CONTAINS: "must contain {}",
    Operator.IS_KNOWN: "must be known",
    Operator.IS_UNKNOWN: "must not be known",
}

OPPOSITES: Mapping[Operator, Operator | None] = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.GREATER,
    Operator.GREATER: Operator.AT_MOST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.CONTAINS: None,
    Operator.IS_KNOWN: Operator.IS_UNKNOWN,
    Operator.IS_UNKNOWN: Operator.IS_KNOWN,
}
"""What it takes for a comparison to be False."""
