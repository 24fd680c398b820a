"""The pick: of all scripts that apply, which one, why, and which comes second.

Order: higher priority, then more comparisons in `when`, then key. `Index` answers from tables that it builds
once; it agrees with judging every script one by one, which the tests prove.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from scripts_engine.conditions import Compare, Literals, Operator, comparisons, demands, evaluate
from scripts_engine.explanation import Explain, Reason, explainer, sentence, teller
from scripts_engine.facts import Facts, FactType, find_fact
from scripts_engine.script import Script
from scripts_engine.tables import Demand, Table

NOTHING_APPLIES = "No script applies."


@dataclass(frozen=True, slots=True)
class Pick:
    """The chosen script (None when none applies), what made it apply, and the next that applies."""

    script: Script | None
    why: tuple[Reason, ...]
    sentence: str
    runner_up: Script | None


def rank(script: Script) -> tuple[int, int, str]:
    """Sorts scripts: the first that applies is picked."""
    return -script.priority, -sum(1 for _ in comparisons(script.when)), script.key


def applies(script: Script, facts: Facts, today: date) -> bool:
    """Whether the script applies: in force, for this line, queue and language, and its conditions TRUE."""
    return (
        script.in_force(today)
        and all(evaluate(place, facts) is True for place in places(script))
        and evaluate_when(script, facts)
    )


class Index:
    """Published scripts, ready to be picked from. Never changes; make a new one when the scripts do."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self.scripts: tuple[Script, ...] = tuple(sorted(scripts, key=rank))
        # The best has the highest bit: an int knows its highest at once, its lowest takes three passes.
        self._rising = self.scripts[::-1]
        self._explain: list[Explain] = []
        self._unsure: list[bool] = []  # the demands say less than the conditions
        by_fact: dict[str, list[Demand]] = {}
        for position, script in enumerate(self._rising):
            literals, exact = demands(script.when)
            _file(position, [*literals, *((place, True) for place in places(script))], by_fact)
            sure = exact and not any(map(_is_part_of_text, comparisons(script.when)))
            self._explain.append(teller(literals) if sure else explainer(script.when))
            self._unsure.append(not sure)
        tables = {fact: Table(found, len(self.scripts)) for fact, found in by_fact.items()}
        self._tables = [(fact, table.memory, table.lookup) for fact, table in tables.items()]
        self._dated = [position for position, script in enumerate(self._rising) if _is_dated(script)]
        self._in_force = (date.min, self._find_in_force(date.min))

    def pick(self, facts: Facts, today: date) -> Pick:
        """The script for these facts. `today` is the day in the company's time zone."""
        found = self._applying(facts, today)
        first = next(found, None)
        if first is None:
            return Pick(None, (), NOTHING_APPLIES, None)
        script, second = self._rising[first], next(found, None)
        why = self._explain[first](facts) or ()
        is_for_all = script.when is None and second is not None and self._is_specific(second, found)
        told = for_all(script) if is_for_all else sentence(why)
        return Pick(script, why, told, None if second is None else self._rising[second])

    def applying(self, facts: Facts, today: date) -> Iterator[Script]:
        """All scripts that apply, the best first."""
        return (self._rising[position] for position in self._applying(facts, today))

    def _is_specific(self, second: int, others: Iterator[int]) -> bool:
        """Whether any of the scripts that apply behind the first has conditions."""
        return any(self._rising[position].when is not None for position in chain([second], others))

    def _applying(self, facts: Facts, today: date) -> Iterator[int]:
        bits = self._candidates(facts, today)
        while bits:
            position = bits.bit_length() - 1
            if not self._unsure[position] or self._explain[position](facts) is not None:
                yield position
            bits ^= 1 << position

    def _candidates(self, facts: Facts, today: date) -> int:
        day, bits = self._in_force
        if day != today:
            bits = self._find_in_force(today)
            self._in_force = (today, bits)
        get = facts.get
        for fact, memory, lookup in self._tables:
            value = get(fact)
            found = memory.get(value)
            bits &= lookup(value) if found is None else found  # type: ignore[arg-type]  # None is always remembered
        return bits

    def _find_in_force(self, today: date) -> int:
        bits = (1 << len(self.scripts)) - 1
        for position in self._dated:
            if not self._rising[position].in_force(today):
                bits ^= 1 << position
        return bits


def evaluate_when(script: Script, facts: Facts) -> bool:
    """Whether the script's conditions are TRUE."""
    return script.when is None or evaluate(script.when, facts) is True


def _is_dated(script: Script) -> bool:
    return script.starts_on is not None or script.ends_on is not None


def for_all(script: Script) -> str:
    """What is said of a script without conditions where one with conditions applies, too."""
    language = () if script.language is None else (script.language,)
    given = (("on line", script.lines), ("from the queue", script.queues), ("in the language", language))
    where = "".join(f" {words} {' or '.join(map(str, named))}" for words, named in given if named)
    return f"It is for every call{where}, and comes first by its priority."


def places(script: Script) -> Iterator[Compare]:
    """Where the script may be used, as comparisons. They do not count in the order and are no reasons."""
    if script.lines:
        yield Compare("call.line", Operator.IN, script.lines)
    if script.queues:
        yield Compare("call.queue", Operator.IN, script.queues)
    if script.language is not None:
        yield Compare("caller.language", Operator.EQUAL, script.language)


def _file(position: int, literals: Iterable[tuple[Compare, bool]], by_fact: dict[str, list[Demand]]) -> None:
    grouped: dict[str, Literals] = {}
    for literal in literals:
        grouped[literal[0].fact] = (*grouped.get(literal[0].fact, ()), literal)
    for fact, found in grouped.items():
        by_fact.setdefault(fact, []).append(Demand(position, found))


def _is_part_of_text(comparison: Compare) -> bool:
    fact = find_fact(comparison.fact)
    return comparison.operator is Operator.CONTAINS and (fact is None or fact.type is not FactType.LIST)
