"""Values in texts that people write: `‹customer's name›` for `{{ customer.name | name }}` and back. Pure."""

import re
from collections.abc import Mapping, Sequence

from console.scripts.value_words import CLOSING, GROUPS, OPENING
from console.studio.wording import Option
from console.web.i18n import gettext as _

_VALUE = re.compile(r"\{\{([^{}]*)\}\}")
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
