"""The catalogue of facts that a condition may look at: name, label in plain words, type, unit, choices.

A fact that is missing is UNKNOWN, never False and never zero. `attr.NAME` is an open family: whatever
attribute a company imports is a number or a text. How each is computed stands in the documentation of the
facts; here is only what it means and what it may be compared with.

`answers.NAME` is no fact: only the steps of a script look at what was answered, once it runs.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

FactValue = bool | int | float | str | tuple[str, ...]
Facts = Mapping[str, FactValue]
"""Facts by name. A missing key is UNKNOWN."""

ATTRIBUTE = "attr."
"""The start of every name in the open family."""

LONGEST_NAME = 200
"""Characters of a name for which a nearer one is looked for: nobody has mistyped a longer one."""

ANSWER = "answers."
"""The start of the names under which a step of a script looks at what was answered before it."""


class FactType(StrEnum):
    """What a fact's value is. MONEY is in the system's currency, DAYS are whole or broken days."""

    YES_NO = "yes/no"
    NUMBER = "number"
    MONEY = "money"
    DAYS = "days"
    TEXT = "text"
    LIST = "list"
    NUMBER_OR_TEXT = "number or text"


NUMERIC = frozenset({FactType.NUMBER, FactType.MONEY, FactType.DAYS})


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `choices` are the only texts it can be; empty when any text is possible. A number lies from
    `least` to `most` (None: no bound), and is `whole` or may be broken."""

    name: str
    label: str
    type: FactType
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False


def _yes_no(name: str, label: str) -> Fact:
    return Fact(name, label, FactType.YES_NO)


def _count(name: str, label: str, unit: str) -> Fact:
    return Fact(name, label, FactType.NUMBER, unit, least=0, whole=True)


def _number(name: str, label: str, unit: str = "", *, least: float = 0, most: float | None = None) -> Fact:
    return Fact(name, label, FactType.NUMBER, unit, least=least, most=most, whole=most is not None)


def _money(name: str, label: str) -> Fact:
    return Fact(name, label, FactType.MONEY, "money")


def _days(name: str, label: str) -> Fact:
    return Fact(name, label, FactType.DAYS, "days", least=0)


def _text(name: str, label: str, *choices: str) -> Fact:
    return Fact(name, label, FactType.TEXT, choices=choices)


PRIORITIES = ("low", "normal", "high", "urgent")
"""Priorities of a case, the least pressing first."""

_ALL = (
    _yes_no("caller.known", "the caller is a customer we know"),
    _yes_no("caller.withheld", "the caller withholds the number"),
    _yes_no("caller.birthday_today", "it is the customer's birthday"),
    _text("caller.match", "how the number matched", "one", "shared", "many", "none", "withheld"),
    _text("caller.segment", "the customer's segment"),
    _text("caller.language", "the customer's language"),
    _text("caller.company", "the customer's company"),
    _days("caller.tenure_days", "days since the customer joined"),
    _count("purchases.count_30d", "purchases in the last 30 days", "purchases"),
    _count("purchases.count_365d", "purchases in the last 365 days", "purchases"),
    _count("purchases.returns_90d", "returns in the last 90 days", "purchases"),
    _count("purchases.late_open", "orders that are late", "orders"),
    _money("purchases.spend_30d", "money spent in the last 30 days"),
    _money("purchases.spend_365d", "money spent in the last 365 days"),
    _days("purchases.last_days", "days since the last purchase"),
    _days("purchases.max_late_days", "days by which the latest order is late"),
    _number("purchases.interval_ratio", "time since the last purchase compared with the usual gap", "times"),
    _text("purchases.last_category", "the category last bought from"),
    Fact("purchases.categories", "the categories bought from", FactType.LIST),
    _count("cases.open", "open cases", "cases"),
    _count("cases.open_line_1", "open cases with the first line", "cases"),
    _count("cases.open_line_2", "open cases with the second line", "cases"),
    _count("cases.overdue", "open cases that are overdue", "cases"),
    _count("cases.reopened", "open cases that were reopened", "cases"),
    _text("cases.highest_priority", "the highest priority among open cases", *PRIORITIES),
    _days("cases.oldest_days", "days the oldest case has been open"),
    _days("cases.last_closed_days", "days since a case was last closed"),
    _count("contacts.calls_7d", "earlier calls in the last 7 days", "calls"),
    _count("contacts.calls_30d", "earlier calls in the last 30 days", "calls"),
    _days("contacts.last_call_days", "days since the last call"),
    _number("contacts.last_satisfaction", "how the last call was rated, 1 to 5", least=1, most=5),
    _yes_no("contacts.repeat_today", "the customer has already called today"),
    _count("company.count_30d", "the company's purchases in the last 30 days", "purchases"),
    _money("company.spend_365d", "money the company spent in the last 365 days"),
    _count("company.open_cases", "the company's open cases", "cases"),
    _count("company.people", "people we know at the company", "people"),
    _text("call.queue", "the queue of the call"),
    _text("call.direction", "the direction of the call", "inbound", "outbound", "internal"),
    _text("call.dialled", "the number that was dialled"),
    _number("call.line", "the line of the call, 1 or 2", least=1, most=2),
    _number("call.wait_s", "seconds the caller has waited", "seconds"),
    _number("call.hour", "the hour of the day, 0 to 23", most=23),
    _number("call.weekday", "the day of the week, 1 (Monday) to 7", least=1, most=7),
    _yes_no("call.transferred", "the call was handed over"),
)

