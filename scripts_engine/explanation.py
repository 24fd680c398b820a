"""Why a script was chosen, in words that a supervisor understands: what is the case, not how it was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from scripts_engine.conditions import All, Compare, Condition, Literals, Not, Operator, compare
from scripts_engine.facts import Fact, Facts, FactType, FactValue, find_fact
from scripts_engine.notation import write

MAX_VALUE = 60
"""Characters of a text value that an explanation repeats."""

MAX_MEMORY = 1_000
"""Values of a fact of which it is remembered what is the case."""

FALLBACK = "No more specific script applies."
"""What is said of a script without conditions."""

_LISTS = (tuple, list)


class Reason(NamedTuple):
    """One comparison that made the script apply: as written, the fact's value, and what is the case."""

    condition: str
    value: str
    text: str


Why = tuple[Reason, ...]
Explain = Callable[[Facts], Why | None]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is the case, by the fact's value: no/none/0, yes/1, anything else (with the value put in)."""

    many: str
    one: str = ""
    none: str = ""


def explainer(condition: Condition | None) -> Explain:
    """Compiles `condition` to the function that says why it is TRUE for some facts, or None when it is not.

    Of an `any` every part that is TRUE is a reason. A comparison remembers what it said of which value.
    """
    return _because(condition, wanted=True) if condition is not None else lambda _: ()


def _because(condition: Condition, *, wanted: bool) -> Explain:
    if isinstance(condition, Compare):
        return _comparison_because(condition, wanted)
    if isinstance(condition, Not):
        return _because(condition.part, wanted=not wanted)
    parts = tuple(_because(part, wanted=wanted) for part in condition.parts)
    return _all_because(parts) if isinstance(condition, All) is wanted else _any_because(parts)


def _comparison_because(comparison: Compare, wanted: bool) -> Explain:
    fact, tell = comparison.fact, _teller(comparison, wanted)

    def explain(facts: Facts) -> Why | None:
        value = facts.get(fact)
        return (tell(value),) if compare(comparison, value) is wanted else None

    return explain


def teller(literals: Literals) -> Callable[[Facts], Why]:
    """Compiles comparisons that are known to have their verdicts to the function that says so."""
    if any(comparison.operator is Operator.CONTAINS for comparison, _ in literals):
        tellers = [(comparison.fact, _teller(comparison, wanted)) for comparison, wanted in literals]
        return lambda facts: tuple([tell(facts.get(fact)) for fact, tell in tellers])
    told_of = [(each.fact, (write(each, wanted),), _told_of(each.fact)) for each, wanted in literals]
    # One step for each reason, and no call: every pop waits for this.
    new, reason = tuple.__new__, Reason
    return lambda facts: tuple(
        [new(reason, written + told[facts.get(fact)]) for fact, written, told in told_of]
    )


def _teller(comparison: Compare, wanted: bool) -> Callable[[FactValue | None], Reason]:
    written, told = write(comparison, wanted), _told_of(comparison.fact)
    if comparison.operator is Operator.CONTAINS:
        return lambda value: Reason(
            written, display(comparison.fact, value), case_of(comparison, wanted, value)
        )
    return lambda value: Reason(written, *told[value])


