"""Comparisons that exclude each other: about one fact, or about facts of which one depends on the other."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from scripts_engine.conditions import Literals
from scripts_engine.facts import ATTRIBUTE
from scripts_engine.possible import few, holds, possible, values

OF_CUSTOMER = (
    *("purchases.", "cases.", "contacts.", "company.", ATTRIBUTE),
    *("caller.segment", "caller.language", "caller.company", "caller.tenure_days"),
)
"""The facts that are UNKNOWN without a known customer."""

KNOWN = "caller.known"

PART_OF: Mapping[str, str] = {
    "purchases.count_30d": "purchases.count_365d",
    "cases.open_line_1": "cases.open",
    "cases.open_line_2": "cases.open",
    "cases.overdue": "cases.open",
    "cases.reopened": "cases.open",
    "contacts.calls_7d": "contacts.calls_30d",
}
"""Counts of a part, with the count of the whole: never more."""

OF_SOME: Mapping[str, str] = {
    "purchases.max_late_days": "purchases.late_open",
    "cases.highest_priority": "cases.open",
    "cases.oldest_days": "cases.open",
}
"""Facts that are UNKNOWN while a count is 0."""

_ByFact = Mapping[str, Literals]


def conflict(literals: Literals) -> Literals | None:
    """The comparisons among these that can't all have their verdict at once, as few as possible; None when
    they can."""
    return next(conflicts(literals), None)


def conflicts(literals: Literals) -> Iterator[Literals]:
    """All such comparisons. Of a fact that cannot be as it is asked for, nothing more is said."""
    by_fact: dict[str, Literals] = {}
    for literal in literals:
        by_fact[literal[0].fact] = (*by_fact.get(literal[0].fact, ()), literal)
    can_be: dict[str, Literals] = {}
    for fact, found in by_fact.items():
        if not few(found):
            continue
        if possible(found):
            can_be[fact] = found
        else:
            yield from _fewest(found)
    yield from _without_customer(can_be)
    yield from _dependent(can_be)


def reason(literals: Literals) -> str:
    """Why comparisons with different facts exclude each other; "" where it is plain."""
    facts = {comparison.fact for comparison, _ in literals}
    for part, whole in PART_OF.items():
        if facts == {part, whole}:
            return f"because `{part}` is never more than `{whole}`"
    for fact, count in OF_SOME.items():
        if facts == {fact, count}:
            return f"because `{fact}` is unknown while `{count}` is 0"
    return "because nothing is known of a caller who is not known" if len(facts) > 1 else ""


def _fewest(literals: Literals) -> Iterator[Literals]:
    """Each that cannot be by itself; else those that another one excludes, each with the first that does;
    else all of them together."""
    alone: Sequence[Literals] = [(one,) for one in literals if not possible((one,))]
    yield from alone or list(_pairs(literals)) or [literals]


def _pairs(literals: Literals) -> Iterator[Literals]:
    for at, one in enumerate(literals):
        for other in literals[:at]:
            if not possible((other, one)):
                yield other, one
                break


def _without_customer(by_fact: _ByFact) -> Iterator[Literals]:
    nobody = by_fact.get(KNOWN, ())
    if not nobody or holds(nobody, True) or holds(nobody, None):
        return
    for fact, literals in by_fact.items():
        for literal in literals:
            if fact.startswith(OF_CUSTOMER) and not holds((literal,), None):
                yield nobody[0], literal


def _dependent(by_fact: _ByFact) -> Iterator[Literals]:
    for excluded, pairs in ((_more, PART_OF), (_of_none, OF_SOME)):
        for one, other in pairs.items():
            if one in by_fact and other in by_fact and excluded(by_fact[one], by_fact[other]):
                each = [
                    (first, second)
                    for second in by_fact[other]
                    for first in by_fact[one]
                    if excluded((first,), (second,))
                ]
                yield each[0] if each else (*by_fact[one], *by_fact[other])


def _more(part: Literals, whole: Literals) -> bool:
    """Whether the part must be more than the whole may be."""
    return not (holds(part, None) or holds(whole, None)) and min(_numbers(part)) > _most(whole)


def _of_none(literals: Literals, count: Literals) -> bool:
    """Whether something of what is counted must be known, and there may be none of it."""
    return not (holds(literals, None) or holds(count, None)) and _most(count) < 1


def _most(count: Literals) -> float:
    """The greatest that a count can be: the greatest number that is tried stands for all from there on."""
    tried = [value for value in values(count) if isinstance(value, int | float)]
    return inf if holds(count, max(tried)) else max(_numbers(count))


def _numbers(count: Literals) -> list[float]:
    return [value for value in values(count) if isinstance(value, int | float) and holds(count, value)]