CATALOGUE: Mapping[str, Fact] = {fact.name: fact for fact in _ALL}
"""Every fact by its name, except the open family `attr.NAME`."""


def find_fact(name: str) -> Fact | None:
    """The fact called `name`, also one of the open family; None when there is none."""
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return Fact(name, name.removeprefix(ATTRIBUTE).replace("_", " "), FactType.NUMBER_OR_TEXT)
    return CATALOGUE.get(name)


def find_asked(name: str) -> Fact | None:
    """What the conditions of a step may look at: a fact, or what was answered before it in the same run."""
    if name.startswith(ANSWER) and len(name) > len(ANSWER):
        return Fact(name, f"the answer {name.removeprefix(ANSWER)}", FactType.NUMBER_OR_TEXT)
    return find_fact(name)


def nearest_name(name: str, names: Sequence[str]) -> str | None:
    """The one of `names` that a person who wrote `name` most likely meant, in whichever capitals; None when
    none is near."""
    if len(name) > LONGEST_NAME:
        return None
    folded = {each.casefold(): each for each in reversed(names)}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def nearest_fact(name: str) -> str | None:
    """The fact that a person who wrote `name` most likely meant. A name without its group counts as well."""
    by_tail = {fact.rpartition(".")[2]: fact for fact in CATALOGUE}
    if name.casefold() in by_tail:
        return by_tail[name.casefold()]
    return nearest_name(name, list(CATALOGUE))


def value_mistake(name: str, value: object) -> str | None:
    """Why `value` cannot be a value of the fact called `name` (for facts from outside); None when it can."""
    fact = find_fact(name)
    if fact is None:
        near = nearest_fact(name)
        return f'there is no fact "{name}"' + (f', did you mean "{near}"' if near else "")
    if _fits(fact, value):
        return None
    if fact.type is FactType.TEXT and isinstance(value, str):
        return f'"{name}" is never {_in_json(value)}, only one of {", ".join(fact.choices)}'
    return f'"{name}" is {in_words(fact.type)}, not {_in_json(value)}'


def _in_json(value: object) -> str:
    """A value as whoever sent it wrote it: `null`, not `None`."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _fits(fact: Fact, value: object) -> bool:
    if fact.type is FactType.YES_NO:
        return isinstance(value, bool)
    if fact.type is FactType.LIST:
        return isinstance(value, tuple | list) and all(isinstance(item, str) for item in value)
    if fact.type is FactType.TEXT:
        return isinstance(value, str) and (not fact.choices or value in fact.choices)
    if fact.type is FactType.NUMBER_OR_TEXT and isinstance(value, str):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def in_words(kind: FactType) -> str:
    """A type as a sentence names it: `a number of days`."""
    words = {
        FactType.YES_NO: "yes or no",
        FactType.MONEY: "an amount of money",
        FactType.DAYS: "a number of days",
    }
    return words.get(kind, f"a {kind}")
