"""A comparison as people write it, `cases.highest_priority in ["low", "normal"]`, read and written.

Reading says what is wrong and what was probably meant: an unknown operator or fact with the nearest name, a
value of the wrong type with the right one.
"""

import math
import re

from scripts_engine.conditions import ORDERING, Compare, Literal, Operator, Scalar
from scripts_engine.facts import (
    CATALOGUE,
    NUMERIC,
    Fact,
    FactType,
    find_asked,
    in_words,
    nearest_fact,
    nearest_name,
)

MAX_LENGTH = 2_000
"""Characters in one comparison."""

_WORDS = {"yes": True, "true": True, "no": False, "false": False}
_LOOKALIKES = {"==": "=", "===": "=", "<>": "!=", "=>": ">=", "=<": "<=", "!==": "!="}
_OPERATOR = re.compile(
    r"""(?P<sign>[=!<>~]+)
    | (?<=\s)(?P<word>not\s+in|in|contains|is\s+known|is\s+unknown)(?=[\s\["']|$)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?\d+(?P<broken>(\.\d+)?([eE][+-]?\d+)?)")
_ITEM = re.compile(
    r"""\s* (?: (?P<text>"(?:[^"\\]|\\.)*"|'[^']*') | (?P<bare>[^\s,"'\[\]]+) ) \s*""", re.VERBOSE | re.DOTALL
)


class NotationError(ValueError):
    """Why a text is no comparison, and the `nearest` right name when there is one."""

    def __init__(self, why: str, nearest: str | None = None) -> None:
        self.why = why
        self.nearest = nearest
        super().__init__(why)


def read(text: str) -> Compare:
    """The comparison that `text` says. Raises NotationError."""
    if len(text) > MAX_LENGTH:
        raise NotationError(f"a comparison may have {MAX_LENGTH} characters, this has {len(text)}")
    text = text.strip()
    match = _OPERATOR.search(text)
    if match is None or not match.start():
        raise _no_operator(text)
    operator = _operator(" ".join(match[0].split()))
    fact, value = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    comparison = Compare(fact, operator, _literal(operator, value))
    check(comparison)
    return comparison


def write(comparison: Compare, verdict: bool = True) -> str:
    """The comparison as text; with `not` in front when it is its being False that counts."""
    text = f"{comparison.fact} {comparison.operator}"
    if comparison.value is not None:
        text += f" {_written(comparison.value)}"
    return text if verdict else f"not {text}"


def check(comparison: Compare) -> None:
    """Raises NotationError when the fact is unknown or cannot be compared like that."""
    fact = find_asked(comparison.fact)
    if fact is None:
        raise NotationError(f'there is no fact "{comparison.fact}"', nearest_fact(comparison.fact))
    operator = comparison.operator
    if operator in {Operator.IS_KNOWN, Operator.IS_UNKNOWN}:
        return
    if operator not in _ALLOWED[fact.type]:
        allowed = ", ".join(_ALLOWED[fact.type])
        kind = in_words(fact.type)
        raise NotationError(
            f'"{fact.name}" is {kind} and cannot be compared with "{operator}", only with {allowed}'
        )
    for value in comparison.value if isinstance(comparison.value, tuple) else (comparison.value,):
        _check_value(fact, operator, value)


_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)
_MEMBERSHIP = (*_EQUALITY, Operator.IN, Operator.NOT_IN)
_KNOWING = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
_ALLOWED: dict[FactType, tuple[Operator, ...]] = {
    FactType.YES_NO: (*_EQUALITY, *_KNOWING),
    FactType.TEXT: (*_MEMBERSHIP, Operator.CONTAINS, *_KNOWING),
    FactType.LIST: (Operator.CONTAINS, *_KNOWING),
    FactType.NUMBER_OR_TEXT: tuple(Operator),
    **dict.fromkeys(NUMERIC, (*_MEMBERSHIP, *ORDERING, *_KNOWING)),
}


