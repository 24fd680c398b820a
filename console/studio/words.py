"""What a script says, in plain words: its conditions, its lines and days, where its steps lead. Pure."""

from collections.abc import Mapping

from console.scripts.rendering import ACTIONS
from console.scripts.value_words import text_in_words
from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.conditions import All, Compare, Condition, Not, Operator
from scripts_engine.explanation import display
from scripts_engine.facts import NUMERIC, FactType, find_asked
from scripts_engine.script import Kind, Script, Step

MOST_LETTERS = 40
"""Letters of its text that a step is called by."""

OPERATORS: Mapping[Operator, str] = {
    Operator.EQUAL: N_("is"),
    Operator.NOT_EQUAL: N_("is not"),
    Operator.LESS: N_("less than"),
    Operator.AT_MOST: N_("at most"),
    Operator.GREATER: N_("more than"),
    Operator.AT_LEAST: N_("at least"),
    Operator.IN: N_("is one of"),
    Operator.NOT_IN: N_("is none of"),
    Operator.CONTAINS: N_("contains"),
    Operator.IS_KNOWN: N_("is known"),
    Operator.IS_UNKNOWN: N_("is not known"),
}

NUMBERS: Mapping[Operator, str] = {
    Operator.EQUAL: N_("exactly"),
    Operator.NOT_EQUAL: N_("anything but"),
    Operator.IN: N_("one of"),
    Operator.NOT_IN: N_("none of"),
}
"""Where a number is told otherwise than a text."""

KINDS: Mapping[Kind, str] = {
    Kind.SAY: N_("say"),
    Kind.ASK: N_("ask"),
    Kind.CHECK: N_("check"),
    Kind.DISCLOSE: N_("read out and confirm"),
    Kind.DO: N_("do"),
    Kind.END: N_("end"),
}


def condition_words(condition: Condition) -> str:
    """A condition: `orders that are late at least 1`; of several parts, `all of (…; …)`, `any of (…; …)`."""
    if isinstance(condition, Compare):
        return _comparison_words(condition)
    if isinstance(condition, Not):
        return _("not (%(what)s)", what=condition_words(condition.part))
    parts = "; ".join(map(condition_words, condition.parts))
    return (
        _("all of (%(what)s)", what=parts)
        if isinstance(condition, All)
        else _("any of (%(what)s)", what=parts)
    )


def _comparison_words(comparison: Compare) -> str:
    fact = find_asked(comparison.fact)
    label = fact.label if fact else comparison.fact
    value = comparison.value
    if fact and fact.type is FactType.YES_NO and isinstance(value, bool):
        holds = value is (comparison.operator is Operator.EQUAL)
        return label if holds else _("not (%(what)s)", what=label)
    numbers = NUMBERS if fact and fact.type in NUMERIC else {}
    words = _(numbers.get(comparison.operator, OPERATORS[comparison.operator]))
    return f"{label} {words}" if value is None else f"{label} {words} {value_words(comparison)}"


def value_words(comparison: Compare) -> str:
    """What a fact is compared with: `1`, `gold`, `low, normal`."""
    values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    return ", ".join(each if isinstance(each, str) else display(comparison.fact, each) for each in values)


def parts_of(condition: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all hold."""
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


def step_words(step: Step) -> str:
    """What a step says or does, without where it leads."""
    if step.action is not None:
        return _(ACTIONS[step.action])
    return text_in_words(step.text)


def step_called(script: Script | None, name: str) -> str:
    """A step by its place and text: `step 3, “Would you rather wait…”`; by its name if it is not there."""
    for number, step in enumerate(script.steps if script else (), start=1):
        if step.id == name:
            return numbered_step(number, step)
    return _("step %(step)s", step=name)


def numbered_step(number: int, step: Step) -> str:
    """The same of a step that stands at a place."""
    told = step_words(step)
    if not told:
        return _("step %(number)s (%(kind)s)", number=number, kind=_(KINDS[step.kind]))
    short = (
        told if len(told) <= MOST_LETTERS else f"{told[:MOST_LETTERS].rsplit(' ', 1)[0].rstrip(' ,.;:!?')}…"
    )
    return _("step %(number)s, “%(text)s”", number=number, text=short)


def list_words(values: tuple[object, ...], everything: str) -> str:
    """`1, 2`; nothing in the list means everything."""
    return ", ".join(map(str, values)) or everything