class _Told(dict[FactValue | None, tuple[str, str]]):
    """By the value of a fact: as people read it, and what is the case. All that ask for the fact share it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._fact = find_fact(name)
        self._words = WORDS.get(name, {})
        self._phrase = PHRASES.get(name) or Phrase(f"{_label(name)} is {{}}")
        self._few: Mapping[object, str] = {0: self._phrase.none, 1: self._phrase.one}
        self._before, _, self._after = self._phrase.many.partition("{}")
        self[None] = _shown(None, None), self._nothing_known(name)

    def _nothing_known(self, name: str) -> str:
        is_yes_or_no = self._fact is not None and self._fact.type is FactType.YES_NO
        return f"{'it is not known whether' if is_yes_or_no else 'nothing is known about'} {_label(name)}"

    def __missing__(self, value: FactValue) -> tuple[str, str]:
        shown = _shown(self._fact, value)
        told = shown, self._case(value, shown)
        if len(self) < MAX_MEMORY:
            self[value] = told
        return told

    def _case(self, value: FactValue, shown: str) -> str:
        few = None if isinstance(value, _LISTS) else self._words.get(value) or self._few.get(value)
        return few or f"{self._before}{shown}{self._after}"


_told_of = lru_cache(maxsize=1_000)(_Told)


def _all_because(parts: tuple[Explain, ...]) -> Explain:
    def explain(facts: Facts) -> Why | None:
        found: Why = ()
        for part in parts:
            why = part(facts)
            if why is None:
                return None
            found += why
        return found

    return explain


def _any_because(parts: tuple[Explain, ...]) -> Explain:
    def explain(facts: Facts) -> Why | None:
        found = [why for part in parts if (why := part(facts)) is not None]
        return tuple(reason for why in found for reason in why) if found else None

    return explain


def sentence(why: Why) -> str:
    """The reasons in one sentence, each said once: `Chosen because 1 order is late and no case is open.`"""
    if not why:
        return FALLBACK
    texts = [reason.text for reason in why]
    if len(set(texts)) < len(texts):
        texts = list(dict.fromkeys(texts))
    last = texts.pop()
    return f"Chosen because {', '.join(texts)} and {last}." if texts else f"Chosen because {last}."


def display(fact: str, value: FactValue | None) -> str:
    """A fact's value as people read it: `yes`, `6`, `1,234.50`, `ink, printer`, `unknown`."""
    return _shown(find_fact(fact), value)


def _shown(fact: Fact | None, value: FactValue | None) -> str:
    if isinstance(value, float):
        return _number(fact, value)
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, _LISTS):
        return _shortened(", ".join(value))
    return _shortened(value) if isinstance(value, str) else _number(fact, value)


def _number(fact: Fact | None, value: float) -> str:
    if fact and fact.type is FactType.MONEY:
        return f"{value:,.2f}"
    return f"{value:,.1f}" if value % 1 else f"{value:,.0f}"


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def case_of(comparison: Compare, verdict: bool, value: FactValue | None) -> str:
    """What is the case with a comparison's fact, in words; `verdict` is the comparison's."""
    shown, case = _told_of(comparison.fact)[value]
    contents = comparison.operator is Operator.CONTAINS and value is not None
    return _case_of_contents(comparison, verdict, shown) if contents else case


def _case_of_contents(comparison: Compare, verdict: bool, shown: str) -> str:
    if comparison.fact == "purchases.categories":
        return f"the customer has {'' if verdict else 'never '}bought from the category {comparison.value}"
    contains = "contains" if verdict else "does not contain"
    return f"{_label(comparison.fact)} ({shown}) {contains} {comparison.value}"


def _label(fact: str) -> str:
    known = find_fact(fact)
    return known.label if known else fact


