"""Values that texts put in, as people call them: `customer's name` for `customer.name`. Pure."""

import re
from collections.abc import Mapping

from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.facts import find_fact

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
"""What the studio offers for texts, by its group."""

OPENING, CLOSING = "‹", "›"
"""Around a value as people read it."""

_OWNERS: Mapping[str, str] = {
    "customer": N_("customer"),
    "company": N_("company"),
    "orders[0]": N_("last order"),
    "orders": N_("order"),
    "late_orders[0]": N_("late order"),
    "late_orders": N_("late order"),
    "open_cases[0]": N_("open case"),
    "open_cases": N_("open case"),
    "call": N_("call"),
    "agent": N_("agent"),
}

_PARTS: Mapping[str, str] = {
    "ref": N_("number"),
    "name": N_("name"),
    "email": N_("e-mail"),
    "segment": N_("segment"),
    "language": N_("language"),
    "birthday": N_("birthday"),
    "birthday_today": N_("birthday today"),
    "customer_since": N_("first day as a customer"),
    "notes": N_("notes"),
    "numbers": N_("phone numbers"),
    "people": N_("people"),
    "placed_at": N_("day"),
    "status": N_("state"),
    "total": N_("total"),
    "currency": N_("currency"),
    "promised_at": N_("promised day"),
    "delivered_at": N_("day of delivery"),
    "late_days": N_("days of being late"),
    "late": N_("being late"),
    "items": N_("items"),
    "summary": N_("list of what was ordered"),
    "subject": N_("subject"),
    "priority": N_("priority"),
    "line": N_("line"),
    "opened_at": N_("first day"),
    "due_at": N_("due day"),
    "reopened": N_("number of times it was opened again"),
    "owner": N_("owner"),
    "owner_name": N_("owner's name"),
    "overdue": N_("being overdue"),
    "queue": N_("queue"),
    "direction": N_("direction"),
    "dialled": N_("dialled number"),
    "wait_s": N_("wait in seconds"),
    "transferred": N_("being transferred"),
    "extension": N_("extension"),
}

_CHAIN = re.compile(
    r"\b(customer|company|orders|late_orders|open_cases|call|agent|answers|facts)"
    r"""(?:\[(?P<at>\d+)\])?(?:\.(?P<part>[a-z_]\w*)|\["(?P<key>[^"]*)"\])?(?P<rest>(?:\.\w+|\["[^"]*"\]|\[\d+\])*)"""
)
_EXPRESSION = re.compile(r"\{\{([^{}]*)\}\}")

_OFFERED: Mapping[str, str] = {
    expression.partition(" |")[0]: name
    for values in GROUPS.values()
    for expression, name in reversed([*values.items()])
}


def value_words(expression: str) -> str | None:
    """What a value is called: `late order's number` for `late_orders[0].ref`; None when it has no words."""
    found = _CHAIN.fullmatch(expression.partition("|")[0].strip())
    return None if found is None else _words(found)


def why_in_words(why: str) -> str:
    """Why a text could not be filled in, its values as people call them."""
    return _CHAIN.sub(lambda found: _words(found) or found[0], why)


def text_in_words(text: str) -> str:
    """A text to be read: `Good day ‹customer's name›`. What has no words stays as it is written."""
    return _EXPRESSION.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    words = value_words(found[1])
    return f"{OPENING}{words}{CLOSING}" if words else found[0]


def _words(found: re.Match[str]) -> str | None:
    owner, part, key = found[1], found["part"], found["key"]
    if owner == "facts":
        fact = find_fact(key or part or "")
        offered = _OFFERED.get(found[0])
        return _(offered) if offered else _(fact.label) if fact else None
    if owner == "answers":
        return f"{_('answer')} {part}" if part else None
    if part == "attributes":
        return _("attribute %(name)s", name=found["rest"].strip('.[]"'))
    offered = None if found["rest"] else _OFFERED.get(found[0])
    return _(offered) if offered else _of(owner, found["at"], part)


def _of(owner: str, at: str | None, part: str | None) -> str | None:
    """`customer's birthday`, `order 2's number`."""
    first = _OWNERS.get(f"{owner}[0]") if at == "0" else None
    whose = _(first or _OWNERS[owner])
    if at and not first:
        whose = f"{whose} {int(at) + 1}"
    if part is None:
        return whose
    what = _PARTS.get(part)
    return what and _("%(whose)s's %(what)s", whose=whose, what=_(what))
