"""Comparisons that exclude each other: about one fact, or about facts of which one depends on the other."""

from collections.abc import Iterator, Mapping, Sequence

from scripts_engine.conditions import Literals
from scripts_engine.possible import few, holds, possible

OF_CUSTOMER = ("purchases.", "cases.", "contacts.", "company.")
"""The facts that are UNKNOWN without a known customer."""

KNOWN = "caller.known"

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


def reason(literals: Literals) -> str:
    """Why comparisons with different facts exclude each other; "" where it is plain."""
    facts = {comparison.fact for comparison, _ in literals}
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
