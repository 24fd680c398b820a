"""The fields in which supervisors say how the service level of a queue is computed: texts, as they were
typed, and what they mean. Pure."""

from collections.abc import Mapping, Sequence

from console.errors import InvalidError, Problem
from console.figures.formulas import FORMULAS, SWITCHES, Switch
from console.figures.switches import Switches
from console.figures.tally import Limits
from console.queues.service_levels import SETTABLE
from console.web.i18n import N_
from console.web.i18n import gettext as _

YES, NO = "yes", "no"
MOST_S = 24 * 60 * 60

SECONDS: Mapping[str, tuple[str, int]] = {
    "within_s": (N_("T: answer within, in seconds"), 1),
    "short_s": (N_("S: short abandons hang up within, in seconds"), 0),
}
"""The fields that are whole seconds: how each is called, and the least that makes sense."""

TURNED: Sequence[Switch] = [each for each in SWITCHES if each.key in SETTABLE]
"""The switches that are fields."""


def write_level(limits: Limits) -> dict[str, str]:
    """As the fields hold it."""
    switches = limits.switches
    turned = {each.key: YES if getattr(switches, each.key) else NO for each in TURNED}
    return {name: str(getattr(limits, name)) for name in SECONDS} | {"formula": switches.formula} | turned


def read_level(fields: Mapping[str, str], before: Limits) -> Limits:
    """What was typed; what was not sent is as `before`. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    said = {**write_level(before), **fields}
    seconds = {name: _seconds(name, said[name], problems) for name in SECONDS}
    formula = _one_of("formula", said["formula"], [*FORMULAS], problems)
    turned = {each.key: _one_of(each.key, said[each.key], [YES, NO], problems) == YES for each in TURNED}
    if problems:
        raise InvalidError(problems)
    return Limits(**seconds, switches=Switches(formula, **turned))


def _seconds(name: str, typed: str, problems: list[Problem]) -> int:
    text, least = typed.strip(), SECONDS[name][1]
    if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_S)) and least <= int(text) <= MOST_S:
        return int(text)
    why = _("Write whole seconds, from %(least)s to %(most)s.", least=least, most=MOST_S)
    problems.append(Problem(name, why))
    return least


def _one_of(name: str, typed: str, words: Sequence[str], problems: list[Problem]) -> str:
    if typed not in words:
        problems.append(Problem(name, _("Choose one of the list.")))
    return typed