PHRASES: Mapping[str, Phrase] = {
    "caller.known": Phrase("", "the caller is a known customer", "the caller is not known"),
    "caller.withheld": Phrase("", "the number is withheld", "the number is not withheld"),
    "caller.birthday_today": Phrase("", "it is the customer's birthday", "it is not the customer's birthday"),
    "caller.segment": Phrase("the customer is in the segment {}"),
    "caller.language": Phrase("the customer's language is {}"),
    "caller.company": Phrase("the customer belongs to {}"),
    "caller.tenure_days": Phrase(
        "the customer has been with us for {} days",
        "the customer joined yesterday",
        "the customer joined today",
    ),
    "purchases.count_30d": Phrase(
        "there were {} purchases in the last 30 days",
        "there was 1 purchase in the last 30 days",
        "there was no purchase in the last 30 days",
    ),
    "purchases.count_365d": Phrase(
        "there were {} purchases in the last year",
        "there was 1 purchase in the last year",
        "there was no purchase in the last year",
    ),
    "purchases.returns_90d": Phrase(
        "{} purchases were returned in the last 90 days",
        "1 purchase was returned in the last 90 days",
        "nothing was returned in the last 90 days",
    ),
    "purchases.late_open": Phrase("{} orders are late", "1 order is late", "no order is late"),
    "purchases.spend_30d": Phrase(
        "purchases in the last 30 days come to {}", none="nothing was spent in the last 30 days"
    ),
    "purchases.spend_365d": Phrase(
        "purchases in the last year come to {}", none="nothing was spent in the last year"
    ),
    "purchases.last_days": Phrase(
        "the last purchase was {} days ago", "the last purchase was yesterday", "the last purchase was today"
    ),
    "purchases.max_late_days": Phrase("an order is {} days late", "an order is 1 day late"),
    "purchases.interval_ratio": Phrase(
        "the last purchase was {} times as long ago as usual", "the last purchase was as long ago as usual"
    ),
    "purchases.last_category": Phrase("the last purchase was from the category {}"),
    "purchases.categories": Phrase("the customer has bought from {}"),
    "cases.open": Phrase("{} cases are open", "1 case is open", "no case is open"),
    "cases.open_line_1": Phrase(
        "{} cases are open with the first line",
        "1 case is open with the first line",
        "no case is open with the first line",
    ),
    "cases.open_line_2": Phrase(
        "{} cases are open with the second line",
        "1 case is open with the second line",
        "no case is open with the second line",
    ),
    "cases.overdue": Phrase("{} cases are overdue", "1 case is overdue", "no case is overdue"),
    "cases.reopened": Phrase(
        "{} open cases were reopened", "1 open case was reopened", "no open case was reopened"
    ),
    "cases.highest_priority": Phrase("the most pressing open case has {} priority"),
    "cases.oldest_days": Phrase(
        "the oldest open case is {} days old",
        "the oldest open case is from yesterday",
        "the oldest open case is from today",
    ),
    "cases.last_closed_days": Phrase(
        "a case was closed {} days ago", "a case was closed yesterday", "a case was closed today"
    ),
    "contacts.calls_7d": Phrase(
        "the customer called {} times in the last 7 days",
        "the customer called once in the last 7 days",
        "the customer did not call in the last 7 days",
    ),
    "contacts.calls_30d": Phrase(
        "the customer called {} times in the last 30 days",
        "the customer called once in the last 30 days",
        "the customer did not call in the last 30 days",
    ),
    "contacts.last_call_days": Phrase(
        "the last call was {} days ago", "the last call was yesterday", "the last call was today"
    ),
    "contacts.last_satisfaction": Phrase(
        "the customer rated the last call {} of 5", "the customer rated the last call 1 of 5"
    ),
    "contacts.repeat_today": Phrase(
        "", "the customer has already called today", "the customer has not called before today"
    ),
    "company.count_30d": Phrase(
        "the company made {} purchases in the last 30 days",
        "the company made 1 purchase in the last 30 days",
        "the company made no purchase in the last 30 days",
    ),
    "company.spend_365d": Phrase(
        "the company's purchases in the last year come to {}",
        none="the company spent nothing in the last year",
    ),
    "company.open_cases": Phrase(
        "the company has {} open cases", "the company has 1 open case", "the company has no open case"
    ),
    "company.people": Phrase(
        "we know {} people at the company", "we know 1 person at the company", "we know nobody at the company"
    ),
    "call.queue": Phrase("the call came in through the queue {}"),
    "call.dialled": Phrase("the caller dialled {}"),
    "call.wait_s": Phrase(
        "the caller has waited {} seconds", "the caller has waited 1 second", "the caller has not had to wait"
    ),
    "call.hour": Phrase(
        "the call came in after {}:00", "the call came in after 1:00", "the call came in after midnight"
    ),
    "call.transferred": Phrase("", "the call was handed over", "the call was not handed over"),
}
"""What is the case, for each fact that has such a phrase."""

WORDS: Mapping[str, Mapping[object, str]] = {
    "caller.match": {
        "one": "the number belongs to exactly one customer",
        "shared": "the number is shared by several people",
        "many": "the number belongs to several customers",
        "none": "no customer has the number",
        "withheld": "the number is withheld",
    },
    "call.direction": {
        "inbound": "the call came in",
        "outbound": "we are calling the customer",
        "internal": "a colleague is calling",
    },
    "call.line": {1: "the call is for the first line", 2: "the call is for the second line"},
    "call.weekday": {
        day: f"today is {name}"
        for day, name in enumerate(
            ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1
        )
    },
}
"""What is the case, for facts with few values."""
