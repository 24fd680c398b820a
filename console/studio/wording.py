"""The words of the studio's menus: facts, operators, groups, steps, actions. Pure."""

from collections.abc import Callable, Mapping, Sequence

from console.studio.editing_conditions import NO, NONE, YES, is_count
from console.studio.editing_steps import CAPTURE
from console.studio.words import NUMBERS, OPERATORS
from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.conditions import ORDERING, Operator
from scripts_engine.facts import ANSWER, ATTRIBUTE, CATALOGUE, NUMERIC, Fact, FactType
from scripts_engine.script import Action, CaptureType, Kind

Option = tuple[str, str]
"""A value of a menu, and its words."""

FACT_GROUPS: Mapping[str, str] = {
    "caller": N_("The caller"),
    "purchases": N_("Purchases"),
    "cases": N_("Cases"),
    "contacts": N_("Earlier calls"),
    "company": N_("The caller's company"),
    "call": N_("This call"),
}

GROUP_WORDS: Mapping[str, str] = {
    "all": N_("all of these are true"),
    "any": N_("at least one of these is true"),
    "none": N_("none of these is true"),
    "not_all": N_("not all of these are true"),
}

_TOLD_OF_NUMBERS = {**OPERATORS, **NUMBERS}
# A menu offers its operators in this order.
_COMPARING: Mapping[str, str] = {
    each: _TOLD_OF_NUMBERS[each]
    for each in (
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.GREATER,
        Operator.LESS,
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.IN,
        Operator.NOT_IN,
    )
}
_TELLING: Mapping[str, str] = {
    each: OPERATORS[each]
    for each in (Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN, Operator.NOT_IN, Operator.CONTAINS)
}
_KNOWING: Mapping[str, str] = {each: OPERATORS[each] for each in (Operator.IS_KNOWN, Operator.IS_UNKNOWN)}
_NONE: Mapping[str, str] = {NONE: N_("none")}
_YES_NO: Mapping[str, str] = {YES: N_("yes"), NO: N_("no")}

UNITS: Mapping[str, str] = {
    "purchases": N_("purchases"),
    "orders": N_("orders"),
    "cases": N_("cases"),
    "calls": N_("calls"),
    "people": N_("people"),
    "days": N_("days"),
    "times": N_("times"),
    "seconds": N_("seconds"),
}

KINDS: Mapping[str, str] = {
    Kind.SAY: N_("Say"),
    Kind.ASK: N_("Ask"),
    Kind.CHECK: N_("Look at the facts"),
    Kind.DISCLOSE: N_("Read out and confirm"),
    Kind.DO: N_("Do"),
    Kind.END: N_("End"),
}

ACTIONS: Mapping[str, str] = {
    Action.OPEN_CASE: N_("open a case"),
    Action.SCHEDULE_CALLBACK: N_("schedule a call-back"),
    Action.TRANSFER: N_("transfer the call"),
    Action.OFFER: N_("make an offer"),
}

STEP_CHOICES: Mapping[str, str] = {
    Kind.SAY: N_("Say something"),
    Kind.ASK: N_("Ask, with answers to choose from"),
    CAPTURE: N_("Ask, and take the answer down"),
    Kind.DISCLOSE: N_("Read out and have it confirmed"),
    f"do:{Action.OPEN_CASE}": N_("Open a case"),
    f"do:{Action.SCHEDULE_CALLBACK}": N_("Schedule a call-back"),
    f"do:{Action.TRANSFER}": N_("Transfer the call"),
    f"do:{Action.OFFER}": N_("Make an offer"),
    Kind.CHECK: N_("Look at the facts"),
    Kind.END: N_("End the call"),
}

CAPTURES: Mapping[str, str] = {
    CaptureType.TEXT: N_("a text"),
    CaptureType.NUMBER: N_("a number"),
    CaptureType.DATE: N_("a day"),
    CaptureType.EMAIL: N_("an e-mail"),
    CaptureType.PHONE: N_("a phone number"),
    CaptureType.MONEY: N_("an amount of money"),
    CaptureType.CHOICE: N_("one of these"),
}

ARGUMENTS: Mapping[str, str] = {
    "subject": N_("about"),
    "line": N_("for line"),
    "priority": N_("with priority"),
    "in_days": N_("in days"),
    "queue": N_("to the queue"),
    "note": N_("with the note"),
    "offer": N_("which offer"),
}

BEFORE_MOST = 60
"""From this priority on a script is said to come before others."""

PRIORITY_WORDS = (
    (80, N_("before nearly all others")),
    (BEFORE_MOST, N_("before most others")),
    (40, N_("as usual")),
    (20, N_("after most others")),
    (1, N_("after nearly all others")),
    (0, N_("last of all")),
)


def options(words: Mapping[str, str]) -> list[Option]:
    """The options of a menu, in the reader's language."""
    return [(str(value), _(told)) for value, told in words.items()]


def fact_options(answers: Sequence[str] = ()) -> list[tuple[str, list[Option]]]:
    """All facts by their group, one's own attributes, and the `answers` that steps may look at."""
    groups = [
        (
            _(label),
            [(name, _(fact.label)) for name, fact in CATALOGUE.items() if name.startswith(f"{group}.")],
        )
        for group, label in FACT_GROUPS.items()
    ]
    groups.append((_("Your own"), [(ATTRIBUTE, _("an attribute that was imported"))]))
    answered = [(f"{ANSWER}{name}", _("the answer %(name)s", name=name)) for name in answers]
    return [*groups, (_("What was answered"), answered)] if answered else groups


def facts_among(has_fact: Callable[[str], bool]) -> list[tuple[str, list[Option]]]:
    """The same, as far as these are facts at all; groups without any are left out."""
    groups = [
        (label, [option for option in of_group if has_fact(option[0])]) for label, of_group in fact_options()
    ]
    return [(label, of_group) for label, of_group in groups if of_group]


def operator_options(fact: Fact) -> list[Option]:
    """The operators that fit a fact, in words."""
    if fact.type is FactType.YES_NO:
        return options({**_YES_NO, **_KNOWING})
    if fact.type is FactType.LIST:
        return options({Operator.CONTAINS: _TELLING[Operator.CONTAINS], **_KNOWING})
    if fact.type is FactType.TEXT:
        return options({**_TELLING, **_KNOWING})
    if fact.type not in NUMERIC:
        return options({**_TELLING, **{name: _COMPARING[name] for name in ORDERING}, **_KNOWING})
    none = _NONE if is_count(fact) else {}
    return options({**_COMPARING, **none, **_KNOWING})


def argument_words(name: str) -> str:
    """What an action is done with, by its name."""
    return _(ARGUMENTS[name]) if name in ARGUMENTS else name


def priority_words(priority: int) -> str:
    """How a priority compares with others."""
    return next(_(words) for least, words in PRIORITY_WORDS if priority >= least)


def named(options: Sequence[Option], value: str) -> list[Option]:
    """The options, and the value itself if it is none of them."""
    known = any(each == value for each, _ in options)
    return list(options) if known else [*options, (value, value)]
