"""Which customers are at risk, and which of them are worth looking at. Pure.

Rules have the conditions of scripts. Without a call only the facts of a customer are there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from scripts_engine.conditions import All, Any, Compare, Condition, Not, compare, comparisons
from scripts_engine.explanation import Explain, Reason, explainer
from scripts_engine.facts import Facts, FactValue

OF_A_CALL = frozenset({"caller.known", "caller.match", "caller.withheld"})
CALL = "call."
"""What is known only while somebody calls."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its stable `key`. One that is `archived` finds nobody."""

    key: str
    title: str
    when: Condition | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Why a customer is at risk: the rule, its place in the list (from 1), and what is the case."""

    rule: str
    place: int
    why: tuple[Reason, ...]


class Rules:
    """The rules in force, first to last."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules: list[tuple[str, Explain]] = [
            (rule.key, explainer(rule.when)) for rule in rules if not rule.archived and rule.when is not None
        ]

    def __len__(self) -> int:
        return len(self._rules)

    def judge(self, facts: Facts) -> list[Found]:
        """The rules that are for a customer with these facts."""
        found = [(place, key, explain(facts)) for place, (key, explain) in enumerate(self._rules, 1)]
        return [Found(key, place, why) for place, key, why in found if why is not None]


def is_of_a_call(fact: str) -> bool:
    """Whether a fact is there only while somebody calls."""
    return fact.startswith(CALL) or fact in OF_A_CALL


def facts_of_calls(condition: Condition | None) -> list[str]:
    """The facts in it that are there only while somebody calls, each once."""
    facts = [each.fact for each in comparisons(condition)]
    return [fact for fact in dict.fromkeys(facts) if is_of_a_call(fact)]


class Sign(IntEnum):
    """What the records of a customer must have for some facts to be anything but what they are of somebody
    without records; the rarest first."""

    LATE_ORDER = 1
    OPEN_CASE = 2
    CALLED_30D = 3
    BOUGHT_30D = 4
    CALLED = 5
    BOUGHT_365D = 6


SIGNS: Mapping[str, tuple[Sign, FactValue | None]] = {
    **dict.fromkeys(
        ("cases.open", "cases.open_line_1", "cases.open_line_2", "cases.overdue", "cases.reopened"),
        (Sign.OPEN_CASE, 0),
    ),
    **dict.fromkeys(("cases.highest_priority", "cases.oldest_days"), (Sign.OPEN_CASE, None)),
    **dict.fromkeys(("contacts.calls_7d", "contacts.calls_30d"), (Sign.CALLED_30D, 0)),
    "contacts.repeat_today": (Sign.CALLED_30D, False),
    **dict.fromkeys(("contacts.last_call_days", "contacts.last_satisfaction"), (Sign.CALLED, None)),
    "purchases.late_open": (Sign.LATE_ORDER, 0),
    "purchases.max_late_days": (Sign.LATE_ORDER, None),
    **dict.fromkeys(("purchases.count_30d", "purchases.spend_30d"), (Sign.BOUGHT_30D, 0)),
    **dict.fromkeys(
        ("purchases.count_365d", "purchases.spend_365d", "purchases.returns_90d"), (Sign.BOUGHT_365D, 0)
    ),
}
"""Of facts: what a customer of whom they say anything has, and what they are of one who has not."""


def signs_of(condition: Condition, *, wanted: bool = True) -> frozenset[Sign] | None:
    """One of these signs has everybody of whom `condition` has the verdict `wanted`; None: anybody may be
    meant. So most customers need no look at all."""
    if isinstance(condition, Compare):
        return _sign_of(condition, wanted)
    if isinstance(condition, Not):
        return signs_of(condition.part, wanted=not wanted)
    parts = [signs_of(part, wanted=wanted) for part in condition.parts]
    told = [part for part in parts if part is not None]
    if isinstance(condition, All) is wanted:  # all of them hold: the rarest will do
        return min(told, key=lambda signs: sorted(signs, reverse=True), default=None)
    return frozenset().union(*told) if len(told) == len(parts) else None


def _sign_of(comparison: Compare, wanted: bool) -> frozenset[Sign] | None:
    known = SIGNS.get(comparison.fact)
    if known is None:
        return None
    sign, without = known
    return None if compare(comparison, without) is wanted else frozenset({sign})


def signs_of_all(rules: Sequence[Rule]) -> frozenset[Sign] | None:
    """The same of rules of which any counts."""
    whens = tuple(rule.when for rule in rules if rule.when is not None and not rule.archived)
    return signs_of(Any(whens)) if whens else frozenset()