def _check_value(fact: Fact, operator: Operator, value: Scalar | None) -> None:
    if not _right_type(fact.type, operator, value):
        kind = {Operator.CONTAINS: FactType.TEXT}.get(operator, fact.type)
        wanted = _WANTED[FactType.NUMBER if operator in ORDERING else kind]
        raise NotationError(f'"{fact.name}" must be compared with {wanted}, not with {_written(value)}')
    if fact.choices and operator is not Operator.CONTAINS and str(value).casefold() not in fact.choices:
        choices = ", ".join(fact.choices)
        raise NotationError(
            f'"{fact.name}" is never "{value}", only one of {choices}', nearest_name(str(value), fact.choices)
        )


def _right_type(kind: FactType, operator: Operator, value: object) -> bool:
    if kind is FactType.YES_NO:
        return isinstance(value, bool)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in NUMERIC or operator in ORDERING:
        return is_number
    may_be_number = kind is FactType.NUMBER_OR_TEXT and operator is not Operator.CONTAINS
    return isinstance(value, str) or (may_be_number and is_number)


_WANTED = {
    FactType.YES_NO: "yes or no",
    FactType.TEXT: 'a text in quotes such as "gold"',
    FactType.LIST: 'a text in quotes such as "printer"',
    FactType.NUMBER_OR_TEXT: "a number or a text in quotes",
    **dict.fromkeys(NUMERIC, "a number"),
}


def _no_operator(text: str) -> NotationError:
    fact, _, rest = text.strip().partition(" ")
    operators = ", ".join(Operator)
    if fact in CATALOGUE and not rest:
        hint = f"{fact} = yes" if CATALOGUE[fact].type is FactType.YES_NO else f"{fact} is known"
        return NotationError(f'"{fact}" alone is no comparison', hint)
    words = rest.split()
    near = nearest_name(" ".join(words[:2]), list(Operator)) or nearest_name(
        " ".join(words[:1]), list(Operator)
    )
    return NotationError(f'"{text.strip()[:100]}" has none of the operators {operators}', near)


def _operator(text: str) -> Operator:
    try:
        return Operator(text)
    except ValueError:
        near = _LOOKALIKES.get(text) or nearest_name(text, list(Operator))
        raise NotationError(f'there is no operator "{text}"', near) from None


def _literal(operator: Operator, text: str) -> Literal:
    if operator in _KNOWING:
        if text:
            raise NotationError(f'nothing may follow "{operator}", but "{text}" does')
        return None
    if operator in {Operator.IN, Operator.NOT_IN}:
        return _read_list(text, operator)
    if text.startswith("["):
        raise NotationError(f'a list can only follow "in" or "not in", not "{operator}"', "in")
    value, end = _read_item(text, 0)
    if end < len(text):
        raise NotationError(f'"{text[end:]}" is left over after {_written(value)}')
    return value


def _read_list(text: str, operator: Operator) -> tuple[Scalar, ...]:
    if not (text.startswith("[") and text.endswith("]")):
        raise NotationError(f'"{operator}" needs a list in square brackets, such as ["low", "normal"]')
    inner = text[1:-1]
    values: list[Scalar] = []
    at = 0
    while True:
        value, at = _read_item(inner, at)
        values.append(value)
        if at == len(inner):
            return tuple(values)
        if inner[at] != ",":
            raise NotationError(
                f'the values of a list are separated by commas, but "{inner[at:]}" follows {_written(value)}'
            )
        at += 1


def _read_item(text: str, at: int) -> tuple[Scalar, int]:
    match = _ITEM.match(text, at)
    if match is None:
        left = text[at:].strip()
        raise NotationError(
            f"{left} is no value: quotes or brackets do not match" if left else "the value is missing"
        )
    if match["text"] is not None:
        return _unquoted(match["text"]), match.end()
    return _read_bare(match["bare"]), match.end()


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if text.startswith('"') else inner


def _read_bare(text: str) -> Scalar:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    number = _NUMBER.fullmatch(text)
    if number is None or not math.isfinite(float(text)):
        raise NotationError(f"{text} is neither a number nor yes or no, and a text needs quotes", f'"{text}"')
    return float(text) if number["broken"] else int(text)


def _written(value: Literal) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
