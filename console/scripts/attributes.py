"""Imported attributes that published scripts ask for: whether they still come, and as what.

An import may leave a column out, or write words where there were numbers. Then a condition is UNKNOWN for
everybody, and its script is silently never picked again: its author is told. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scripts_engine.conditions import ORDERING, Compare, Operator, comparisons
from scripts_engine.facts import ATTRIBUTE, Facts
from scripts_engine.script import Script

MISSED_BY = 500
"""After so many known callers in a row without it, an attribute is probably not imported any more."""

_KNOWING = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Wish:
    """A script (its key) that asks for an attribute: as a number, as a text, or (None) as either."""

    key: str
    kind: str | None


Asked = Mapping[str, tuple[Wish, ...]]
"""Who asks for an attribute, by the fact's name."""


def asked_attributes(scripts: Iterable[Script]) -> Asked:
    """The attributes that conditions of these scripts compare with something."""
    found: dict[str, dict[str, set[str | None]]] = {}
    for script in scripts:
        for comparison in comparisons(script.when):
            if comparison.fact.startswith(ATTRIBUTE) and comparison.operator not in _KNOWING:
                found.setdefault(comparison.fact, {}).setdefault(script.key, set()).add(_kind(comparison))
    return {
        name: tuple(Wish(key, kinds.pop() if len(kinds) == 1 else None) for key, kinds in wishes.items())
        for name, wishes in found.items()
    }


def _kind(comparison: Compare) -> str | None:
    if comparison.operator in ORDERING:
        return "a number"
    values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    kinds = {"a text" if isinstance(value, str) else "a number" for value in values}
    return kinds.pop() if len(kinds) == 1 else None


class AttributeWatch:
    """Looks at the facts of one pick after the other."""

    def __init__(self) -> None:
        self._missed: dict[str, int] = {}
        self._call = ""

    def look(self, asked: Asked, facts: Facts, call: str) -> Iterator[tuple[str, str]]:
        """The keys of scripts whose author is to be told something, and what. A call that rings many is
        looked at once."""
        if facts.get("caller.known") is not True or call == self._call:
            return
        self._call = call
        for name, wishes in asked.items():
            value = facts.get(name)
            if value is None:
                yield from self._misses(name, wishes)
                continue
            self._missed[name] = 0
            kind = "a text" if isinstance(value, str) else "a number"
            for wish in wishes:
                if wish.kind not in {None, kind}:
                    why = f"its conditions compare {name} with {wish.kind}, but records have {kind} there"
                    yield wish.key, why

    def _misses(self, name: str, wishes: Iterable[Wish]) -> Iterator[tuple[str, str]]:
        missed = self._missed.get(name, 0) + 1
        self._missed[name] = missed % MISSED_BY
        if missed == MISSED_BY:
            why = f"its conditions ask for {name}, but none of {MISSED_BY} known callers in a row had it"
            yield from ((key, why) for key in dict.fromkeys(wish.key for wish in wishes))
