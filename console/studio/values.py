"""Values in texts as people read them: `‹customer's name›` for `{{ customer.name | name }}`. Pure."""

import re
from collections.abc import Mapping, Sequence

from console.studio.wording import Option
from console.web.i18n import N_
from console.web.i18n import gettext as _

GROUPS: Mapping[str, Mapping[str, str]] = {
    N_("The customer"): {
        "customer.name | name": N_("customer's name"),
        "customer.name": N_("customer's name as written"),
        "customer.email": N_("customer's e-mail"),
        "customer.segment": N_("customer's segment"),
        "customer.ref": N_("customer's number"),
        "company.name": N_("company's name"),
    },
    N_("The order that is late"): {
        "late_orders[0].ref": N_("late order's number"),
        "late_orders[0].promised_at | date": N_("late order's promised day"),
        "late_orders[0].placed_at | date": N_("late order's day"),
        "late_orders[0].late_days": N_("days the order is late"),
        "late_orders[0].summary": N_("what was ordered late"),
        "late_orders[0].total | money": N_("late order's total"),
    },
    N_("The last order"): {
        "orders[0].ref": N_("last order's number"),
        "orders[0].placed_at | date": N_("last order's day"),
        "orders[0].summary": N_("what was ordered last"),
        "orders[0].total | money": N_("last order's total"),
    },
    N_("The open case"): {
        "open_cases[0].ref": N_("open case's number"),
        "open_cases[0].subject": N_("what the open case is about"),
        "open_cases[0].opened_at | date": N_("day the case was opened"),
        "open_cases[0].due_at | date": N_("day the case is due"),
    },
    N_("This call"): {
        "agent.name": N_("agent's name"),
        "call.queue": N_("queue of the call"),
        'facts["purchases.count_30d"]': N_("purchases in 30 days"),
        'facts["purchases.late_open"]': N_("how many orders are late"),
        'facts["cases.open"]': N_("how many cases are open"),
    },
}
"""What may be put into a text, by its group."""

OPENING, CLOSING = "‹", "›"
"""Around a value as people read it."""

_VALUE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_NAMED = re.compile(f"{OPENING}([^{OPENING}{CLOSING}]*){CLOSING}")
_ANSWER = re.compile(r"answers\.([a-z_][a-z0-9_]*)")


def readable(text: str) -> str:
    """The text with the values that have a name called by it."""
    names = {expression: _(name) for values in GROUPS.values() for expression, name in values.items()}
    return _VALUE.sub(lambda found: _readable(found, names), text)


def _readable(found: re.Match[str], names: Mapping[str, str]) -> str:
    expression = re.sub(r"\s*\|\s*", " | ", " ".join(found[1].split()))
    answer = _ANSWER.fullmatch(expression)
    name = _answer(answer[1]) if answer else names.get(expression)
    return found[0] if name is None else f"{OPENING}{name}{CLOSING}"


def written(text: str) -> str:
    """The text as scripts have it, from one that people read."""
    expressions = {_(name): expression for values in GROUPS.values() for expression, name in values.items()}
    return _NAMED.sub(lambda found: _written(found, expressions), text)


def _written(found: re.Match[str], expressions: Mapping[str, str]) -> str:
    prefix, answer = _answer(""), found[1].removeprefix(_answer(""))
    if found[1].startswith(prefix) and _ANSWER.fullmatch(f"answers.{answer}"):
        return f"{{{{ answers.{answer} }}}}"
    expression = expressions.get(found[1])
    return found[0] if expression is None else f"{{{{ {expression} }}}}"


def _answer(name: str) -> str:
    return f"{_('answer')} {name}"


def value_options(captured: Sequence[str]) -> list[tuple[str, list[Option]]]:
    """The values by their group, with the answers that the script takes down."""
    groups = [
        (_(group), [(f"{OPENING}{_(name)}{CLOSING}", _(name)) for name in values.values()])
        for group, values in GROUPS.items()
    ]
    answers = [(f"{OPENING}{_answer(name)}{CLOSING}", _answer(name)) for name in captured]
    return [*groups, (_("What was answered"), answers)] if answers else groups
