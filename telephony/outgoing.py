"""What to dial to reach a number that somebody typed, or that stands on a page. Pure.

Whatever form a number has, an outside one is dialled in E.164 form, with its plus: that is the same number
everywhere. Where an outside line is taken with a prefix, and where the keys of a phone are pressed (there is
no plus among them), it is dialled as people do it at their phones.
"""

import re

import phonenumbers
from phonenumbers import NumberParseException

from telephony.numbers import NumberKind, Plan, normalise

MOST_TYPED = 60
"""Characters; a number in its longest form has fewer."""

_SEPARATORS = re.compile(r"[\s./()\-\u2010-\u2015\u2212]+")
_DIALLED = re.compile(r"\+?[0-9*#]+")


def to_dial(typed: str, plan: Plan) -> str | None:
    """What a phone system is told to dial; None when what is typed is no number."""
    if plan.prefix:
        return to_press(typed, plan)
    return _e164(typed, plan) or _keys(typed)


def to_press(typed: str, plan: Plan) -> str | None:
    """The keys to press at a phone of the house; None when what is typed is no number."""
    e164 = _e164(typed, plan)
    if e164 is not None:
        return _outside(e164, plan)
    keys = _keys(typed)
    return plan.prefix + keys.replace("+", "00") if keys and keys.startswith("+") else keys


def _e164(typed: str, plan: Plan) -> str | None:
    if len(typed) > MOST_TYPED:
        return None
    number = normalise(typed.strip(), plan)
    return number.e164 if number.kind is NumberKind.E164 else None


def _keys(typed: str) -> str | None:
    keys = _SEPARATORS.sub("", typed.strip().removeprefix("tel:"))
    return keys if len(keys) <= MOST_TYPED and _DIALLED.fullmatch(keys) else None


def _outside(e164: str, plan: Plan) -> str:
    """As it is dialled in the plan's country: its own numbers without country code."""
    try:
        parsed = phonenumbers.parse(e164)
        written = phonenumbers.format_out_of_country_calling_number(parsed, plan.region)
    except NumberParseException:
        written = e164
    return plan.prefix + re.sub("[^0-9]", "", written.replace("+", "00"))
